"""PINs of those who approve: a slow hash each and the wrong tries, on this PC alone, in no entry."""

from __future__ import annotations

from corner_app.book.database import Rows, Tx

_PIN, _WRONG = "pin:", "pin_wrong:"


def pin_hash(rows: Rows, badge: str) -> str:
    """The kept hash of somebody's PIN, "" for none."""
    return str(rows.value("SELECT v FROM desk_state WHERE k = ?", (_PIN + badge,)) or "")


def keep_pin(tx: Tx, badge: str, hashed: str) -> None:
    """Replaces somebody's PIN and forgets wrong tries."""
    _keep(tx, _PIN + badge, hashed)
    forget_wrong(tx, badge)


def wrong(rows: Rows, badge: str) -> tuple[int, int]:
    """(wrong tries in a row, ms UTC of the last), (0, 0) for none."""
    kept = str(rows.value("SELECT v FROM desk_state WHERE k = ?", (_WRONG + badge,)) or "0 0")
    tries, at = kept.split(" ")
    return int(tries), int(at)


def note_wrong(tx: Tx, badge: str, tries: int, at: int) -> None:
    """Keeps a wrong try."""
    _keep(tx, _WRONG + badge, f"{tries} {at}")


def forget_wrong(tx: Tx, badge: str) -> None:
    """A right PIN ends a row of wrong ones."""
    tx.run("DELETE FROM desk_state WHERE k = ?", (_WRONG + badge,))


def _keep(tx: Tx, key: str, value: str) -> None:
    tx.run("INSERT INTO desk_state (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", (key, value))
