"""What a language is given to print: dots, and where among them a code stands that the printer could draw itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol


class Code(Protocol):
    """A bar code or QR code on the page. x, y: left upper corner of its black, without quiet zone; module: dots of the narrowest bar or of a QR
    module; height: dots of a bar, 0 for a QR code. All in dots of this printer.
    """

    @property
    def kind(self) -> Literal["code128", "qr"]: ...
    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...
    @property
    def module(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def text(self) -> str: ...


class Page(Protocol):
    """One label or receipt. rows: packed from the left, each row a whole number of bytes, 1 is black; every code stands in them too."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def rows(self) -> bytes: ...
    @property
    def codes(self) -> Sequence[Code]: ...
