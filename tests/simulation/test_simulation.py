"""A country in which everything that can fail does (sync notes §3): no act is lost, doubled or changed, and all is quiet again afterwards.

`python -m tests.simulation.run SEED` repeats one. docs/reliability.md has the figures of long campaigns.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.simulation.run import play
from tests.simulation.world import TROUBLES

from central_server import ingest, judge
from corner_app.book import outbox, rehome
from corner_app.sync import engine, wire


def test_a_seed_repeats_itself() -> None:
    first, again = play(77), play(77)
    assert first.log == again.log
    assert first.ledger.acts == again.ledger.acts


@pytest.mark.parametrize("seed", [2_403, 7_477, 8_102, 9_327, 11_463, 27_000, 30_224, 33_167, 43_824, 47_854])
def test_a_seed_that_once_failed_passes(seed: int) -> None:
    """A book copied once more before its new machine had a name; a centre put back that knows neither it nor its parent; numbers of lineages that
    centre and relay both gave; a base that only the relay had heard of by this name; what went by at the other peer as its own.
    """
    play(seed)


# Each rule of the protocol, taken away, must be missed: a test of the tests.


def _never_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cursor only ever rises (against R2)."""
    kept = outbox.confirm
    monkeypatch.setattr(outbox, "confirm", lambda tx, no: kept(tx, max(no, outbox.confirmed(tx))))


def _no_hash_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides believe numbers without comparing hashes (against R7)."""
    kept = engine._agreed

    def believe(standing: engine.Standing, answer: wire.Answer) -> engine.Confirm | None:
        lineage = standing.lineage(answer.epoch)
        ours = lineage.uid_at(min(answer.next - 1, lineage.kept)) if lineage is not None and answer.head else answer.head
        return kept(standing, replace(answer, head=ours))

    monkeypatch.setattr(engine, "_agreed", believe)
    monkeypatch.setattr(ingest, "_first_difference", lambda *anything: None)


def _no_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written again does not name its first writing (against I2)."""
    monkeypatch.setattr(rehome, "origin_text", lambda id, uid: "")


def _no_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told what did not take effect (against R3)."""
    monkeypatch.setattr(judge, "_say", lambda *anything: None)


@pytest.mark.parametrize(
    ("without", "troubles"),
    [
        (_never_down, frozenset({"centre_restored"})),
        (_no_hash_check, frozenset({"image", "clone"})),
        (_no_origin, frozenset({"clone", "image"})),
        (_no_verdicts, frozenset({"link"})),
    ],
)
def test_a_missing_rule_is_found_out(without: Callable[[pytest.MonkeyPatch], None], troubles: frozenset[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert troubles <= set(TROUBLES)
    without(monkeypatch)
    with pytest.raises(AssertionError):
        for seed in range(1, 60):
            play(seed, troubles=troubles)


def test_with_its_rules_the_same_troubles_do_no_harm() -> None:
    for troubles in ({"centre_restored"}, {"image", "clone"}, {"link"}):
        for seed in range(1, 8):
            play(seed, troubles=frozenset(troubles))
