"""Tones are played without waiting, at their volume, and a machine that cannot play beeps."""

from __future__ import annotations

import array
import os
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from corner_app.devices.sound import Recorder, Sounds
from corner_app.reference import resource_dir

TONES = ("good", "look", "stop")
FOLDER = resource_dir() / "sounds"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in player is a POSIX script")


class Player:
    """A stand-in for aplay that writes down what it was given, by way of a named pipe that both sides wait on."""

    def __init__(self, folder: Path, ends: str = "exit 0") -> None:
        self.pipe = folder / "heard"
        os.mkfifo(self.pipe)
        self.program = folder / "play"
        self.program.write_text(f'#!/bin/sh\necho "$@" > "{self.pipe}"\n{ends}\n')
        self.program.chmod(0o755)

    def heard(self) -> str:
        return self.pipe.read_text().strip()


@pytest.fixture
def beeps() -> list[str]:
    return []


@pytest.fixture
def player(tmp_path: Path) -> Player:
    return Player(tmp_path)


@pytest.fixture
def sounds(player: Player, beeps: list[str]) -> Iterator[Sounds]:
    made = Sounds(FOLDER, 100, lambda: beeps.append("beep"), ((str(player.program), "-q"),))
    yield made
    made.close()


def loudest(path: Path) -> int:
    with wave.open(str(path), "rb") as file:
        return max(map(abs, array.array("h", file.readframes(file.getnframes()))))


@pytest.mark.parametrize("tone", TONES)
def test_a_tone_is_given_to_the_player(tone: str, sounds: Sounds, player: Player, beeps: list[str]) -> None:
    sounds.play(tone)
    assert player.heard() == f"-q {FOLDER / tone}.wav"
    assert beeps == []


def test_volume_makes_a_quieter_copy(sounds: Sounds, player: Player) -> None:
    sounds.volume = 40
    sounds.play("good")
    file = Path(player.heard().split()[-1])
    assert abs(loudest(file) - loudest(FOLDER / "good.wav") * 0.4) <= 1
    sounds.close()
    assert not file.exists()


def test_mute_plays_and_beeps_nothing(sounds: Sounds, beeps: list[str]) -> None:
    sounds.volume = 0
    sounds.play("stop")
    sounds.close()
    assert beeps == []


def test_playing_does_not_wait_and_the_next_tone_cuts_the_last(tmp_path: Path) -> None:
    endless = Player(tmp_path, ends="exec sleep 60")
    sounds = Sounds(FOLDER, players=((str(endless.program),),))
    began = time.monotonic()
    for tone in TONES:
        sounds.play(tone)
        assert endless.heard().endswith(f"{tone}.wav")
    sounds.close()
    assert time.monotonic() - began < 10


def test_no_player_no_file_and_a_failing_player_beep(tmp_path: Path, beeps: list[str]) -> None:
    def beep() -> None:
        beeps.append("beep")

    Sounds(FOLDER, 100, beep, ()).play("good")
    assert len(beeps) == 1
    failing = Player(tmp_path, ends="exit 1")
    sounds = Sounds(FOLDER, 100, beep, ((str(failing.program),),))
    sounds.play("good")
    failing.heard()
    assert sounds._playing is not None
    sounds._playing.wait(10)
    sounds.play("good")
    assert len(beeps) == 2
    sounds.close()
    Sounds(tmp_path / "nowhere", 50, beep).play("good")
    assert len(beeps) == 3


def test_the_recorder_remembers() -> None:
    recorder = Recorder()
    recorder.play("good")
    recorder.play("stop")
    recorder.close()
    assert recorder.played == ["good", "stop"]
