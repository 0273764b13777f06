"""Print jobs: asked and settled are entries, an open attempt is a row of this PC alone, committed before the first byte.

States: queued → (attempt open) → printed | failed | in_doubt. A job whose attempt was open when the program died is in doubt, no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corner_app.book.database import Rows
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact, decode


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One copy of one paper. no: number of the entry that asked for it; at, settled_at: ms UTC."""

    no: int
    item: str
    what: str
    copy: int
    reason: str
    actor: str
    at: int
    state: str
    how: str
    settled_at: int


_COLUMNS = "no, item, what, copy, reason, actor, at, state, how, settled_at"


def find(rows: Rows, no: int) -> PrintJob | None:
    """The job asked for by entry `no`."""
    row = rows.one(f"SELECT {_COLUMNS} FROM print_job WHERE no = ?", (no,))  # noqa: S608
    return None if row is None else PrintJob(*row)


def copy_of(rows: Rows, item: str, what: str, copy: int) -> PrintJob | None:
    """One copy of a paper."""
    row = rows.one(f"SELECT {_COLUMNS} FROM print_job WHERE item = ? AND what = ? AND copy = ?", (item, what, copy))  # noqa: S608
    return None if row is None else PrintJob(*row)


def open_count(rows: Rows) -> int:
    """How many papers wait, are being printed or are in doubt."""
    return int(rows.value("SELECT count(*) FROM print_job WHERE state IN ('queued', 'in_doubt')"))


def asked_between(rows: Rows, first: int, last: int) -> list[PrintJob]:
    """Jobs asked for by entries of a range, in order."""
    return [PrintJob(*row) for row in rows.all(f"SELECT {_COLUMNS} FROM print_job WHERE no BETWEEN ? AND ? ORDER BY no", (first, last))]  # noqa: S608


def last_copy(rows: Rows, item: str, what: str) -> int:
    """Highest copy asked for, 0 none. One that failed counts too: no number stands for two jobs."""
    return int(rows.value("SELECT coalesce(max(copy), 0) FROM print_job WHERE item = ? AND what = ?", (item, what)))


def next_queued(rows: Rows, papers: Sequence[str]) -> PrintJob | None:
    """The oldest job for one of these papers that nobody is printing."""
    marks = ", ".join("?" * len(papers))
    row = rows.one(
        f"""SELECT {_COLUMNS} FROM print_job
            WHERE state = 'queued' AND what IN ({marks}) AND no NOT IN (SELECT job FROM print_attempt) ORDER BY no LIMIT 1""",  # noqa: S608
        tuple(papers),
    )
    return None if row is None else PrintJob(*row)


def latest(rows: Rows, limit: int) -> list[PrintJob]:
    """The newest jobs first."""
    return [PrintJob(*row) for row in rows.all(f"SELECT {_COLUMNS} FROM print_job ORDER BY no DESC LIMIT ?", (limit,))]  # noqa: S608


def counts(rows: Rows, since: int, look_back: int = 5_000) -> tuple[int, int, int]:
    """Jobs asked for since then (ms UTC): printed, further copies that did not fail, failed. look_back: entries that are looked through."""
    row = rows.one(
        """SELECT coalesce(sum(state = 'printed'), 0), coalesce(sum(copy > 1 AND state <> 'failed'), 0), coalesce(sum(state = 'failed'), 0)
           FROM print_job WHERE no > (SELECT coalesce(max(no), 0) FROM entry) - ? AND at >= ?""",
        (look_back, since),
    )
    return row if row is not None else (0, 0, 0)


def in_doubt(rows: Rows) -> list[PrintJob]:
    """Jobs a person must answer for."""
    return [PrintJob(*row) for row in rows.all(f"SELECT {_COLUMNS} FROM print_job WHERE state = 'in_doubt' ORDER BY no")]  # noqa: S608


def begin(rows: Rows, no: int, at: int, printer: str) -> bool:
    """Opens the attempt, which must be committed before the first byte leaves. False when the job waits no more."""
    if not waits(rows, no):
        return False
    rows.run("INSERT INTO print_attempt (job, at, printer) VALUES (?, ?, ?)", (no, at, printer))
    return True


def waits(rows: Rows, no: int) -> bool:
    """Whether the job is queued and nobody is printing it."""
    return rows.one("SELECT 1 FROM print_job WHERE no = ? AND state = 'queued' AND no NOT IN (SELECT job FROM print_attempt)", (no,)) is not None


def release(rows: Rows, no: int) -> None:
    """Closes the attempt as if it had never been: nothing of it was sent."""
    rows.run("DELETE FROM print_attempt WHERE job = ?", (no,))


def attempts(rows: Rows) -> list[int]:
    """Jobs whose attempt is open."""
    return [job for (job,) in rows.all("SELECT job FROM print_attempt ORDER BY job")]


def detail(rows: Rows, no: int) -> str:
    """Why a job failed or is in doubt, as the last word about it has it."""
    stored = rows.value("SELECT bytes FROM entry WHERE sup = ? AND kind = 'label_settled' ORDER BY no DESC LIMIT 1", (no,))
    body = decode(stored).body if stored is not None else None
    return body.detail if isinstance(body, e.LabelSettled) else ""


def project(rows: Rows, fact: Fact, no: int) -> None:
    """Brings the job's row up to this entry."""
    body = fact.entry.body
    if isinstance(body, e.LabelAsked):
        rows.run(
            "INSERT INTO print_job (no, item, what, copy, reason, actor, at, state, how, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', '', 0)",
            (no, fact.entry.subject, body.what, body.copy, body.reason, fact.entry.actor, fact.entry.at),
        )
    elif isinstance(body, e.LabelSettled):
        asked = rows.value("SELECT sup FROM entry WHERE no = ?", (no,))
        rows.run("UPDATE print_job SET state = ?, how = ?, settled_at = ? WHERE no = ?", (body.result, body.how, fact.entry.at, asked))
        rows.run("DELETE FROM print_attempt WHERE job = ?", (asked,))
