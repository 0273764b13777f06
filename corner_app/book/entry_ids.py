"""How projections store an entry's full name: "device.epoch.seq", "" for none."""

from __future__ import annotations

from corner_app.domain.entries import EntryId


def id_text(ref: EntryId | None) -> str:
    """An entry's name as text."""
    return "" if ref is None else f"{ref.device}.{ref.epoch}.{ref.seq}"


def id_from(text: str) -> EntryId | None:
    """Reads `id_text` back."""
    if not text:
        return None
    device, epoch, seq = text.split(".")
    return EntryId(int(device), int(epoch), int(seq))
