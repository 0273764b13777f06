"""A printer of the USB printer class on Linux: /dev/usb/lp0 and its like, through the kernel's `usblp`.

The driver takes 8 KiB at a time and drops what it still holds when the node is closed, so the last bytes are waited for.
"""

from __future__ import annotations

import os
import select
import time

from corner_app.devices.identity import Identity, Look, port_of, present_path
from corner_app.devices.transports.errors import InDoubt, NotSent, word_for
from corner_app.devices.transports.listening import answer, listen
from corner_app.devices.transports.transport import Enough
from corner_app.devices.transports.usb_nodes import usb_nodes

_CHUNK = 4096
_STALE_S, _STALE_LOOKS = 0.02, 10
"""How long is looked, and how often at most, for an answer to an older question, before a new one is asked."""
_EMPTY_S = 0.02
"""Rest after an empty packet, which a printer with nothing to say sends without end."""
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL if hasattr(select, "poll") else 0


class UsbPrinter:
    """Raw bytes to a node of the printer class, found and opened for one label or one question at a time. POSIX only."""

    writes_files = False

    def __init__(
        self, device: Identity | str, timeout_s: float = 10.0, *, two_way: bool = True, chunk: int = _CHUNK, pause_ms: int = 0, look: Look = usb_nodes
    ) -> None:
        """device: an identity, or a path. timeout_s: longest wait for the printer to take anything. two_way: whether it answers questions at all.

        chunk, pause_ms: so many bytes at a time and the rest between, for printers that swallow bytes. look: what is plugged in.
        """
        self._device = device if not isinstance(device, str) else port_of(device)
        self.name = str(self._device)
        self.timeout_s, self.two_way, self.chunk, self.pause_s = timeout_s, two_way, min(chunk, _CHUNK), pause_ms / 1000
        self._look = look

    def send(self, data: bytes, enough: Enough | None = None, wait_s: float = 0.0) -> bytes:
        """Sends one label, waits until the printer took the last byte, and hears what comes back. Raises NotSent or InDoubt."""
        node = self._opened()
        try:
            if self.two_way:
                _forget_stale(node)
            self._write(node, data, self.timeout_s)
            return listen(lambda left_s: _read(node, left_s), wait_s if self.two_way else 0, enough)
        finally:
            os.close(node)

    def ask(self, query: bytes, wait_s: float) -> bytes:
        """The answer to a query, b"" when there is none within wait_s seconds. Raises NotSent when the printer cannot be opened."""
        node = self._opened()
        try:
            _forget_stale(node)
            try:
                self._write(node, query, wait_s)
            except (NotSent, InDoubt):  # reached, but it takes nothing: mute
                return b""
            return answer(lambda left_s: _read(node, left_s), wait_s)
        finally:
            os.close(node)

    def _opened(self) -> int:
        path = present_path(self._device, self._look)
        if path is None:
            raise NotSent("missing")
        try:
            return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise NotSent(word_for(error, "missing")) from error

    def _write(self, node: int, data: bytes, patience_s: float) -> None:
        sent = 0
        try:
            while sent < len(data):
                sent += _put(node, data[sent : sent + self.chunk], patience_s)
                if self.pause_s:
                    _wait(node, patience_s)
                    time.sleep(self.pause_s)
            _wait(node, patience_s)
        except _Unwilling as error:  # no byte was offered, or none of those that were was taken: with none before it is certain
            raise InDoubt(error.word, sent) if sent else NotSent(error.word) from error
        except OSError as error:  # the driver may have passed on a part of what it would not take whole
            raise InDoubt(word_for(error), sent) from error


class _Unwilling(Exception):
    """The printer takes nothing now; word says why."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def _wait(node: int, patience_s: float) -> None:
    """Returns when the printer can take more, which is when it took everything before. Raises _Unwilling."""
    flags = _flags(node, select.POLLOUT, patience_s)
    if flags & _GONE:
        raise _Unwilling("lost")
    if not flags & select.POLLOUT:
        raise _Unwilling("timeout")


def _put(node: int, data: bytes, patience_s: float) -> int:
    """How many of these bytes were taken, one at least. Raises _Unwilling when none was, OSError when nobody knows."""
    ends = time.monotonic() + patience_s
    while True:
        _wait(node, ends - time.monotonic())
        try:
            return os.write(node, data)
        except BlockingIOError:  # none taken after all
            time.sleep(_EMPTY_S)


def _flags(node: int, wanted: int, wait_s: float) -> int:
    poll = select.poll()
    poll.register(node, wanted)
    seen = poll.poll(max(0, wait_s) * 1000)
    return seen[0][1] if seen else 0


def _read(node: int, wait_s: float) -> bytes | None:
    flags = _flags(node, select.POLLIN, wait_s)
    if not flags:
        return b""
    try:
        data = os.read(node, _CHUNK)
    except BlockingIOError:
        data = b""
    except OSError:  # pulled out, or it cannot speak at all
        return None
    if data:
        return data
    if flags & _GONE:
        return None
    time.sleep(min(_EMPTY_S, wait_s))
    return b""


def _forget_stale(node: int) -> None:
    for _ in range(_STALE_LOOKS):
        if not _read(node, _STALE_S):
            return
