"""Windows of the shipped simulators: scanner, scale, cash drawer and the link, each marked SIMULATED. The printer's is `simulated_printer`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableSet, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QCheckBox, QLineEdit, QListWidget, QListWidgetItem, QRadioButton, QSlider, QVBoxLayout, QWidget

from corner_app.i18n import Language, digits, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, Chip, Sign, column, restyle_all, row_of
from corner_app.ui.widgets.texts import Label

if TYPE_CHECKING:
    from corner_app.devices.simulators.drawer import DrawerSimulator
    from corner_app.devices.simulators.scale import ScaleSimulator

LOOK_MS = 500
"""How often a window looks at its simulator."""
_OF_SCALES = {
    "motion": "sim.unstable", "over": "sim.over", "under": "sim.under", "zero_error": "sim.zero_error", "mute": "sim.mute", "garbled": "sim.garbled",
}  # fmt: skip
_OF_DRAWERS = {"stuck": "sim.stuck", "mute": "sim.mute", "resets": "sim.resets"}
_MOST_G, _STEP_G = 32_000, 10


class CutLink(Protocol):
    """What the link's window needs of the link."""

    @property
    def up(self) -> bool:
        """Whether bytes get through."""

    def cut(self) -> None:
        """Nothing gets through from now on."""

    def restore(self) -> None:
        """Bytes get through again."""


class Frame:
    """What the windows of all simulators have: the mark, the dress, and words in the clerk's language, also when it changes."""

    def __init__(self, window: QWidget, look: Look, key: str) -> None:
        self.look, self.box = look, column(window, (18, 16, 18, 16), 10)
        self._window = window
        self._said: list[tuple[Callable[[str], object], str]] = [(lambda text: window.setWindowTitle(f"SIMULATED · {text}"), key)]
        self._ticks: list[tuple[QCheckBox, Callable[[], bool]]] = []
        self.mark = Chip(look, "triangle-alert", "look", "look_soft")
        self.mark.show_as("SIMULATED", "triangle-alert", "look", "look_soft")
        self.box.addLayout(row_of(self.mark, Label(look, 18, 700, key=key, elide=False), spacing=12))

    def say(self, tell: Callable[[str], object], key: str) -> None:
        """Words for a widget of Qt's own."""
        self._said.append((tell, key))
        tell(words(key, self.look.language))

    def tick(self, key: str, is_on: Callable[[], bool], choose: Callable[[bool], object], box: QVBoxLayout | None = None) -> QCheckBox:
        """A switch. is_on: what it follows when others choose."""
        made = QCheckBox()
        made.setFont(self.look.font(16))
        made.setChecked(is_on())
        made.toggled.connect(choose)
        self.say(made.setText, key)
        (box or self.box).addWidget(made)
        self._ticks.append((made, is_on))
        return made

    def dress(self) -> None:
        """When everything is in its place."""
        self.look.watch(self.restyle)
        self.restyle()

    def faults(self, keys: Mapping[str, str], faults: Callable[[], MutableSet[str]], box: QVBoxLayout | None = None) -> None:
        """A switch for each fault, by its words."""
        for fault, key in keys.items():
            self.tick(key, partial(_has, faults, fault), partial(_set, faults, fault), box)

    def follow(self) -> None:
        """Shows what others chose."""
        for tick, is_on in self._ticks:
            if tick.isChecked() is not is_on():
                tick.blockSignals(True)
                tick.setChecked(is_on())
                tick.blockSignals(False)

    def watch(self, look_again: Callable[[], None]) -> None:
        """Calls now, and then again and again while the window lives."""
        look_again()
        timer = QTimer(self._window)
        timer.timeout.connect(look_again)
        timer.start(LOOK_MS)

    def restyle(self) -> None:
        """Colours and words by the Look. Boxes to tick are filled so that they are seen in the dark too."""
        palette = self.look.palette()
        self._window.setPalette(palette)
        palette.setColor(QPalette.ColorRole.Base, self.look.colour("track"))
        for box in self._window.findChildren(QAbstractButton):
            box.setPalette(palette)
        for tell, key in self._said:
            tell(words(key, self.look.language))
        restyle_all(self._window)


def _has(faults: Callable[[], MutableSet[str]], fault: str) -> bool:
    return fault in faults()


def _set(faults: Callable[[], MutableSet[str]], fault: str, on: bool) -> None:
    (faults().add if on else faults().discard)(fault)


class ScannerWindow(QWidget):
    """A scanner: type a code and press Enter, or double-click a parcel or bag of the day; the code goes through the serial line.

    kinds: words of those it can be, the first at the beginning; choose: told which one it shall be. told: what it heard from the counter, "" nothing.
    """

    def __init__(
        self, look: Look, scan: Callable[[str], None], parcels: Sequence[Mapping[str, str]], kinds: Iterable[str] = (),
        choose: Callable[[str], None] | None = None, told: Callable[[], str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._scan, self._look, self._told = scan, look, told
        frame = Frame(self, look, "ui.sim_scanner")
        self.kinds = _kinds(frame, kinds, choose)
        self.field = QLineEdit()
        self.field.setFont(look.font(18, mono=True))
        frame.say(self.field.setAccessibleName, "ui.sim_scanner")
        self.field.returnPressed.connect(self._typed)
        self.list = QListWidget()
        self.list.setFont(look.font(15))
        self.list.itemActivated.connect(self._chosen)
        bag = ""
        for parcel in parcels:
            if parcel["bag_id"] != bag:
                bag = parcel["bag_id"]
                self._add(bag, f"▣ {bag}")
            name = parcel["recipient_name_bn" if look.language is Language.BN else "recipient_name_en"]
            self._add(parcel["item_id"], f"    {parcel['item_id']}   {name}   {parcel['postcode']}   {parcel['pickup_code']}")
        for piece in (self.field, self.list):
            frame.box.addWidget(piece)
        self.heard = Label(look, 15, 400, "muted", wrap=True)
        if told is not None:
            frame.box.addWidget(self.heard)
            frame.watch(self._listen)
        frame.dress()
        self.resize(620, 680)

    def _add(self, code: str, text: str) -> None:
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, code)
        self.list.addItem(item)

    def _typed(self) -> None:
        text = self.field.text().strip()
        if text:
            self._scan(text)
        self.field.selectAll()

    def _chosen(self, item: QListWidgetItem) -> None:
        self._scan(str(item.data(Qt.ItemDataRole.UserRole)))

    def _listen(self) -> None:
        what = self._told() if self._told is not None else ""
        self.heard.say(words("sim.host_said", self._look.language, what=what) if what else words("sim.host_silent", self._look.language))


def _kinds(frame: Frame, kinds: Iterable[str], choose: Callable[[str], None] | None) -> dict[str, QRadioButton]:
    made: dict[str, QRadioButton] = {}
    group = QButtonGroup(frame.mark)
    for kind in kinds:
        button = QRadioButton()
        button.setFont(frame.look.font(16))
        button.setChecked(not made)
        frame.say(button.setText, f"sim.kind_{kind}")
        if choose is not None:
            button.toggled.connect(lambda on, kind=kind, choose=choose: choose(kind) if on else None)
        group.addButton(button)
        made[kind] = button
    if made:
        frame.box.addLayout(row_of(Label(frame.look, 16, 600, key="sim.kind", elide=False), *made.values(), spacing=16))
    return made


class ScaleWindow(QWidget):
    """A scale: what lies on it, and what keeps it from telling."""

    def __init__(self, look: Look, scale: ScaleSimulator) -> None:
        super().__init__()
        self._look, self._scale = look, scale
        self.frame = Frame(self, look, "sim.scale")
        self.frame.box.addWidget(Label(look, 16, 400, "muted", key="sim.lies_on_it"))
        self.weight = Label(look, 44, 700, mono=True, elide=False)
        self.frame.box.addWidget(self.weight)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _MOST_G // _STEP_G)
        self.slider.setPageStep(50)
        self.slider.setValue(scale.grams // _STEP_G)
        self.frame.say(self.slider.setAccessibleName, "sim.lies_on_it")
        self.slider.valueChanged.connect(self._put)
        self.frame.box.addWidget(self.slider)
        self.frame.box.addSpacing(8)
        self.frame.box.addWidget(Label(look, 16, 600, key="sim.goes_wrong"))
        self.frame.faults(_OF_SCALES, lambda: scale.faults)
        self.frame.box.addStretch(1)
        self.frame.watch(self._show)
        self.frame.dress()
        self.resize(460, 460)

    def _put(self, steps: int) -> None:
        self._scale.grams = steps * _STEP_G
        self._show()

    def _show(self) -> None:
        self.frame.follow()
        kilograms = digits(f"{self._scale.grams / 1000:.3f}", self._look.language)
        self.weight.say(f"{kilograms} {words('unit.kilogram', self._look.language)}")


class DrawerWindow(QWidget):
    """A cash drawer: whether it stands open, and a hand that closes it."""

    def __init__(self, look: Look, drawer: DrawerSimulator) -> None:
        super().__init__()
        self._look, self._drawer = look, drawer
        self.frame = Frame(self, look, "sim.drawer")
        self._sign, self.state = Sign(look, "lock", 40), Label(look, 34, 700, elide=False)
        self.frame.box.addLayout(row_of(self._sign, self.state, spacing=14))
        self.pulses = Label(look, 16, 400, "muted")
        self.frame.box.addWidget(self.pulses)
        self.shut = Button(look, "", "sim.push_shut", "door-closed")
        self.shut.pressed.connect(self._push)
        self.frame.box.addWidget(self.shut)
        self.frame.box.addSpacing(8)
        self.frame.box.addWidget(Label(look, 16, 600, key="sim.goes_wrong"))
        self.frame.faults(_OF_DRAWERS, lambda: drawer.faults)
        self.frame.box.addStretch(1)
        self.frame.watch(self._show)
        self.frame.dress()
        self.resize(420, 360)

    def _push(self) -> None:
        self._drawer.push_shut()
        self._show()

    def _show(self) -> None:
        self.frame.follow()
        is_open = self._drawer.is_open
        self.state.say(words("sim.drawer_open" if is_open else "sim.drawer_closed", self._look.language))
        self.state.tint("look" if is_open else "act")
        self._sign.show_as("lock-open" if is_open else "lock", "look" if is_open else "act")
        self.shut.use(is_open)
        self.pulses.say(words("sim.pulses", self._look.language, n=len(self._drawer.kicks)))


class LinkWindow(QWidget):
    """The link to the centre: one tick cuts it, and taking the tick away brings it back."""

    def __init__(self, look: Look, link: CutLink) -> None:
        super().__init__()
        frame = Frame(self, look, "ui.sim_link")
        self.cut = frame.tick("ui.sim_link_cut", lambda: not link.up, lambda cut: link.cut() if cut else link.restore())
        frame.box.addStretch(1)
        frame.dress()
        self.resize(420, 120)
