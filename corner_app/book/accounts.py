"""Balances of money accounts."""

from __future__ import annotations

from corner_app.book.database import Rows


def drawers(rows: Rows, office: str) -> list[tuple[int, int]]:
    """(counter, paisa in its drawer) for every counter of an office that ever took money."""
    start = f"drawer:{office}-"
    found = rows.all("SELECT name, balance FROM account WHERE name >= ? AND name < ? ORDER BY name", (start, start + ":"))
    return sorted((int(name.removeprefix(start)), balance) for name, balance in found)
