"""A run of entries as columns: what repeats lies side by side, so that a batch packs to half of what its rows would.

The stored bytes of an entry are what is hashed, so the layout must give them back byte for byte: `pack` proves that before it answers,
and a run it cannot prove (an entry of a later version, bytes another writer made) goes as plain rows. Figures: docs/performance.md.

Column by column: clocks as differences, articles as number without check digit, `base` as "the entry before about the same article",
bodies field by field for each kind of entry. Numbers that follow the sequence number are written relative to it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec

from corner_app.domain.numbers import s10_check_digit

LEVEL = 6
"""zlib level: 2.8 µs an entry here; higher ones cost an old PC more than the link saves."""
ROWS, COLUMNS = 0, 1
_ENVELOPE = 11
_BODY = 4
_SIMPLE = (1, 6, 7, 8, 9, 10)
"""Places in the envelope whose values repeat: actor, clk, session, boot, mono, orig."""
_to_json = msgspec.json.Encoder().encode
_from_json = msgspec.json.Decoder(list).decode
_to_pack = msgspec.msgpack.Encoder().encode
_from_pack = msgspec.msgpack.Decoder().decode

DICTIONARY = (
    b'parcel_labelwrong_coderefuseddamagedprinteroutnot_thereprintedin_doubtfailedSYSTEMcodetokennidpassport"8500""8200""1000"'
    b"\xe0\xa6\x95-\xe0\xa7\xa6\xe0\xa7\xa7\xa7\xe0\xa6\x96-\xe0\xa7\xa7\xe0\xa7\xa8\xa7\xe0\xa6\x97-\xe0\xa7\xa6\xe0\xa7\xa9\xa7\xe0\xa6\x98-"
    b"BD8200BD8500CCC6041BD8500BD8550CCC60001postmasterrahimaM001M002M005M010CPEERRRBDAESSCODADABD"
)
"""What batches begin with in common; given to zlib on both sides. Never changed: a better one gets another number in the header."""


class Unpackable(ValueError):
    """Bytes that are no run of entries, or a larger one than was said."""


_NO_RUN = (msgspec.MsgspecError, ArithmeticError, AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError)
"""What reading values that are not where they should be ends in."""


def pack(rows: Sequence[bytes], first_seq: int) -> tuple[int, bytes]:
    """(layout, packed bytes) of a run of stored entries whose sequence numbers begin at `first_seq`."""
    columns = _proven(rows, first_seq)
    if columns is not None:
        return COLUMNS, deflate(columns)
    return ROWS, deflate(_to_pack(list(rows)))


def unpack(layout: int, packed: bytes, count: int, first_seq: int, limit: int) -> list[bytes]:
    """The stored bytes again. limit: bytes the run may have when unfolded. Raises Unpackable."""
    plain = inflate(packed, limit)
    try:
        rows = _rows(plain, count, first_seq, limit) if layout == COLUMNS else msgspec.msgpack.decode(plain, type=list[bytes])
    except _NO_RUN as error:
        raise Unpackable("no run of entries") from error
    if len(rows) != count or sum(map(len, rows)) > limit:
        raise Unpackable("another number of entries")
    return rows


def deflate(plain: bytes) -> bytes:
    """Compressed with the common dictionary."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15, 9, zdict=DICTIONARY)
    return packer.compress(plain) + packer.flush()


def inflate(packed: bytes, limit: int) -> bytes:
    """Undoes `deflate`, never making more than `limit` bytes. Raises Unpackable."""
    unpacker = zlib.decompressobj(-15, zdict=DICTIONARY)
    try:
        plain = unpacker.decompress(packed, limit)
    except zlib.error as error:
        raise Unpackable("not compressed by us") from error
    if not unpacker.eof or unpacker.unused_data:
        raise Unpackable("cut, or larger than it may be")
    return plain


def _proven(rows: Sequence[bytes], first_seq: int) -> bytes | None:
    """The columns of rows that come back out of them byte for byte, None for others."""
    try:
        columns = _columns(rows, first_seq)
        return columns if _rows(columns, len(rows), first_seq, sum(map(len, rows))) == list(rows) else None
    except _NO_RUN:
        return None


def _columns(rows: Sequence[bytes], first_seq: int) -> bytes:
    entries = [_from_json(row) for row in rows]
    if not all(len(entry) == _ENVELOPE and isinstance(entry[_BODY], list) for entry in entries):
        raise ValueError("not as this version writes entries")
    clocks = [entry[0] for entry in entries]
    subjects, places = _subjects([entry[2] for entry in entries])
    bases = _bases([entry[3] for entry in entries], places, first_seq)
    simple = [_folded([entry[place] for entry in entries]) for place in _SIMPLE]
    sups = [_relative(entry[5], seq) for seq, entry in enumerate(entries, first_seq)]
    return _to_pack([_clock_planes(clocks), subjects, places, bases, _folded(sups), simple, *_bodies([entry[_BODY] for entry in entries], first_seq)])


def _rows(columns: bytes, count: int, first_seq: int, limit: int) -> list[bytes]:
    """The rows again, none made once they have more than `limit` bytes: a value that stands once for all entries is small and unfolds to much."""
    planes, subject_columns, places, base_columns, sups, simple, tags, bodies = _from_pack(columns)
    clocks = _clocks(planes, count)
    names = _subject_names(subject_columns, count)
    bases = _bases_back(base_columns, places, first_seq)
    actor, clk, session, boot, mono, orig = (_unfolded(column, count) for column in simple)
    body = _bodies_back(tags, bodies, count, first_seq, limit)
    sup = _unfolded(sups, count)
    rows, size = [], 0
    for n in range(count):
        of_it = [clocks[n], actor[n], names[places[n]], bases[n], body[n], _absolute(sup[n], first_seq + n), clk[n], session[n], boot[n], mono[n], orig[n]]
        rows.append(_to_json(of_it))
        size += len(rows[-1])
        if size > limit:
            raise ValueError("more bytes than a run may have")
    return rows


# Clocks: milliseconds since the entry before, low bytes together and high bytes together, and the counters.


def _clock_planes(clocks: Sequence[int]) -> list[Any]:
    steps = [after - before for before, after in pairwise(clock >> 16 for clock in clocks)]
    small = all(0 <= step < 1 << 24 for step in steps)
    counters = _folded([clock & 0xFFFF for clock in clocks])
    first = clocks[0] >> 16 if clocks else 0
    if not small:
        return [first, counters, steps]
    raw = b"".join(step.to_bytes(3, "little") for step in steps)
    return [first, counters, raw[0::3], raw[1::3], raw[2::3]]


def _clocks(planes: list[Any], count: int) -> list[int]:
    first, counters, *steps = planes
    between = steps[0] if len(steps) == 1 else [low | mid << 8 | high << 16 for low, mid, high in zip(*steps, strict=True)]
    clocks, at = [], first
    for counter, step in zip(_unfolded(counters, count), [*between, 0], strict=True):
        clocks.append(at << 16 | counter)
        at += step
    return clocks


# Subjects: each once, S10 numbers as letters and four planes of their eight digits; then which one each entry is about.


def _subjects(given: Sequence[str]) -> tuple[list[Any], list[int]]:
    known: dict[str, int] = {}
    places = [known.setdefault(subject, len(known)) for subject in given]
    letters: list[str] = []
    serials = bytearray()
    others: list[str] = []
    for subject in known:
        if _is_s10(subject):
            letters.append(subject[:2] + subject[11:])
            serials += int(subject[2:10]).to_bytes(4, "big")
        else:
            letters.append("")
            others.append(subject)
    raw = bytes(serials)
    return [_folded(letters), len(known), others, raw[0::4], raw[1::4], raw[2::4], raw[3::4]], places


def _is_s10(subject: str) -> bool:
    digits = subject[2:10]
    return len(subject) == 13 and subject.isascii() and digits.isdigit() and subject[10] == str(s10_check_digit(digits))


def _subject_names(columns: list[Any], count: int) -> list[str]:
    letters, known, others, *planes = columns
    if known > count:
        raise ValueError("more subjects than entries")
    serials, rest = zip(*planes, strict=True), iter(others)
    names = []
    for mark in _unfolded(letters, known):
        if mark:
            if type(mark) is not str or len(mark) != 4:
                raise ValueError("not the letters of a number")
            a, b, c, d = next(serials)
            digits = f"{a << 24 | b << 16 | c << 8 | d:08d}"
            names.append(f"{mark[:2]}{digits}{s10_check_digit(digits)}{mark[2:]}")
        else:
            names.append(next(rest))
    return names


# Bases: 0 for none, 1 for the entry before about the same subject in this run, else relative to the sequence number or to the base before.


def _bases(given: Sequence[Any], places: Sequence[int], first_seq: int) -> list[Any]:
    codes, explicit, foreign = bytearray(), [], []
    last: dict[int, int] = {}
    device, epoch, at = 0, 0, 0
    for n, (base, place) in enumerate(zip(given, places, strict=True)):
        if isinstance(base, list):
            codes.append(3)
            foreign.append([base[2] - at] if base[:2] == [device, epoch] else [base[2] - at, base[0], base[1]])
            device, epoch, at = base
        elif base == 0:
            codes.append(0)
        elif base == last.get(place):
            codes.append(1)
        else:
            codes.append(2)
            explicit.append(first_seq + n - base)
        last[place] = first_seq + n
    return [bytes(codes), explicit, foreign]


def _bases_back(columns: list[Any], places: Sequence[int], first_seq: int) -> list[Any]:
    codes, explicit, foreign = columns
    own, others = iter(explicit), iter(foreign)
    last: dict[int, int] = {}
    device, epoch, at = 0, 0, 0
    bases: list[Any] = []
    for n, (code, place) in enumerate(zip(codes, places, strict=True)):
        if code == 3:
            step, *whose = next(others)
            device, epoch = whose or (device, epoch)
            at += step
            bases.append([device, epoch, at])
        else:
            bases.append(0 if code == 0 else last[place] if code == 1 else first_seq + n - next(own))
        last[place] = first_seq + n
    return bases


# Bodies: for each kind its fields as columns.


def _bodies(given: Sequence[list[Any]], first_seq: int) -> tuple[bytes, list[Any]]:
    tags = bytes(body[0] for body in given)
    kinds: dict[tuple[int, int], list[tuple[int, list[Any]]]] = {}
    for seq, body in enumerate(given, first_seq):
        kinds.setdefault((body[0], len(body)), []).append((seq, body))
    if len({tag for tag, _ in kinds}) != len(kinds):
        raise ValueError("one kind, two shapes")
    columns = []
    for (tag, width), bodies in sorted(kinds.items()):
        seqs = [seq for seq, _ in bodies]
        columns.append([tag, *(_field([body[place] for _, body in bodies], seqs) for place in range(1, width))])
    return tags, columns


def _bodies_back(tags: bytes, columns: list[Any], count: int, first_seq: int, limit: int) -> list[list[Any]]:
    if len(tags) != count:
        raise ValueError("another number of bodies")
    seqs: dict[int, list[int]] = {}
    for seq, tag in enumerate(tags, first_seq):
        seqs.setdefault(tag, []).append(seq)
    if sum(len(column) * len(seqs[column[0]]) for column in columns) > limit:
        raise ValueError("more fields than a run may have bytes")
    waiting = {}
    for tag, *fields in columns:
        values = [_field_back(field, seqs[tag]) for field in fields]
        waiting[tag] = iter(zip(*values, strict=True)) if values else iter([()] * len(seqs[tag]))
    return [[tag, *next(waiting[tag])] for tag in tags]


def _field(values: list[Any], seqs: Sequence[int]) -> Any:
    """A column: one value for all, numbers relative to their sequence number where that is shorter, or as they are."""
    if all(type(value) is int and value for value in values):
        following = [seq - value for seq, value in zip(seqs, values, strict=True)]
        if sum(map(abs, following)) < sum(map(abs, values)):
            return [2, _folded(following)]
    return _folded(values)


def _field_back(column: Any, seqs: Sequence[int]) -> list[Any]:
    if column[0] == 2:
        return [seq - step for seq, step in zip(seqs, _unfolded(column[1], len(seqs)), strict=True)]
    return _unfolded(column, len(seqs))


def _folded(values: list[Any]) -> list[Any]:
    """[0, value] when all are the same, else [1, values]."""
    same = bool(values) and all(type(value) is type(values[0]) and value == values[0] for value in values)
    return [0, values[0]] if same else [1, values]


def _unfolded(column: list[Any], count: int) -> list[Any]:
    how, values = column
    if how == 0:
        return [values] * count
    if len(values) != count:
        raise ValueError("a column of another length")
    return list(values)


def _relative(ref: Any, seq: int) -> Any:
    return seq - ref if isinstance(ref, int) and ref else ref


def _absolute(ref: Any, seq: int) -> Any:
    return seq - ref if isinstance(ref, int) and ref else ref
