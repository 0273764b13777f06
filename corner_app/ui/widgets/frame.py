"""What is always in view: the header with office, link and devices, the rail of screens, and the keys at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.i18n import Language, clock, digits, number, words
from corner_app.ui.icons import icon
from corner_app.ui.sync_words import pill_of
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import KeyCap, Panel, Sign, restyle_all
from corner_app.ui.widgets.texts import Label

if TYPE_CHECKING:
    from corner_app.desk.views import Header as HeaderView
    from corner_app.domain.here import Clerk
    from corner_app.ui.screen import Hint

HEADER, FOOTER, RAIL = 56, 36, 196
"""Least height or width in pixels; larger text gets more."""


class Mark(QWidget):
    """The red mark at the top left."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("brand"))
        painter.drawRoundedRect(QRectF(self.rect()), 9, 9)
        painter.setFont(self._look.font(20, 700))
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "ডা")
        painter.end()


class Pill(Panel):
    """A state of the machine: icon, words, and a tick when all is well."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(look, "chip", "", radius=17, frame=0)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 0, 13, 0)
        row.setSpacing(6)
        self._name, self._brief = name, False
        self.sign, self.label, self.tick = Sign(look, name, 19), Label(look, 14, 600, elide=False), Sign(look, "check", 17, "act")
        for piece in (self.sign, self.label, self.tick):
            row.addWidget(piece)
        self.setFixedHeight(max(34, look.px(30)))

    def show_as(self, text: str, *, tone: str = "", name: str = "", tick: bool = False) -> None:
        """tone: "", "look", "act" or "stop"."""
        ink = tone or "ink"
        self.label.say(text)
        self.label.tint(ink)
        self.sign.show_as(name or self._name, ink)
        self.tick.setVisible(tick)
        self.setToolTip(text)
        self.brief(self._brief)
        self.dress(f"{tone}_soft" if tone else "chip", "", frame=0)

    def brief(self, on: bool) -> None:
        """Where room is short, a device that is well shows its sign and the tick alone."""
        self._brief = on
        self.label.setVisible(self.tick.isHidden() or not on)

    def full_width(self) -> int:
        """Width with all its words."""
        return self.sizeHint().width() + (self.label.sizeHint().width() + 6 if self.label.isHidden() else 0)


class HeaderBar(Panel):
    """Office, counter, link with what waits, scanner, printer, clerk, time."""

    link_pressed = Signal()

    def __init__(self, look: Look, office_bn: str, office_en: str, postcode: str, counter: int, *, training: bool) -> None:
        super().__init__(look, "paper", "", radius=0, frame=0)
        self._office, self._place = {Language.BN: office_bn, Language.EN: office_en}, (postcode, counter)
        self.setFixedHeight(max(HEADER, look.px(46)))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 1)
        row.setSpacing(10)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.setContentsMargins(4, 0, 0, 0)
        names.addStretch(1)
        self.office, self.place = Label(look, 16, 700), Label(look, 13, 400, "muted")
        names.addWidget(self.office)
        names.addWidget(self.place)
        names.addStretch(1)
        self.training = Pill(look, "graduation-cap")
        self.training.setVisible(training)
        self.link, self.scanner, self.printer, self.clerk = (Pill(look, n) for n in ("cloud-off", "scan-barcode", "printer", "user-round"))
        self.clock = Label(look, 18, 700, elide=False)
        row.addWidget(Mark(look))
        row.addLayout(names)
        row.addStretch(1)
        for piece in (self.training, self.link, self.scanner, self.printer, self.clerk, self.clock):
            row.addWidget(piece)
        row.insertSpacing(row.count() - 1, 6)
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self._sending = False
        self._view: HeaderView | None = None
        self._who: Clerk | None = None
        self._states = {"scanner": "none", "printer": "none"}
        self._now = 0
        for piece in (self.link, self.scanner, self.printer, self.clerk):
            piece.setVisible(bool(postcode))  # nothing is known of them before the book is open
        self.render_all()

    def render_all(self) -> None:
        """Says everything again."""
        lang = self.look.language
        postcode, counter = self._place
        self.office.say(self._office[lang])
        self.place.say(f"{digits(postcode, lang)} · {words('ui.corner', lang)} · {words('ui.counter', lang, n=counter)}" if postcode else "")
        self.training.show_as(words("ui.training", lang), tone="info")
        if self._view is not None:
            self.show_view(self._view)
        if self._who is not None:
            self.show_clerk(self._who)
        for device, state in self._states.items():
            self.show_device(device, state)
        self.tick(self._now)

    def show_place(self, office: tuple[str, str], postcode: str, counter: int, *, training: bool) -> None:
        """Whose counter it is."""
        self._office, self._place = {Language.BN: office[0], Language.EN: office[1]}, (postcode, counter)
        self.training.setVisible(training)
        self.scanner.show()
        self.printer.show()
        self.render_all()

    def show_view(self, view: HeaderView) -> None:
        """What waits for the centre."""
        self._view = view
        lang = self.look.language
        self.link.setVisible(view.entries > 0 or view.phase != "not_enrolled")
        pill = pill_of(view, lang, sending=self._sending)
        self.link.show_as(pill.text, tone=pill.tone, name=pill.sign)
        self.link.setToolTip(words("link.open_by", lang, said=self.link.label.full))
        self._fit()

    def show_sending(self, on: bool) -> None:
        """Whether entries are on their way to the centre now."""
        if on != self._sending:
            self._sending = on
            if self._view is not None:
                self.show_view(self._view)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The link's pill leads to the sync screen; the bar's whole height is its target."""
        if self.link.isVisible() and self.link.x() <= event.position().x() <= self.link.geometry().right():
            self.link_pressed.emit()

    def show_clerk(self, clerk: Clerk) -> None:
        """Who works here."""
        self._who = clerk
        self.clerk.show_as(clerk.name_bn if self.look.language is Language.BN else clerk.name_en)
        self.clerk.tick.setVisible(False)
        self.clerk.setVisible(bool(clerk.badge))

    def show_device(self, device: str, state: str) -> None:
        """device: "scanner" or "printer"; state: ready, none, lost, mute, media_out, head_open, offline, in_doubt or keyboard."""
        self._states[device] = state
        pill = self.scanner if device == "scanner" else self.printer
        lang = self.look.language
        well = state in ("ready", "keyboard")
        text = words(f"ui.{device}" if well else f"ui.{device}_{state}" if state != "none" else f"ui.{device}_none", lang)
        pill.show_as(text, tone="" if well else "look", tick=well)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Large text may leave no room for the words of devices that are well."""
        pills = [pill for pill in (self.training, self.link, self.scanner, self.printer, self.clerk) if not pill.isHidden()]
        names = max(self.office.sizeHint().width(), self.place.sizeHint().width())
        wanted = 36 + 4 + names + self.clock.sizeHint().width() + sum(pill.full_width() + 10 for pill in pills) + 62
        for pill in (self.scanner, self.printer):
            pill.brief(wanted > self.width())

    def tick(self, now: int) -> None:
        """The office's time. now: ms UTC."""
        self._now = now
        self.clock.say(clock(now, self.look.language))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self.look.colour("line"))
        painter.end()


RAIL_ENTRIES = (
    ("today", "house", "F1"), None, ("receive", "package-plus", "F2"), ("sort", "split", "F3"), ("handover", "hand-coins", "F4"), ("bags", "truck", "F5"),
    ("run", "bike", "F6"), ("returns", "undo-2", "F7"), None, ("search", "search", "F8"), ("problems", "triangle-alert", "F9"),
    ("dayclose", "calendar-check", "F10"), ("reports", "file-chart-column", "F11"), None, ("devices", "sliders-horizontal", "F12"),
)  # fmt: skip
"""Screens in the order of their keys; None draws a line."""
_UNDER = {"sync": "devices", "prints": "devices"}
"""Screens without an entry, and the one they belong to."""


class Rail(QWidget):
    """The screens, one key each."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look, self.current, self._counts = look, "today", dict[str, int]()
        wide = self._width()
        self.setFixedWidth(wide)
        self._places: list[tuple[str, str, str, QRect]] = []
        self._lines: list[int] = []
        y = 12
        for entry in RAIL_ENTRIES:
            if entry is None:
                self._lines.append(y + 7)
                y += 17
            else:
                self._places.append((*entry, QRect(10, y, wide - 20, 44)))
                y += 46
        self.render_all()

    def _width(self) -> int:
        """Room for the longest entry in either language at the present size of text, its key beside it."""
        names, keys = QFontMetrics(self.look.font(16, 700)), QFontMetrics(self.look.font(12, 500))
        said = [(words(f"ui.screen_{entry[0]}", language), entry[2]) for entry in RAIL_ENTRIES if entry for language in Language]
        return max(RAIL, 77 + max(names.horizontalAdvance(name) + keys.horizontalAdvance(key) for name, key in said))

    def render_all(self) -> None:
        """Says everything again; a screen reader hears the screen in front."""
        self.setAccessibleName(words(f"ui.screen_{self.current}", self.look.language))
        self.update()

    def show_current(self, name: str) -> None:
        """Which screen is in front."""
        name = _UNDER.get(name, name)
        if name != self.current:
            self.current = name
            self.render_all()

    def show_count(self, name: str, count: int) -> None:
        """A number that wants attention beside an entry; 0 hides it."""
        if self._counts.get(name, 0) != count:
            self._counts[name] = count
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for name, _, _, area in self._places:
            if area.contains(event.position().toPoint()):
                self.chosen.emit(name)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), 640)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.look.colour("rail"))
        for y in self._lines:
            painter.fillRect(QRect(16, y, self.width() - 32, 1), self.look.colour("rail_line"))
        for name, sign, key, area in self._places:
            self._entry(painter, name, sign, key, area)
        painter.end()

    def _entry(self, painter: QPainter, name: str, sign: str, key: str, area: QRect) -> None:
        on = name == self.current
        ink = self.look.colour("rail_on_ink" if on else "rail_ink")
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.colour("rail_on"))
            painter.drawRoundedRect(QRectF(area), 10, 10)
        painter.drawPixmap(area.left() + 12, area.center().y() - 9, icon(sign, ink.name(), 20, self.devicePixelRatioF()))
        painter.setPen(ink)
        painter.setFont(self.look.font(16, 700 if on else 500))
        text = words(f"ui.screen_{name}", self.look.language)
        place = QRect(area.left() + 43, area.top(), area.width() - 43, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        count = self._counts.get(name, 0)
        if count:
            self._badge(painter, place.left() + painter.fontMetrics().horizontalAdvance(text) + 18, area.center().y(), count)
        painter.setFont(self.look.font(12, 500))
        painter.setPen(ink)
        painter.drawText(area.adjusted(0, 0, -11, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, key)

    def _badge(self, painter: QPainter, x: int, y: int, count: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour("brand"))
        painter.drawEllipse(QRect(x - 10, y - 9, 20, 20))
        painter.setPen(Qt.GlobalColor.white)
        painter.setFont(self.look.font(13, 700))
        painter.drawText(QRect(x - 10, y - 9, 20, 20), Qt.AlignmentFlag.AlignCenter, number(count, self.look.language))


class Footer(Panel):
    """The keys that do something here."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "paper", "", radius=0, frame=0)
        self.setFixedHeight(max(FOOTER, look.px(28)))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(18, 1, 8, 0)
        self._row.setSpacing(7)
        self._hints: tuple[tuple[str, str], ...] = ()
        self._notice = Label(look, 14, 600, "look")
        self._always: Sequence[Hint] = (("?", "ui.all_keys"), ("Ctrl+L", "ui.other_language"))
        self.show_hints([])

    def show_hints(self, hints: Sequence[Hint]) -> None:
        """Keys of the screen at the left; what works everywhere at the right. Rebuilt only when they change."""
        if tuple(hints) == self._hints and self._row.count():
            return
        self._hints = tuple(hints)
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self._notice:
                widget.hide()
                widget.deleteLater()
        for key, say in hints:
            self._add(key, say)
        self._row.addWidget(self._notice)
        self._row.addStretch(1)
        for key, say in self._always:
            self._add(key, say)

    def _add(self, key: str, say: str) -> None:
        for piece in (KeyCap(self.look, key), Label(self.look, 14, 400, "muted", key=say, elide=False)):
            self._row.addWidget(piece)
            piece.show()
        self._row.addSpacing(10)

    def notice(self, text: str) -> None:
        """A calm word in passing, "" takes it away."""
        self._notice.say(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRect(0, 0, self.width(), 1), self.look.colour("line"))
        painter.end()

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
