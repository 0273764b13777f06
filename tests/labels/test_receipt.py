"""What a receipt says of an act: who, what, how much, and whether it is the original; and that no amount on it is ever cut."""

from __future__ import annotations

from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.labels.samples import ACT, CHECK, CLAIMED, FEE, HERE, ITEM, LEFT, MANY, NOW, OTHER, REFUSED, TWO, advice
from tests.labels.samples import given as parcel

from corner_app.domain.here import Clerk
from corner_app.domain.numbers import make_s10
from corner_app.i18n import Language, money
from corner_app.labels.acts import cash_receipt, handover_receipt, refusal_receipt
from corner_app.labels.intimation import slip
from corner_app.labels.layout import Text
from corner_app.labels.media import Media, media_of
from corner_app.labels.papers import draw_paper, paper_marks
from corner_app.labels.preview import picture
from corner_app.labels.raster import TextRuler
from corner_app.labels.receipt import PLAIN_ITEMS, Item, Receipt

pytestmark = pytest.mark.usefixtures("qapp")
ROLLS = [media_of("58mm"), media_of("80mm")]
KARIM = Clerk("karim", "আব্দুল করিম", "Abdul Karim")


def texts(receipt: Receipt, media: Media) -> list[Text]:
    return [mark for mark in paper_marks(receipt, media).marks if isinstance(mark, Text)]


def test_a_handover_is_told_in_the_clerks_words() -> None:
    receipt = handover_receipt(TWO, ACT, HERE)
    assert (receipt.office, receipt.counter) == ("পিরোজপুর সদর প্রধান ডাকঘর ৮৫০০", "ই-কমার্স কর্নার · কাউন্টার ২")
    assert (receipt.title, receipt.day, receipt.time, receipt.clerk[1]) == ("হস্তান্তরের রশিদ", "২৪ নভেম্বর ২০২৬", "১১:৫৩", "রহিমা খাতুন")
    assert receipt.number == "8500-2-1-4309-Q7MK"
    assert receipt.facts == (("প্রাপক", "মোছাঃ শারমিন আক্তার"), ("মোবাইল", "০১৭•• ••৪৪১৭"), ("যাচাই", "সংগ্রহ কোড মিলেছে"))
    assert receipt.items == (Item(ITEM, "নকশী বাজার", "৳ ১,৮৫০"), Item(OTHER, "বইঘর", "পরিশোধিত"))
    assert receipt.total == ("নগদ আদায়", "৳ ১,৮৫০")
    assert receipt.paid == (("দিলেন", "৳ ২,০০০"), ("ফেরত পেলেন", "৳ ১৫০"))
    assert receipt.in_words == "এক হাজার আটশত পঞ্চাশ টাকা মাত্র"
    assert (receipt.code, receipt.grouped, receipt.check_link) == (ITEM, "CP 1047 2218 2 BD", CHECK)
    assert receipt.closing == ("অমিল হলে এই রশিদ নিয়ে আসুন", "মূল কপি · ধন্যবাদ")


def test_the_whole_phone_is_never_on_paper() -> None:
    for language in Language:
        receipt = handover_receipt(TWO, ACT, HERE, language)
        said = "".join(text.text for media in ROLLS for text in texts(receipt, media))
        assert "01700004417" not in said
        assert "০১৭০০০০৪৪১৭" not in said
    assert ("Mobile", "017•• ••4417") in handover_receipt(TWO, ACT, HERE, Language.EN).facts


@pytest.mark.parametrize("proof", ["code", "token", "id"])
def test_it_says_how_the_buyer_was_proven(proof: str) -> None:
    said = {"code": "সংগ্রহ কোড মিলেছে", "token": "কিউআর কোড মিলেছে", "id": "এনআইডি ••৪৮২১"}
    assert handover_receipt([parcel(ITEM, 0, proof=proof)], ACT, HERE).facts[-1] == ("যাচাই", said[proof])


def test_where_no_money_changed_hands_no_amount_stands() -> None:
    receipt = handover_receipt([parcel(ITEM, 0)], ACT, HERE)
    assert (receipt.total, receipt.paid, receipt.in_words) == (("কোনো টাকা নেওয়া হয়নি", ""), (), "")
    assert not any("৳" in text.text for text in texts(receipt, ROLLS[0]))
    assert refusal_receipt(REFUSED, ACT, HERE).total == ("কোনো টাকা নেওয়া হয়নি", "")


def test_the_fee_is_a_line_of_its_own_and_both_add_up_to_the_total() -> None:
    receipt = handover_receipt(FEE, ACT, HERE)
    assert receipt.items[0].amount == "৳ ১,৮৫০"
    assert receipt.parts == (("পণ্যমূল্য", "৳ ১,৮৫০"), ("আদায়ের মাশুল", "৳ ৪৬.২৫"))
    assert receipt.total == ("নগদ আদায়", "৳ ১,৮৯৬.২৫")
    assert receipt.in_words == "এক হাজার আটশত ছিয়ানব্বই টাকা পঁচিশ পয়সা মাত্র"


def test_mobile_money_is_said_to_be_claimed_and_what_is_left_stands_there() -> None:
    receipt = handover_receipt(CLAIMED, ACT, HERE, Language.EN, LEFT)
    assert receipt.items == (Item(ITEM, "Boighor", "৳ 1,850"), Item(OTHER, "Boighor", "not taken"))
    assert (receipt.total, receipt.paid) == (("By mobile", "৳ 1,896.25"), (("bKash", "9HM4W2K7XQ"),))
    assert receipt.doubt == "Claimed, not yet confirmed"
    said = [text.text for text in texts(receipt, ROLLS[0])]
    assert {"Claimed, not yet confirmed", "9HM4W2K7XQ", "Collection fee"} <= set(said)
    assert "Given" not in said
    assert handover_receipt(TWO, ACT, HERE).doubt == ""


def test_a_copy_says_which_it_is_and_who_printed_it_later() -> None:
    later = replace(HERE, clerk=KARIM, now=NOW + 3_600_000)
    copy = handover_receipt(TWO, replace(ACT, copy=2), later)
    assert copy.closing[1] == "পুনর্মুদ্রণ ২ · ১৩:০০ · আব্দুল করিম"
    assert (copy.clerk[1], copy.time) == ("রহিমা খাতুন", "১১:৫৩")
    assert handover_receipt(TWO, replace(ACT, copy=2), later, Language.EN).closing[1] == "Reprint 2 · 13:00 · Abdul Karim"


def test_without_a_page_to_check_it_nothing_is_promised() -> None:
    receipt = handover_receipt(TWO, replace(ACT, check=False), HERE)
    assert (receipt.check_link, receipt.check_words) == ("", "")
    assert [code.text for code in zxingcpp.read_barcodes(picture(draw_paper(receipt, ROLLS[0])))] == [ITEM]


def test_a_refusal_names_its_reason_and_asks_for_a_signature() -> None:
    receipt = refusal_receipt(REFUSED, ACT, HERE)
    assert receipt.facts[-1] == ("কারণ", "নিতে চান না")
    assert receipt.items == (Item(ITEM, "নকশী বাজার", "নেননি"),)
    assert (receipt.sign, receipt.closing[0]) == ("প্রাপকের স্বাক্ষর", "পার্সেলটি প্রেরকের নিকট ফেরত যাবে")


def test_cash_in_and_cash_out_are_told_apart() -> None:
    paid_in, out = (cash_receipt(way, 1_234_550, "নকশী বাজার", "পাওনা", ACT, HERE) for way in ("in", "out"))
    assert (paid_in.title, paid_in.total, paid_in.facts[0]) == ("নগদ জমার রশিদ", ("নগদ জমা", "৳ ১২,৩৪৫.৫০"), ("জমাদানকারী", "নকশী বাজার"))
    assert (out.title, out.total, out.facts[0]) == ("নগদ প্রদানের রশিদ", ("নগদ প্রদান", "৳ ১২,৩৪৫.৫০"), ("গ্রহীতা", "নকশী বাজার"))
    assert paid_in.in_words == "বারো হাজার তিনশত পঁয়তাল্লিশ টাকা পঞ্চাশ পয়সা মাত্র"


def test_an_unannounced_parcel_has_a_receipt_too() -> None:
    receipt = handover_receipt([replace(TWO[0], advice=None)], ACT, HERE)
    assert receipt.facts == (("যাচাই", "সংগ্রহ কোড মিলেছে"),)
    assert receipt.items[0].merchant == "M1"


@pytest.mark.parametrize("media", ROLLS, ids=lambda media: media.name)
@given(paisa=st.integers(1, 99_999_999_999), language=st.sampled_from(list(Language)), many=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_amount_is_ever_cut(media: Media, paisa: int, language: Language, many: bool) -> None:
    """Up to a hundred crore taka: every amount has room for all its figures at the size it may shrink to."""
    count = PLAIN_ITEMS + 1 if many else 2
    given = [parcel(make_s10("CP", f"{n:08d}"), paisa, tendered=2 * count * paisa, change=count * paisa) for n in range(count)]
    receipt = handover_receipt(given, ACT, HERE, language)
    ruler, amounts = TextRuler(media), [text for text in texts(receipt, media) if "৳" in text.text]
    assert len(amounts) == count + 3
    assert receipt.total[1] == money(count * paisa, language)
    assert all(ruler.wide(text, text.smallest) <= text.w for text in amounts)


@pytest.mark.parametrize("media", ROLLS, ids=lambda media: media.name)
def test_many_parcels_go_on_in_small_lines(media: Media) -> None:
    def length(count: int) -> int:
        return draw_paper(handover_receipt([parcel(make_s10("CP", f"{n:08d}"), 45_000) for n in range(count)], ACT, HERE), media).height

    assert length(PLAIN_ITEMS) - length(PLAIN_ITEMS - 1) > 2 * (length(PLAIN_ITEMS + 2) - length(PLAIN_ITEMS + 1)) > 40
    sixty = handover_receipt([parcel(make_s10("CP", f"{n:08d}"), 45_000) for n in range(60)], ACT, HERE)
    said = [text.text for text in texts(sixty, media)]
    assert all(make_s10("CP", f"{n:08d}") in said for n in range(60))
    assert "৬০টি পার্সেল" in said


def test_numbers_have_no_slashed_zero() -> None:
    """The monospaced face has one; on receipts numbers stand in the face of texts, in full."""
    ruler = TextRuler(ROLLS[0])
    for receipt in (handover_receipt(TWO, ACT, HERE), handover_receipt(MANY, ACT, HERE), refusal_receipt(REFUSED, ACT, HERE)):
        marks = texts(receipt, ROLLS[0])
        assert not any(text.mono for text in marks)
        assert all(ruler.wide(text, text.smallest) <= text.w for text in marks if text.text in (receipt.number, receipt.grouped, ITEM))


def test_a_slip_says_what_to_bring_and_until_when() -> None:
    made = slip(ITEM, advice(), 185_000, NOW + 15 * 86_400_000, HERE)
    assert (made.name, made.phone, made.what[1]) == ("মোছাঃ শারমিন আক্তার", "০১৭•• ••৪৪১৭", "নকশী বাজার থেকে একটি পার্সেল")
    assert (made.until[1], made.due, made.bring[1]) == ("৯ ডিসেম্বর ২০২৬", ("দিতে হবে", "৳ ১,৮৫০"), "সংগ্রহ কোড অথবা পরিচয়পত্র")
    assert made.where[1] == "পিরোজপুর সদর প্রধান ডাকঘর ৮৫০০\nই-কমার্স কর্নার · কাউন্টার ২"
    free = slip(ITEM, None, 0, NOW, HERE, Language.EN, copy=2)
    assert (free.due, free.what[1], free.name, free.copy_line) == (("Nothing to pay", ""), "A parcel", "", "Reprint 2 · 12:00 · Rahima Khatun")
