"""What the devices screen and the terminal say of a device, of a step of the set-up, and of a trouble. Values in, words out; no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corner_app.devices.identity import BadIdentity, Usb, identity_of
from corner_app.devices.setup.events import Candidate, Paper
from corner_app.devices.setup.remedies import remedies_of
from corner_app.devices.setup.state import Check, Wizard
from corner_app.devices.setup.station import Device, LogLine
from corner_app.i18n import Language, age, digits, load_words, number, words

MM_PER_INCH = 25.4
LANGUAGES = {"escpos": "ESC/POS", "brother_ql": "Brother QL"}
"""Printer languages that are not written in capitals."""
_JUST_NOW_MS = 2_000
KIND_SIGNS = {"scanner": "scan-barcode", "label_printer": "printer", "receipt_printer": "receipt", "scale": "weight", "drawer": "wallet"}
"""Icons by kind; a scanner that types has a keyboard's."""
_TOKENS = {"good": ("check", "act", "act_soft"), "busy": ("", "info", "info_soft"), "look": ("", "look", "look_soft"), "stop": ("", "stop", "stop_soft")}


@dataclass(frozen=True, slots=True)
class PillWords:
    """How a device is, in a word, with its sign and colours."""

    text: str
    sign: str
    token: str
    fill: str


@dataclass(frozen=True, slots=True)
class StageWords:
    """The step in front: the one thing to do now, and a line below it. sign: an icon; token: its colour; frame: whether it wants to be looked at."""

    title: str
    line: str
    sign: str
    token: str = "act"
    frame: bool = False


# The counter


def title_of(device: Device, devices: Sequence[Device], lang: Language) -> str:
    """ "Label printer"; scanners are counted where there are several, or named by where they lie."""
    scanners = [one for one in devices if one.kind == "scanner"]
    if device.kind != "scanner" or (len(scanners) < 2 and not device.role):
        return words(f"device.{device.kind}", lang)
    place = next((n for n, one in enumerate(scanners, 1) if one.name == device.name), 1)
    named = f"{words('device.scanner', lang)} {number(place, lang)}"
    return words("device.scanner_at", lang, n=place, role=words(f"device.role_{device.role}", lang)) if device.role else named


def sign_of(device: Device) -> str:
    """Its icon."""
    return "keyboard" if device.way in ("keyboard", "evdev") else KIND_SIGNS[device.kind]


def line_of(device: Device, lang: Language) -> str:
    """How it is reached and by what it is known: "USB · no. SC-0147"; of a printer what is in it."""
    way = words(f"device.way_{device.way}", lang) if f"device.way_{device.way}" in load_words() else ""
    serial = _serial(device.name)
    if device.by_keys:
        return f"{way} · {words('device.layout_fine', lang)}"
    about = about_words(device.about, lang) if "printer" in device.kind or device.kind == "scale" else ""
    parts = [about, "" if about and device.kind == "label_printer" else way]
    parts.append(words("device.serial_no", lang, n=serial) if serial and device.kind == "scanner" else "")
    return " · ".join(part for part in parts if part)


def about_words(about: str, lang: Language) -> str:
    """ "4x6in 203 TSPL" as a clerk reads it: the paper in words, the dots a number, the rest as it is."""
    return " · ".join(_about(part, lang) for part in about.split())


def _about(part: str, lang: Language) -> str:
    key = f"setup.paper_{part}"
    if key in load_words():
        return words(key, lang)
    if not part.isdigit():
        return part
    return words("setup.dpi", lang, n=int(part)) if len(part) == 3 else digits(part, lang)


def language_name(language: str) -> str:
    """A printer language as its maker writes it."""
    return LANGUAGES.get(language, language.upper())


def _serial(name: str) -> str:
    try:
        identity = identity_of(name)
    except BadIdentity:
        return ""
    return identity.serial if isinstance(identity, Usb) else ""


def pill_of(device: Device, lang: Language) -> PillWords:
    """How it is: a warning goes before "works"."""
    word = device.warnings[0] if device.warnings and device.tone == "look" else device.word
    return PillWords(_how(word, lang), *_TOKENS[device.tone])


def _how(word: str, lang: Language) -> str:
    """A word nobody wrote a translation for is said to be one."""
    key = f"device_is.{word}"
    return words(key, lang) if key in load_words() else words("device_is.other", lang, word=word)


def why_words(device: Device, lang: Language) -> str:
    """Why it is so, "" where nothing says: the transport's reason, or what is wrong in the settings, which is quoted as it stands there."""
    if not device.why:
        return ""
    return words("device.in_settings", lang, line=device.why) if device.word == "bad_settings" else trouble_words(device.why, lang)


def news_of(device: Device, now: int, lang: Language) -> str:
    """The last thing heard of it. A scale that stands still shows its weight instead."""
    match device.kind:
        case "drawer" if device.reason:
            return words("device.opened", lang, at=device.done_at, why=why_opened(device.reason, lang))
        case "scanner" if device.way == "keyboard" and device.count:
            return words("device.read_today", lang, n=device.count)
        case "scanner" if device.done_at:
            return words("device.last_read", lang, ago=_ago(now - device.done_at, lang))
        case "label_printer" | "receipt_printer" if device.done_at:
            return words("device.last_printed", lang, ago=_ago(now - device.done_at, lang))
    return words("device.last_heard", lang, ago=_ago(now - device.at, lang)) if device.at else words("device.not_yet", lang)


def _ago(ms: int, lang: Language) -> str:
    return age(ms, lang) if ms >= _JUST_NOW_MS else words("device.just_now", lang)


def why_opened(reason: str, lang: Language) -> str:
    """What a drawer was opened for."""
    key = f"device.why_{reason.partition(':')[0]}"
    return words(key if key in load_words() else "device.why_other", lang)


def weight_words(grams: int, lang: Language) -> str:
    """To the gram, as the scale shows it: 0.450 kg."""
    return f"{digits(f'{grams / 1000:.3f}', lang)} {words('unit.kilogram', lang)}"


_SAID_BY_IT = frozenset({"added", "scanned"})
"""Events whose detail is the device's own: a model's name, a code."""


def log_words(line: LogLine, lang: Language) -> str:
    """What happened, and of what or why."""
    key = f"device_log.{line.word}"
    said = words(key, lang) if key in load_words() else _how(line.word, lang)
    detail = _detail(line, lang) if line.detail else ""
    return f"{said} · {detail}" if detail else said


def _detail(line: LogLine, lang: Language) -> str:
    if line.word in _SAID_BY_IT:
        return line.detail
    if line.device.endswith("#drawer"):
        return why_opened(line.detail, lang)
    if f"setup_trouble.{line.detail}" not in load_words() and f"device_is.{line.detail}" in load_words():
        return words(f"device_is.{line.detail}", lang)
    return trouble_words(line.detail, lang)


def page_stage(device: Device | None, devices: Sequence[Device], lang: Language) -> tuple[StageWords, tuple[str, ...]]:
    """A device in front: what it is and how it is; and what helps where it wants a hand."""
    if device is None:
        return StageWords(words("device.find_new", lang), words("device.none_why", lang), "search", "info"), ()
    pill = pill_of(device, lang)
    title = f"{title_of(device, devices, lang)} · {pill.text}"
    if device.tone in ("good", "busy"):
        line = {"scale": "device.nothing_on", "drawer": "device.drawer_how"}.get(device.kind, "")
        return StageWords(title, words(line, lang) if line else line_of(device, lang), sign_of(device), pill.token), ()
    named_wrongly = device.word in ("bad_settings", "twice")
    word = "twice" if named_wrongly else device.why or (device.warnings[0] if device.warnings and device.word in ("ready", "busy") else device.word)
    helps = [f"setup_do.{remedy}" for remedy in remedies_of(word)] if named_wrongly or "printer" in device.kind else []
    line = why_words(device, lang) if device.word == "bad_settings" else line_of(device, lang)
    return StageWords(title, line or line_of(device, lang), sign_of(device), pill.token, frame=True), tuple(words(key, lang) for key in helps)


# The set-up

_BUSY_SIGNS = {"looking": "search", "asking": "message-square-text", "printing": "printer", "saving": "hard-drive"}


def stage_of(now: Wizard, lang: Language) -> StageWords:
    """The one thing to do now."""
    if now.busy:
        return _busy(now, lang)
    if now.trouble:
        line = " ".join(words(f"setup_do.{word}", lang) for word in now.remedies)
        return StageWords(trouble_words(now.trouble, lang), line, "triangle-alert", "look", frame=True)
    match now.step:
        case "find" if now.role == "receipt":
            return StageWords(words("setup.find_receipt", lang), words("setup.find_why", lang), "search")
        case "language" if now.answered and now.profile:
            said = now.said or now.profile.name
            return _stage("told", "message-square-text", lang, line=words("setup.told_why", lang, said=said, speaks=language_name(now.profile.language)))
        case "language":
            return _stage("model", "printer", lang)
        case "scan":
            return _scanning(now, lang)
        case "darkness":
            line = "chosen_why" if now.reading == "right" and now.rungs else "ladder_why" if now.rungs else "darkness_why"
            level = now.profile.darkness if now.profile else 0
            return StageWords(words("setup.darkness", lang, n=level), words(f"setup.{line}", lang), "sun")
        case "saved":
            good = bool(now.read)
            return _stage("saved" if good else "saved_unproven", "circle-check" if good else "info", lang, token="act" if good else "info")
    signs = {"find": "search", "paper": "file-text", "print": "printer"}
    return _stage(now.step, signs[now.step], lang)


def _busy(now: Wizard, lang: Language) -> StageWords:
    ladder = now.busy == "printing" and now.step == "darkness"
    line = "" if now.busy == "saving" else words(f"setup.{now.busy}_why", lang)
    return StageWords(words("setup.printing_ladder" if ladder else f"setup.{now.busy}", lang), line, _BUSY_SIGNS[now.busy], "info")


def _scanning(now: Wizard, lang: Language) -> StageWords:
    left = sorted(code.dots for code in now.to_read - now.read)
    if now.read and not left:
        return _stage("proven", "circle-check", lang)
    if now.read:
        return StageWords(words("setup.scan_more", lang, dots=left[0]), words("setup.scan_more_why", lang), "scan-barcode")
    return _stage("scan", "scan-barcode", lang)


def _stage(key: str, sign: str, lang: Language, *, line: str = "", token: str = "act") -> StageWords:
    return StageWords(words(f"setup.{key}", lang), line or words(f"setup.{key}_why", lang), sign, token)


def trouble_words(trouble: str, lang: Language) -> str:
    """What is wrong. A word nobody wrote a sentence for is said to be one, so that a technician can look it up."""
    key = f"setup_trouble.{trouble}"
    return words(key, lang) if key in load_words() else words("setup_trouble.other", lang, word=trouble)


def check_words(check: Check, now: Wizard, lang: Language) -> tuple[str, str]:
    """What is proven or not, and by what."""
    title = words(f"setup.check_{check.name}", lang)
    match check.name:
        case "read":
            bars = sorted(code.dots for code in now.to_read)
            return title, words("setup.read_both" if len(bars) > 1 else "setup.read_one", lang, thin=bars[0], thick=bars[-1]) if bars else ""
        case "printed":
            key = f"setup.printed_{now.by or 'open'}"
        case "size":
            key = f"setup.size_{'scan' if check.state == 'good' else 'open'}"
        case "letters":
            key = f"setup.letters_{now.letters or 'open'}"
    return title, words(key, lang)


def candidate_words(found: Candidate, lang: Language) -> tuple[str, str]:
    """What is attached: what it calls itself, and how it is reached."""
    parts = [words(f"device.way_{found.way}", lang)]
    parts += [words("setup.guess", lang, speaks=language_name(found.language))] if found.language else []
    parts += [words("setup.way_one", lang)] if not found.two_way else []
    serial = _serial(str(found.identity))
    parts += [words("device.serial_no", lang, n=serial)] if serial else []
    return found.about or str(found.identity).partition(":")[2], " · ".join(parts)


def paper_words(paper: Paper, lang: Language) -> tuple[str, str]:
    """A paper by its size, and its resolution."""
    return words(f"setup.paper_{paper.name}", lang), words("setup.dpi", lang, n=paper.dpi)


def gap_words(dots: int, dpi: int, lang: Language) -> str:
    """A gap or a mark in millimetres."""
    return words("setup.gap_mm", lang, mm=digits(f"{dots * MM_PER_INCH / dpi:.0f}", lang))
