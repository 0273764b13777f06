#!/usr/bin/env python3
"""Checks an evidence bundle of a post-office counter, on any computer with Python 3.8 or later and nothing else.

    python3 verify_evidence.py FILE [--seal SEAL] [--key PUBLIC_KEY]

It proves that no byte of FILE was changed since it was made, that the entries in it are one unbroken chain ending in its seal, and adds the cash of
the drawer again from the entries alone. SEAL is the number printed on the paper of that day (32 hexadecimal digits; the first 4 and last 4 are enough
to compare by eye). PUBLIC_KEY is the one headquarters knows of that counter: with it the signature is checked, which nobody but that counter can make.
Exit code 0: everything agrees. 1: something does not, and the line that begins with "REFUSED" says what.

এই প্রোগ্রাম প্রমাণ-ফাইলটি যাচাই করে: তৈরির পর একটি অক্ষরও বদলায়নি, ঘটনাগুলো একটানা, শেষ সিল মেলে, আর ঘটনা থেকে ড্রয়ারের টাকা আবার যোগ করে।
"""

import argparse
import hashlib
import io
import json
import sys
import zipfile

MARK = b"corner-evidence-1:"
DIGEST = 64


class Refused(Exception):
    """The bundle does not prove what it says."""


def check(data, seal="", key=""):
    """The manifest and the cash added again. Raises Refused."""
    whole(data)
    files = unpacked(data)
    manifest = json.loads(files["manifest.json"].decode("utf-8"))
    listed(files, manifest)
    signed(files, manifest, key)
    entries = [json.loads(line) for line in files["entries.jsonl"].decode("utf-8").splitlines()]
    chained(entries, manifest)
    if seal and not same_seal(seal, manifest["seal"]):
        raise Refused("the seal on the paper is another one: {} / কাগজের সিল মেলে না".format(manifest["seal"]))
    return manifest, added(entries, manifest)


def whole(data):
    """The last bytes are the digest of all before them."""
    if len(data) < DIGEST + len(MARK) or data[-DIGEST - len(MARK) : -DIGEST] != MARK:
        raise Refused("this is no evidence bundle, or its end is missing / এটি প্রমাণ-ফাইল নয়, বা শেষটা নেই")
    if hashlib.sha256(data[:-DIGEST]).hexdigest().encode() != data[-DIGEST:]:
        raise Refused("the file was changed after it was made / তৈরির পর ফাইলটি বদলানো হয়েছে")


def unpacked(data):
    """Name to content, of every file in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            names = bundle.namelist()
            if len(set(names)) != len(names):
                raise Refused("a name stands in it twice / একই নাম দুবার আছে")
            return {name: bundle.read(name) for name in names}
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, OSError) as error:
        raise Refused(f"it cannot be unpacked: {error} / খোলা যায় না") from error


def listed(files, manifest):
    """The manifest names every file with its digest, and no other."""
    beside = {"manifest.json", "manifest.sig"}
    if set(manifest["files"]) != set(files) - beside:
        raise Refused("files are missing or added / ফাইল কম বা বেশি আছে")
    for name, digest in manifest["files"].items():
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise Refused(f"{name} was changed / বদলানো হয়েছে")


def signed(files, manifest, key):
    """The signature, where there is one, is of the key in the manifest, and that is the key headquarters knows."""
    public = manifest["public_key"]
    if key and key.lower() != public:
        raise Refused("it was signed by another counter, or not at all / অন্য কাউন্টারের সই, বা সই নেই")
    if public and not ed25519_good(bytes.fromhex(public), files["manifest.json"], files.get("manifest.sig", b"")):
        raise Refused("the signature is wrong / সই ঠিক নেই")


def chained(entries, manifest):
    """Each entry's hash follows from the one before it; numbers have no gap; the last hash is the seal."""
    starts = {row["epoch"]: bytes.fromhex(row["start"]) for row in manifest["lineages"]}
    digest, epoch, seq = bytes.fromhex(manifest["before"]), manifest["first"][1], manifest["first"][2] - 1
    for row in entries:
        if row["epoch"] != epoch:
            if row["epoch"] not in starts:
                raise Refused("entry {} belongs to no known book / অজানা খাতার ঘটনা".format(row["seq"]))
            digest, epoch, seq = starts[row["epoch"]], row["epoch"], 0
        seq += 1
        digest = hashlib.sha256(digest + row["entry"].encode("utf-8")).digest()
        if row["seq"] != seq:
            raise Refused(f"entry {seq} is missing / ঘটনাটি নেই")
        if digest.hex() != row["hash"]:
            raise Refused(f"entry {seq} was changed / ঘটনাটি বদলানো")
    if digest[:16].hex() != manifest["seal"]:
        raise Refused("the last entry is not the one the seal names / শেষ ঘটনা সিলের সঙ্গে মেলে না")


def same_seal(typed, seal):
    """Whether what stands on paper is this seal: in full, or its first and last four digits."""
    typed = "".join(c for c in typed.lower() if c in "0123456789abcdef")
    return typed == seal or (len(typed) == 8 and typed == seal[:4] + seal[-4:])


def added(entries, manifest):
    """The drawer's cash of the day, from the entries alone: what each kind of entry put in or took out, in paisa."""
    office, counter = manifest["office"], manifest["counter"]
    sums = {"collected": 0, "paid_in": 0, "paid_out": 0, "deposited": 0}
    seen = {}
    for row in entries:
        if row["kept"]:
            body, sup = json.loads(row["entry"])[4:6]
            way, amount = moved(body, office, counter)
            if body[0] == 37 and tuple(named(sup, row)) in seen:  # reversed: the exact negative, as the opposite of what it was
                was, amount = seen.pop(tuple(named(sup, row)))
                way = {"paid_in": "paid_out", "paid_out": "paid_in", "deposited": "deposited"}[was]
                amount = -amount if was == "deposited" else amount
            elif way and way != "collected":
                seen[(row["epoch"], row["seq"])] = (way, amount)
            if way:
                sums[way] += amount
    for row in manifest["from_others"]:
        sums[row["way"]] += row["amount"]
    opening = manifest["opening"]
    expected = opening + sums["collected"] + sums["paid_in"] - sums["paid_out"] - sums["deposited"]
    if expected != manifest["expected"]:
        raise Refused("the entries add up to {}, the closing says {} / ঘটনার যোগফল মেলে না".format(taka(expected), taka(manifest["expected"])))
    return dict(sums, opening=opening, expected=expected)


def named(sup, row):
    """The entry of this book that a reference names."""
    return (sup[1], sup[2]) if isinstance(sup, list) else (row["epoch"], sup)


def moved(body, office, counter):
    """(way, paisa) that one entry's body moved in this drawer; ("", 0) for none. Numbers are the tags of the vocabulary."""
    tag, rest = body[0], body[1:]
    if tag == 6 and rest[:2] == [office, counter]:  # handed over: collected, fee, wallet
        wallet = rest[12] if len(rest) > 12 else ""
        fee = rest[11] if len(rest) > 11 else 0
        return ("", 0) if wallet else ("collected", rest[2] + fee)
    if tag in (28, 29) and rest[:2] == [office, counter]:
        return ("paid_in" if tag == 28 else "paid_out", rest[2])
    if tag == 30 and rest[:2] == [office, counter]:
        return ("deposited", rest[3])
    if tag == 31 and rest[:2] == [office, counter]:
        return ("paid_in", rest[5])
    if tag == 32 and rest[0] == office and counter in (rest[1], rest[2]):
        return ("paid_out" if rest[1] == counter else "paid_in", rest[3])
    return ("", 0)


def taka(paisa):
    """Tk 1850.00."""
    return f"Tk {paisa // 100}.{paisa % 100:02d}" if paisa >= 0 else "-" + taka(-paisa)


# Ed25519 (RFC 8032, section 5.1), for checking alone: slow and enough.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def ed25519_good(public, message, signature):
    """Whether `signature` is one of `public` on `message`."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), plus(r, times(h, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def plus(p, q):
    """Sum of two points in extended coordinates."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    """n times a point."""
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = plus(q, p)
        p, n = plus(p, p), n >> 1
    return q


def point(stored):
    """The point that 32 bytes name, None for none."""
    y = int.from_bytes(stored, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def main(arguments=None):
    """Says what it found; gives the exit code."""
    parser = argparse.ArgumentParser(description="Checks an evidence bundle of a post-office counter.")
    parser.add_argument("file")
    parser.add_argument("--seal", default="", help="as printed on the paper of the day")
    parser.add_argument("--key", default="", help="the counter's public key, from headquarters (64 hexadecimal digits)")
    asked = parser.parse_args(arguments)
    try:
        with open(asked.file, "rb") as file:
            manifest, sums = check(file.read(), asked.seal, asked.key)
    except OSError as error:
        print(f"REFUSED: the file cannot be read: {error} / ফাইলটি পড়া যায় না")
        return 1
    except Refused as refused:
        print(f"REFUSED: {refused}")
        return 1
    except Exception as error:  # whatever is not as it must be is a reason to refuse, never a crash
        print(f"REFUSED: it is not built as a bundle is: {error!r} / প্রমাণ-ফাইলের মতো নয়")
        return 1
    print("GOOD: office {}, counter {}, {} / ঠিক আছে".format(manifest["office"], manifest["counter"], manifest["date"]))
    by = "signed by " + manifest["public_key"] if manifest["public_key"] else "not signed"
    print("seal {}, {} entries, {}".format(manifest["seal"], manifest["entries"], by))
    for name in ("opening", "collected", "paid_in", "paid_out", "deposited", "expected"):
        print(f"{name:10} {taka(sums[name])}")
    if manifest["counted"] is not None:
        print(f"counted    {taka(manifest['counted'])}, difference {taka(manifest['counted'] - sums['expected'])}")
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
