"""The training day through the batch: every figure of it, and a book that balances, verifies and rebuilds to the same."""

from __future__ import annotations

import json
import resource
from collections import Counter as Count
from pathlib import Path
from typing import Any

from tests.conftest import Counter

from corner_app import training_day
from corner_app.book.book import Book
from corner_app.book.verify import verify


def play_day(book: Book) -> tuple[Count[str], list[dict[str, Any]]]:
    """Plays the whole day; gives how often each (job, code) was answered, and the answers."""
    counter = Counter(book)
    answers = [counter.do("announce", file=str(training_day.announced_file()))]
    bag = ""
    for step in training_day.plan():
        bag = step.scan if step.job == "open_bag" else "" if step.job == "end_bag" else bag
        answers.append(counter.do(**step.command(bag)))
        if step.job == "end_bag":
            bag = ""
    return Count(f"{a['job']} {a['code']}" for a in answers), answers


def test_the_day_adds_up(new_book: Path) -> None:
    with Book(new_book) as book:
        told, answers = play_day(book)
        status = Counter(book).do("status")["data"]
        before_rebuild = status
        book.rebuild()
        assert Counter(book).do("status")["data"] == before_rebuild
    announced = answers[0]["data"]
    assert (len(announced["accepted"]), announced["warned"], announced["rejected"]) == (1000, [], [])
    assert told["open_bag bag_open"] == 24
    missing = [item for a in answers if a["code"] == "bag_ended" for item in a["data"]["missing"]]
    assert len(missing) == len(set(missing)) == 12
    assert told["receive missent"] == 20 + sum(1 for a in answers if a["code"] == "undone" and _was_missent(a, answers))
    assert told["receive unannounced"] == 10
    assert told["receive wrong_check_digit"] == 10
    assert told["damaged damaged"] == 5
    assert told["undo undone"] == 50
    assert Count(a["data"]["to"] for a in answers if a["code"] == "sorted") == {"shelf": 700, "bag": 280}
    assert told["hand_over handed_over"] == 450
    assert told["hand_over wrong_code"] == 6 + 2 * 4
    assert told["hand_over locked"] == 2
    assert told["refuse refused"] == 30
    assert told["reprint queued"] == 25
    assert status["parcels"] == {"bagged": 280, "handed_over": 450, "missent": 20, "received": 10, "refused": 30, "shelved": 220}
    assert status["on_hand"] == 1010 - 450
    collected = sum(a["data"]["collected"] for a in answers if a["code"] == "handed_over")
    assert status["drawer"] == {"1": collected}
    report = verify(new_book)
    assert report.good, report.faults
    assert report.entries == status["entries"]


def _was_missent(undone: dict[str, Any], answers: list[dict[str, Any]]) -> bool:
    return any(a["code"] == "missent" and a["entries"] and a["entries"][0] in undone["data"]["undone"] for a in answers)


def test_money_balances_at_every_entry(new_book: Path) -> None:
    with Book(new_book) as book:
        play_day(book)
        reader = book.reader()
        postings = reader.read(lambda rows: rows.all("SELECT by, amount FROM posting"))
        unequal = reader.read(lambda rows: rows.all("SELECT by, sum(amount) FROM posting GROUP BY by HAVING sum(amount) <> 0"))
        reader.close()
    assert len(postings) > 600
    assert unequal == []


def test_five_thousand_commands_do_not_grow_memory(new_book: Path) -> None:
    with Book(new_book) as book:
        counter = Counter(book)
        counter.do("announce", file=str(training_day.announced_file()))
        items = [p["item_id"] for p in training_day.announced()]
        lines = [json.dumps({"job": job, "scan": item}) for item in items for job in ("receive", "sort", "parcel", "undo") if job != "undo"]
        lines += [json.dumps({"job": "find", "text": item[2:8]}) for item in items] + [json.dumps({"job": "parcel", "scan": item}) for item in items]
        counter.lines(*lines[:1000])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for start in range(1000, len(lines), 500):
            counter.lines(*lines[start : start + 500])
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert len(lines) == 5_000
    assert grown < 6_000, f"{grown} kB more after 4,000 further commands"
