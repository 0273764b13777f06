"""The words behind the codes of a report, from the roll, the tables of places and the announcements."""

from __future__ import annotations

from corner_app.book import parcels
from corner_app.book.database import Rows
from corner_app.domain.here import Here
from corner_app.domain.roll import Roll
from corner_app.reports.figures import Names, Report

_MERCHANTS = ("cod:", "remitted:")


def read(rows: Rows, here: Here, roll: Roll, report: Report) -> Names:
    """Names of everybody and every place that the report names."""
    clerks = {clerk.badge: (clerk.name_bn, clerk.name_en) for clerk in roll.clerks}
    named = {here.postcode, *(bag.place for bag in report.bags), *(line.detail for line in report.exceptions if line.what == "missent")}
    found = {postcode: here.places.office(postcode) for postcode in sorted(named)}
    places = {postcode: (office.name_bn, office.name_en) for postcode, office in found.items() if office is not None}
    return Names(clerks, places.get(here.postcode, (here.office, here.office)), here.postcode, places, _merchants(rows, report))


def _merchants(rows: Rows, report: Report) -> dict[str, tuple[str, str]]:
    """Names of merchants whose accounts were touched, as the announcement of a parcel has them."""
    found: dict[str, tuple[str, str]] = {}
    for line in report.ledger:
        code = line.account.partition(":")[2]
        if not line.account.startswith(_MERCHANTS) or code in found:
            continue
        row = parcels.by_item(rows, line.subject)
        if row is not None and row.advice is not None and row.advice.merchant_bn:
            found[code] = (row.advice.merchant_bn, row.advice.merchant_en or row.advice.merchant_bn)
    return found
