"""How the devices screen talks to the rest: values in, acts out. Nothing here waits; every answer comes later, on the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from corner_app.devices.identity import Identity
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.setup.events import Effect, Event, Kit, Paper, Role
from corner_app.devices.setup.station import Station


@dataclass(frozen=True, slots=True)
class KnownPrinter:
    """A printer of the settings. model: name of its profile's file; profile: as it is set up here."""

    role: Role
    identity: Identity
    model: str
    profile: Profile


class DevicesPort(Protocol):
    """The counter's devices as the screen sees them."""

    def station(self) -> Station:
        """How they are now; the window's `changed` says when to ask again."""

    def kit(self) -> Kit:
        """Models and papers there are to choose from."""

    def printer(self, name: str) -> KnownPrinter | None:
        """A printer by what it is known by; None for one whose settings cannot be read."""

    def perform(self, effect: Effect, then: Callable[[Event], None]) -> None:
        """Does what the wizard asks for. A printer that is being set up prints no parcel's label meanwhile; one that was kept is used from then on."""

    def ended(self) -> None:
        """The set-up is left, whether anything was kept or not: the printers it had are at work again."""

    def preview(self, profile: Profile, paper: Paper, tag: int, then: Callable[[Page], None]) -> None:
        """The test label in dots."""

    def forget(self, name: str, then: Callable[[bool], None]) -> None:
        """Takes a device out of the settings; False when they could not be written."""

    def zero(self, name: str, then: Callable[[bool], None]) -> None:
        """Makes what lies on a scale its new zero; False where it cannot be told to."""

    def volume(self) -> int:
        """How loud the tones are, in percent; 0 is off."""

    def set_volume(self, percent: int) -> None:
        """From now on, and at the next start."""

    def typed(self) -> str:
        """What the keyboard's layout made of the last scan of a scanner that types; "" where no layout was in between."""
