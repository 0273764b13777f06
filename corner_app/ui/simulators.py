"""Windows of the shipped simulators: a scanner to press, and a printer whose labels can be seen and whose faults can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from corner_app.i18n import Language, words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.texts import Label

_LOOK_MS = 500


class SimulatedPrinter(Protocol):
    """What the printer's window needs of the simulator."""

    faults: set[str]

    @property
    def printed(self) -> Sequence[Path]:
        """Pictures of the labels, oldest first."""


class CutLink(Protocol):
    """What the link's window needs of the link."""

    @property
    def up(self) -> bool:
        """Whether bytes get through."""

    def cut(self) -> None:
        """Nothing gets through from now on."""

    def restore(self) -> None:
        """Bytes get through again."""


class ScannerWindow(QWidget):
    """A scanner: type a code and press Enter, or double-click a parcel or bag of the day; the code goes through the serial line."""

    def __init__(self, look: Look, scan: Callable[[str], None], parcels: Sequence[Mapping[str, str]]) -> None:
        super().__init__()
        self._scan = scan
        self.setWindowTitle(f"SIMULATED · {words('ui.sim_scanner', look.language)}")
        self.setPalette(look.palette())
        box = QVBoxLayout(self)
        title = Label(look, 18, 700, key="ui.sim_scanner")
        self.field = QLineEdit()
        self.field.setFont(look.font(18, mono=True))
        self.field.setAccessibleName(words("ui.sim_scanner", look.language))
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
        for piece in (title, self.field, self.list):
            box.addWidget(piece)
        self.resize(620, 700)

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


class PrinterWindow(QWidget):
    """A printer: the last label as it came out, and what can go wrong with it."""

    def __init__(self, look: Look, printer: SimulatedPrinter) -> None:
        super().__init__()
        self._printer, self._shown = printer, 0
        self.setWindowTitle(f"SIMULATED · {words('ui.sim_printer', look.language)}")
        self.setPalette(look.palette())
        box = QVBoxLayout(self)
        box.addWidget(Label(look, 18, 700, key="ui.sim_printer"))
        for fault in ("media_out", "head_open", "mute"):
            tick = QCheckBox(words(f"ui.printer_{fault}", look.language))
            tick.setFont(look.font(16))
            tick.toggled.connect(self._setter(fault))
            box.addWidget(tick)
        self.label = QLabel()
        self.label.setMinimumSize(406, 633)
        self.label.setAccessibleName("label")
        box.addWidget(self.label)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look_for_labels)
        self._timer.start(_LOOK_MS)

    def _setter(self, fault: str) -> Callable[[bool], None]:
        def choose(on: bool) -> None:
            (self._printer.faults.add if on else self._printer.faults.discard)(fault)

        return choose

    def _look_for_labels(self) -> None:
        printed = self._printer.printed
        if len(printed) != self._shown:
            self._shown = len(printed)
            picture = QPixmap(str(printed[-1]))
            self.label.setPixmap(picture.scaledToWidth(406, Qt.TransformationMode.SmoothTransformation))


class LinkWindow(QWidget):
    """The link to the centre: one tick cuts it, and taking the tick away brings it back."""

    def __init__(self, look: Look, link: CutLink) -> None:
        super().__init__()
        self.setWindowTitle(f"SIMULATED · {words('ui.sim_link', look.language)}")
        self.setPalette(look.palette())
        box = QVBoxLayout(self)
        box.addWidget(Label(look, 18, 700, key="ui.sim_link"))
        self.cut = QCheckBox(words("ui.sim_link_cut", look.language))
        self.cut.setFont(look.font(16))
        self.cut.setChecked(not link.up)
        self.cut.toggled.connect(lambda cut: link.cut() if cut else link.restore())
        box.addWidget(self.cut)
        self.resize(420, 120)
