"""The names of a report's figures, the same on paper, on the screen and in what it exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corner_app.reports.figures import DrawerLine, Figure, ParcelLine, Report

OUT = ("handed_over", "delivered")
"""Ways by which a parcel reaches its buyer."""
DRAWER = ("opening", "collected", "postage", "claimed", "paid_in", "paid_out", "deposited", "expected", "counted", "difference")
ACCOUNT = ("opening", "debit", "credit", "closing")
CLERK = ("received", "sorted", "handed_over", "labels", "reprints", "undone")
LISTS = ("exceptions", "reprints", "undone", "returns")
"""Lists whose lines are one entry each; their figures are named by their place: exceptions.0."""


def figures(report: Report) -> dict[str, Figure]:
    """Every figure by its name, with the entries behind it: parcels.cod.gone.handed_over, drawers.1.expected, clerks.rahima.received, hours.11.received,
    accounts.safe:8500.debit, bags.<number>, exceptions.0. parcels.KIND.out is what was handed over or delivered; drawers.all.* are sums over the drawers.
    What is not known yet, as the count of a drawer that is not closed, has no figure.
    """
    found: dict[str, Figure] = {}
    for line in report.parcels:
        found |= {f"parcels.{line.kind}.{name}": figure for name, figure in (("opening", line.opening), ("came", line.came))}
        found |= {f"parcels.{line.kind}.gone.{way}": figure for way, figure in line.gone}
        found |= {f"parcels.{line.kind}.out": _sum(out(line)), f"parcels.{line.kind}.on_hand": line.on_hand}
    for drawer in report.drawers:
        found |= {f"drawers.{drawer.counter}.{name}": figure for name in DRAWER if (figure := getattr(drawer, name)) is not None}
    found |= {f"drawers.all.{name}": _sum(each) for name in DRAWER if (each := of_all(report.drawers, name))}
    for account in report.accounts:
        found |= {f"accounts.{account.account}.{name}": getattr(account, name) for name in ACCOUNT}
    for clerk in report.clerks:
        found |= {f"clerks.{clerk.badge}.{name}": getattr(clerk, name) for name in CLERK}
    for hour in report.hours:
        found |= {f"hours.{hour.hour}.received": hour.received, f"hours.{hour.hour}.handed_over": hour.handed_over}
    found |= {f"bags.{bag.bag}": bag.items for bag in report.bags}
    for name in LISTS:
        found |= {f"{name}.{n}": Figure(1, (listed.by,)) for n, listed in enumerate(getattr(report, name))}
    return found


def out(line: ParcelLine) -> tuple[Figure, ...]:
    """What went to its buyer over the counter or by a postman."""
    return tuple(figure for way, figure in line.gone if way in OUT)


def of_all(drawers: Iterable[DrawerLine], name: str) -> tuple[Figure, ...]:
    """One figure of every drawer; none while one of them has none, as the count of a drawer that is not closed."""
    each = tuple(getattr(drawer, name) for drawer in drawers)
    return () if None in each else each


def _sum(several: Sequence[Figure]) -> Figure:
    """Their sum, with the entries behind all of them: slow where these are thousands."""
    return Figure(sum(figure.value for figure in several), tuple(sorted({entry for figure in several for entry in figure.by})))
