"""Cleaning text, and the sound of a name: what makes "rohim" find রহিম.

The sound is a consonant skeleton: vowels are dropped, and letters that Bangla writes apart but Latin spellings do not (শ ষ স, ণ ন, জ য, ড় র,
aspirates) fall together; Latin letters are folded the same way (ecosystem notes §13).
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(
    (0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF, 0x00AD)
)
_STRAY_JOINER = re.compile("(?<![\u0980-\u09ff])[\u200c\u200d]|[\u200c\u200d](?![\u0980-\u09ff])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")

_HASANTA, _YA, _BA = "্", "য", "ব"
_BANGLA = {
    "ক": "k",
    "খ": "k",
    "গ": "g",
    "ঘ": "g",
    "ঙ": "n",
    "চ": "c",
    "ছ": "c",
    "জ": "j",
    "ঝ": "j",
    "ঞ": "n",
    "ট": "t",
    "ঠ": "t",
    "ড": "d",
    "ঢ": "d",
    "ণ": "n",
    "ত": "t",
    "থ": "t",
    "দ": "d",
    "ধ": "d",
    "ন": "n",
    "প": "p",
    "ফ": "p",
    "ব": "b",
    "ভ": "b",
    "ম": "m",
    "য": "j",
    "র": "r",
    "ল": "l",
    "শ": "s",
    "ষ": "s",
    "স": "s",
    "হ": "h",
    "ৎ": "t",
    "ং": "n",
    "ঁ": "n",
    "ৃ": "r",
    "ঋ": "r",
    "ৰ": "r",
    "ৱ": "b",
}
_CLUSTERS = tuple(
    (unicodedata.normalize("NFC", written), sound)
    for written, sound in (("ড়", "র"), ("ঢ়", "র"), ("য়", ""), ("ক্ষ", "ক"), ("জ্ঞ", "গ"), ("ঙ্গ", "ঙ"), ("\u200d", ""), ("\u200c", ""))
)
_LATIN_PAIRS = (
    ("kkh", "k"),
    ("ksh", "k"),
    ("chh", "c"),
    ("sh", "s"),
    ("kh", "k"),
    ("gh", "g"),
    ("ch", "c"),
    ("jh", "j"),
    ("th", "t"),
    ("dh", "d"),
    ("ph", "p"),
    ("bh", "b"),
    ("ng", "n"),
    ("ck", "k"),
    ("zh", "j"),
)
_LATIN = {"q": "k", "x": "k", "z": "j", "f": "p", "v": "b", "c": "c", "w": "", "y": ""}
_TITLES = {
    **dict.fromkeys(("মোঃ", "মো", "মোহাম্মদ", "মুহাম্মদ", "mohammad", "muhammad", "mohammed"), "md"),
    **dict.fromkeys(("মোছাঃ", "মোছা", "মোসাম্মৎ", "mosammat", "most"), "mst"),
}


def name_words(text: str) -> list[str]:
    """The words of a name: "Al-Amin O'Neil" has four, as the index of names cuts them at whatever is no letter, sign or digit."""
    return "".join(c if unicodedata.category(c)[0] in "LNM" or unicodedata.category(c) == "Co" else " " for c in clean(text)).split()


def clean(text: str) -> str:
    """NFC, no invisible or control characters, single spaces, trimmed. Joiners stay where Bangla spelling needs them."""
    visible = _CONTROL.sub(" ", text.translate(_INVISIBLE))
    return unicodedata.normalize("NFC", _STRAY_JOINER.sub("", visible)).strip()


def sound_key(word: str) -> str:
    """The sound of one word in either script; "" when it has no consonants of either."""
    plain = unicodedata.normalize("NFC", word).casefold().strip(".,:;()[]-'\"")
    if plain in _TITLES:
        return _TITLES[plain]
    key = _bangla_sound(plain) if any("\u0980" <= letter <= "\u09ff" for letter in plain) else _latin_sound(plain)
    return re.sub(r"(.)\1+", r"\1", key)


def _bangla_sound(word: str) -> str:
    for written, sound in _CLUSTERS:
        word = word.replace(written, sound)
    heard: list[str] = []
    for place, letter in enumerate(word):
        joined = place > 0 and word[place - 1] == _HASANTA
        if joined and letter in (_YA, _BA):
            continue
        heard.append(_BANGLA.get(letter, ""))
    return "".join(heard)


def _latin_sound(word: str) -> str:
    for written, sound in _LATIN_PAIRS:
        word = word.replace(written, sound)
    return "".join("" if letter in "aeiou" else _LATIN.get(letter, letter) for letter in word if letter.isascii() and letter.isalpha())
