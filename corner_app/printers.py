"""From a counter's settings to its printers: the model's profile, its language, and the way to it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from corner_app.config import PrinterSettings
from corner_app.devices.identity import BadIdentity, Identity, Named, Tcp, identity_of
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.printer import Printer
from corner_app.devices.profile import BadProfile, Profile, parse_profile, plain_zpl
from corner_app.devices.transports.open import transport_of
from corner_app.domain.trouble import Trouble
from corner_app.reference import resource_dir

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}", re.ASCII)


def profile_of(settings: PrinterSettings) -> Profile:
    """What the printer's model needs: the named profile of `resources/printers`, or plain ZPL at the settings' resolution. Raises Trouble."""
    if not settings.profile:
        return _as_here(plain_zpl(settings.dpi), settings.differs)
    path = resource_dir() / "printers" / f"{settings.profile}.toml"
    try:
        if _NAME.fullmatch(settings.profile) is None:
            raise FileNotFoundError(settings.profile)
        return _as_here(parse_profile(path.read_text(encoding="utf-8")), settings.differs)
    except FileNotFoundError as error:
        raise _wrong(f"profile = {settings.profile!r}") from error
    except (BadProfile, UnicodeDecodeError) as error:
        raise Trouble("bad_settings", file=path.name, why=str(error)) from error


def _as_here(profile: Profile, differs: dict[str, Any]) -> Profile:
    """The model as it is set up at this counter. Raises Trouble."""
    try:
        return msgspec.convert(msgspec.structs.asdict(profile) | differs, Profile)
    except msgspec.ValidationError as error:
        raise _wrong(f"differs: {error}") from error


def printer_of(settings: PrinterSettings) -> Printer:
    """The printer the settings name. Raises Trouble when they name none that this program can reach."""
    profile = profile_of(settings)
    if profile.language not in LANGUAGES:
        raise _wrong(f"language = {profile.language!r}")
    return Printer(transport_of(_identity(settings), profile), LANGUAGES[profile.language], profile)


def _identity(settings: PrinterSettings) -> Identity:
    """By the one string, or by the older keys beside it."""
    try:
        if settings.identity:
            return identity_of(settings.identity)
        match settings.transport:
            case "tcp":
                return Tcp(settings.host, settings.port)
            case "serial" if settings.path:
                return Named("path", settings.path)
            case "file" if settings.path:
                return Named("file", settings.path)
            case other:
                raise _wrong(f"transport = {other!r} without a path")
    except BadIdentity as error:
        raise _wrong(f"identity = {settings.identity!r}") from error


def _wrong(why: str) -> Trouble:
    return Trouble("bad_settings", file="corner.toml", why=why)
