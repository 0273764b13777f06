"""What happens while a printer is set up, and what is then to be done: plain values that go in and out of the wizard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from corner_app.devices.identity import Identity
from corner_app.devices.profile import LanguageName, Profile
from corner_app.devices.scanners.feedback import Feedback
from corner_app.devices.setup.hearing import TestCode

Role = Literal["label", "receipt"]
"""Of a counter's two printers."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a printer may be behind. about: what it calls itself. language: a guess. trouble: why nothing could be sent there, "" when it could."""

    identity: Identity
    way: Literal["serial", "usb", "queue", "network", "file"]
    about: str = ""
    language: LanguageName | None = None
    two_way: bool = True
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """name: of its file among the profiles, without ".toml"."""

    name: str
    profile: Profile


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper one can load. width, height: dots at this dpi, height 0 for a roll."""

    name: str
    dpi: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Kit:
    """What there is to choose from, whatever is attached."""

    models: tuple[Model, ...]
    papers: tuple[Paper, ...]


# What happens


@dataclass(frozen=True, slots=True)
class Found:
    """What is attached, as it was looked for."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """An address or identity a person typed: "192.0.2.7", "tcp:192.0.2.7:9100", "cups:labels"."""

    text: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row of the list in front: a thing found, a model, a paper."""

    row: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A printer was asked what it speaks. language: None when it did not say. model: in its own words. dpi: 0 when it does not say."""

    language: LanguageName | None
    model: str = ""
    dpi: int = 0


@dataclass(frozen=True, slots=True)
class NotReached:
    """reason: a word of `NotSent`."""

    reason: str


@dataclass(frozen=True, slots=True)
class EndsBy:
    """How this paper tells its end, and the gap or mark in dots."""

    media: Literal["gap", "mark", "continuous"]
    gap: int


@dataclass(frozen=True, slots=True)
class Printed:
    """Labels left. by: who says that they came out: "printer", "transport" (a file), "" nobody yet. detail: why not. codes: of each label, in order."""

    codes: tuple[tuple[TestCode, ...], ...]
    by: Literal["printer", "transport", ""] = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """Nothing left. reason: a word of `status.FAULTS`, of `NotSent`, "mute" or "undrawable"."""

    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A code was scanned. text: by the scanner's bytes or key positions. typed: what the keyboard's layout made of it, "" where no layout was in between."""

    text: str
    device: str = "wedge"
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """It stands in the settings."""


@dataclass(frozen=True, slots=True)
class NotSaved:
    """reason: "not_saved", or "bad_settings" for a file nobody can read."""

    reason: str = "not_saved"


Pressed = Literal["next", "back", "later", "look", "ask", "print", "nothing", "unread", "ladder", "lighter", "darker"]
"""What the clerk may say by a key: the step is done; the step before; not now; look again; ask the printer again; print (again); nothing came out; the
scanner does not read it; print the ladder; less or more black."""

Event = Found | Typed | Chosen | Answered | NotReached | EndsBy | Printed | NotPrinted | Heard | Saved | NotSaved | Pressed

# What is to be done


@dataclass(frozen=True, slots=True)
class LookAround:
    """See what is attached; answered by Found."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask what it speaks, by harmless questions; answered by Answered or NotReached. profile: for the line."""

    identity: Identity
    profile: Profile


@dataclass(frozen=True, slots=True)
class Print:
    """Print test labels, one for each tag and darkness; answered by Printed or NotPrinted. labels: (tag, darkness) of each; the tag is six digits in
    its codes' numbers."""

    identity: Identity
    profile: Profile
    paper: Paper
    labels: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Save:
    """Keep it; answered by Saved or NotSaved. way: as its `Candidate` was reached. differs: what of the profile is not as the model's file has it."""

    role: Role
    identity: Identity
    way: str
    model: str
    differs: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tell:
    """The tone of an answer to a scan."""

    feedback: Feedback


Effect = LookAround | Ask | Print | Save | Tell
