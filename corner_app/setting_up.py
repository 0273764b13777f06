"""What setting up a counter's devices needs of the rest: models and papers to choose from, the test label in dots, and the settings it is kept in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from corner_app import scanners
from corner_app.config import CounterScanner, PrinterSettings, Settings, load, save_table, save_value, settings_file
from corner_app.devices.identity import BadIdentity, Identity, Named, Tcp, Usb, identity_of, port_of
from corner_app.devices.profile import BadProfile, Profile, parse_profile
from corner_app.devices.setup import events as e
from corner_app.devices.setup import station as s
from corner_app.domain.trouble import Trouble
from corner_app.labels.media import MEDIA, MediaName
from corner_app.printers import printer_of
from corner_app.reference import resource_dir

if TYPE_CHECKING:
    from corner_app.labels.raster import Bitmap

PAPERS: tuple[MediaName, ...] = ("4x6in", "3x2in", "58mm", "80mm")
"""Those that a test label is laid out for."""
TABLES: dict[e.Role, str] = {"label": "printer", "receipt": "receipt_printer"}
"""Of the settings."""
SCANNER, SCANNERS, SCALE = "scanner", "scanners", "scale"
WEDGE = "wedge"
"""Name of the scanner that types, as it stands in its scans."""


def kit() -> e.Kit:
    """Models and papers there are. A profile that cannot be read is left out: `printers.profile_of` says what is wrong with it."""
    models = []
    for path in sorted((resource_dir() / "printers").glob("*.toml")):
        try:
            models.append(e.Model(path.stem, parse_profile(path.read_text(encoding="utf-8"))))
        except (BadProfile, UnicodeDecodeError):
            continue
    papers = tuple(e.Paper(media.name, media.dpi, media.width, media.height) for media in MEDIA.values() if media.name in PAPERS)
    return e.Kit(tuple(models), papers)


def test_label(profile: Profile, paper: e.Paper, tag: int, now: int, training: str = "") -> Bitmap:
    """A printer's test label, as it is printed and previewed. now: ms UTC; training: words of the band of a practice book.

    Needs a QGuiApplication. Raises KeyError for a paper nobody prints at this resolution.
    """
    from corner_app.labels.calibration import calibration_label
    from corner_app.labels.papers import draw_paper

    media = next(media for media in MEDIA.values() if (media.name, media.dpi) == (paper.name, paper.dpi))
    label = calibration_label(
        profile.name, program_version(), media, now, offset_x=profile.offset_x, offset_y=profile.offset_y, darkness=profile.darkness, training=training, tag=tag
    )  # fmt: skip
    return draw_paper(label, media)


def program_version() -> str:
    """Of this program, "" when it runs from a folder that was not installed."""
    try:
        return version("corner")
    except PackageNotFoundError:
        return ""


def saver(book: Path) -> Callable[[e.Save], e.Saved | e.NotSaved]:
    """Keeps a printer in the settings beside this book."""

    def save(what: e.Save) -> e.Saved | e.NotSaved:
        """The keys of an older file that said the same go; the resolution of a printer without a model stands nowhere else."""
        old = dict.fromkeys(("host", "port", "path", "dpi") if what.model else ("host", "port", "path"))
        transport = "serial" if isinstance(what.identity, Usb) and what.way == "serial" else None
        values = {"identity": str(what.identity), "profile": what.model, "differs": what.differs or None, "transport": transport, **old}
        try:
            save_table(settings_file(book), TABLES[what.role], values)
        except Trouble:
            return e.NotSaved("bad_settings")
        except OSError:
            return e.NotSaved()
        return e.Saved()

    return save


def forget(book: Path, name: str) -> bool:
    """Takes a device out of the settings, by its name or by its table; False for a name that is not there. Raises Trouble("bad_settings"), OSError."""
    file = settings_file(book)
    settings = load(file)
    found = [(table, known_as) for table, known_as in names(settings) if name in (known_as, table)]
    for table in sorted({table for table, _ in found} - {SCANNERS}):
        save_table(file, table, None)
    gone = {known_as for table, known_as in found if table == SCANNERS}
    if gone:
        save_value(file, SCANNERS, [_written(scanner) for scanner in settings.scanners if scanner.identity not in gone])
    return bool(found)


def _written(scanner: CounterScanner) -> dict[str, Any]:
    """As it stands in the settings: only what is not the default."""
    plain = CounterScanner(scanner.identity)
    values = msgspec.structs.asdict(scanner)
    return {key: value for key, value in values.items() if key == "identity" or value != getattr(plain, key)}


def names(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Of the devices in the settings the table and what it is known by; scanners with a table each follow one another in their order."""
    found = [(TABLES[role], identity_text(printer)) for role, printer in printers(settings).items()]
    found += [(SCANNER, settings.scanner.port), *((SCANNERS, scanner.identity) for scanner in settings.scanners), (SCALE, settings.scale.identity)]
    return tuple((table, name) for table, name in found if name)


def printers(settings: Settings) -> dict[e.Role, PrinterSettings]:
    """The printers that are named."""
    both: dict[e.Role, PrinterSettings] = {"label": settings.printer, "receipt": settings.receipt_printer}
    return {role: printer for role, printer in both.items() if printer.there}


def identity_text(printer: PrinterSettings) -> str:
    """What a printer is known by, also one of an older file; "" for none."""
    match printer.identity, printer.transport:
        case ("", "tcp"):
            return str(Tcp(printer.host, printer.port))
        case ("", "serial"):
            return str(Named("path", printer.path))
        case ("", "file"):
            return str(Named("file", printer.path))
    return printer.identity


def identity_in(printer: PrinterSettings) -> Identity:
    """The same as a value. Raises Trouble("bad_settings")."""
    try:
        return identity_of(identity_text(printer))
    except BadIdentity as error:
        raise Trouble("bad_settings", file="corner.toml", why=f"identity = {printer.identity!r}") from error


def devices(settings: Settings) -> tuple[s.Device, ...]:
    """The counter's devices as the settings name them; how they are is not known yet.

    Each is judged alone: one that is named wrongly is "bad_settings" and says its line, and a scanner or scale on a line that another device has is
    "twice", for two that read one line take each other's bytes. A label and a receipt printer may be the same one.
    """
    made = [*_printers(settings), s.Device("scanner", WEDGE, way="keyboard", word="keyboard")]
    taken = {_line(device.name) for device in made if device.kind in s.PRINTERS}
    for device in _read_here(settings):
        line = _line(device.name)
        made.append(replace(device, word="twice") if line in taken else device)
        taken.add(line)
    return tuple(made)


def scanners_read(settings: Settings) -> tuple[CounterScanner, ...]:
    """The scanners that have a line of their own, without those whose line another device has."""
    first: dict[str, s.Device] = {}
    for device in devices(settings):
        if device.kind == "scanner":
            first.setdefault(device.name, device)
    return tuple(entry for entry in scanners.all_scanners(settings) if first[entry.identity].word != "twice")


def _printers(settings: Settings) -> Iterator[s.Device]:
    for role, printer in printers(settings).items():
        name = identity_text(printer)
        kind: s.Kind = "label_printer" if role == "label" else "receipt_printer"
        try:
            profile = printer_of(printer).profile
        except Trouble as trouble:
            yield s.Device(kind, name, printer.profile, _way(name), word="bad_settings", why=str(trouble.params.get("why", "")))
            continue
        yield s.Device(kind, name, profile.name, _way(name), about=_about(profile))
        if profile.drawer and role == "receipt":
            yield s.Device("drawer", f"{name}#drawer", way="printer", about=str(profile.drawer))


def _read_here(settings: Settings) -> Iterator[s.Device]:
    """Scanners and scale; a scanner that has several tables comes again for each."""
    entries = {entry.identity: entry for entry in scanners.all_scanners(settings)}
    for device in scanners.devices(settings):
        wrong = _wrong_line(device, entries)
        yield replace(device, word="bad_settings", why=wrong) if wrong else device
    for identity, count in Counter(entry.identity for entry in settings.scanners).items():
        yield from [s.Device("scanner", identity)] * (count - 1)


def _wrong_line(device: s.Device, entries: Mapping[str, CounterScanner]) -> str:
    """What is wrong in the settings of a scanner or scale, "" for nothing."""
    try:
        if device.kind == "scale":
            port_of(device.name)
        else:
            scanners.scanner_of(entries[device.name])
    except BadIdentity:
        return f"identity = {device.name!r}"
    except Trouble as trouble:
        return str(trouble.params.get("why", ""))
    return ""


def _line(name: str) -> str:
    """The same for every way in which settings may name a port."""
    try:
        return str(port_of(name))
    except BadIdentity:
        return name


def _way(name: str) -> str:
    kind = name.partition(":")[0]
    return {"tcp": "network", "cups": "queue", "windows": "queue", "path": "serial"}.get(kind, kind)


def _about(profile: Profile) -> str:
    """The paper, the head and the language, in Latin letters."""
    size = (profile.width, profile.height, profile.dpi)
    paper = next((media.name for media in MEDIA.values() if (media.width, media.height, media.dpi) == size), f"{profile.width}×{profile.height}")
    language = "ESC/POS" if profile.language == "escpos" else profile.language.upper()
    return f"{paper} {profile.dpi} {language}" if profile.height else f"{paper} {language}"
