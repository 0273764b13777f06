"""When the world is at fault: disk full, a damaged file, a printer gone.

A `Trouble` carries a stable code and what goes into its words; `i18n` says in Bangla and English what happened, what is safe and what
to do (`trouble.<code>`). Anything that is neither a `Trouble` nor a refusal in an Outcome is a bug.
"""

from __future__ import annotations


class Trouble(Exception):
    """code: stable word; params: plain values for the words, never names, phones or addresses."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params
