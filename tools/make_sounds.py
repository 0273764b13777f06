"""Make resources/sounds/*.wav: the three tones of the counter.

They differ in pitch and in rhythm, so a clerk who hears badly, or a noisy hall, still tells them apart:
good is one quick step up, look is two even knocks, stop is three low buzzes. Run it again after a change and commit the files.
"""

from __future__ import annotations

import array
import math
import pathlib
import sys
import wave

SOUNDS = pathlib.Path(__file__).resolve().parent.parent / "resources" / "sounds"
RATE_HZ = 22_050
EDGE_MS = 6  # every note swells and fades this long, so that no speaker clicks
LOUD = 0.6

# A note: pitch in Hz (0 is silence), length in ms, and how strong its overtones are (more is harsher).
Note = tuple[float, int, tuple[float, ...]]
SOFT = (1.0, 0.15)
WOOD = (1.0, 0.35, 0.15)
BUZZ = (1.0, 0.6, 0.5, 0.35, 0.25)
TONES: dict[str, tuple[Note, ...]] = {
    "good": ((988, 55, SOFT), (1319, 110, SOFT)),
    "look": ((622, 110, WOOD), (0, 90, ()), (622, 110, WOOD)),
    "stop": ((233, 150, BUZZ), (0, 50, ()), (233, 150, BUZZ), (0, 50, ()), (196, 220, BUZZ)),
}


def samples(notes: tuple[Note, ...]) -> array.array[int]:
    out = array.array("h")
    for pitch, length_ms, overtones in notes:
        count = RATE_HZ * length_ms // 1000
        edge = RATE_HZ * EDGE_MS // 1000
        for i in range(count):
            swell = min(1.0, (i + 1) / edge, (count - i) / edge)
            wave_at = sum(part * math.sin(math.tau * pitch * (n + 1) * i / RATE_HZ) for n, part in enumerate(overtones))
            out.append(round(32_767 * LOUD * swell * wave_at / (sum(overtones) or 1.0)))
    return out


def write(path: pathlib.Path, notes: tuple[Note, ...]) -> None:
    data = samples(notes)
    if sys.byteorder == "big":
        data.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(data.tobytes())


if __name__ == "__main__":
    for name, notes in TONES.items():
        write(SOUNDS / f"{name}.wav", notes)
