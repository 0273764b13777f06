"""Settings of one PC, from one TOML file beside the book (`corner.toml`); every key has a default, an unknown or wrong one is refused by name."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from corner_app.domain.trouble import Trouble


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One printer. identity: what it is known by (see `devices.identity`); profile: its model's file in `resources/printers`, without ".toml".

    Older files say transport instead of identity: "tcp" (host and port), "serial" (path) or "file" (folder). Neither: none. dpi: 203 or 300,
    where no profile is named. differs: keys of the profile that are otherwise at this counter, as the set-up found them (darkness, gap, …).
    """

    transport: Literal["", "tcp", "serial", "file"] = ""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 9100
    path: str = ""
    dpi: Literal[203, 300] = 203
    identity: str = ""
    profile: str = ""
    differs: dict[str, Any] = {}

    @property
    def there(self) -> bool:
        """Whether a printer is named at all."""
        return bool(self.identity or self.transport)


class ScannerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A serial scanner. port: device path or "" for none (keyboard scanners need no setting)."""

    port: str = ""
    baud: int = 9600


class CounterScanner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of several scanners. identity: what it is known by (see `devices.identity`), also its name. kind: how it talks; ssi and honeywell are serial
    ones that hear the counter's answer. baud: bits a second of a serial line; rts_cts: with its handshake wires (SSI over RS-232).

    prefix, suffix, aim: what it sends round a code (see `devices.scanners.profile`). role: where it lies.
    """

    identity: str
    kind: Literal["serial", "hid_pos", "evdev", "ssi", "honeywell"] = "serial"
    baud: Annotated[int, msgspec.Meta(ge=300, le=921_600)] = 9600
    rts_cts: bool = False
    prefix: str = ""
    suffix: tuple[Literal["CR", "LF", "TAB", "ETX"], ...] = ("CR", "LF", "TAB", "ETX")
    aim: bool = True
    role: Literal["counter", "intake", "scale"] = "counter"


class ScaleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scale on a serial line. identity: "" for none. baud: 0 as such scales are sold. unit, form: in which a toledo shows its weight."""

    identity: str = ""
    protocol: Literal["toledo", "sma", "continuous"] = "toledo"
    baud: Annotated[int, msgspec.Meta(ge=0, le=921_600)] = 0
    unit: Literal["kg", "g", "lb", "oz"] = "kg"
    form: Literal["00.000", "000.00", "000.000"] = "00.000"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings. language: of the window at start. text_percent: size of texts. volume: of the tones, 0 mutes.

    printer: for labels; receipt_printer: for receipts and slips (`domain.papers` says which paper goes where); behind it the cash drawer, if its profile
    has one. scanner: the one of older files; scanners: all others, each a [[scanners]] table.
    """

    language: Literal["bn", "en"] = "bn"
    theme: Literal["light", "dark"] = "light"
    text_percent: Annotated[int, msgspec.Meta(ge=100, le=200)] = 100
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 80
    printer: PrinterSettings = PrinterSettings()
    receipt_printer: PrinterSettings = PrinterSettings()
    scanner: ScannerSettings = ScannerSettings()
    scanners: tuple[CounterScanner, ...] = ()
    scale: ScaleSettings = ScaleSettings()


def settings_file(book: Path) -> Path:
    """Where the settings of the PC that holds this book lie."""
    return book.with_name("corner.toml")


def load(path: Path) -> Settings:
    """Reads the settings; a missing file means all defaults. Raises Trouble("bad_settings")."""
    try:
        return _settings(_read(path))
    except _UNREADABLE as error:
        raise Trouble("bad_settings", file=path.name, why=str(error)) from error


def save_table(path: Path, name: str, values: Mapping[str, Any] | None) -> None:
    """Writes one table of the settings; all other keys, and their comments, stay as they are.

    values: go over the table's own; a None takes its key out, and None for all of them the table. The file is whole at every moment, whatever happens.
    Raises Trouble("bad_settings") for a file nobody can read, or for values that are no settings, and then writes nothing; OSError from the disk.
    """
    _save(path, lambda settings: _with_table(settings, name, values), lambda text, wanted: _edited(text, name, wanted.get(name)))


def save_value(path: Path, name: str, value: int | str | Sequence[Mapping[str, Any]]) -> None:
    """The same for a single value of the settings, or for an array of tables, which an empty one takes out. Raises as `save_table` does."""
    if isinstance(value, int | str):
        plain = value
        _save(path, lambda settings: settings | {name: plain}, lambda text, wanted: _with_line(text, name, plain))
    else:
        tables = [dict(table) for table in value]
        _save(path, lambda settings: _without(settings, name) | ({name: tables} if tables else {}), lambda text, wanted: _edited(text, name, wanted.get(name)))


def _save(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]], edit: Callable[[str, dict[str, Any]], str]) -> None:
    """By editing the text; where that does not say what is wanted, all of it is said anew."""
    try:
        text = _read(path)
        wanted = change(tomllib.loads(text))
        edited = edit(text, wanted)
        edited = edited if _says(edited, wanted) else "".join(_lines(wanted))
        _settings(edited)
        data = edited.encode("utf-8")
    except _UNREADABLE as error:
        raise Trouble("bad_settings", file=path.name, why=str(error)) from error
    _replace(path, data)


_UNREADABLE = (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeError)
_HEAD = re.compile(r"\s*\[{1,2}\s*([^\]]*?)\s*\]{1,2}\s*(?:#.*)?")


def _settings(text: str) -> Settings:
    return msgspec.convert(tomllib.loads(text), Settings)


def _read(path: Path) -> str:
    """The file as it is, "" for none."""
    with suppress(FileNotFoundError):
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    return ""


def _with_table(settings: dict[str, Any], name: str, values: Mapping[str, Any] | None) -> dict[str, Any]:
    if values is None:
        return _without(settings, name)
    own = settings.get(name)
    table = {**(own if isinstance(own, dict) else {}), **values}
    return settings | {name: {key: value for key, value in table.items() if value is not None}}


def _without(settings: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != name}


def _with_line(text: str, name: str, value: int | str) -> str:
    """The text with this value on its line, or on a new one before the first table."""
    lines = text.splitlines(keepends=True)
    end = next((n for n, line in enumerate(lines) if _HEAD.fullmatch(line.rstrip("\n"))), len(lines))
    at = next((n for n, line in enumerate(lines[:end]) if re.match(rf"\s*{name}\s*=", line)), -1)
    comment = re.search(r"\s*#.*", lines[at]) if at >= 0 else None
    said = f"{name} = {_value(value)}{comment[0] if comment else ''}\n"
    if at >= 0:
        return "".join((*lines[:at], said, *lines[at + 1 :]))
    return "".join((*lines[:end], said, *(("\n",) if end < len(lines) else ()), *lines[end:]))


def _edited(text: str, name: str, table: dict[str, Any] | list[dict[str, Any]] | None) -> str:
    """The text with this table or these, and those below, said anew where they stood, or at the end."""
    kept, next_ones, at, ours = list[str](), list[str](), -1, False
    for line in text.splitlines(keepends=True):
        head = _HEAD.fullmatch(line.rstrip("\n"))
        if head is not None:
            ours = head[1] == name or head[1].startswith(f"{name}.")
            at = len(kept) if ours and at < 0 else at
        if not ours:
            kept += [*next_ones, line]
        next_ones = [*next_ones, line] if ours and not line.split("#")[0].strip() else []  # a comment below the last value is of the next table
    kept += next_ones
    if table is None:
        return "".join(kept)
    at = len(kept) if at < 0 else at
    gap = "\n" if at and kept[at - 1].strip() else ""
    first = "" if not at or kept[at - 1].endswith("\n") else "\n"
    return "".join((*kept[:at], first, gap, *_tables(table, name), *kept[at:]))


def _says(text: str, wanted: dict[str, Any]) -> bool:
    with suppress(tomllib.TOMLDecodeError):
        return tomllib.loads(text) == wanted
    return False


def _lines(table: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """A table as TOML, without its head: its plain values, then the tables in it."""
    inner = {key: value for key, value in table.items() if _is_table(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{key} = {_value(value)}\n"
    for key, value in inner.items():
        yield "\n"
        yield from _tables(value, f"{name}.{key}" if name else key)


def _tables(value: dict[str, Any] | list[dict[str, Any]], name: str) -> Iterator[str]:
    """One table, or each of several, under its head."""
    if isinstance(value, dict):
        yield f"[{name}]\n"
        yield from _lines(value, name)
        return
    for n, one in enumerate(value):
        yield f"\n[[{name}]]\n" if n else f"[[{name}]]\n"
        yield from _lines(one, name)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value))


def _value(value: Any) -> str:
    """JSON's strings, numbers, truth and arrays are TOML's too; the delete character is not, nor a pair of surrogates."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(path: Path, data: bytes) -> None:
    """The new file beside the old one, on the disk, then in its place."""
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
