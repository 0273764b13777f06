"""A desk that answers from prepared values, and the values of the design's pictures (names and figures in them are invented)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from corner_app.desk.commands import AnyCommand, Dispute
from corner_app.desk.views import (
    AttentionLine,
    BagProgress,
    Drawer,
    Found,
    Header,
    NumberLine,
    ParcelView,
    PrintCounts,
    PrinterView,
    PrintLine,
    Quarter,
    ScanLine,
    SortBin,
    Span,
    SyncView,
    TimelineLine,
    Today,
    UnsentGroup,
    Waiting,
)
from corner_app.domain.handover import Charge
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Outcome, ParcelCard, Tone
from corner_app.i18n import Language
from corner_app.reports.figures import Names, Report
from corner_app.ui.main_window import MainWindow
from corner_app.ui.theme import Look

MINUTE = 60_000
NOW = 1_795_495_320_000
"""24 November 2026, 10:42 in Dhaka."""
RAHIMA = Clerk("rahima", "রহিমা খাতুন", "Rahima Khatun")
OFFICE = ("পিরোজপুর প্রধান ডাকঘর", "Pirojpur Head Post Office")


class PreparedPort:
    """A `DeskPort` without a desk. answers: question → value, or a function of the argument. reply: what a command is answered with at once.

    Without a reply commands wait in `asked` until the test calls `settle`.
    """

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {
            "header": HEADER,
            "last_scans": (),
            "bag": None,
            "bins": (),
            "prints": (),
            "printers": (),
            "print_counts": PrintCounts(41, 2, 1),
            "drawer": Drawer(2, 733_000, 516_000),
            "at_centre": frozenset(),
            **answers,
        }
        self.commands: list[AnyCommand] = []
        self.asked: list[Callable[[Outcome], None]] = []
        self.reply: Callable[[AnyCommand], Outcome] | None = None
        self.places: list[tuple[str, str]] = []
        self.prints: list[tuple[int, bool]] = []
        self.scanned_prints: list[tuple[int, str]] = []
        self.looked = 0
        self.badges: list[str] = []
        self.synced: list[tuple[str, str]] = []
        self.outcome_of_carry = ""
        self.read: list[AttentionLine] = []
        self.reports_asked: list[tuple[str, str]] = []
        self.reports_stopped: list[str] = []
        self.reports_written: list[tuple[str, str]] = []
        self.report_read: tuple[Report, Names] | None = None
        self.outcome_of_report = ""

    def do(self, command: AnyCommand, then: Callable[[Outcome], None], op: str | None = None) -> None:
        self.commands.append(command)
        if self.reply is None:
            self.asked.append(then)
        else:
            then(self.reply(command))

    def settle(self, outcome: Outcome) -> None:
        """Answers the oldest command that waits."""
        self.asked.pop(0)(outcome)

    def ask(self, question: str, argument: object, then: Callable[[Any], None]) -> None:
        value = self.answers.get(question)
        if value is not None or question in ("bag", "view", "waiting"):
            then(value(argument) if callable(value) else value)

    def moved(self, screen: str, bag: str) -> None:
        self.places.append((screen, bag))

    def answer_print(self, job: int, in_hand: bool, then: Callable[[], None]) -> None:
        self.prints.append((job, in_hand))
        then()

    def scan_print(self, job: int, scan: str, then: Callable[[], None]) -> None:
        self.scanned_prints.append((job, scan))
        then()

    def look_at_printers(self) -> None:
        self.looked += 1

    def sign_in(self, badge: str, then: Callable[[bool], None]) -> None:
        self.badges.append(badge)
        then(badge == "rahima")

    def sync_now(self) -> None:
        self.synced.append(("now", ""))

    def sync_stop(self) -> None:
        self.synced.append(("stop", ""))

    def enrol(self, url: str, code: str, then: Callable[[str], None]) -> None:
        self.synced.append((url, code))
        then(self.outcome_of_carry)

    def dispute(self, command: Dispute, then: Callable[[Outcome], None]) -> None:
        self.do(command, then)

    def report(self, date: str, to: str, told: Callable[[int, int], None], then: Callable[[Report, Names], None]) -> Callable[[], None]:
        self.reports_asked.append((date, to))
        if self.report_read is not None:
            then(*self.report_read)
        return lambda: self.reports_stopped.append(date)

    def write_report(self, report: Report, names: Names, form: str, target: str, language: Language, then: Callable[[str], None]) -> None:
        self.reports_written.append((form, target))
        then(self.outcome_of_report)

    def seen(self, line: AttentionLine, then: Callable[[], None]) -> None:
        self.read.append(line)
        then()

    def carry_out(self, folder: str, then: Callable[[str], None]) -> None:
        self.synced.append(("out", folder))
        then(self.outcome_of_carry)

    def carry_in(self, folder: str, then: Callable[[str], None]) -> None:
        self.synced.append(("in", folder))
        then(self.outcome_of_carry)

    def verify_book(self, then: Callable[[str], None]) -> None:
        self.synced.append(("verify", ""))
        then(self.outcome_of_carry)


def window(port: PreparedPort, look: Look, now: int = NOW, tones: list[Tone] | None = None) -> MainWindow:
    """The window of the pictures over a prepared desk; the tones it played are appended to `tones`."""
    played = tones if tones is not None else []
    made = MainWindow(
        port, look, OFFICE, "8500", 2, training=False, clerk=RAHIMA, clock=lambda: now, play=played.append, on_close=lambda: None
    )  # fmt: skip
    made.header.show_device("scanner", "ready")
    made.header.show_device("printer", "ready")
    return made


def words_shown(root: QWidget) -> list[str]:
    """The words of every visible piece, as a screen reader would say them."""
    return [piece.accessibleName() for piece in root.findChildren(QWidget) if piece.isVisibleTo(root) and piece.accessibleName()]


HEADER = Header(unsent=42, since=NOW - 36 * MINUTE, entries=4_219, on_hand=72, phase="waiting", trouble="unreachable")

SHARMIN = ParcelCard(
    "CP104722182BD", "মোছাঃ শারমিন আক্তার", "Mst. Sharmin Akter", "01700004417", "গ্রাম: উত্তরপাড়া, ইউনিয়ন: শরিকতলা, পিরোজপুর সদর ৮৫০০",
    "Vill: Uttarpara, Union: Shariktola, Pirojpur Sadar 8500", "8500", "নকশী বাজার", "Nakshi Bazar", "NB-20914", 1_200, 185_000, "received", "খ-১২",
    received_at=NOW,
)  # fmt: skip
RECEIVED = Outcome(
    Tone.GOOD, "received", SHARMIN.item, (4_217,),
    {"announced": True, "shelf": "খ-১২", "destination": "8500", "cod": 185_000, "to": "shelf", "place": "খ-১২", "extra": False, "warnings": []},
    SHARMIN,
)  # fmt: skip
WRONG_DIGIT = Outcome(Tone.STOP, "wrong_check_digit", "CP104722187BD", data={"number": "CP104722187BD", "right_digit": "2"})
MISSENT = Outcome(
    Tone.LOOK, "missent", "CP104722151BD", (4_216,), {"right_office": "8510", "right_office_bn": "কাউখালী", "right_office_en": "Kaukhali"},
    ParcelCard("CP104722151BD", "নুসরাত জাহান", "Nusrat Jahan", "01800001160", "কাউখালী ৮৫১০", "Kaukhali 8510", "8510", weight_g=640, state="missent"),
)  # fmt: skip
AGAIN = Outcome(
    Tone.LOOK, "already_received", "CP104722148BD", data={"when": NOW - MINUTE - 4_000, "by": "rahima", "shelf": "খ-১১"},
    card=ParcelCard("CP104722148BD", "মোঃ সোহেল রানা", "Md. Sohel Rana", "01500003912", "বাজার রোড, পিরোজপুর", "Bazar Road, Pirojpur", "8500", shelf="খ-১১"),
)  # fmt: skip
UNKNOWN = Outcome(Tone.STOP, "unannounced", "8801942117730", data={})


def _missing(item: str, bangla: str, english: str, cod: int) -> ParcelCard:
    return ParcelCard(item, bangla, english, cod=cod, state="announced")


BAG_NUMBER = "BD8200BD8500CCC60417001010345"
BAG = BagProgress(
    BAG_NUMBER, "8200-8500-0417-01", "8200", 42, 37,
    (
        _missing("CP104722236BD", "আয়েশা আক্তার", "Ayesha Akter", 99_000), _missing("CP104722240BD", "রতন ঘোষ", "Ratan Ghosh", 0),
        _missing("CP104722253BD", "মোঃ জুয়েল সরকার", "Md. Jewel Sarker", 240_000), _missing("CP104722267BD", "সালমা খানম", "Salma Khanam", 0),
        _missing("CP104722275BD", "রাশেদুল খান", "Rashedul Khan", 45_000),
    ),
    (), 34_500, opened=True, ended=False,
)  # fmt: skip
LAST_SCANS = (
    ScanLine(4_215, "CP104722165BD", "আব্দুল করিম", "Abdul Karim", Tone.GOOD, "received", "ক-০৩", NOW),
    ScanLine(4_214, "CP104722151BD", "নুসরাত জাহান", "Nusrat Jahan", Tone.LOOK, "missent", "", NOW - MINUTE),
    ScanLine(0, "CP104722148BD", "মোঃ সোহেল রানা", "Md. Sohel Rana", Tone.LOOK, "already_received", "খ-১১", NOW - MINUTE),
    ScanLine(4_213, "CP104722148BD", "মোঃ সোহেল রানা", "Md. Sohel Rana", Tone.GOOD, "received", "খ-১১", NOW - MINUTE),
    ScanLine(0, "8801942117730", "", "", Tone.STOP, "unannounced", "", NOW - 2 * MINUTE),
    ScanLine(4_212, "CP407774791BD", "আরিফুল মৃধা", "Ariful Mridha", Tone.GOOD, "received", "গ-০২", NOW - 2 * MINUTE, at_centre=True),
    ScanLine(4_211, "CP610037240BD", "নুসরাত ইয়াসমিন", "Nusrat Yasmin", Tone.GOOD, "received", "ঘ-০৭", NOW - 3 * MINUTE, at_centre=True),
    ScanLine(4_210, "CP438424402BD", "অসীম দাস", "Ashim Das", Tone.GOOD, "received", "ক-০৯", NOW - 3 * MINUTE),
)

BINS = (
    SortBin("shelf", "", "", "", 41),
    SortBin("beat", "বিট-১", "পোস্টম্যান হারুন", "Postman Harun", 22),
    SortBin("beat", "বিট-২", "পোস্টম্যান রফিক", "Postman Rafiq", 17),
    SortBin("bag", "8560", "মঠবাড়িয়া", "Mathbaria", 9, "8500-8560-0093-01", 7_100, 20_000),
    SortBin("bag", "8510", "কাউখালী", "Kaukhali", 6, "8500-8510-0094-01", 4_000, 20_000),
    SortBin("hub", "8200", "বরিশাল হাব", "Barishal hub", 5, "8500-8200-0419-01", 3_000, 20_000),
)
SORTED = Outcome(
    Tone.GOOD, "sorted", "CP104722315BD", (4_230,), {"to": "bag", "place": "8560", "bag": "BD8500BD8560CCC60093001"},
    ParcelCard(
        "CP104722315BD", "মোঃ কামরুল হাসান", "Md. Kamrul Hasan", "01700009021", "দাউদখালী, মঠবাড়িয়া ৮৫৬০", "Daudkhali, Mathbaria 8560", "8560", cod=99_000,
        state="bagged",
    ),
)  # fmt: skip

SECOND = ParcelCard(
    "CP104719909BD", SHARMIN.name_bn, SHARMIN.name_en, SHARMIN.phone, SHARMIN.address_bn, SHARMIN.address_en, "8500", "বইঘর", "Boighar", "BG-77", 400, 0,
    "shelved", "খ-১২", received_at=NOW - 2 * 1_440 * MINUTE,
)  # fmt: skip
FOUND = (Found(SHARMIN, at_centre=False), Found(SECOND, at_centre=True))
NEWER = Found(
    ParcelCard("CP104719974BD", "সালমা খানম", "Salma Khanam", "01900004719", postcode="8500", state="announced"), at_centre=True, update_needed=True
)  # fmt: skip
WAITING = Waiting(SHARMIN, (SHARMIN, SECOND), tries=1, limit=5, locked=False, has_code=True, wallets=("bkash", "nagad", "rocket", "upay"))
THIRD = replace(SHARMIN, item="CP104720664BD", merchant_bn="স্বপ্ন শাড়ি ঘর", merchant_en="Swapno Saree", order_ref="SS-118", cod=64_000, shelf="খ-১৪")
WITH_FEES = replace(WAITING, parcels=(SHARMIN, SECOND, THIRD), charges=(Charge(185_000, 4_625), Charge(0, 0), Charge(64_000, 1_600)))


def _life(seq: int, kind: str, ago: int, by: tuple[str, str, str], office: str, detail: str = "", at_centre: bool = True) -> TimelineLine:
    return TimelineLine(seq, kind, NOW - ago * MINUTE, *by, office, detail, undone=False, at_centre=at_centre)


_RAHIMA, _ALAM = ("rahima", "রহিমা খাতুন", "Rahima Khatun"), ("alam", "শাহ আলম", "Shah Alam")
VIEW = ParcelView(
    ParcelCard(
        SHARMIN.item, SHARMIN.name_bn, SHARMIN.name_en, SHARMIN.phone, SHARMIN.address_bn, SHARMIN.address_en, "8500", SHARMIN.merchant_bn,
        SHARMIN.merchant_en, SHARMIN.order_ref, 0, 185_000, "shelved", "খ-১২", received_at=NOW,
    ),
    "due",
    (
        NumberLine("item", "CP104722182BD"), NumberLine("order", "NB-20914"), NumberLine("reference", "FP-234 234-71"), NumberLine("token", "Q7MK-4R2X-HD0Z"),
    ),
    (
        _life(4_218, "label_settled", 0, ("SYSTEM", "SYSTEM", "SYSTEM"), "8500", "printed", at_centre=False),
        _life(4_218, "shelved", 0, _RAHIMA, "8500", "খ-১২", at_centre=False), _life(4_217, "received", 0, _RAHIMA, "8500", BAG_NUMBER, at_centre=False),
        _life(31_802, "dispatched", 332, _ALAM, "8200"), _life(31_557, "bagged", 792, _ALAM, "8200"), _life(30_914, "received", 1_032, _ALAM, "8200"),
        _life(112_406, "announced", 2_662, ("merchant", "নকশী বাজার", "Nakshi Bazar"), ""),
    ),
    (SECOND,), (), keep_until=NOW + 7 * 1_440 * MINUTE,
)  # fmt: skip

DOUBT = PrintLine(5, "parcel_label", "CP104722205BD", "মোঃ মেহেদী মোল্লা", 1, "in_doubt", "printer", NOW - 3 * MINUTE, "no_count")
PRINTS = (
    DOUBT,
    PrintLine(9, "parcel_label", "CP104722284BD", "আয়েশা আক্তার", 1, "queued", "", NOW),
    PrintLine(8, "parcel_label", "CP104722219BD", "রতন ঘোষ", 1, "sending", "", NOW - MINUTE),
    PrintLine(7, "receipt_handover", "CP104719767BD", "নাসিমা বেগম", 1, "printed", "printer", NOW - 5 * MINUTE, "", "receipt"),
    PrintLine(6, "parcel_label", "CP104722148BD", "মোঃ সোহেল রানা", 2, "printed", "scan", NOW - 7 * MINUTE),
    PrintLine(4, "shelf_label", "খ-১২", "", 1, "failed", "clerk", NOW - 8 * MINUTE, "dropped"),
    PrintLine(3, "parcel_label", "CP104722182BD", "মোছাঃ শারমিন আক্তার", 1, "failed", "transport", NOW - 9 * MINUTE, "no_such_paper"),
    PrintLine(2, "parcel_label", "CP104722015BD", "অসীম দাস", 1, "printed", "clerk", NOW - 15 * MINUTE),
    PrintLine(1, "bag_label", "BD8500BD8200CCC60419001", "", 1, "printed", "printer", NOW - 22 * MINUTE),
)
PRINTERS = (
    PrinterView("label", "Zebra ZD421", "usb:0A5F:0166:D2J4F21", "mute", again_s=40, heard_at=NOW - 3 * MINUTE),
    PrinterView("receipt", "Epson TM-T20III", "path:/dev/ttyS0", "ready", ("media_low",)),
)


def _bag(n: int, expected: int, received: int = 0, *, opened: bool = False) -> BagProgress:
    return BagProgress(f"{n}", f"8200-8500-0417-0{n}", "8200", expected, received, (), (), 0, opened=opened, ended=False)


MISPLACED = AttentionLine(9, 1, 4_102, "CP104722098BD", "আব্দুল জলিল", "Abdul Jalil", "claimed_elsewhere", NOW - 21 * MINUTE, ours=True)
TODAY = Today(
    59, 44, 37, 19, 12, 72, 50, (Drawer(1, 1_024_000, 1_024_000), Drawer(2, 733_000, 516_000)),
    (_bag(1, 42, 37, opened=True), _bag(2, 47), _bag(3, 51), _bag(4, 38)), (DOUBT,)
)  # fmt: skip

NINE = NOW - 102 * MINUTE
"""9:00 of the same day."""
AFTERNOON = NINE + 335 * MINUTE
"""14:35."""
_WRITTEN = (4, 8, 7, 11, 17, 29, 33, 24, 21, 14, 19, 26, 23, 32, 28, 20, 14, 7, 9, 17, 22, 19, 14)
SYNC = SyncView(
    "sending", "", 64, 106, 1_200, 42, 4_707, 4_748, NINE + 302 * MINUTE, "handed_over", AFTERNOON - 9_000, 605, 26_000, 0,
    (UnsentGroup("parcels", 29, 19), UnsentGroup("money", 6, 6, 743_000), UnsentGroup("bags", 4), UnsentGroup("prints", 3)),
    tuple(Quarter(NINE + (15 * n - 5) * MINUTE, written, written if n > 20 else 0) for n, written in enumerate(_WRITTEN)),
    (
        Span(NINE - 4 * MINUTE, NINE + 67 * MINUTE, online=True), Span(NINE + 67 * MINUTE, NINE + 158 * MINUTE, online=False),
        Span(NINE + 158 * MINUTE, NINE + 302 * MINUTE, online=True), Span(NINE + 302 * MINUTE, AFTERNOON, online=False),
    ),
    4_748, "1", 4_748, 4_706, 4_800, NOW - 7 * 1_440 * MINUTE,
)  # fmt: skip
"""The link is back, 64 of 106 are sent."""
AT_CENTRE = replace(
    SYNC, phase="idle", sent=0, of=0, rate=0, unsent=0, first_unsent=0, last_unsent=0, oldest_at=0, oldest_kind="", groups=(), confirmed=4_748,
    quarters=tuple(replace(quarter, unsent=0) for quarter in SYNC.quarters), attention=(MISPLACED,), carry_bytes=0,
)  # fmt: skip
"""Everything is at the centre, which has something to say of one entry."""
NOT_ENROLLED = SyncView(
    "not_enrolled", "not_enrolled", 0, 0, 0, 4_748, 1, 4_748, NOW - 9 * 1_440 * MINUTE, "received", 0, 0, 0, 0,
    (UnsentGroup("parcels", 3_912, 1_204), UnsentGroup("money", 512, 498, 98_743_000), UnsentGroup("bags", 188), UnsentGroup("prints", 136)),
    tuple(Quarter(quarter.start, quarter.written, quarter.written) for quarter in SYNC.quarters),
    (Span(NINE - 4 * MINUTE, AFTERNOON, online=False),), 4_748, "", 0, 0, 214_000, 0,
)  # fmt: skip
