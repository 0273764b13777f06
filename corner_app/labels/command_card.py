"""A sheet of A4 with the commands that a scan can give, to lie beside the keyboard."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.domain.scan import COMMANDS, command_code
from corner_app.i18n import Language, words
from corner_app.labels.layout import Box, Code128, Mark, Text, Weight
from corner_app.labels.marks import band

_WIDE, _EDGE, _TOP, _CELL, _COLUMNS = 1678, 110, 380, 580, 2


@dataclass(frozen=True, slots=True)
class Command:
    """code: in the bars; name, other: what it does, in the clerk's language and in the other one; does: the same in a sentence."""

    code: str
    name: str
    other: str
    does: str


@dataclass(frozen=True, slots=True)
class CommandCard:
    """The sheet in words; at most six commands. training: words of the band that marks practice."""

    title: str
    how: str
    commands: tuple[Command, ...]
    training: str = ""


def command_card(language: Language = Language.BN, *, training: bool = False) -> CommandCard:
    """All commands there are."""
    other = Language.EN if language is Language.BN else Language.BN
    return CommandCard(
        title=words("paper.commands", language),
        how=words("paper.commands_how", language),
        commands=tuple(
            Command(command_code(each), words(f"command.{each}", language), words(f"command.{each}", other), words(f"command.{each}_does", language))
            for each in COMMANDS
        ),
        training=words("label.training", language) if training else "",
    )


def layout(card: CommandCard) -> tuple[Mark, ...]:
    """On A4, to be cut into cards or left whole."""
    wide = (_WIDE - 2 * _EDGE - 40) // _COLUMNS
    cells = tuple(
        mark
        for n, command in enumerate(card.commands[:6])
        for mark in _cell(command, _EDGE + (wide + 40) * (n % _COLUMNS), _TOP + (_CELL + 40) * (n // _COLUMNS), wide)
    )
    return (
        Text(_EDGE, 190, _WIDE - 2 * _EDGE, card.title, 76, Weight.BOLD, smallest=36),
        Text(_EDGE, 256, _WIDE - 2 * _EDGE, card.how, 36, smallest=24, lines=2, leading=50),
        *(band(_EDGE, 322, _WIDE - 2 * _EDGE, 44, card.training, 28) if card.training else ()),
        *cells,
    )


def _cell(command: Command, x: int, y: int, wide: int) -> tuple[Mark, ...]:
    return (
        Box(x, y, wide, _CELL, line=4, radius=24),
        Text(x + 40, y + 116, wide - 80, command.name, 80, Weight.BOLD, smallest=36),
        Text(x + 40, y + 176, wide - 80, command.other, 36, smallest=24),
        Text(x + 40, y + 244, wide - 80, command.does, 30, smallest=22, lines=2, leading=44),
        Code128(x + 8, y + 330, wide - 16, 160, command.code),
        Text(x + 40, y + 542, wide - 80, command.code, 32, Weight.BOLD, align="centre", mono=True),
    )
