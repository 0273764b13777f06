"""What a printer is: read from an address that a person typed, recognised by what it calls itself, sized by the head it told of."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

import msgspec

from corner_app.devices.identity import BadIdentity, Identity, Named, Tcp, identity_of
from corner_app.devices.profile import Profile
from corner_app.devices.setup.events import Candidate, Model

RAW_PORT = 9100
"""Where printers on a network take labels."""


def address(text: str) -> Identity:
    """An identity, or the name or address of a printer on the network, with or without its port. Raises BadIdentity."""
    if text.startswith(("/dev/", "COM")):
        return Named("path", text)
    try:
        return identity_of(text)
    except BadIdentity:
        host, _, port = text.partition(":")
        made = identity_of(f"tcp:{host}:{port or RAW_PORT}")
        if not host or re.search(r"[\s/]", host) or not isinstance(made, Tcp):
            raise
        return made


def typed(identity: Identity) -> Candidate:
    """What is known of a printer by its identity alone: whether it can be heard, its queue never."""
    if isinstance(identity, Tcp):
        return Candidate(identity, "network")
    kind = identity.kind if isinstance(identity, Named) else "usb"
    return Candidate(identity, "queue" if kind in ("cups", "windows") else "file" if kind == "file" else "serial", two_way=kind in ("usb", "path"))


def model_for(models: Iterable[Model], language: str | None, about: str) -> Model | None:
    """The model whose mark stands in what it calls itself, the longest mark first; else the plain one of its language."""
    text = about.casefold()
    marks = [(len(mark), model) for model in models for mark in model.profile.matches if mark.casefold() in text and language in (None, model.profile.language)]
    if marks:
        return max(marks, key=lambda found: found[0])[1]
    return next((model for model in models if model.profile.language == language and not model.profile.matches), None)


def for_dpi(profile: Profile, dpi: int) -> Profile:
    """The same model with the head it told of; lengths keep their millimetres."""
    if dpi == profile.dpi or dpi not in (180, 203, 300, 600):
        return profile
    lengths = {name: round(getattr(profile, name) * dpi / profile.dpi) for name in ("width", "height", "gap")}
    return changed(profile, dpi=dpi, **lengths)


def tag_of(identity: Identity, run: int) -> int:
    """Six digits in the label's numbers: two that tell printers apart, four that count."""
    return zlib.crc32(str(identity).encode()) % 100 * 10_000 + run % 10_000


def changed(profile: Profile, **changes: object) -> Profile:
    """The same but for these keys."""
    return msgspec.structs.replace(profile, **changes)
