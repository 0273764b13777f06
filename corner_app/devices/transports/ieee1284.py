"""What a printer on USB says of itself before anything is sent to it: its IEEE-1284 device id, "MFG:Zebra;MDL:ZD421;CMD:ZPL;"."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.devices.profile import LanguageName

_LONG = {"MANUFACTURER": "MFG", "MODEL": "MDL", "COMMAND SET": "CMD", "DESCRIPTION": "DES"}
_SPOKEN: tuple[tuple[str, LanguageName], ...] = (
    ("ZPL", "zpl"), ("TSPL", "tspl"), ("EPL", "epl2"), ("CPCL", "cpcl"), ("ESC/POS", "escpos"), ("ESCPOS", "escpos"),
)  # fmt: skip
"""What makers write in CMD; a printer of labels and receipts that lists both is wanted for its labels."""


@dataclass(frozen=True, slots=True)
class DeviceId:
    """maker, model, description as the printer has them, "" none; commands: its languages in its own words; text: the whole of it."""

    maker: str = ""
    model: str = ""
    commands: tuple[str, ...] = ()
    description: str = ""
    text: str = ""

    @property
    def language(self) -> LanguageName | None:
        """A guess, for many clones name no language or one that nobody knows."""
        if "PT-CBP" in self.commands:
            return "brother_ql" if self.model.upper().startswith("QL") else None
        for spoken, language in _SPOKEN:
            if any(command.startswith(spoken) for command in self.commands):
                return language
        words = self.model.upper().replace("(", " ").replace(")", " ").split()  # Zebra writes "ZTC GC420d (EPL)"
        return next((language for spoken, language in _SPOKEN if spoken in words), None)


def device_id(text: str) -> DeviceId:
    """Reads an id; whatever it holds of no key of ours is left out."""
    fields: dict[str, str] = {}
    for part in text.split(";"):
        key, colon, value = part.partition(":")
        key = key.strip().upper()
        if colon and value.strip():
            fields.setdefault(_LONG.get(key, key), " ".join(value.split()))
    commands = tuple(word.strip().upper() for word in fields.get("CMD", "").split(",") if word.strip())
    return DeviceId(fields.get("MFG", ""), fields.get("MDL", ""), commands, fields.get("DES", ""), text.strip())


def unpacked(answer: bytes) -> str:
    """The text of a GET_DEVICE_ID answer: two bytes of length, which not every printer gets right, then text to the first NUL."""
    return answer[2:].split(b"\0")[0].decode("latin-1").strip()
