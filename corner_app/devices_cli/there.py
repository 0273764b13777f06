"""What the counter has and what is attached: `list`, `find`, `scan`, `forget`."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

from corner_app.devices.identity import BadIdentity
from corner_app.devices.profile import Profile
from corner_app.devices.scanners.repeats import Repeats
from corner_app.devices.scanners.serial import find_port
from corner_app.devices.setup import events as e
from corner_app.devices.setup.finding import address, typed
from corner_app.devices.setup.performing import Performer
from corner_app.devices.setup.station import Device, without_code
from corner_app.devices.simulators.production import real_printer
from corner_app.devices.status import WARNINGS
from corner_app.devices_cli.counter import DONE, NOT_GOOD, Counter
from corner_app.domain.trouble import Trouble
from corner_app.i18n import words
from corner_app.printers import printer_of
from corner_app.setting_up import devices, printers
from corner_app.setting_up import forget as forget_device
from corner_app.ui.device_words import candidate_words, line_of, pill_of, title_of, trouble_words, why_words


def list_(counter: Counter) -> int:
    """The devices in the settings, and how they are now. 1 when one of them wants a hand."""
    found, lang = tuple(_live(device, counter) for device in devices(counter.settings)), counter.language
    counter.answer({"devices": [_plain(device) for device in found]})
    for device in found:
        reason = why_words(device, lang)
        why = f" ({reason})" if reason else ""
        counter.say(f"{title_of(device, found, lang)}: {pill_of(device, lang).text}{why} · {line_of(device, lang)} · {device.name}")
    return DONE if all(device.tone in ("good", "busy") for device in found) else NOT_GOOD


def _live(device: Device, counter: Counter) -> Device:
    """How one device is now, by looking at it; one that the settings name wrongly cannot be looked at."""
    if device.word in ("bad_settings", "twice"):
        return device
    if device.kind in ("scanner", "scale") and device.way == "serial":
        there = _is_there(find_port(device.name))
        return dataclasses.replace(device, word="unknown" if there and device.kind == "scale" else "connected" if there else "lost")
    if device.word != "unknown" or device.kind not in ("label_printer", "receipt_printer"):
        return device
    printer = printer_of(printers(counter.settings)["label" if device.kind == "label_printer" else "receipt"])
    if not counter.training:
        printer = real_printer(printer)
    status = printer.status()
    if status is None:
        return device
    why = status.reasons[0] if status.state == "offline" and status.reasons else ""
    return dataclasses.replace(device, word=status.word, why=why, warnings=tuple(reason for reason in status.reasons if reason in WARNINGS))


def _is_there(path: str | None) -> bool:
    """A port on Windows has no file to look at."""
    return path is not None and (os.name != "posix" or Path(path).exists())


def _plain(device: Device) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(device).items() if value not in ("", (), None, 0, False)}


def find(counter: Counter) -> int:
    """What is attached, and what it answers if it is asked. 1 when nothing is, or something cannot be used."""
    acts = counter.performer()
    try:
        named = tuple(typed(address(text)) for text in counter.asked.address)
    except BadIdentity:
        return counter.refuse("setup_trouble.bad_address")
    looked = e.Found(named) if named else acts.do(e.LookAround())
    found = looked.candidates if isinstance(looked, e.Found) else ()
    lines = [_found(one, counter, acts, ask=bool(named) or (counter.asked.ask and one.two_way)) for one in found]
    counter.answer({"found": lines})
    if not lines:
        counter.say(trouble_words("nothing_found", counter.language))
    return DONE if lines and not any(line["trouble"] for line in lines) else NOT_GOOD


def _found(one: e.Candidate, counter: Counter, acts: Performer, *, ask: bool) -> dict[str, Any]:
    """One thing, as an object and said aloud."""
    lang, trouble, model, dpi = counter.language, one.trouble, "", 0
    answer = acts.do(e.Ask(one.identity, Profile(name="", language="zpl"))) if ask and not trouble else None
    if isinstance(answer, e.NotReached):
        trouble = answer.reason
    elif isinstance(answer, e.Answered):
        trouble = "" if answer.language else "mute"
        one, model, dpi = dataclasses.replace(one, language=answer.language or one.language), answer.model, answer.dpi
    name, way = candidate_words(one, lang)
    said = [f"{one.identity}  {name}", way, model, trouble_words(trouble, lang) if trouble else ""]
    counter.say(" · ".join(part for part in said if part))
    return {"identity": str(one.identity), "way": one.way, "about": one.about, "language": one.language, "model": model, "dpi": dpi, "trouble": trouble}


def scan(counter: Counter) -> int:
    """What the scanner sends, as the test page shows it. 1 when fewer codes came than were asked for."""
    repeats, count, lang = Repeats(), 0, counter.language
    for heard in counter.scans(counter.asked.count):
        count += 1
        again = repeats.seen(heard, "test")
        text = without_code(heard.text)
        counter.answer({"text": text, "aim": heard.aim, "scanner": heard.device, "again_ms": again})
        aim = f"]{heard.aim}" if heard.aim else words("scan_test.aim_none", lang)
        said = words("scan_test.first", lang) if again is None else words("scan_test.again", lang, s=f"{again / 1000:.1f}")
        counter.say(f"{text} · {aim} · {heard.device} · {said}")
    return DONE if count == counter.asked.count else NOT_GOOD


def forget(counter: Counter) -> int:
    """Takes a device out of the settings. 1 for a name that is not there."""
    name = counter.asked.name
    try:
        done = forget_device(counter.book, name)
    except OSError as error:
        raise Trouble("bad_settings", file="corner.toml", why=str(error)) from error
    if not done:
        return counter.refuse("device.no_such", name=name)
    counter.answer({"forgotten": name})
    counter.say(words("device.forgotten", counter.language, name=name))
    return DONE
