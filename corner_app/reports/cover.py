"""What a report says of itself, in words: what it is, whose, whether it is closed, its five figures, who signs, and the seal. Placed by `pages` and `typst`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from corner_app.domain.here import DHAKA
from corner_app.i18n import Language, bangla_date, clock, day, digits, load_words, number, weekday, words
from corner_app.reports.figures import Figure, Names, Report
from corner_app.reports.keys import out


@dataclass(frozen=True, slots=True)
class Cover:
    """title, office, counter, when (dates), state (Bangla date, closed or not). running: in small on further pages. faulty, faults: what does not add up.

    cards: (key of the figure, what it is, its number). note: who closed, and whether somebody has still to approve. signs: whose signature each line waits
    for. ghosts: words across every page. seal: "" none; covered: the entries it covers.
    """

    title: str
    office: str
    when: str
    state: str
    running: str
    faulty: str
    faults: tuple[str, ...]
    cards: tuple[tuple[str, str, str], ...]
    note: str
    signs: tuple[str, str]
    ghosts: tuple[str, ...]
    seal: str
    seal_title: str
    seal_in_full: str
    covered: str


def cover(report: Report, names: Names, language: Language) -> Cover:
    """The words of a report's head and foot."""
    title, office = title_of(report, language), names.office[0 if language is Language.BN else 1]
    dates = _dates(report, language)
    corner = words("report.corner", language, office=office, postcode=digits(names.postcode, language))
    first, last = report.first, report.last
    covered = words("report.no_entries", language)
    if first is not None and last is not None:
        covered = words("report.entries", language, first=number(first.seq, language), last=number(last.seq, language))
    return Cover(
        title=title,
        office=f"{corner} · {words('report.counter', language, n=report.counter)}",
        when=f"{weekday(_noon(report.date), language)}, {dates}" if report.date == report.to else dates,
        state=_state(report, language),
        running=f"{title} · {office} · {dates}",
        faulty=words("report.faulty", language) if report.faults else "",
        faults=tuple(_fault(code, language) for code in report.faults),
        cards=_cards(report, language),
        note=_note(report, names, language),
        signs=(_supervisor(report, names, language), words("report.postmaster", language)),
        ghosts=tuple(words(f"report.{key}", language) for key, stands in (("training", report.training), ("draft", not report.closed)) if stands),
        seal=report.seal,
        seal_title=words("report.seal", language),
        seal_in_full=words("report.seal_is", language),
        covered=f"{covered} · {words('report.one_seal', language)}",
    )


def title_of(report: Report, language: Language) -> str:
    """What kind of report it is."""
    return words("report.day" if report.date == report.to else "report.range", language)


def _noon(text: str) -> int:
    """Milliseconds UTC of noon of a date, in the zone of the office."""
    at = date.fromisoformat(text)
    return int(datetime(at.year, at.month, at.day, 12, tzinfo=DHAKA).timestamp() * 1000)


def _dates(report: Report, language: Language) -> str:
    first = day(_noon(report.date), language)
    return first if report.date == report.to else words("report.until", language, first=first, last=day(_noon(report.to), language))


def _state(report: Report, language: Language) -> str:
    bangla = bangla_date(_noon(report.to), language)
    if not report.closed:
        return words("report.open", language, date=bangla)
    return words("report.closed_at", language, date=bangla, at=clock(report.closed_at, language)) if report.closed_at else bangla


def _fault(code: str, language: Language) -> str:
    """What does not add up; a code that nobody gave words stands as it is, for it must not be left out."""
    return words(f"fault.{code}", language) if f"fault.{code}" in load_words() else code


def _cards(report: Report, language: Language) -> tuple[tuple[str, str, str], ...]:
    line = next((line for line in report.parcels if line.kind == "all"), None)
    if line is None:
        return ()
    gone = dict(line.gone)
    shown = (
        ("came", "received", line.came.value),
        ("out", "out", sum(figure.value for figure in out(line))),
        ("gone.dispatched", "dispatched", gone.get("dispatched", Figure()).value),
        ("gone.returned", "returned", gone.get("returned", Figure()).value),
        ("on_hand", "on_hand", line.on_hand.value),
    )
    return tuple((f"parcels.all.{key}", words(f"report.{title}", language), number(value, language)) for key, title, value in shown)


def _supervisor(report: Report, names: Names, language: Language) -> str:
    if not report.approved_by:
        return words("report.supervisor", language)
    return words("report.supervisor_is", language, name=names.clerk(report.approved_by, language))


def _note(report: Report, names: Names, language: Language) -> str:
    differs = any(drawer.counter == report.counter and drawer.difference is not None and drawer.difference.value for drawer in report.drawers)
    closed = words("report.closed_by", language, name=names.clerk(report.closed_by, language)) if report.closed_by else ""
    waits = words("report.not_approved", language) if report.closed and differs and not report.approved_by else ""
    return " · ".join(part for part in (closed, waits) if part)
