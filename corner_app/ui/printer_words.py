"""What a printer's state and a print job's fate are called, and what helps: from stable words to the clerk's."""

from __future__ import annotations

from corner_app.desk.views import PrintCounts, PrinterView, PrintLine
from corner_app.domain.bag_numbers import parse_bag_number
from corner_app.i18n import Language, clock, load_words, words
from corner_app.ui.widgets.basic import ChipView

STEPS: dict[str, tuple[str, ...]] = {
    "mute": ("cable", "lid", "feed"), "offline": ("power", "cable"), "broken": ("restart",), "media_out": ("paper", "lid", "feed"), "head_open": ("lid",),
    "ribbon_out": ("ribbon", "lid"), "paper_jam": ("jam", "lid"), "paper_feed": ("jam", "paper"), "cutter": ("jam", "off_on"), "head_hot": ("cool",),
    "mark_not_found": ("gap", "feed_twice"), "mark_calibrate": ("gap", "feed_twice"), "paused": ("pause",), "buffer_full": ("off_on",),
    "fault": ("off_on", "lid"), "simulated": ("real",), "none": ("set_up",),
    "media_low": ("roll_ready",), "calibrate": ("gap", "feed_twice"), "clean_head": ("clean",), "replace_head": ("call",),
}  # fmt: skip
"""What to try, the first first, for each word of a printer's state and of its warnings (`print.do_<step>`)."""
_WHY_OFF: dict[str, tuple[str, ...]] = {
    "refused": ("power", "address"), "unreachable": ("power", "network"), "missing": ("power", "cable"), "denied": ("rights",), "busy": ("other_program",),
    "full": ("disk",), "stopped": ("queue_on",), "rejecting": ("queue_on",), "queue_retries": ("queue_abort",), "no_program": ("call",),
}  # fmt: skip
"""Where the transport knows more about a printer that is off."""
_JOB_SIGNS = {
    "queued": ("clock", "ink", "chip"), "sending": ("printer", "ink", "chip"), "printed": ("check", "act", "act_soft"),
    "failed": ("circle-x", "stop", "stop_soft"), "in_doubt": ("circle-question-mark", "look", "look_soft"),
}  # fmt: skip
_WELL, _SILENT = ("ready", "busy"), ("mute", "offline", "broken")


def word_of(view: PrinterView) -> str:
    """The one word that matters: what stops it, else what is about to."""
    return view.warnings[0] if view.word in _WELL and view.warnings else view.word


def state_chip(view: PrinterView, lang: Language) -> ChipView:
    """How it is."""
    word = word_of(view)
    colours = {"ready": ("act", "act_soft"), "busy": ("ink", "chip"), "none": ("muted", "chip")}.get(word, ("look", "look_soft"))
    return ChipView(words(f"ui.printer_{word}", lang), "", *colours)


def sign_of(view: PrinterView) -> tuple[str, str]:
    """Icon and its colour."""
    if word_of(view) in _WELL:
        return "printer-check", "act"
    return ("printer", "muted") if view.word == "none" else ("printer", "look") if view.word in _WELL else ("printer-x", "look")


def steps(view: PrinterView, lang: Language) -> tuple[str, ...]:
    """What helps, in words, the first to try first."""
    found = _WHY_OFF.get(view.why, ()) if view.word == "offline" else ()
    return tuple(words(f"print.do_{step}", lang) for step in found or STEPS.get(word_of(view), ()))


def steps_title(view: PrinterView, lang: Language) -> str:
    """Above them. A printer that does not answer is never taken for ready, and the clerk is told so."""
    return words("print.mute_is_not_ready" if view.word == "mute" else "print.do_this", lang)


def name_words(view: PrinterView, lang: Language) -> str:
    """Which printer, and the way to it: লেবেল প্রিন্টার · ইউএসবি."""
    way = f"print.way_{view.address.partition(':')[0]}"
    name = words(f"print.role_{view.role}", lang)
    return f"{name} · {words(way, lang)}" if way in load_words() else name


def model_line(view: PrinterView) -> str:
    """Its model and its number, as they stand on it: Zebra ZD421 · D2J4F21."""
    kind, _, rest = view.address.partition(":")
    if kind == "usb" and rest.count(":") > 1:
        rest = rest.rpartition(":")[2]
    elif kind == "file":
        rest = rest.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return " · ".join(part for part in (view.model, rest) if part)


def looks_words(view: PrinterView, lang: Language) -> str:
    """When it last answered, where it does not any more, and how soon it is looked at again."""
    soon = words("print.again_minutes", lang, n=view.again_s // 60) if view.again_s >= 60 else words("print.again_seconds", lang, n=view.again_s)
    if view.word not in _SILENT or not view.heard_at:
        return soon
    return f"{words('print.last_answer', lang, at=clock(view.heard_at, lang))} · {soon}"


def counts_words(counts: PrintCounts, lang: Language) -> str:
    """ছাপা ৪১ · কপি ২ · হয়নি ১; nothing of what there is none of."""
    said = (("printed", counts.printed), ("copies", counts.copies), ("failed", counts.failed))
    return " · ".join(words(f"print.count_{key}", lang, n=count) for key, count in said if count)


def paper_words(line: PrintLine, lang: Language) -> str:
    """What is printed: পার্সেলের লেবেল, কপি ২."""
    key = f"print.paper_{line.what}"
    name = words(key, lang) if key in load_words() else line.what
    return name if line.copy == 1 else words("print.copy", lang, what=name, n=line.copy)


def item_words(line: PrintLine) -> str:
    """The parcel's number, the bag's as people say it, or the shelf."""
    bag = parse_bag_number(line.item) if line.what == "bag_label" else None
    return bag.short if bag is not None else line.item


def job_chip(line: PrintLine, lang: Language) -> ChipView:
    """Where the job stands, and why, or who says so. What is in doubt waits for an answer; why is said in the question."""
    why = why_words(line, lang) if line.state != "in_doubt" else ""
    return ChipView(words(f"ui.print_{line.state}", lang) + (f" · {why}" if why else ""), *_JOB_SIGNS[line.state])


def why_words(line: PrintLine, lang: Language) -> str:
    """Why it failed or is in doubt; of what was printed, who says so."""
    known = load_words()
    if line.state != "printed":
        word = line.detail.partition(" ")[0]
        for key in (f"print.why_{line.detail}", f"ui.printer_{line.detail}", f"print.why_{word}"):
            if line.detail and key in known:
                return words(key, lang)
    return words(f"ui.by_{line.how}", lang) if line.how else ""


def doubt_words(line: PrintLine, lang: Language) -> str:
    """What is known of a paper in doubt, for who is asked about it."""
    known, why = load_words(), line.detail or line.how
    if f"print.doubt_{why}" in known:
        return words(f"print.doubt_{why}", lang)
    if f"ui.printer_{why}" in known:
        return words("print.stopped_by", lang, fault=words(f"ui.printer_{why}", lang))
    return words("ui.doubt_why", lang)
