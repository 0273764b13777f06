"""Every refusal of the centre, once: its code, its HTTP status, and what it means in words that carry nothing secret."""

from __future__ import annotations

PROBLEMS: dict[str, tuple[int, str]] = {
    "garbled": (400, "The request is not what this address takes."),
    "signature": (401, "The signature is not by the key this device enrolled with."),
    "unknown_device": (401, "No such device was enrolled here."),
    "code_wrong": (403, "The enrolment code is not right for this office."),
    "code_used": (403, "The enrolment code was used before or has run out; headquarters can make a new one."),
    "device_taken": (409, "Another PC is enrolled under this name; begin a new book."),
    "merchant_unknown": (401, "The key of the merchant is not known."),
    "number_unknown": (404, "No parcel with this number is known."),
    "office_unknown": (404, "No office with this code is known."),
    "not_found": (404, "There is nothing at this address."),
    "method": (405, "This address does not take that method."),
    "slow": (408, "The request did not arrive in time."),
    "too_large": (413, "The request is larger than this address takes."),
    "media_type": (415, "The request is of another kind than this address takes."),
    "bad_file": (422, "The file cannot be read as announcements."),
    "too_many": (429, "Too many requests; wait and try again."),
    "segment_damaged": (400, "The file is damaged, cut off, or none of ours; the office can write it again."),
    "segment_elsewhere": (421, "The file is sealed for another centre than this one."),
    "stick_gone": (500, "The stick is not there, or does not take or give files."),
    "stick_full": (500, "The stick is full; what was answered so far is on it, the rest is answered the next time."),
    "stick_damaged": (500, "The stick gives back something else than was written on it; use another one."),
    "crowded": (503, "Many offices call at once; everything stays at the office, and its turn is told with this answer."),
    "storage_unreachable": (503, "The centre's storage does not answer now; everything stays at the office and is sent again."),
    "centre_unreachable": (503, "The centre does not answer this relay now; everything stays at the office and is sent again."),
    "bad_database_url": (500, "The database must be given as sqlite:///file or postgresql://…"),
    "not_a_centre": (500, "This database holds no centre; make one with `corner-centre init`."),
    "newer_centre": (500, "This database was made by a later version."),
    "storage_damaged": (500, "The database is damaged; no backup of it was made. Put the last good backup back."),
    "no_backup": (500, "There is no such file."),
    "backup_damaged": (500, "The file is no whole backup of a centre; take another one."),
    "backup_elsewhen": (500, "The backup was made by another version of the program; take that version to put it back."),
    "not_empty": (500, "This database holds a centre; say --replace to put the backup in its place."),
    "folder_unwritable": (500, "The backup cannot be written there."),
    "bad_reference": (422, "The tables of offices and hubs are not right; nothing was changed."),
    "invoice_unknown": (404, "No remittance has this invoice; the statement of the merchant lists them."),
    "invoice_gap": (409, "Invoices are numbered without gaps; nothing was remitted. Leave --invoice out and the next number is taken."),
    "remittances_in_doubt": (
        409,
        "This centre was put back from a copy, so a remittance may be missing in it. Say with --last which invoice was the last one paid.",
    ),
    "remittances_missing": (409, "Another invoice is the last one here; nothing was remitted. Take the missing ones in with --again, in their order."),
    "statement_differs": (409, "Not all parcels of this statement are due with these amounts; nothing was changed."),
    "nothing_due": (409, "Nothing can be paid to this merchant now; nothing was changed."),
    "bad_statement": (422, "The file is no statement of a wallet: it needs the columns trx and amount; nothing was changed."),
    "bad_date": (422, "A date is written like 2026-11-24; nothing was changed."),
    "not_loopback": (500, "Plain HTTP is served on this machine only; give a certificate and its key for others."),
}
"""Status and English words of each code."""


class Problem(Exception):
    """A refusal. detail: further plain words for the log; never a name, number, key or code of a person. again_s: seconds until it is the
    caller's turn, 0 when there is none to tell.
    """

    def __init__(self, code: str, detail: str = "", *, again_s: int = 0) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail, self.again_s = code, detail, again_s

    @property
    def status(self) -> int:
        """HTTP status of it."""
        return PROBLEMS[self.code][0]

    @property
    def words(self) -> str:
        """What it means."""
        return PROBLEMS[self.code][1]
