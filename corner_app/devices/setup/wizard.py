"""Setting up one printer: find → language → paper → test label → scan it → darkness → kept. State and event in, state and effects out; no I/O.

A scan of the fresh test label proves printer, scanner, size and keyboard in one act, since its number is of this very label: an older one, another
printer's, a parcel's or a garbled one is told apart (`hearing`). Every step can be left for later, and every trouble has a way out (`remedies`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from corner_app.devices.identity import BadIdentity, Identity
from corner_app.devices.profile import Profile, plain_zpl
from corner_app.devices.setup import events as e
from corner_app.devices.setup.finding import address, changed, for_dpi, model_for, tag_of, typed
from corner_app.devices.setup.hearing import reading_of
from corner_app.devices.setup.loading import lies_on, loaded
from corner_app.devices.setup.state import LADDER, SETS_DARKNESS, STEPS, Step, Wizard

DARKNESS_STEP = 5
"""Percent of one press of lighter or darker."""
_COUNT_MS = 10_000
"""Set-ups that begin in the same ten seconds could take each other's labels for their own."""
NOTHING_FITS: Mapping[e.Role, str] = {"label": "no_label_fits", "receipt": "no_roll_fits"}
"""What is wrong with a printer for which there is no paper."""
Turn = tuple[Wizard, tuple[e.Effect, ...]]


def begin(role: e.Role, kit: e.Kit, now_ms: int) -> Turn:
    """A new set-up; it looks around at once. now_ms: UTC; labels are counted from it, so that an older one is known."""
    return Wizard(role, kit.models, kit.papers, run=now_ms // _COUNT_MS, busy="looking"), (e.LookAround(),)


def resume(role: e.Role, kit: e.Kit, now_ms: int, identity: Identity, model: str, profile: Profile) -> Turn:
    """A printer that is set up already, tested again: a label that lies on its paper is printed at once."""
    made = Wizard(role, kit.models, kit.papers, run=now_ms // _COUNT_MS, printer=typed(identity), model=model, profile=profile)
    if not made.sheets:
        return replace(made, step="language", trouble=NOTHING_FITS[role]), ()
    sheet = _same(made) or next((paper for paper in made.sheets if lies_on(paper, profile)), None)
    return _print(replace(made, paper=sheet.name)) if sheet else (replace(made, step="print", trouble="undrawable"), ())


def advance(now: Wizard, event: e.Event) -> Turn:
    """What an event changes, and what is to be done. What does not belong to the step changes nothing."""
    if isinstance(event, str):
        return _pressed(now, event)
    match event:
        case e.Found(candidates) if now.step == "find":
            return replace(now, busy="", found=candidates, row=0, trouble="" if candidates else "nothing_found"), ()
        case e.Typed(text) if now.step == "find":
            return _by_hand(now, text)
        case e.Chosen(row):
            return _chosen(now, row), ()
        case e.Answered() if now.step == "language":
            return _answered(now, event), ()
        case e.NotReached(reason) if now.step == "language":
            return replace(now, busy="", trouble=reason), ()
        case e.EndsBy(media, gap) if now.step == "paper" and now.profile is not None:
            return replace(now, profile=changed(now.profile, media=media, gap=gap)), ()
        case e.Printed():
            return _printed(now, event), ()
        case e.NotPrinted(reason):
            return replace(now, busy="", trouble=reason), ()
        case e.Heard():
            return _heard(now, event)
        case e.Saved() if now.busy == "saving":
            return replace(now, busy="", step="saved", trouble=""), ()
        case e.NotSaved(reason):
            return replace(now, busy="", trouble=reason), ()
    return now, ()


def _pressed(now: Wizard, key: e.Pressed) -> Turn:
    match key:
        case "later":
            return _skip(now)
        case "back":
            return _back(now), ()
        case _ if now.busy:
            return now, ()
        case "look" if now.step == "find":
            return replace(now, busy="looking", trouble=""), (e.LookAround(),)
        case "ask" if now.step == "language" and now.printer is not None:
            return _ask(now, now.printer)
        case "print" if now.step in ("print", "scan"):
            return _print(now)
        case "nothing" if now.step == "scan":
            count = now.nothing + 1
            return replace(now, step="print", by="", nothing=count, trouble=_nth("nothing_came", count), reading=""), ()
        case "unread" if now.step == "scan":
            count = now.unread + 1
            return replace(now, unread=count, trouble=_nth("unread", count), reading=""), ()
        case "ladder" if now.step in ("scan", "darkness") and _has_ladder(now):
            return _print(replace(now, step="darkness"), LADDER)
        case "lighter" | "darker" if now.step in ("scan", "darkness", "print") and now.profile is not None:
            level = now.profile.darkness + (DARKNESS_STEP if key == "darker" else -DARKNESS_STEP)
            return replace(now, profile=changed(now.profile, darkness=max(0, min(100, level)))), ()
        case "next" if now.may_go_on:
            return _next(now)
    return now, ()


def _next(now: Wizard) -> Turn:
    match now.step:
        case "find":
            return _take(now, now.found[now.row])
        case "language":
            return _to_paper(now), ()
        case "paper":
            return _print(now)
        case "scan" if _has_ladder(now):
            return replace(now, step="darkness", trouble="", reading=""), ()
    return _save(now)


def _skip(now: Wizard) -> Turn:
    """Not now: the step is marked, and what can be done without it goes on. Without a printer or a paper nothing can."""
    later = replace(now, skipped=now.skipped | {now.step}, busy="", trouble="", reading="")
    if now.step in ("print", "scan") and _has_ladder(now):
        return replace(later, step="darkness"), ()
    return _save(later) if now.step in ("print", "scan", "darkness") else (later, ())


def _back(now: Wizard) -> Wizard:
    """The step before; what was proven of the printer there is asked anew."""
    before: Step = STEPS[max(0, STEPS.index(now.step) - 1)]
    before = "paper" if now.step == "scan" else before
    return replace(now, step=before, busy="", trouble="", reading="", row=0)


# Finding


def _by_hand(now: Wizard, text: str) -> Turn:
    try:
        identity = address(text.strip())
    except BadIdentity:
        return replace(now, trouble="bad_address"), ()
    added = typed(identity)
    found = (*(one for one in now.found if one.identity != identity), added)
    return _take(replace(now, found=found, row=len(found) - 1), added)


def _take(now: Wizard, printer: e.Candidate) -> Turn:
    now = replace(now, printer=printer, step="language", answered=False, said="", model="", profile=None, row=0, trouble=printer.trouble, read=frozenset())
    guess = model_for(now.models, printer.language, printer.about)
    if guess is not None:
        now = replace(now, model=guess.name, profile=guess.profile, row=now.candidates.index(guess))
    if not printer.two_way:
        return replace(now, trouble=now.trouble or ("" if guess else "one_way")), ()
    return _ask(now, printer)


def _ask(now: Wizard, printer: e.Candidate) -> Turn:
    line = now.profile or next((model.profile for model in now.models), Profile(name="", language="zpl"))
    return replace(now, busy="asking", trouble=""), (e.Ask(printer.identity, line),)


def _answered(now: Wizard, answer: e.Answered) -> Wizard:
    if answer.language is None:
        return replace(now, busy="", answered=False, said="", trouble="" if now.profile else "mute")
    about = f"{answer.model} {now.printer.about if now.printer else ''}"
    model = model_for(now.models, answer.language, about)
    if model is None:
        return replace(now, busy="", said=answer.model, trouble="no_language")
    profile = model.profile if not answer.dpi else for_dpi(model.profile, answer.dpi)
    told = replace(now, busy="", said=answer.model, answered=True, model=model.name, profile=profile, trouble="")
    return replace(told, row=told.candidates.index(model))


# Paper and labels


def _chosen(now: Wizard, row: int) -> Wizard:
    match now.step:
        case "find" if 0 <= row < len(now.found):
            return replace(now, row=row)
        case "language" if 0 <= row < len(now.candidates):
            model = now.candidates[row]
            kept = now.profile.dpi if now.answered and now.profile else model.profile.dpi
            return replace(now, row=row, model=model.name, profile=for_dpi(model.profile, kept), trouble="")
        case "paper" if now.profile is not None and 0 <= row < len(now.sheets):
            paper = now.sheets[row]
            return replace(now, row=row, paper=paper.name, profile=loaded(now.profile, paper))
    return now


def _to_paper(now: Wizard) -> Wizard:
    """With the paper the profile is for, else the first there is. A printer that no paper fits stays where another can be chosen."""
    if now.profile is None or not now.sheets:
        return replace(now, trouble=NOTHING_FITS[now.role])
    paper = _same(now) or now.sheets[0]
    return replace(now, step="paper", trouble="", paper=paper.name, row=now.sheets.index(paper), profile=loaded(now.profile, paper))


def _same(now: Wizard) -> e.Paper | None:
    size = (now.profile.width, now.profile.height) if now.profile else None
    return next((paper for paper in now.sheets if (paper.width, paper.height) == size), None)


def _print(now: Wizard, ladder: tuple[int, ...] = ()) -> Turn:
    """One label as it is set, or those of the ladder; each with a tag of its own. What was proven is of an older label now."""
    if now.printer is None or now.profile is None or now.sheet is None:
        return now, ()
    levels = ladder or (now.profile.darkness,)
    labels = tuple((tag_of(now.printer.identity, now.run + n), level) for n, level in enumerate(levels, 1))
    earlier = {code.text for codes in (now.codes, *(rung for _, rung in now.rungs)) for code in codes}
    busy = replace(
        now, busy="printing", run=now.run + len(levels), trouble="", reading="", earlier=now.earlier | earlier, rungs=()
    )  # fmt: skip
    if not ladder:
        busy = replace(busy, step="print", by="", codes=(), read=frozenset(), letters="", scanner="")
    return busy, (e.Print(now.printer.identity, now.profile, now.sheet, labels),)


def _printed(now: Wizard, printed: e.Printed) -> Wizard:
    """Whether it came out may be known or not: the scan will tell."""
    if now.busy != "printing":
        return now
    if now.step == "darkness":
        return replace(now, busy="", rungs=tuple(zip(LADDER, printed.codes, strict=False)))
    return replace(now, busy="", step="scan", by=printed.by, codes=printed.codes[0] if printed.codes else ())


# Hearing


def _heard(now: Wizard, heard: e.Heard) -> Turn:
    """A scan while a label is awaited. Elsewhere it tells nothing here."""
    if now.busy or now.step not in ("scan", "darkness", "print"):
        return now, ()
    for level, codes in now.rungs if now.step == "darkness" else ():
        if reading_of(heard.text, codes)[0] == "right" and now.profile is not None:
            return replace(now, profile=changed(now.profile, darkness=level), trouble="", reading="right"), (e.Tell("good"),)
    reading, code = reading_of(heard.text, now.codes, now.earlier)
    if reading != "right" or code is None:
        return replace(now, reading=reading, trouble=reading), (e.Tell("look"),)
    by_keys = bool(heard.typed) and heard.typed.strip() != code.text
    proven = replace(
        now, step="darkness" if now.step == "darkness" else "scan", read=now.read | {code}, letters="by_keys" if by_keys else now.letters or "as_is",
        scanner=heard.device, reading="right", trouble="", by=now.by or "scan",
    )  # fmt: skip
    return proven, (e.Tell("good"),)


def _nth(word: str, count: int) -> str:
    return word + ("", "_again", "_still")[min(count, 3) - 1]


# Keeping


def _has_ladder(now: Wizard) -> bool:
    return now.profile is not None and now.profile.language in SETS_DARKNESS


def _save(now: Wizard) -> Turn:
    if now.printer is None or now.profile is None:
        return now, ()
    return replace(now, busy="saving", trouble=""), (e.Save(now.role, now.printer.identity, now.printer.way, now.model, differs(now)),)


def differs(now: Wizard) -> dict[str, object]:
    """What of the profile is set otherwise here than in its model's file; without a model, than in plain ZPL."""
    if now.profile is None:
        return {}
    plain = None if now.model else plain_zpl(now.profile.dpi)
    model = next((model.profile for model in now.models if model.name == now.model), plain)
    if model is None:
        return {}
    own, files = msgspec.structs.asdict(now.profile), msgspec.structs.asdict(model)
    return {name: value for name, value in own.items() if value != files[name]}
