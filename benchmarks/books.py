"""Books of many parcels for the benchmarks, made once by the product's own jobs and kept in build/."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from corner_app.book.book import Book, make
from corner_app.desk.counter import here_of, roll_of
from corner_app.domain import entries as e
from corner_app.domain.numbers import make_s10

FOLDER = Path("build/bench")
_GIVEN_BN = ("আরিফুল", "নুসরাত", "অসীম", "সোহেল", "আব্দুর রহিম", "ফাতেমা", "শারমিন", "জাহাঙ্গীর", "মিজানুর", "রোকেয়া", "তানভীর", "খাদিজা")
_GIVEN_EN = ("Ariful", "Nusrat", "Ashim", "Sohel", "Abdur Rahim", "Fatema", "Sharmin", "Jahangir", "Mizanur", "Rokeya", "Tanvir", "Khadija")
_LAST_BN = ("মৃধা", "ইয়াসমিন", "দাস", "প্রামাণিক", "হাওলাদার", "বেগম", "আক্তার", "খান", "তালুকদার", "সুলতানা", "ভূঁইয়া", "চৌধুরী")
_LAST_EN = ("Mridha", "Yasmin", "Das", "Pramanik", "Howlader", "Begum", "Akter", "Khan", "Talukder", "Sultana", "Bhuiyan", "Chowdhury")


def number(n: int) -> str:
    """Item number of parcel n of a filled book."""
    return make_s10("CP", f"{(n * 48_271 + 11) % 100_000_000:08d}")


def items(size: int, count: int) -> list[str]:
    """`count` different parcels spread at random over a book of `size`, the same every time."""
    return [number(n) for n in random.Random(size).sample(range(size), count)]


def filled(size: int) -> Path:
    """The file of a book with `size` announced parcels; made on first use."""
    path = FOLDER / f"{size}.book"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    make(making, office="8500", counter=1, training=True, device=7, uuid=bytes(16))
    with Book(making) as book:
        _fill(book, size)
    making.rename(path)
    making.with_name(making.name + ".lock").unlink(missing_ok=True)
    return path


def _fill(book: Book, size: int) -> None:
    from corner_app.book.entries import append

    here = here_of(book.place, roll_of(book.place).clerks[0], 1_795_500_000_000)
    step = 20_000
    book.write(lambda tx: tx.run("PRAGMA cache_size=-600000"))  # numbers come in no order: their indexes must fit while filling
    for start in range(0, size, step):
        block = range(start, min(start + step, size))

        def announce(tx: object, block: range = block) -> None:
            for n in block:
                append(tx, "rahima", here.now, number(n), announced(n), base=None)  # type: ignore[arg-type]

        book.write(announce)
        print(f"  filling a book of {size:,}: {block.stop:,}", file=sys.stderr, end="\r")


def announced(n: int) -> e.Announced:
    """The advice of parcel n."""
    g, last = n % 12, n // 12 % 12
    return e.Announced(
        89_000,
        550,
        "8500",
        f"017{n * 7919 % 100_000_000:08d}",
        f"{_GIVEN_BN[g]} {_LAST_BN[last]}",
        f"{_GIVEN_EN[g]} {_LAST_EN[last]}",
        "গ্রাম: উত্তরপাড়া, ইউনিয়ন: শরিকতলা, পিরোজপুর সদর",
        "Vill: Uttarpara, Union: Shariktola, Pirojpur Sadar",
        "M005",
        "নমুনা গ্যাজেট শপ",
        "Namuna Gadget Shop",
        f"ORD-{n:08d}",
        (),
        "parcel",
        "counter_pickup",
        "চার্জার",
        "Charger",
        110_000,
        "",
        bytes(8),
        bytes(32),
        (),
    )
