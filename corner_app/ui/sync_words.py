"""What the sync screen says of a `SyncView`: the state in one title, troubles in three parts, sizes and lengths of time."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.desk.views import AttentionLine, Header, Span, SyncView
from corner_app.i18n import Language, clock, digits, load_words, number, on_date, words

PHONE_CODES = {
    "unreachable": "L-11", "portal": "L-12", "centre_trouble": "L-13",
    "crowded": "L-14", "not_our_centre": "L-21", "certificate_expired": "L-22", "clock_wrong": "L-23",
    "bad_signature": "L-24", "garbled": "L-25", "refused_revoked": "L-31", "too_old": "L-32", "forked": "L-33", "not_enrolled": "L-34", "code_wrong": "L-35",
    "code_used": "L-36", "too_large": "L-37", "device_taken": "L-38", "not_enrolled_there": "L-39",
    "no_box": "L-50", "stick_full": "L-51", "stick_gone": "L-52", "stick_damaged": "L-53", "stick_empty": "L-54", "stick_other": "L-55",
    "stick_elsewhere": "L-56", "stick_unknown": "L-57", "stick_forked": "L-58", "relay_unreachable": "L-61",
    "not_our_relay": "L-62",
    "bad_key": "L-40", "code_unreadable": "L-42",
    "code_of_another_office": "L-43", "enrolled_elsewhere": "L-44",
    "no_key": "L-41", "disk": "B-03", "disk_full": "B-03", "disk_error": "B-03", "book_damaged": "B-01", "not_verified": "B-01",
}  # fmt: skip
"""Read out on the phone, the same in both languages."""
_AS_DISK = ("disk_full", "disk_error")


@dataclass(frozen=True, slots=True)
class Said:
    """A trouble in words: what is wrong, what is safe, what to do, the code for the phone."""

    what: str
    safe: str
    remedy: str
    code: str


@dataclass(frozen=True, slots=True)
class StateView:
    """The first card. tone: "info", "act", "look" or "stop"; share: 0 to 1 of this run, below 0 none; button: "S", "Esc" or ""."""

    title: str
    sign: str
    tone: str
    why: str
    trouble: Said | None = None
    count: str = ""
    rate: str = ""
    share: float = -1.0
    button: str = ""


def trouble_words(code: str, lang: Language) -> Said:
    """The words of a code. "clock_wrong:17" carries the minutes. One nobody gave words to still says what is safe."""
    name, _, minutes = code.partition(":")
    known, phone = load_words(), PHONE_CODES.get(name, "L-00")
    if name in _AS_DISK:
        name = "disk"
    if name == "not_verified":
        return Said(words("link.not_verified", lang), words("link.not_verified_safe", lang), words("link.not_verified_do", lang), phone)
    if f"sync.{name}_do" not in known:
        name = "unknown"
    if name == "clock_wrong":
        what = words("sync.clock_wrong", lang, minutes=abs(int(minutes))) if minutes.lstrip("-").isdigit() else words("sync.clock_wrong_some", lang)
    else:
        what = words(f"sync.{name}", lang)
    return Said(what, words(f"sync.{name}_safe", lang), words(f"sync.{name}_do", lang), phone)


@dataclass(frozen=True, slots=True)
class PillView:
    """The link in the header. tone: "", "info", "act", "look" or "stop"."""

    text: str
    tone: str
    sign: str


def pill_of(view: Header, lang: Language, *, sending: bool = False) -> PillView:
    """The link in a few words. "At the centre" is said only where nothing is left that the centre has not confirmed."""
    n, code = view.unsent, view.trouble.partition(":")[0]
    if view.phase == "not_enrolled":
        return PillView(words("link.pill_not_enrolled", lang, n=n), "", "cloud-off")
    if n and (sending or view.phase == "sending"):
        return PillView(words("link.pill_sending", lang, n=n), "info", "cloud-upload")
    if code == "unreachable":
        said = words("ui.offline", lang, n=n, since=clock(view.since, lang)) if n else words("link.pill_offline", lang)
        return PillView(said, "look", "cloud-off")
    if code:
        key = "link.pill_trouble" if n else "link.pill_trouble_none"
        return PillView(words(key, lang, code=trouble_words(code, lang).code, n=n), "stop" if view.phase == "needs_help" else "look", "cloud-alert")
    if n and view.phase == "stopped":
        return PillView(words("link.pill_stopped", lang, n=n), "look", "cloud-off")
    if n:
        return PillView(words("link.pill_saved", lang, n=n), "", "hard-drive")
    return PillView(words("link.pill_at_centre", lang), "act", "cloud-check")


def verdict_words(line: AttentionLine, lang: Language) -> tuple[str, str]:
    """(what it is, what to do) of what the centre said of an entry. A code nobody gave words to still says what to do."""
    code = line.code if f"verdict.{line.code}_do" in load_words() else "unknown"
    return words(f"verdict.{code}", lang), words(f"verdict.{code}_do", lang)


def entry_words(line: AttentionLine, lang: Language) -> str:
    """Which parcel or cash document and which entry: name, number, whose."""
    name = (line.name_bn or line.name_en) if lang is Language.BN else (line.name_en or line.name_bn)
    whose = words("verdict.of_ours" if line.ours else "verdict.of_others", lang, seq=line.seq)
    return " · ".join(part for part in (name, _thing(line.item, lang), whose) if part)


def _thing(subject: str, lang: Language) -> str:
    """A parcel by its number; a cash document by what it is, and by its whole name where it is none of ours."""
    kind, _, rest = subject.partition(":")
    try:
        match kind, rest.rsplit("-", 4):
            case "day", [_, counter, *date] if len(date) == 3:
                return words("verdict.day", lang, date=on_date("-".join(date), lang), counter=int(counter))
            case "slip", [*_, counter, _, _]:
                return words("verdict.slip", lang, counter=int(counter))
            case "pouch", _:
                return words("verdict.pouch", lang, seal=rest)
    except ValueError:
        return subject
    return subject


_BYTES_EACH = 12
"""Of an entry in a long run on the wire, about (docs/decisions/0005)."""


def state_of(view: SyncView, own: str, now: int, lang: Language) -> StateView:
    """The first card. own: a trouble met by what the clerk asked for here, "" none; it stands before that of the link."""
    trouble = trouble_words(own or view.trouble, lang) if own or view.trouble else None
    if view.phase == "not_enrolled":
        said = trouble or trouble_words("not_enrolled", lang)
        return StateView(said.what, "cloud-off", "info", "", said)
    if view.phase == "sending":
        return _sending(view, trouble, lang)
    if own or view.phase == "needs_help":
        said = trouble or trouble_words("unknown", lang)
        return StateView(said.what, "octagon-x", "stop", "", said, button="S")
    if view.phase == "waiting":
        title = trouble.what if trouble else words("link.waiting", lang)
        return StateView(title, "triangle-alert" if trouble else "clock", "look", _next(view.next_try - now, view.next_try, lang), trouble, button="S")
    if view.phase == "stopped":
        return StateView(words("link.stopped", lang), "cloud-off", "look", words("link.stopped_why", lang), trouble, button="S")
    if view.unsent:
        return StateView(words("link.to_send", lang), "cloud-upload", "look", words("link.to_send_why", lang), trouble, button="S")
    return StateView(words("link.all_sent", lang), "cloud-check", "act", words("link.idle_why", lang), trouble, button="S")


def _sending(view: SyncView, trouble: Said | None, lang: Language) -> StateView:
    left = -(-max(view.carry_bytes, (view.of - view.sent) * _BYTES_EACH) // view.rate) if view.rate else 0
    why = trouble.what if trouble else words("link.eta", lang, left=length(max(1, left) * 1000, lang)) if view.rate else words("link.no_eta", lang)
    return StateView(
        words("link.sending", lang), "cloud-upload", "info", why, trouble, words("link.of", lang, sent=view.sent, of=view.of) if view.of else "",
        words("link.rate", lang, amount=size(view.rate, lang)) if view.rate else "", view.sent / view.of if view.of else 0.0, "Esc",
    )  # fmt: skip


def _next(left: int, at: int, lang: Language) -> str:
    if left < 1000:
        return words("link.next_soon", lang)
    return words("link.next_at", lang, at=clock(at, lang), left=length(left, lang))


def length(milliseconds: int, lang: Language) -> str:
    """A stretch of time in its largest unit: ৩৩ মিনিট."""
    seconds = max(0, milliseconds // 1000)
    for unit, long in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= long:
            return words(f"link.{unit}", lang, n=seconds // long)
    return words("link.second", lang, n=seconds)


def hours(milliseconds: int, lang: Language) -> str:
    """৩ ঘ ৩৫ মি."""
    whole, minutes = divmod(max(0, milliseconds) // 60_000, 60)
    return words("link.hours_minutes", lang, hours=whole, minutes=minutes) if whole else words("link.minutes_only", lang, minutes=minutes)


def total(spans: tuple[Span, ...], *, online: bool) -> int:
    """Milliseconds of today with the link up, or down."""
    return sum(span.until - span.since for span in spans if span.online is online)


def size(count: int, lang: Language) -> str:
    """১.২ কেবি: thousands of bytes with one decimal below ten."""
    for unit, step in (("megabytes", 1_000_000), ("kilobytes", 1_000)):
        if count >= step:
            tenths = count * 10 // step
            shown = digits(f"{tenths // 10}.{tenths % 10}", lang) if tenths < 100 and tenths % 10 else number(tenths // 10, lang)
            return words(f"link.{unit}", lang, amount=shown)
    return words("link.bytes", lang, amount=number(count, lang))
