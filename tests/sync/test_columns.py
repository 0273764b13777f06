"""A run of entries comes out of its columns byte for byte as it went in, and nothing else ever comes out: bytes that are no run are refused."""

from __future__ import annotations

import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync.strategies import FIRST_SEQS, T0, bodies, few, many, runs, s10

from corner_app.domain.entries import KINDS, Entry, EntryId, HandedOver, Received, Shelved, encode
from corner_app.sync.columns import COLUMNS, ROWS, Unpackable, deflate, inflate, pack, unpack

LIMIT = 4_000_000
to_pack = msgspec.msgpack.encode


def there_and_back(rows: list[bytes], first_seq: int) -> int:
    layout, packed = pack(rows, first_seq)
    assert unpack(layout, packed, len(rows), first_seq, LIMIT) == rows
    return layout


def day(count: int, first_seq: int = 1) -> list[bytes]:
    """A counter's morning: parcels received, laid on a shelf and given out."""
    rows = []
    for n in range(count):
        item, seq = s10(40_000_000 + n // 3), first_seq + n
        body = (Received("8500"), Shelved("8500", "ক-০১"), HandedOver("8500", 1, 116_000, "M005", "code", seq))[n % 3]
        rows.append(encode(Entry((T0 + n * 4_000) << 16, "rahima", item, seq - 1 if n % 3 else 0, body, session=1)))
    return rows


SIXTY = pack(day(60), 1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_comes_back_as_it_was(kind: type) -> None:
    @few
    @given(st.data(), st.sampled_from(FIRST_SEQS))
    def check(data: st.DataObject, first_seq: int) -> None:
        there_and_back(data.draw(runs(first_seq, bodies(kind))), first_seq)

    check()


@many
@given(st.data(), st.sampled_from(FIRST_SEQS))
def test_any_run_comes_back_as_it_was(data: st.DataObject, first_seq: int) -> None:
    there_and_back(data.draw(runs(first_seq)), first_seq)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=8,
)
nearly_entries = st.lists(json_values, min_size=11, max_size=11).map(lambda values: [*values[:4], [1, *values[5:7]], *values[5:]])
odd_rows = st.binary(max_size=30) | st.builds(msgspec.json.encode, json_values) | st.builds(msgspec.json.encode, nearly_entries)


@many
@given(st.lists(odd_rows, min_size=1, max_size=6), st.data())
def test_rows_of_a_later_version_or_of_no_version_come_back_too(odd: list[bytes], data: st.DataObject) -> None:
    mixed = [*odd, *data.draw(runs())] if data.draw(st.booleans()) else odd
    there_and_back(mixed, 1)


@pytest.mark.parametrize(
    "row",
    [
        b'[65536,"a","X",null,[1],0,0,0,0,0,""]',
        b'[65536,"a","X",[],[1],0,0,0,0,0,""]',
        b'[65536,"a","X",{},[1],0,0,0,0,0,""]',
        b'[65536,"a","X",0,[[]],0,0,0,0,0,""]',
        b'[65536,"a","X",true,[1],true,false,0,0,0,""]',
        b'[65536,"a",7,0,[1],0,0,0,0,0,""]',
        b'["now","a","X",0,[1],0,0,0,0,0,""]',
        b'[65536,"a","X",0,[900,1],0,0,0,0,0,""]',
        b'[65536, "a","X",0,[1],0,0,0,0,0,""]',
        b'[65536,"a","X",0,[99,"new"],0,0,0,0,0,"",{"later":1}]',
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_an_odd_row_neither_ends_the_sync_nor_comes_back_changed(row: bytes) -> None:
    there_and_back([row], 1)
    there_and_back([*day(6), row, *day(3)], 1)


def test_an_ordinary_day_goes_as_columns_and_takes_less_than_a_tenth() -> None:
    rows = day(500)
    layout, packed = pack(rows, 1)
    assert layout == COLUMNS
    assert len(packed) < sum(map(len, rows)) / 10


@pytest.mark.parametrize("layout", [ROWS, COLUMNS])
def test_a_run_that_unfolds_beyond_its_limit_is_refused(layout: int) -> None:
    rows = day(50)
    packed = pack(rows, 1)[1] if layout == COLUMNS else deflate(to_pack(rows))
    assert unpack(layout, packed, 50, 1, LIMIT) == rows
    with pytest.raises(Unpackable):
        unpack(layout, packed, 50, 1, sum(map(len, rows)) - 1)


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    bomb = deflate(bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(Unpackable):
        inflate(bomb, 100_000)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def columns_of(rows: list[bytes]) -> list[Any]:
    layout, packed = pack(rows, 1)
    assert layout == COLUMNS
    found: list[Any] = msgspec.msgpack.decode(inflate(packed, LIMIT))
    return found


def bombs() -> dict[str, bytes]:
    """Columns of a few kilobytes that say they are gigabytes."""
    entry = encode(Entry(T0 << 16, "a", "ORDER-17", 0, Received("8500")))
    one_long_word, long_name, no_end, letters, wide = (columns_of([entry] * 2) for _ in range(5))
    one_long_word[5][0] = [0, "x" * 3_000_000]
    long_name[1][2][0] = "x" * 3_000_000
    no_end[1][0], no_end[1][1] = [0, ""], 1 << 34
    letters[1] = [[0, "x" * 3_000_000], 5_000, [], *[bytes(5_000)] * 4]
    wide[7] = [[2, *[[0, 0]] * 100_000]]
    for columns in (one_long_word, long_name, letters, wide):
        columns[0] = [columns[0][0], [0, 0], [0] * 4_999]
        columns[2], columns[3] = [0] * 5_000, [bytes(5_000), [], []]
        columns[6] = bytes([2]) * 5_000
    made = {"one word for all": one_long_word, "one name": long_name, "names without end": no_end, "letters": letters, "a hundred thousand fields": wide}
    return {name: deflate(to_pack(value)) for name, value in made.items()}


BOMBS = bombs()


@pytest.mark.parametrize("name", BOMBS)
def test_few_columns_do_not_become_many_gigabytes(name: str) -> None:
    packed = BOMBS[name]
    assert len(packed) < 100_000
    tracemalloc.start()
    with pytest.raises(Unpackable):
        unpack(COLUMNS, packed, 2 if "end" in name else 5_000, 1, LIMIT)
    assert tracemalloc.get_traced_memory()[1] < 150_000_000  # of what would be gigabytes
    tracemalloc.stop()


@many
@given(st.integers(0, 1 << 30), st.integers(0, 7))
def test_flipped_bits_give_entries_or_a_refusal_and_nothing_else(place: int, bit: int) -> None:
    _, packed = SIXTY
    flipped = bytearray(packed)
    flipped[place % len(packed)] ^= 1 << bit
    only_entries_or_refused(COLUMNS, bytes(flipped), 60)


@many
@given(st.integers(0, 1 << 30), st.integers(0, 255), st.sampled_from((ROWS, COLUMNS, 7)))
def test_columns_that_are_wrong_inside_give_entries_or_a_refusal(place: int, other: int, layout: int) -> None:
    """What a compressor's own check does not see: well compressed, but wrong."""
    plain = bytearray(inflate(SIXTY[1], LIMIT))
    plain[place % len(plain)] = other
    only_entries_or_refused(layout, deflate(bytes(plain)), 60)


msgpack_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=10,
)


@many
@given(st.data())
def test_columns_put_in_place_of_others_give_entries_or_a_refusal(data: st.DataObject) -> None:
    columns = columns_of(day(9))
    place = data.draw(st.integers(0, 7))
    if isinstance(columns[place], list) and data.draw(st.booleans()):
        columns[place][data.draw(st.integers(0, len(columns[place]) - 1))] = data.draw(msgpack_values)
    else:
        columns[place] = data.draw(msgpack_values)
    only_entries_or_refused(COLUMNS, deflate(to_pack(columns)), 9)


@many
@given(st.binary(max_size=200), st.integers(0, 9), st.integers(1, 50))
def test_bytes_that_are_no_run_are_refused(noise: bytes, layout: int, count: int) -> None:
    only_entries_or_refused(layout, noise, count)
    only_entries_or_refused(layout, deflate(noise), count)


def test_a_run_cut_anywhere_is_refused() -> None:
    _, packed = pack(day(30), 1)
    for end in range(len(packed)):
        with pytest.raises(Unpackable):
            unpack(COLUMNS, packed[:end], 30, 1, LIMIT)
    with pytest.raises(Unpackable):
        unpack(COLUMNS, packed + b"\0", 30, 1, LIMIT)


@pytest.mark.parametrize("plain", [b"\x91" * 100_000, b"\xdd\xff\xff\xff\xff", b"\xc0", b"\x80", b""])
@pytest.mark.parametrize("layout", [ROWS, COLUMNS])
def test_values_that_are_deep_or_long_beyond_reason_are_refused(plain: bytes, layout: int) -> None:
    with pytest.raises(Unpackable):
        unpack(layout, deflate(plain), 1, 1, LIMIT)


def test_another_number_of_entries_than_was_said_is_refused() -> None:
    for layout, packed in (pack(day(9), 1), (ROWS, deflate(to_pack(day(9))))):
        for count in (8, 10):
            with pytest.raises(Unpackable):
                unpack(layout, packed, count, 1, LIMIT)


def test_a_base_in_another_book_keeps_its_name() -> None:
    rows = [encode(Entry(T0 << 16, "a", s10(n), EntryId(9, 2, 500 + n), Shelved("8500", "ক-০১"))) for n in range(20)]
    assert there_and_back(rows, 77) == COLUMNS


def only_entries_or_refused(layout: int, packed: bytes, count: int) -> None:
    """Whatever comes in, what comes out is that many rows within the limit, or Unpackable; any other error fails the test."""
    try:
        rows = unpack(layout, packed, count, 1, LIMIT)
    except Unpackable:
        return
    assert len(rows) == count
    assert all(type(row) is bytes for row in rows)
    assert sum(map(len, rows)) <= LIMIT
