"""What a buyer sees of a parcel: where it is in plain words, what to bring, and each step. Nothing in it says whose parcel it is."""

from __future__ import annotations

from dataclasses import dataclass

from central_server.pages.names import full_name, short_name
from central_server.pages.render import ago, when
from central_server.problems import Problem
from central_server.storage import health, parcels
from central_server.storage.database import Sql
from central_server.timeline import Line, Timeline, timeline
from corner_app.domain.numbers import normal_reference, parse_number
from corner_app.domain.offices import Places
from corner_app.domain.parcels import CodState, State
from corner_app.i18n import Language, words

LONGEST = 64
"""Letters and digits of the longest number that is looked for."""
DAY_MS = 86_400_000
_GOOD = frozenset({State.SHELVED, State.OUT_FOR_DELIVERY, State.HANDED_OVER})
_LOOK = frozenset({State.MISSENT, State.ATTEMPTED, State.ON_HOLD, State.REFUSED, State.RETURNING, State.RETURNED, State.LOST, State.DISPUTED})
_READY = frozenset({State.SHELVED, State.ATTEMPTED})
"""States in which the buyer may come for it, so that what to bring is said."""
_OVER = frozenset({State.HANDED_OVER, State.REFUSED, State.RETURNING, State.RETURNED, State.LOST})
"""States after which it will not come into the buyer's hands, or has."""
_SIGNS = {
    "announced": "tag", "received": "package", "passed": "package", "shelved": "store", "bagged": "package", "dispatched": "truck",
    "out_for_delivery": "bike", "attempted": "triangle-alert", "on_hold": "triangle-alert", "handed_over": "package-check", "refused": "undo-2",
    "returning": "undo-2", "returned": "undo-2",
}  # fmt: skip
"""Kinds of entries a buyer is told of, and the sign of each."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened. sign: name of its icon."""

    sign: str
    what: str
    where: str
    when: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A parcel as its page says it. tone: "good", "look" or ""; due: paisa to bring, 0 none; ahead: what is to come, "" nothing; news: how old this is."""

    number: str
    tone: str
    state: str
    office: str
    ready: bool
    due: int
    ahead: str
    steps: tuple[Step, ...]
    news: str
    stale: bool


def shown(sql: Sql, places: Places, asked: str, now: int, language: Language) -> Shown | None:
    """The parcel of a number as typed, None when nobody told of it; also when several go by that number, since a guess could show a stranger's."""
    code = normal_reference(asked)
    if not 0 < len(code) <= LONGEST or not code.isprintable() or ":" in code:
        return None
    code = parse_number(code).text
    if parcels.head(sql, code) is None and len(parcels.named(sql, code)) != 1:
        return None
    try:
        found = timeline(sql, code)
    except Problem as problem:
        if problem.code != "number_unknown":
            raise
        return None
    state = State(found.state)
    lines = told(found)
    office = found.office or next((line.office for line in reversed(lines) if line.office), "")
    news, stale = _news(sql, places, office, now, language)
    return Shown(
        number=parse_number(found.item).grouped,
        tone="good" if state in _GOOD else "look" if state in _LOOK else "",
        state=words(f"track.state_{state.value}", language),
        office=full_name(places, office, language) if office else "",
        ready=state in _READY,
        due=found.cod if state in _READY and found.cod_state == CodState.DUE.value else 0,
        ahead="" if state in _OVER else words("track.not_collected" if state in _READY else "track.not_arrived", language),
        steps=tuple(_step(line, lines[place + 1 :], places, now, language) for place, line in reversed(list(enumerate(lines)))),
        news=news,
        stale=stale,
    )


def told(found: Timeline) -> list[Line]:
    """The entries a buyer is told of, oldest first: without what was taken back, what says the same again, and what the next entry includes."""
    lines: list[Line] = []
    for line in found.lines:
        if line.undone or line.kind not in _SIGNS:
            continue
        last = lines[-1] if lines else None
        if last is not None and (last.kind, last.office) == (line.kind, line.office):
            continue
        if last is not None and last.office == line.office and (last.kind, line.kind) in (("received", "shelved"), ("bagged", "dispatched")):
            lines.pop()
        lines.append(line)
    return lines


def _step(line: Line, later: list[Line], places: Places, now: int, language: Language) -> Step:
    passed = line.kind == "received" and any(other.office == line.office and other.kind in ("bagged", "dispatched") for other in later)
    kind = "passed" if passed else line.kind
    where = short_name(places, line.office, language) if line.office else words("track.shop", language)
    return Step(_SIGNS[kind], words(f"track.step_{kind}", language), where, when(line.at, now, language))


def _news(sql: Sql, places: Places, office: str, now: int, language: Language) -> tuple[str, bool]:
    """(how old the news of its office is, whether that is old)."""
    seen = max((word.seen_at for word in health.words_of(sql, office)), default=0) if office else 0
    if not seen:
        return "", False
    stale = now - seen > DAY_MS
    key = "track.heard_long_ago" if stale else "track.heard"
    return words(key, language, office=full_name(places, office, language), ago=ago(now - seen, language)), stale
