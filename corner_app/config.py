"""Settings of one PC, from one TOML file beside the book (`corner.toml`); every key has a default, an unknown or wrong one is refused by name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from corner_app.domain.trouble import Trouble


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The label printer. transport: "tcp" (host and port), "serial" (path) or "file" (folder); "" none. dpi: 203 or 300."""

    transport: Literal["", "tcp", "serial", "file"] = ""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 9100
    path: str = ""
    dpi: Literal[203, 300] = 203


class ScannerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A serial scanner. port: device path or "" for none (keyboard scanners need no setting)."""

    port: str = ""
    baud: int = 9600


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings. language: of the window at start. text_percent: size of texts. volume: of the tones, 0 mutes."""

    language: Literal["bn", "en"] = "bn"
    theme: Literal["light", "dark"] = "light"
    text_percent: Annotated[int, msgspec.Meta(ge=100, le=200)] = 100
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 80
    printer: PrinterSettings = PrinterSettings()
    scanner: ScannerSettings = ScannerSettings()


def settings_file(book: Path) -> Path:
    """Where the settings of the PC that holds this book lie."""
    return book.with_name("corner.toml")


def load(path: Path) -> Settings:
    """Reads the settings; a missing file means all defaults. Raises Trouble("bad_settings")."""
    try:
        with path.open("rb") as file:
            return msgspec.convert(tomllib.load(file), Settings)
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise Trouble("bad_settings", file=path.name, why=str(error)) from error
