"""From a command to its job: the one list of what the desk can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from corner_app.book import answers
from corner_app.book.database import Tx
from corner_app.desk import bags, cash, close, dispute, drawer, handover, my_day, pouch, printing, receive, returns, search, sort, status, undo
from corner_app.desk import commands as c
from corner_app.desk.announce import announce
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, ParcelCard, Tone

CashCommand = (
    c.OpenDrawer | c.PayIn | c.PayOut | c.Transfer | c.Reverse | c.PouchOut | c.PouchIn | c.OpenDay | c.Count | c.CloseDay | c.ApproveDay | c.Dispute
    | c.SettleDispute
)  # fmt: skip
OP_LIMIT = 64
"""Characters of an op."""


def run(tx: Tx, here: Here, command: c.AnyCommand, op: str | None = None) -> Outcome:
    """Does one command in the caller's transaction. An op that was answered before gets that answer again and nothing is written."""
    if op is None:
        return _do(tx, here, command)
    kept = answers.kept(tx, op)
    if kept is not None:
        return replace(_restored(msgspec.json.decode(kept)), repeated=True)
    outcome = _do(tx, here, command)
    answers.keep(tx, op, msgspec.json.encode(outcome), here.now)
    return outcome


def _restored(kept: Mapping[str, Any]) -> Outcome:
    shown = kept["card"]
    return Outcome(
        Tone(kept["tone"]), kept["code"], kept["item"], tuple(kept["entries"]), kept["data"], ParcelCard(**shown) if shown else None, tuple(kept["print_jobs"])
    )


def _do(tx: Tx, here: Here, command: c.AnyCommand) -> Outcome:
    match command:
        case c.Receive():
            return receive.receive(tx, here, command)
        case c.Shelve():
            return sort.shelve(tx, here, command)
        case c.Sort():
            return sort.sort(tx, here, command)
        case c.HandOver():
            return handover.hand_over(tx, here, command)
        case c.OpenBag():
            return bags.open_bag(tx, here, command)
        case c.EndBag():
            return bags.end_bag(tx, here, command)
        case c.MarkDamaged():
            return receive.mark_damaged(tx, here, command)
        case c.Refuse():
            return returns.refuse(tx, here, command)
        case c.ReturnToSender():
            return returns.return_to_sender(tx, here, command)
        case c.Undo():
            return undo.undo(tx, here, command)
        case c.PrintLabel() | c.Reprint():
            return printing.print_label(tx, here, command)
        case c.DropLabel():
            return printing.drop(tx, here, command)
        case c.Find() | c.ShowParcel() | c.Status() | c.MyDay():
            return _asked(tx, here, command)
        case c.Announce():
            return announce(tx, here, command)
        case _:
            return _cash(tx, here, command)


def _asked(tx: Tx, here: Here, command: c.Find | c.ShowParcel | c.Status | c.MyDay) -> Outcome:
    """Questions: nothing is written."""
    match command:
        case c.Find():
            return search.find(tx, here, command)
        case c.ShowParcel():
            return search.show_parcel(tx, here, command)
        case c.Status():
            return status.status(tx, here, command)
        case c.MyDay():
            return my_day.my_day(tx, here, command)


def _cash(tx: Tx, here: Here, command: CashCommand) -> Outcome:
    """Cash and the day of the drawer."""
    match command:
        case c.OpenDrawer():
            return drawer.open_drawer(tx, here, command)
        case c.PayIn():
            return cash.pay_in(tx, here, command)
        case c.PayOut():
            return cash.pay_out(tx, here, command)
        case c.Transfer():
            return cash.transfer(tx, here, command)
        case c.Reverse():
            return cash.reverse(tx, here, command)
        case c.PouchOut():
            return pouch.pouch_out(tx, here, command)
        case c.PouchIn():
            return pouch.pouch_in(tx, here, command)
        case c.OpenDay():
            return close.open_day(tx, here, command)
        case c.Count():
            return close.count(tx, here, command)
        case c.CloseDay():
            return close.close_day(tx, here, command)
        case c.ApproveDay():
            return close.approve_day(tx, here, command)
        case c.Dispute():
            return dispute.dispute(tx, here, command)
        case c.SettleDispute():
            return dispute.settle_dispute(tx, here, command)
