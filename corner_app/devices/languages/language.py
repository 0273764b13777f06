"""What the spool has to know of a printer's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corner_app.devices.languages.page import Page
from corner_app.devices.profile import LanguageName, Profile
from corner_app.devices.status import PrinterStatus

Ask = Callable[[bytes, float], bytes]
"""ask(query, wait_s): the answer, b"" when mute. Raises NotSent when the printer cannot be reached."""


@dataclass(frozen=True, slots=True)
class Language:
    """encode: (page, profile, number of the job) → bytes of exactly one label, with set-up and, where the language has it, the request to confirm.

    status: asks by harmless queries, and takes no answer for "mute". count: labels ever printed, None when it does not say. replied: whether what
    was heard on the job's own connection says that this job is printed. cancel: empties the printer's memory, b"" where no command does.
    """

    name: LanguageName
    encode: Callable[[Page, Profile, int], bytes]
    status: Callable[[Ask], PrinterStatus]
    count: Callable[[Ask], int | None] | None = None
    replied: Callable[[bytes, int], bool] | None = None
    cancel: bytes = b""
