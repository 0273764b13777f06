"""Setting up a printer, step by step: what each scan proves, what each trouble offers, and that nothing is taken for proven which is not."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.identity import Named, Tcp, Usb
from corner_app.devices.profile import Profile
from corner_app.devices.scanners.wedge import KeyStroke, WedgeDecoder
from corner_app.devices.setup import events as e
from corner_app.devices.setup.finding import tag_of
from corner_app.devices.setup.hearing import Reading, TestCode, reading_of
from corner_app.devices.setup.remedies import REMEDIES, remedies_of
from corner_app.devices.setup.state import LADDER, Wizard
from corner_app.devices.setup.wizard import Turn, advance, begin, differs, resume
from corner_app.devices.status import FAULTS
from corner_app.domain.numbers import make_s10

ZPL = e.Model("generic-zpl", Profile(name="ZPL", language="zpl"))
TSPL = e.Model("generic-tspl", Profile(name="TSPL", language="tspl"))
TSC = e.Model("tsc-te200", Profile(name="TSC TE200", language="tspl", matches=("TE200", "1203:0272")))
ROLL = e.Model("generic-escpos", Profile(name="ESC/POS", language="escpos", width=384, height=0, media="continuous"))
KIT = e.Kit(
    (ZPL, TSPL, TSC, ROLL),
    (
        e.Paper("4x6in", 203, 812, 1218),
        e.Paper("4x6in", 300, 1200, 1800),
        e.Paper("3x2in", 203, 609, 406),
        e.Paper("58mm", 203, 384, 0),
        e.Paper("80mm", 203, 576, 0),
    ),
)
NOW = 1_795_495_320_000
USB = e.Candidate(Usb(0x1203, 0x0272, "SN7"), "usb", "TSC TE200", "tspl")
NET = e.Candidate(Tcp("192.0.2.7", 9100), "network")
QUEUE = e.Candidate(Named("cups", "labels"), "queue", two_way=False)


def codes(tag: int) -> tuple[TestCode, ...]:
    """As `labels.calibration` numbers them."""
    bars = tuple(TestCode("code128", dots, make_s10("ZZ", f"{tag:06d}{dots:02d}")) for dots in (2, 3, 4))
    return (*bars, *(TestCode("qr", dots, make_s10("ZZ", f"{tag:06d}{10 + dots:02d}")) for dots in (3, 4, 5)))


def go(now: Wizard, *events: e.Event) -> Turn:
    """Several events; the effects are the last one's."""
    effects: tuple[e.Effect, ...] = ()
    for event in events:
        now, effects = advance(now, event)
    return now, effects


def printing(*, found: e.Candidate = USB, answer: e.Answered | None = None) -> Turn:
    """Up to the printing of the first label."""
    now, _ = begin("label", KIT, NOW)
    asked = (answer or e.Answered("tspl", "TE200", 0),) if found.two_way else ()
    return go(now, e.Found((found,)), "next", *asked, "next", "next")


def scanning(found: e.Candidate = USB) -> Wizard:
    """A label came out and is to be scanned."""
    now, (effect,) = printing(found=found)
    assert isinstance(effect, e.Print)
    return go(now, e.Printed(tuple(codes(tag) for tag, _ in effect.labels), "printer"))[0]


def text(now: Wizard, dots: int) -> str:
    return next(code.text for code in now.codes if (code.kind, code.dots) == ("code128", dots))


def checks(now: Wizard) -> dict[str, str]:
    return {check.name: check.state for check in now.checks}


# The straight way


def test_a_printer_is_found_asked_printed_scanned_darkened_and_kept() -> None:
    now, effects = begin("label", KIT, NOW)
    assert (now.step, now.busy, effects) == ("find", "looking", (e.LookAround(),))
    now, effects = go(now, e.Found((NET, USB)), e.Chosen(1), "next")
    assert (now.step, now.busy, now.model) == ("language", "asking", "tsc-te200")
    assert effects == (e.Ask(USB.identity, TSC.profile),)
    now, _ = go(now, e.Answered("tspl", "TE200", 203))
    assert (now.busy, now.said, now.answered) == ("", "TE200", True)
    assert [model.name for model in now.candidates] == ["generic-tspl", "tsc-te200"]
    now, _ = go(now, "next")
    assert (now.step, now.paper, [sheet.name for sheet in now.sheets]) == ("paper", "4x6in", ["4x6in", "3x2in"])
    now, _ = go(now, e.EndsBy("mark", 30))
    now, (effect,) = go(now, "next")
    assert isinstance(effect, e.Print)
    assert (now.step, now.busy, effect.profile.media, effect.profile.gap, len(effect.labels)) == ("print", "printing", "mark", 30, 1)
    now, _ = go(now, e.Printed((codes(effect.labels[0][0]),), "printer"))
    assert (now.step, checks(now)) == ("scan", {"printed": "good", "size": "open", "read": "open", "letters": "open"})
    assert not now.may_go_on
    now, effects = go(now, e.Heard(text(now, 4), "usb:05E0:1701:SC-0147"))
    assert effects == (e.Tell("good"),)
    assert checks(now) == {"printed": "good", "size": "good", "read": "open", "letters": "good"}
    now, _ = go(now, e.Heard(text(now, 2), "usb:05E0:1701:SC-0147"))
    assert set(checks(now).values()) == {"good"}
    now, _ = go(now, "next")
    assert now.step == "darkness"
    now, (effect,) = go(now, "ladder")
    assert isinstance(effect, e.Print)
    assert [level for _, level in effect.labels] == list(LADDER)
    rungs = tuple(codes(tag) for tag, _ in effect.labels)
    now, _ = go(now, e.Printed(rungs, "printer"), e.Heard(rungs[3][0].text))
    assert now.profile is not None
    assert now.profile.darkness == LADDER[3]
    now, (effect,) = go(now, "next")
    assert effect == e.Save("label", USB.identity, "usb", "tsc-te200", {"media": "mark", "gap": 30, "darkness": LADDER[3]})
    now, _ = go(now, e.Saved())
    assert (now.step, now.busy, now.skipped) == ("saved", "", frozenset())


def test_a_printer_of_300_dpi_gets_labels_of_300_dpi() -> None:
    now, (effect,) = printing(found=NET, answer=e.Answered("zpl", "ZD421-300dpi", 300))
    assert isinstance(effect, e.Print)
    assert (effect.profile.dpi, effect.paper.width, effect.profile.width, effect.profile.height, effect.profile.gap) == (300, 1200, 1200, 1800, 35)
    assert differs(now) == {"dpi": 300, "width": 1200, "height": 1800, "gap": 35}


def test_a_receipt_printer_is_offered_rolls_and_no_ladder() -> None:
    now, _ = begin("receipt", KIT, NOW)
    now, (effect,) = go(now, e.Found((NET,)), "next", e.Answered("escpos"), "next", "next")
    assert isinstance(effect, e.Print)
    assert (effect.paper.name, effect.profile.height, effect.profile.media) == ("58mm", 0, "continuous")
    now, _ = go(now, e.Printed((codes(effect.labels[0][0]),)))
    now, (effect,) = go(now, e.Heard(text(now, 3)), "next")
    assert effect == e.Save("receipt", NET.identity, "network", "generic-escpos")


def test_a_wide_receipt_printer_may_have_either_roll() -> None:
    wide = replace(KIT, models=(e.Model("generic-escpos-80", Profile(name="ESC/POS", language="escpos", width=576, height=0, media="continuous")),))
    now, _ = go(begin("receipt", wide, NOW)[0], e.Found((NET,)), "next", e.Answered("escpos"), "next")
    assert ([sheet.name for sheet in now.sheets], now.paper) == (["58mm", "80mm"], "80mm")
    now, (effect,) = go(now, e.Chosen(0), "next")
    assert isinstance(effect, e.Print)
    assert (effect.paper.name, effect.profile.width) == ("58mm", 384)


def test_a_printer_that_is_set_up_is_tested_again_at_once() -> None:
    now, (effect,) = resume("label", KIT, NOW, USB.identity, "tsc-te200", TSC.profile)
    assert isinstance(effect, e.Print)
    assert (now.step, effect.identity, effect.labels[0][1]) == ("print", USB.identity, 50)


# What a scan says

LABEL, OLDER, OTHER = codes(tag_of(USB.identity, 4)), codes(tag_of(USB.identity, 3)), codes(tag_of(NET.identity, 4))
RIGHT = LABEL[1].text
BANGLA = "".join("ঢণীঈভ"["ZBDEF".index(sign) if sign in "ZBDEF" else 0] if sign.isalpha() else chr(0x09E6 + int(sign)) for sign in RIGHT)
FRENCH = "".join("à&é\"'(-è_ç"[int(sign)] if sign.isdigit() else {"Z": "W"}.get(sign, sign) for sign in RIGHT)
WRONG = RIGHT[:10] + str((int(RIGHT[10]) + 1) % 10) + RIGHT[11:]


@pytest.mark.parametrize(
    ("heard", "reading"),
    [
        (RIGHT, "right"), (RIGHT.lower(), "lower_case"), (BANGLA, "other_layout"), (FRENCH, "other_layout"), (WRONG, "wrong_digit"),
        (OLDER[1].text, "older"), (OTHER[1].text, "other_printer"), (make_s10("CP", "10472218"), "other_code"), ("8801942117730", "other_code"),
        ("BD8500BD8560CCC60093001", "other_code"), ("???", "garbled"), ("ক্ষক্ষ", "garbled"),
    ],
)  # fmt: skip
def test_a_scan_is_named_for_what_it_is(heard: str, reading: Reading) -> None:
    assert reading_of(heard, LABEL)[0] == reading


@given(st.text(max_size=30))
def test_nothing_but_the_label_itself_is_right(heard: str) -> None:
    reading, code = reading_of(heard, LABEL)
    assert reading in get_args(Reading)
    assert (reading == "right") == (heard.strip() in {one.text for one in LABEL})
    assert code is None or reading in ("right", "lower_case", "other_layout")


@given(st.permutations("০১২৩৪৫৬৭৮৯কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ"), st.sampled_from(LABEL))
def test_any_layout_that_changes_every_key_alike_is_found_out(letters: list[str], code: TestCode) -> None:
    keys = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", letters, strict=False))
    assert reading_of("".join(keys[sign] for sign in code.text), LABEL)[0] == "other_layout"


def test_the_label_of_the_run_before_proves_nothing() -> None:
    now = scanning()
    before = text(now, 4)
    now, (effect,) = go(now, "print")
    assert isinstance(effect, e.Print)
    now, effects = go(now, e.Printed((codes(effect.labels[0][0]),), "printer"), e.Heard(before))
    assert (now.reading, now.read, effects) == ("older", frozenset(), (e.Tell("look"),))
    assert now.remedies == ("scan_fresh",)


def test_the_label_of_a_set_up_before_is_an_older_one() -> None:
    first, later = scanning(), begin("label", KIT, NOW + 60_000)[0]
    later, (effect,) = go(later, e.Found((USB,)), "next", e.Answered("tspl"), "next", "next")
    assert isinstance(effect, e.Print)
    later, _ = go(later, e.Printed((codes(effect.labels[0][0]),)), e.Heard(text(first, 3)))
    assert later.reading == "older"


def test_two_printers_labels_differ_in_any_run() -> None:
    assert len({tag_of(one.identity, run) // 10_000 for one in (USB, NET, QUEUE) for run in range(200)}) == 3


def test_a_wedge_under_a_bangla_layout_is_right_and_the_screen_may_say_so() -> None:
    """The real decoder, keys as X11 gives them under the national layout: scan codes decode, the letters do not."""
    now = scanning()
    code = text(now, 4)
    decoder = WedgeDecoder(lambda heard: len(heard) == 13, "x11")
    places = {sign: 10 + n for n, sign in enumerate("1234567890")} | {"Z": 52, "B": 56, "D": 40}
    typed = "".join("য" if sign == "Z" else "ণ" if sign == "B" else "ী" if sign == "D" else chr(0x09E6 + int(sign)) for sign in code)
    for n, (sign, letter) in enumerate(zip(code, typed, strict=True)):
        assert decoder.press(KeyStroke(places[sign], sign.isalpha(), letter, 1000 + 10 * n, "")).hold
    scan = decoder.press(KeyStroke(36, False, "\r", 1140, "Return")).scan
    assert scan is not None
    now, _ = go(now, e.Heard(scan.text, scan.device, typed))
    assert (now.reading, now.letters, checks(now)["letters"]) == ("right", "by_keys", "good")
    now, _ = go(now, e.Heard(typed, "keyed"))
    assert (now.reading, now.remedies[0], checks(now)["read"]) == ("other_layout", "scanner_mode", "open")


# When something is wrong


def test_nothing_came_asks_for_more_each_time_and_ends_at_the_language() -> None:
    now, seen = scanning(), []
    for _ in range(4):
        now, _ = go(now, "nothing")
        assert (now.step, checks(now)["printed"]) == ("print", "bad")
        seen.append(now.trouble)
        now, (effect,) = go(now, "print")
        assert isinstance(effect, e.Print)
        now, _ = go(now, e.Printed((codes(effect.labels[0][0]),)))
    assert seen == ["nothing_came", "nothing_came_again", "nothing_came_still", "nothing_came_still"]
    assert "choose_language" in REMEDIES[seen[-1]]


def test_does_not_read_leads_from_the_hand_to_the_head_to_the_scanners_settings() -> None:
    now, seen = scanning(), []
    for _ in range(3):
        now, _ = go(now, "unread")
        seen.append(now.remedies[0])
        assert (now.step, checks(now)["read"]) == ("scan", "bad")
    assert seen == ["hold_closer", "darker", "allow_code128"]
    now, _ = go(now, e.Heard(text(now, 2)), e.Heard(text(now, 4)))
    assert checks(now)["read"] == "good"


def test_a_printer_without_paper_says_so_and_prints_when_it_has_some() -> None:
    now, _ = printing()
    now, _ = go(now, e.NotPrinted("media_out"))
    assert (now.step, now.busy, now.remedies[0]) == ("print", "", "load_paper")
    now, (effect,) = go(now, "print")
    assert isinstance(effect, e.Print)


def test_a_scan_proves_a_label_whose_printer_tells_nothing() -> None:
    now = scanning(found=replace(QUEUE, language="tspl"))
    now = replace(now, by="")
    now, _ = go(now, e.Heard(text(now, 3)))
    assert (now.by, checks(now)["printed"]) == ("scan", "good")


def test_a_mute_printer_is_set_up_by_hand() -> None:
    now, _ = begin("label", KIT, NOW)
    now, _ = go(now, e.Found((NET,)), "next", e.Answered(None))
    assert (now.trouble, now.may_go_on, len(now.candidates)) == ("mute", False, 4)
    now, _ = go(now, e.Chosen(2), "next")
    assert (now.step, now.model) == ("paper", "tsc-te200")


def test_a_printer_that_is_not_reached_can_be_asked_again() -> None:
    now, _ = begin("label", KIT, NOW)
    now, effects = go(now, e.Found((NET,)), "next", e.NotReached("refused"), "ask")
    assert (now.busy, now.trouble, len(effects)) == ("asking", "", 1)


def test_an_older_printer_that_speaks_what_we_do_not_is_named() -> None:
    now, _ = begin("label", replace(KIT, models=(ZPL,)), NOW)
    now, _ = go(now, e.Found((NET,)), "next", e.Answered("tspl", "TE200"))
    assert (now.trouble, now.said, now.may_go_on) == ("no_language", "TE200", False)


@pytest.mark.parametrize(
    ("typed", "identity"),
    [
        ("192.0.2.7", Tcp("192.0.2.7", 9100)), (" printer.example:6101 ", Tcp("printer.example", 6101)), ("tcp:[2001:db8::7]:9100", Tcp("2001:db8::7", 9100)),
        ("usb:1203:0272:SN7", Usb(0x1203, 0x0272, "SN7")), ("/dev/ttyS0", Named("path", "/dev/ttyS0")), ("COM3", Named("path", "COM3")),
        ("cups:labels", Named("cups", "labels")),
    ],
)  # fmt: skip
def test_an_address_is_taken_as_people_type_it(typed: str, identity: object) -> None:
    now, _ = go(begin("label", KIT, NOW)[0], e.Found(()), e.Typed(typed))
    assert now.printer is not None
    assert (now.printer.identity, now.step) == (identity, "language")


@pytest.mark.parametrize("typed", ["", "two words", "http://x/", "host:port", "host:99999"])
def test_what_is_no_address_is_said_to_be_none(typed: str) -> None:
    now, effects = go(begin("label", KIT, NOW)[0], e.Found(()), e.Typed(typed))
    assert (now.step, now.trouble, effects) == ("find", "bad_address", ())


def test_the_settings_that_cannot_be_written_are_tried_again() -> None:
    now = scanning()
    now, _ = go(now, e.Heard(text(now, 4)), "next", "next", e.NotSaved("bad_settings"))
    assert (now.step, now.busy, now.remedies[0]) == ("darkness", "", "mend_settings")
    now, (effect,) = go(now, "next")
    assert isinstance(effect, e.Save)


# Later


def test_what_is_left_for_later_is_kept_as_unproven() -> None:
    now, effects = go(scanning(), "later")
    assert (now.step, list(now.skipped), effects) == ("darkness", ["scan"], ())
    now, (effect,) = go(now, "later")
    assert isinstance(effect, e.Save)
    now, _ = go(now, e.Saved())
    assert (now.step, sorted(now.skipped), checks(now)["read"]) == ("saved", ["darkness", "scan"], "open")


def test_without_a_printer_later_keeps_nothing() -> None:
    now, effects = go(begin("label", KIT, NOW)[0], e.Found(()), "later")
    assert (now.step, list(now.skipped), effects) == ("find", ["find"], ())


def test_back_from_the_scan_is_the_paper_and_what_was_read_of_it_counts_no_more() -> None:
    now, _ = go(scanning(), "back")
    assert now.step == "paper"
    now, (effect,) = go(now, e.Chosen(1), "next")
    assert isinstance(effect, e.Print)
    assert (effect.paper.name, effect.profile.width, now.read) == ("3x2in", 609, frozenset())


# Whatever happens

EVENTS: list[e.Event] = [
    *get_args(e.Pressed), e.Found(()), e.Found((USB, NET, QUEUE)), e.Chosen(0), e.Chosen(2), e.Chosen(-1), e.Chosen(99), e.Typed("192.0.2.7"), e.Typed("?"),
    e.Answered(None), e.Answered("tspl", "TE200", 300), e.Answered("zpl", "", 77), e.NotReached("refused"), e.EndsBy("gap", 24), e.EndsBy("mark", 0),
    e.Printed(()), e.Printed((LABEL,), "printer"), e.Printed(tuple(codes(n) for n in range(5))), e.NotPrinted("media_out"), e.Heard(RIGHT), e.Heard(BANGLA),
    e.Heard(""), e.Saved(), e.NotSaved(),
]  # fmt: skip


@given(st.sampled_from(("label", "receipt")), st.lists(st.sampled_from(EVENTS), max_size=25))
def test_no_order_of_events_breaks_it_or_proves_what_was_not_scanned(role: e.Role, events: list[e.Event]) -> None:
    now, _ = begin(role, KIT, NOW)
    for event in events:
        before = now
        now, effects = advance(now, event)
        assert now.read <= set(now.codes)
        if now.read > before.read:
            assert isinstance(event, e.Heard)
        if now.trouble:
            assert now.remedies
        if any(isinstance(effect, e.Save) for effect in effects):
            assert now.printer is not None
            assert now.profile is not None
        if now.step == "saved" != before.step:
            assert before.busy == "saving"
        assert sum(not isinstance(effect, e.Tell) for effect in effects) <= 1
        assert bool([effect for effect in effects if not isinstance(effect, e.Tell)]) <= bool(now.busy)


@given(st.lists(st.sampled_from(EVENTS), max_size=15))
def test_there_is_always_a_way_on(events: list[e.Event]) -> None:
    """From wherever: the answer that is waited for, then keys, lead to a printer that is kept."""
    now, _ = go(begin("label", KIT, NOW)[0], *events)
    for _ in range(12):
        if now.step == "saved":
            break
        awaited: dict[str, e.Event] = {
            "looking": e.Found((USB,)), "asking": e.Answered("tspl", "TE200"), "printing": e.Printed((LABEL,), "printer"), "saving": e.Saved(),
        }  # fmt: skip
        event: e.Event = awaited.get(now.busy) or (
            "next" if now.may_go_on else "print" if now.step == "print" else "look" if now.step == "find" else e.Heard(RIGHT)
        )
        if now.step == "language" and not now.busy and not now.may_go_on:
            event = e.Chosen(0)
        if now.step == "paper" and not now.may_go_on:
            event = e.Chosen(0)
        if now.step == "scan" and not now.busy and not now.may_go_on:
            event = e.Heard(now.codes[0].text) if now.codes else "later"
        now, _ = go(now, event)
    assert now.step == "saved"


def test_every_fault_a_printer_can_have_has_a_remedy() -> None:
    assert [fault for fault in FAULTS if fault not in REMEDIES] == []
    assert all(remedies_of(word) for word in (*REMEDIES, "never heard of"))
    assert remedies_of("") == ()


# A printer that is set up already


@pytest.mark.parametrize(("size", "paper"), [((812, 1218), "4x6in"), ((800, 1200), "3x2in"), ((609, 406), "3x2in")])
def test_a_printer_tested_again_keeps_the_paper_that_is_set(size: tuple[int, int], paper: str) -> None:
    profile = Profile(name="ZPL", language="zpl", width=size[0], height=size[1], media="mark")
    now, (effect,) = resume("label", KIT, NOW, NET.identity, ZPL.name, profile)
    assert isinstance(effect, e.Print)
    assert (effect.profile, effect.paper.name, now.profile) == (profile, paper, profile)


def test_a_printer_whose_paper_takes_no_test_label_says_so_and_another_can_be_chosen() -> None:
    shelf = Profile(name="ZPL", language="zpl", width=400, height=200)
    now, effects = resume("label", KIT, NOW, NET.identity, ZPL.name, shelf)
    assert (now.step, now.trouble, effects) == ("print", "undrawable", ())
    assert go(now, "back")[0].step == "paper"
    now, effects = resume("label", KIT, NOW, NET.identity, ROLL.name, ROLL.profile)
    assert (now.step, now.trouble, now.remedies[0], effects) == ("language", "no_label_fits", "for_receipts", ())
