"""The counter's tones: good, look and stop. Playing never waits, never raises, and a machine without sound still beeps."""

from __future__ import annotations

import array
import logging
import shutil
import subprocess
import sys
import tempfile
import wave
import weakref
from collections.abc import Callable
from pathlib import Path

PLAYERS = (("paplay",), ("aplay", "-q"))
"""Programs that play a WAV file on Linux, the better one first."""
_log = logging.getLogger(__name__)


def _silence() -> None:
    """No beep was handed in."""


class Sounds:
    """Plays the WAV files of a folder at a volume. A new tone cuts off the one before: the latest answer is the one to hear.

    For one thread. Close it, or a player may outlive the program by a tone.
    """

    def __init__(self, folder: Path, volume: int = 100, beep: Callable[[], None] = _silence, players: tuple[tuple[str, ...], ...] = PLAYERS) -> None:
        """folder: holds good.wav, look.wav, stop.wav (16 bit). volume: percent, 0 mutes. beep: what to do where no file can be played."""
        self.volume = volume
        self._folder = folder
        self._beep = beep
        self._players = [found for program, *options in players if (found := _found(program, options))] if sys.platform != "win32" else []
        self._playing: subprocess.Popen[bytes] | None = None
        self._copies: Path | None = None
        self._forget_copies: Callable[[], object] = _silence

    def play(self, tone: str) -> None:
        """Starts a tone ("good", "look", "stop") and returns at once. What cannot be played is beeped."""
        if self.volume <= 0:
            return
        try:
            started = self._start(self._file(tone))
        except (OSError, EOFError, wave.Error) as error:
            _log.warning("tone %s cannot be played: %s", tone, error)
            started = False
        if not started:
            self._beep()

    def close(self) -> None:
        """Stops what is playing and removes the quieter copies. Closed twice is closed."""
        self._hush()
        self._forget_copies()
        self._copies = None

    def _start(self, file: Path) -> bool:
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
            return True
        self._hush()
        if not self._players:
            return False
        command = [*self._players[0], str(file)]
        quiet = subprocess.DEVNULL
        self._playing = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 - a program of PLAYERS, a file of ours
        return True

    def _hush(self) -> None:
        """Ends the player before. One that failed by itself (no sound card, no sound server) is not asked again."""
        playing, self._playing = self._playing, None
        if playing is None:
            return
        if playing.poll() is None:
            playing.kill()
            playing.wait()
        elif playing.returncode != 0 and self._players:
            _log.warning("%s ended with %d", self._players[0][0], playing.returncode)
            del self._players[0]

    def _file(self, tone: str) -> Path:
        """The tone's file at the volume, made when first needed."""
        plain = self._folder / f"{tone}.wav"
        if self.volume >= 100:
            return plain
        if self._copies is None:
            self._copies = Path(tempfile.mkdtemp(prefix="corner-sounds-"))
            self._forget_copies = weakref.finalize(self, shutil.rmtree, self._copies, ignore_errors=True)
        quieter = self._copies / f"{tone}-{self.volume}.wav"
        if not quieter.exists():
            _scale(plain, quieter, self.volume)
        return quieter


class Recorder:
    """Sounds for tests and for machines that must be silent: remembers the tones."""

    def __init__(self) -> None:
        self.played: list[str] = []

    def play(self, tone: str) -> None:
        """Remembers the tone."""
        self.played.append(tone)

    def close(self) -> None:
        """Nothing is open."""


def _found(program: str, options: list[str]) -> tuple[str, ...]:
    path = shutil.which(program)
    return (path, *options) if path else ()


def _scale(source: Path, target: Path, percent: int) -> None:
    """Writes the same tone at a percentage of its loudness. Raises wave.Error for a file that is not 16 bit."""
    with wave.open(str(source), "rb") as file:
        form, data = file.getparams(), file.readframes(file.getnframes())
    if form.sampwidth != 2:
        raise wave.Error("not 16 bit")
    samples = array.array("h", data)
    if sys.byteorder == "big":
        samples.byteswap()
    softer = array.array("h", (sample * percent // 100 for sample in samples))
    if sys.byteorder == "big":
        softer.byteswap()
    with wave.open(str(target), "wb") as file:
        file.setparams(form)
        file.writeframes(softer.tobytes())
