"""Where the clerk was and whether the program ended well: this PC's alone, no entry."""

from __future__ import annotations

from corner_app.book.database import Rows, Tx


def note(tx: Tx, **values: str) -> None:
    """Keeps named values, replacing older ones."""
    for key, value in values.items():
        tx.run("INSERT INTO desk_state (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", (key, value))


def noted(rows: Rows) -> dict[str, str]:
    """Everything kept."""
    return dict(rows.all("SELECT k, v FROM desk_state"))
