"""What the centre says of entries, what they do to money, and who hears of them."""

from __future__ import annotations

import itertools

import pytest
from tests.centre.offices import T0, A, B, Pc, announced, count, item

from central_server import care
from central_server.exchange import Desk
from central_server.storage import feeds, parcels
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, HandedOver, Received, Shelved, Undone, origin_text
from corner_app.domain.money import Posting, balances
from corner_app.domain.parcels import Parcel

DAY_MS = 86_400_000


def standing(desk: Desk, number: str = A) -> Parcel:
    head = desk.database.read(lambda sql: parcels.head(sql, number))
    assert head is not None
    return head.parcel


def ledger(desk: Desk) -> dict[str, int]:
    rows = desk.database.read(lambda sql: sql.all("SELECT device, epoch, seq, line, account, amount, key FROM posting"))
    return balances(Posting(EntryId(*row[:3]), *row[3:]) for row in rows)


def said(desk: Desk, number: str = A) -> list[tuple[int, int, str]]:
    """(seq, version, code) of everything said about a parcel."""
    return [(seq, ver, code) for _, _, seq, ver, code, _ in desk.database.read(lambda sql: feeds.said_about(sql, number))]


def good(desk: Desk) -> bool:
    report = desk.database.read(care.verify)
    assert report.faults == []
    return True


def handed_over(counter: int = 1, basket: int = 3) -> HandedOver:
    return HandedOver("8500", counter, 116_000, "M005", "code", basket)


def test_a_plain_life_needs_no_word_and_its_money_is_in_one_drawer(desk: Desk) -> None:
    hub, here = Pc(desk, "8200").enrol(), Pc(desk).enrol()
    first = hub.write(A, announced())
    hub.send()
    base = here.write(A, Received("8500"), first)
    base = here.write(A, Shelved("8500", "ক-০১"), base)
    here.write(A, handed_over(), base)
    for last in (1, 2, 3):
        here.send(1, last)
    assert (standing(desk).state, said(desk)) == ("handed_over", [])
    assert ledger(desk) == {"cod:M005": -116_000, "drawer:8500-1": 116_000}
    assert good(desk)


def test_an_entry_whose_base_is_missing_is_held_until_it_comes(desk: Desk) -> None:
    hub, here = Pc(desk, "8200").enrol(), Pc(desk).enrol()
    first = hub.write(A, announced())
    base = here.write(A, Received("8500"), first)
    here.write(A, handed_over(), base)
    here.send()
    assert said(desk) == [(1, 1, "held"), (2, 1, "held")]
    assert standing(desk).state == "unknown"
    assert ledger(desk) == {"drawer:8500-1": 116_000, "suspense:8500": -116_000}
    hub.send()
    assert said(desk)[2:] == [(1, 2, "applied"), (2, 2, "applied")]
    assert standing(desk).state == "handed_over"
    assert ledger(desk) == {"cod:M005": -116_000, "drawer:8500-1": 116_000}
    assert [code for _, _, code in here.heard_verdicts()] == ["held", "held", "applied", "applied"]
    assert good(desk)


def test_the_same_handover_at_two_counters_pays_the_merchant_once(desk: Desk) -> None:
    one, two = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    first = one.write(A, announced())
    base = one.write(A, Received("8500"), first)
    one.write(A, handed_over(1), base)
    two.write(A, handed_over(2, 1), base, hlc=(T0 + 9_000) << 16)
    one.send()
    two.send()
    assert said(desk) == [(1, 1, "handed_over_twice")]
    assert ledger(desk) == {"cod:M005": -116_000, "drawer:8500-1": 116_000, "drawer:8500-2": 116_000, "suspense:8500": -116_000}
    assert two.heard_verdicts() == one.heard_verdicts() == [(1, 1, "handed_over_twice")]
    assert good(desk)


def test_an_act_written_again_after_a_fork_counts_once(desk: Desk) -> None:
    here = Pc(desk).enrol()
    first = here.write(A, announced())
    base = here.write(A, Received("8500"), first)
    here.write(A, handed_over(), base)
    here.send()
    again = here.goes_on(2, 2)
    again.write(A, handed_over(basket=1), base, orig=origin_text(EntryId(here.device, 1, 3), here.name(3)))
    again.send()
    assert said(desk) == [(1, 1, "duplicate_of")]
    assert ledger(desk) == {"cod:M005": -116_000, "drawer:8500-1": 116_000}
    assert good(desk)


def test_what_nobody_can_read_is_kept_and_said_and_the_rest_goes_on(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(A, Received("8500"))
    here.append(b'[1,"a","CP407774791BD",1,[99,"later"]]', b"\xff")
    here.write(A, Shelved("8500", "ক-০১"), 1)
    here.send()
    assert here.heard_verdicts() == [(2, 1, "undecodable"), (3, 1, "undecodable")]
    assert standing(desk).state == "shelved"
    assert good(desk)


def test_what_is_taken_back_has_no_effect(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(A, announced())
    base = here.write(A, Received("8500"), 1)
    shelved = here.write(A, Shelved("8500", "ক-০১"), base)
    here.write(A, Undone(), shelved, sup=3)
    here.send()
    assert (standing(desk).state, standing(desk).shelf, said(desk)) == ("received", "", [])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[:6])
def test_in_whatever_order_offices_send_the_centre_says_the_same_in_the_end(desk: Desk, order: tuple[int, ...]) -> None:
    hub, here, there = Pc(desk, "8200").enrol(), Pc(desk).enrol(), Pc(desk, "8550").enrol()
    first = hub.write(A, announced())
    base = here.write(A, Received("8500"), first, hlc=(T0 + 5_000) << 16)
    here.write(A, handed_over(), base, hlc=(T0 + 6_000) << 16)
    there.write(A, Received("8550"), first, hlc=(T0 + DAY_MS) << 16)
    for n in order:
        (hub, here, there)[n].send()
    last = {(seq): code for seq, _, code in said(desk) if code not in ("applied",)}
    assert standing(desk).state == "received"
    assert standing(desk).office == "8550"
    assert sorted(ledger(desk).items()) == [("cod:M005", -116_000), ("drawer:8500-1", 116_000)]
    assert last
    assert good(desk)


def test_bags_drawers_and_the_book_itself_are_no_parcels(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write("drawer:8500-1", e.SignedIn(1))
    here.write("drawer:8500-1", e.DrawerAsked("8500", 1, "other", "coin stuck"))
    here.write("book", e.Restarted("power"))
    here.write("bag:BD82", e.BagOpened("8500", 3))
    here.send()
    assert count(desk, "fact") == 1
    assert good(desk)


# Who hears of a parcel: who wrote, who it is for, its hub, where its bag goes; nobody else


def test_an_announcement_reaches_its_office_and_its_hub(desk: Desk) -> None:
    hub, here, there, writer = (Pc(desk, office).enrol() for office in ("8200", "8250", "1000", "1200"))
    named = writer.write(A, announced("8250"))
    writer.send()
    assert [pc.heard_entries() for pc in (hub, here, there)] == [[named], [named], []]


def test_an_office_with_one_pc_does_not_hear_what_that_pc_wrote(desk: Desk) -> None:
    here = Pc(desk).enrol()
    here.write(A, announced("8500"))
    here.send(1, 1)
    here.write(A, Received("8500"), 1)
    here.send(2)
    assert here.heard_entries() == []


def test_a_bag_reaches_the_office_it_goes_to_with_what_was_written_before(desk: Desk) -> None:
    here, there, far = (Pc(desk, office).enrol() for office in ("8500", "1000", "1200"))
    first = here.write(A, announced("8500"))
    base = here.write(A, Received("8500"), first)
    here.send()
    assert there.heard_entries() == []
    bagged = here.write(A, e.Bagged("8500", "BD82", "1000"), base)
    here.send()
    assert set(there.heard_entries()) == {first, base, bagged}
    assert far.heard_entries() == []


def test_an_office_that_scans_a_parcel_hears_what_was_written_before(desk: Desk) -> None:
    here, there = Pc(desk).enrol(), Pc(desk, "1000").enrol()
    first = here.write(A, announced("8500"))
    here.send()
    there.write(A, Received("1000", missent=True), first)
    there.send()
    assert there.heard_entries() == [first]
    assert here.heard_entries()[-1] == EntryId(there.device, 1, 1)


def test_the_other_counter_of_an_office_hears_what_the_first_wrote(desk: Desk) -> None:
    one, two = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    names = [one.write(B, Received("8500")), one.write(B, Shelved("8500", "ক-০১"), 1)]
    one.send()
    assert two.heard_entries() == names


def test_a_verdict_is_heard_by_the_writer_and_by_every_office_concerned(desk: Desk) -> None:
    here, there, far = (Pc(desk, office).enrol() for office in ("8500", "1000", "1200"))
    first = here.write(A, announced("8500"))
    base = here.write(A, Received("8500"), first)
    here.write(A, handed_over(), base)
    here.send()
    there.write(A, Received("1000"), base)
    there.send()
    assert [code for _, _, code in there.heard_verdicts()] == [code for _, _, code in here.heard_verdicts()] != []
    assert far.heard() == []


def test_many_parcels_in_one_push_are_judged_alike(desk: Desk) -> None:
    here = Pc(desk).enrol()
    for n in range(1_200):
        here.write(item(n), Received("8500"))
    here.send()
    assert count(desk, "parcel") == 1_200
    assert good(desk)
