"""Settings of one PC, from one TOML file beside the book (`corner.toml`); every key has a default, an unknown or wrong one is refused by name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from corner_app.domain.trouble import Trouble


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One printer. identity: what it is known by (see `devices.identity`); profile: its model's file in `resources/printers`, without ".toml".

    Older files say transport instead of identity: "tcp" (host and port), "serial" (path) or "file" (folder). Neither: none. dpi: 203 or 300,
    where no profile is named.
    """

    transport: Literal["", "tcp", "serial", "file"] = ""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 9100
    path: str = ""
    dpi: Literal[203, 300] = 203
    identity: str = ""
    profile: str = ""

    @property
    def there(self) -> bool:
        """Whether a printer is named at all."""
        return bool(self.identity or self.transport)


class ScannerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A serial scanner. port: device path or "" for none (keyboard scanners need no setting)."""

    port: str = ""
    baud: int = 9600


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings. language: of the window at start. text_percent: size of texts. volume: of the tones, 0 mutes.

    printer: for labels; receipt_printer: for receipts and slips (`domain.papers` says which paper goes where).
    """

    language: Literal["bn", "en"] = "bn"
    theme: Literal["light", "dark"] = "light"
    text_percent: Annotated[int, msgspec.Meta(ge=100, le=200)] = 100
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 80
    printer: PrinterSettings = PrinterSettings()
    receipt_printer: PrinterSettings = PrinterSettings()
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
