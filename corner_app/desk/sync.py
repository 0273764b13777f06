"""What the sync screen shows, read from the book and from the thread that sends."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from corner_app.book import centre as known
from corner_app.book import entries, outbox
from corner_app.book.database import Rows
from corner_app.desk import attention
from corner_app.desk.views import Quarter, Span, SyncView, UnsentGroup

_GROUPS = {
    "handed_over": "money", "bag_opened": "bags", "bag_ended": "bags", "bag_started": "bags", "bagged": "bags", "dispatched": "bags",
    "label_asked": "prints", "label_settled": "prints", "signed_in": "prints", "restarted": "prints", "drawer_asked": "prints",
    "day_opened": "money", "paid_in": "money", "paid_out": "money", "pouch_sent": "money", "pouch_received": "money", "transferred": "money",
    "counted": "money", "day_closed": "money", "day_approved": "money", "disputed": "money", "dispute_settled": "money", "reversed": "money",
}  # fmt: skip
_QUARTER_MS = 900_000
_NEEDS_HELP = frozenset({
    "not_our_centre", "certificate_expired", "refused_revoked", "too_old", "not_enrolled_there", "bad_key", "device_taken", "no_key", "not_enrolled",
})  # fmt: skip
"""Answers that no further try by itself will better: a person must act."""


class Working(Protocol):
    """The sync thread as far as the screen sees it."""

    @property
    def phase(self) -> str:
        """See SyncView."""

    @property
    def trouble(self) -> str:
        """See SyncView."""

    @property
    def sent(self) -> int:
        """See SyncView."""

    @property
    def of(self) -> int:
        """See SyncView."""

    @property
    def rate(self) -> int:
        """See SyncView."""

    @property
    def next_try(self) -> int:
        """See SyncView."""


def view(rows: Rows, working: Working | None, since: int, now: int) -> SyncView:
    """The screen's one value. since: ms UTC when the office's day began."""
    at, waits, confirmed = known.centre(rows), outbox.backlog(rows), outbox.confirmed(rows)
    notes, relay = known.contacts(rows, since), known.relay(rows)
    phase, trouble = link_state(at, working)
    return SyncView(
        phase, trouble, working.sent if working else 0, working.of if working else 0, working.rate if working else 0,
        waits.unsent, confirmed + 1 if waits.unsent else 0, waits.entries if waits.unsent else 0, waits.since, waits.kind,
        at.heard_at if at else 0, sum(n for when, _, n, _ in notes if when >= since), sum(size for when, _, _, size in notes if when >= since),
        working.next_try if working else 0, _groups(rows), _quarters(rows, since, now, confirmed), _spans(notes, since, now),
        waits.entries, _name(relay), relay.has if relay is not None else 0, confirmed, _carried(waits.unsent), int(known.kept(rows, "carried_at") or 0),
        attention.lines(rows, 9),
    )  # fmt: skip


_ENTRY_BYTES, _SEAL_BYTES = 11, 700
"""What an entry and a seal weigh on a stick, about (docs/performance.md)."""


def _carried(unsent: int) -> int:
    return _SEAL_BYTES + _ENTRY_BYTES * unsent if unsent else 0


def link_state(at: known.Centre | None, working: Working | None) -> tuple[str, str]:
    """(phase, trouble) as `SyncView` has them. A wrong clock is a trouble only where there is no other."""
    if at is None:
        return "not_enrolled", ""
    phase, trouble = (working.phase, working.trouble) if working is not None else ("idle", "")
    if phase == "not_enrolled":  # the thread has not looked again yet
        phase, trouble = "idle", ""
    if phase == "waiting" and trouble in _NEEDS_HELP:
        phase = "needs_help"
    if not trouble and skew(at):
        trouble = f"clock_wrong:{round(abs(skew(at)) / 60_000)}"
    return phase, trouble


def skew(at: known.Centre | None) -> int:
    """This PC's clock less the centre's in milliseconds when it is known to be wrong, else 0."""
    return at.skew_ms if at is not None and abs(at.skew_ms) > known.SKEW_LIMIT_MS else 0


def _name(relay: known.Relay | None) -> str:
    """Under which the office knows its relay: where it is."""
    return (urlsplit(relay.url).hostname or relay.url) if relay is not None else ""


def _groups(rows: Rows) -> tuple[UnsentGroup, ...]:
    sums = {name: [0, 0] for name in ("parcels", "money", "bags", "prints")}
    for kind, n, subjects in outbox.kinds_unsent(rows):
        group = sums[_GROUPS.get(kind, "parcels")]
        group[0], group[1] = group[0] + n, group[1] + subjects
    paisa = entries.collected_after(rows, outbox.confirmed(rows))
    return tuple(UnsentGroup(name, n, things, paisa if name == "money" else 0) for name, (n, things) in sums.items() if n)


def _quarters(rows: Rows, since: int, now: int, confirmed: int) -> tuple[Quarter, ...]:
    counts: dict[int, list[int]] = {}
    for no, at in entries.times_since(rows, since):
        counted = counts.setdefault(at - at % _QUARTER_MS, [0, 0])
        counted[0], counted[1] = counted[0] + 1, counted[1] + int(no > confirmed)
    return tuple(Quarter(start, *counted) for start, counted in sorted(counts.items()) if start <= now)


def _spans(notes: list[tuple[int, bool, int, int]], since: int, now: int) -> tuple[Span, ...]:
    spans: list[Span] = []
    ends = [*(note[0] for note in notes[1:]), now][: len(notes)]  # a link that was never tried has no day
    for (at, up, _, _), until in zip(notes, ends, strict=True):
        begin, end = max(at, since), max(since, min(until, now))
        if spans and spans[-1].online == up:
            spans[-1] = Span(spans[-1].since, end, up)
        elif end > begin:
            spans.append(Span(begin, end, up))
    return tuple(spans)
