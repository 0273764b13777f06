"""What travels with the program is whole, findable as a package, and has its licence beside it."""

import importlib.resources
import itertools
import pathlib
import wave

import pytest
from tools import make_sounds

RESOURCES = pathlib.Path(__file__).parents[2] / "resources"


def test_the_package_sees_the_folder() -> None:
    packaged = importlib.resources.files("corner_app.resources")
    assert packaged.joinpath("fonts/HindSiliguri-Regular.ttf").is_file()
    assert packaged.joinpath("reference/post_offices.csv").is_file()


def test_licences_stand_beside_what_they_cover() -> None:
    for licence in ("NOTICE.md", "fonts/OFL.txt", "fonts/LICENSE-DejaVu.txt", "icons/LICENSE.txt"):
        assert (RESOURCES / licence).stat().st_size > 0
    assert "GeoNames" in (RESOURCES / "NOTICE.md").read_text(encoding="utf-8")


def test_icons_have_one_stroke() -> None:
    icons = list((RESOURCES / "icons").glob("*.svg"))
    assert len(icons) > 40
    assert [icon.name for icon in icons if 'stroke-width="1.75"' not in icon.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", sorted(make_sounds.TONES))
def test_a_sound_is_what_its_notes_say(name: str, tmp_path: pathlib.Path) -> None:
    shipped = RESOURCES / "sounds" / f"{name}.wav"
    assert shipped.stat().st_size < 30_000
    with wave.open(str(shipped)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
    make_sounds.write(tmp_path / "again.wav", make_sounds.TONES[name])
    assert (tmp_path / "again.wav").read_bytes() == shipped.read_bytes()


def test_sounds_differ_in_pitch_and_rhythm() -> None:
    heard = {name: [note for note in notes if note[0]] for name, notes in make_sounds.TONES.items()}
    for one, other in itertools.combinations(heard.values(), 2):
        assert not {note[0] for note in one} & {note[0] for note in other}
        assert [note[1] for note in one] != [note[1] for note in other]
