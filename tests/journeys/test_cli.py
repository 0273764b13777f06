"""`corner-app` as other programs and people start it: a child process, its exit code and its words."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from tests.conftest import parcel

from corner_app.book.book import Book
from corner_app.devices.readback.zpl import read
from corner_app.domain.numbers import make_s10
from corner_app.i18n import Language, words

ONE, TWO = make_s10("CP", "40777479"), make_s10("CP", "40777480")
DONE, NO, TROUBLE, USAGE = 0, 1, 2, 64


class Program:
    """`corner-app --book FILE …`."""

    def __init__(self, book: Path) -> None:
        self.book = book

    def __call__(self, *words_: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "corner_app", "--book", str(self.book), *words_]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)

    def answer(self, *words_: str, code: int = DONE) -> dict[str, Any]:
        """The answer of a job with --json."""
        done = self(*words_, "--json")
        assert (done.returncode, done.stderr) == (code, "")
        made: dict[str, Any] = json.loads(done.stdout)
        return made

    def lines(self, *lines: dict[str, Any] | str) -> list[dict[str, Any]]:
        """The answers of a batch."""
        done = self("batch", stdin="".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        assert (done.returncode, done.stderr) == (DONE, "")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def refused(self, *words_: str, code: str, **params: object) -> None:
        """Trouble, in words on standard error and nothing else."""
        done = self(*words_)
        assert (done.returncode, done.stdout, done.stderr) == (TROUBLE, "", words(f"trouble.{code}", Language.EN, **params) + "\n")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program, and a training book of office 8500 that knows two parcels of one buyer."""
    made = Program(tmp_path / "corner.book")
    assert made("init", "--office", "8500", "--training").returncode == DONE
    made.lines({"job": "announce", "parcels": [parcel(ONE), parcel(TWO)]})
    return made


def test_init_makes_a_book_and_overwrites_none(tmp_path: Path) -> None:
    program = Program(tmp_path / "new" / "corner.book")
    done = program("init", "--office", "8500")
    assert (done.returncode, done.stdout, done.stderr) == (DONE, "", "")
    before = program.book.read_bytes()
    program.refused("init", "--office", "8500", code="book_exists", file="corner.book")
    assert program.book.read_bytes() == before


def test_init_does_not_know_every_office(tmp_path: Path) -> None:
    program = Program(tmp_path / "corner.book")
    program.refused("init", "--office", "0000", code="unknown_office", office="0000")
    assert not program.book.exists()


def test_every_job_is_a_command_of_its_own(program: Program, tmp_path: Path) -> None:
    bag = "BD8500BD8560CCC60001001"
    assert program.answer("open_bag", bag)["code"] == "unknown_bag"
    taken = program.answer("receive", ONE, "--bag", bag)
    assert (taken["op"], taken["job"], taken["code"], taken["item"]) == (None, "receive", "received", ONE)
    assert program.answer("end_bag", bag)["data"]["extra"] == [ONE]
    assert program.answer("damaged", ONE, "--note", "কোণ ছেঁড়া")["code"] == "damaged"
    assert program.answer("sort", ONE)["code"] == "sorted"
    assert program.answer("shelve", ONE, "খ-১২")["data"]["shelf"] == "খ-১২"
    assert program.answer("shelve", ONE, "nowhere", code=NO)["code"] == "no_such_shelf"
    assert program.answer("find", ONE[4:10], "--limit", "5")["data"]["parcels"][0]["item"] == ONE
    assert program.answer("find", "zzzzz")["code"] == "not_found"
    assert program.answer("print_label", ONE)["code"] == "queued"
    assert program.answer("reprint", ONE, code=NO)["code"] == "reason_needed"
    assert program.answer("reprint", ONE, "--reason", "লেবেল ছেঁড়া")["data"]["copy"] == 2
    assert program.answer("parcel", ONE)["data"]["shelf"] == "খ-১২"
    assert program.answer("receive", TWO)["code"] == "received"
    assert program.answer("undo", "--count", "1")["code"] == "undone"
    assert program.answer("receive", TWO, "--op", "again")["code"] == "received"
    assert program.answer("receive", TWO, "--op", "again")["repeated"] is True
    assert program.answer("hand_over", ONE, "--code", "999999", "--tendered", "116000", code=NO)["code"] == "wrong_code"
    assert program.answer("hand_over", ONE, "--code", "123456", "--tendered", "100", code=NO)["data"]["due"] == 116_000
    given = program.answer("hand_over", ONE, "--id", "nid:4711:code lost", "--tendered", "150000", "--clerk", "anwar", "--now", "2031-01-05T10:00:00+06:00")
    assert (given["code"], given["data"]["change"]) == ("handed_over", 34_000)
    assert program.answer("refuse", TWO, "refused")["code"] == "refused"
    assert program.answer("return_to_sender", TWO, "refused")["code"] == "returning"
    csv = tmp_path / "more.csv"
    csv.write_text("item_id,postcode,recipient_name_bn,cod_amount_minor\n" + make_s10("CP", "11111111") + ",8500,নমুনা,0\n", encoding="utf-8")
    announced = program.answer("announce", str(csv))
    assert announced["code"] == "announced", announced
    status = program.answer("status")["data"]
    assert status["parcels"]["handed_over"] == status["parcels"]["returning"] == 1
    assert program("verify").returncode == DONE


def test_without_json_the_answer_is_what_the_clerk_would_read(program: Program) -> None:
    done = program("receive", ONE)
    same = program.answer("receive", ONE)
    assert (done.returncode, done.stderr) == (DONE, "")
    assert done.stdout.count("\n") == 1
    assert done.stdout.strip()
    bangla = program("--language", "bn", "receive", ONE)
    assert same["code"] == "already_received"
    assert bangla.stdout.strip() == same["text"]["bn"]


@pytest.mark.parametrize("asked", [("receive",), ("hand_over", ONE, "--tendered", "much"), ("nonsense",), ("label", ONE), ("init",)])
def test_wrong_use_is_64(program: Program, asked: tuple[str, ...]) -> None:
    done = program(*asked)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "usage: corner-app" in done.stderr


def test_verify_is_1_for_a_book_that_was_tampered_with(program: Program, tmp_path: Path) -> None:
    report = json.loads(program("verify", "--json").stdout)
    assert (report["good"], report["entries"], report["faults"]) == (True, 2, [])
    forged = Program(tmp_path / "forged.book")
    shutil.copy(program.book, forged.book)
    with Book(forged.book) as book:
        book.write(lambda tx: (tx.run("DROP TRIGGER entry_is_never_changed"), tx.run("UPDATE entry SET actor = 'jalil' WHERE no = 2")))
    done = forged("verify", "--json")
    assert (done.returncode, json.loads(done.stdout)["good"]) == (NO, False)
    said = forged("verify")
    assert said.returncode == NO
    assert said.stdout.startswith(words("verify.bad", Language.EN))
    assert program("verify").returncode == DONE


def test_a_copy_goes_back_in_the_books_place(program: Program, tmp_path: Path) -> None:
    copy = tmp_path / "copy.book"
    assert program("backup", str(copy)).returncode == DONE
    program.refused("backup", str(copy), code="book_exists", file="copy.book")
    assert program("receive", ONE).returncode == DONE
    done = program("restore", str(copy))
    assert (done.returncode, done.stdout) == (DONE, words("restore.aside", Language.EN, file="corner.replaced-1.book") + "\n")
    assert program.answer("parcel", ONE)["data"]["state"] == "announced"
    assert Program(tmp_path / "corner.replaced-1.book").answer("parcel", ONE)["data"]["state"] == "received"
    program.refused("restore", str(tmp_path / "none.book"), code="no_book", file="none.book")
    (tmp_path / "letter.txt").write_text("Dear colleague")
    assert program("restore", str(tmp_path / "letter.txt")).returncode == TROUBLE
    assert program("verify").returncode == DONE


def test_a_label_as_the_printer_would_get_it(program: Program, tmp_path: Path) -> None:
    for dpi in ("203", "300"):
        zpl, png = tmp_path / f"label-{dpi}.zpl", tmp_path / f"label-{dpi}.png"
        assert program("label", ONE, "--format", "zpl", "--dpi", dpi, "-o", str(zpl)).returncode == DONE
        assert program("label", ONE, "--format", "png", "--dpi", dpi, "-o", str(png)).returncode == DONE
        assert read(zpl.read_bytes()).width > 700
        with Image.open(png) as picture:
            seen = {code.text for code in zxingcpp.read_barcodes(picture)}
        assert ONE in seen, seen
    done = program("label", make_s10("CP", "99999999"), "-o", str(tmp_path / "none.zpl"))
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert done.stderr == words("trouble.parcel_not_found", Language.EN, number=make_s10("CP", "99999999")) + "\n"
    assert not (tmp_path / "none.zpl").exists()


def test_a_second_program_is_refused_in_words(program: Program) -> None:
    command = [sys.executable, "-m", "corner_app", "--book", str(program.book), "batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write(b'{"job":"status"}\n')
        first.stdin.flush()
        assert json.loads(first.stdout.readline())["code"] == "status"
        program.refused("receive", ONE, code="book_in_use", pid=str(first.pid))
        program.refused("batch", code="book_in_use", pid=str(first.pid))
        program.refused("restore", str(program.book), code="book_in_use", pid=str(first.pid))
        assert program("verify").returncode == DONE, "a check may run beside the counter"
        first.stdin.close()
        assert first.wait(30) == DONE
    assert program("receive", ONE).returncode == DONE


@pytest.mark.parametrize(
    "asked", [("batch",), ("receive", ONE), ("verify",), ("rebuild",), ("backup", "copy.book"), ("label", ONE, "-o", "label.zpl")], ids=lambda asked: asked[0]
)
def test_a_book_that_is_not_there(tmp_path: Path, asked: tuple[str, ...]) -> None:
    Program(tmp_path / "none.book").refused(*asked, code="no_book", file="none.book")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_there_is_answered_and_the_next_line_read(program: Program, tmp_path: Path) -> None:
    missing, bad, good = program.lines({"job": "announce", "file": str(tmp_path / "none.csv")}, "nonsense", {"job": "receive", "scan": ONE})
    assert (missing["tone"], missing["code"], missing["entries"]) == ("stop", "file_not_there", [])
    assert missing["text"]["en"] == words("trouble.file_not_there", Language.EN)
    assert bad["code"] == "bad_command"
    assert (good["code"], good["item"]) == ("received", ONE)
    assert program.answer("announce", str(tmp_path / "none.csv"), code=NO)["code"] == "file_not_there"


def test_commands_from_a_file(program: Program, tmp_path: Path) -> None:
    commands = tmp_path / "commands.jsonl"
    commands.write_text(json.dumps({"job": "receive", "scan": ONE, "op": "a"}) + "\n\n" + json.dumps({"job": "status"}) + "\n", encoding="utf-8")
    done = program("batch", str(commands))
    assert [json.loads(line)["code"] for line in done.stdout.splitlines()] == ["received", "status"]


def test_a_file_of_commands_that_is_not_there(program: Program, tmp_path: Path) -> None:
    missing = program("batch", str(tmp_path / "none.jsonl"))
    assert (missing.returncode, missing.stdout) == (TROUBLE, "")
    assert "Traceback" not in missing.stderr


def test_a_supervisors_pin_is_asked_for_twice_and_approves_from_then_on(program: Program) -> None:
    program.answer("pay_in", "5000", "change")
    for typed, code in (("4711\n4712\n", "pins_differ"), ("47\n47\n", "bad_pin"), ("\n\n", "bad_pin"), ("4711\n", "pins_differ")):
        refused = program("pin", "anwar", stdin=typed)
        assert (refused.returncode, refused.stderr) == (TROUBLE, words(f"trouble.{code}", Language.EN) + "\n")
    clerk = program("pin", "rahima", stdin="4711\n4711\n")
    assert (clerk.returncode, clerk.stderr) == (TROUBLE, words("trouble.no_supervisor", Language.EN, badge="rahima") + "\n")
    set_ = program("pin", "anwar", stdin="৪৭১১\n৪৭১১\n")
    assert (set_.returncode, set_.stdout, set_.stderr) == (DONE, "", "")
    close = ("close_day", "10:4,loose:900", "--reason", "short", "--approver", "anwar", "--pin")
    assert program.answer(*close, "1234", code=NO)["code"] == "wrong_pin"
    assert program.answer(*close, "4711")["data"]["approved_by"] == "anwar"


def test_a_count_that_is_no_list_of_notes_is_wrong_use(program: Program) -> None:
    for text in ("1000", "1000:x", ""):
        assert program("count", text).returncode == USAGE
    assert program.answer("count", "1000:1,loose:50")["data"]["counted"] == 100_050
