"""The calls of Windows's print spooler (winspool.drv) that RAW printing takes, through ctypes, by Microsoft's documentation.

No Windows PC was at hand: the structures' sizes and the order of the calls are tested, a real spooler is not. Look at it there first.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from ctypes import byref, c_uint16, c_uint32, c_void_p, c_wchar_p
from dataclasses import dataclass
from typing import Any

_INSUFFICIENT_BUFFER, _INVALID_PARAMETER = 122, 87
_LOCAL_AND_CONNECTED = 2 | 4
_JOB_DELETE = 5
"""JOB_CONTROL_DELETE."""
_QUERY_LIMITED, _STILL_ACTIVE = 0x1000, 259
_MOST_JOBS = 1000


class SpoolerTrouble(Exception):
    """A call failed; code is what GetLastError says (winerror.h)."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(f"{call}: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Job:
    """status: bits of JOB_STATUS_*; title: as handed in."""

    number: int
    title: str
    status: int


@dataclass(frozen=True, slots=True)
class Queue:
    """status: bits of PRINTER_STATUS_*; attributes: of PRINTER_ATTRIBUTE_*; jobs: in it now."""

    status: int
    attributes: int
    jobs: int


class _Doc(ctypes.Structure):  # DOC_INFO_1W
    _fields_ = (("title", c_wchar_p), ("file", c_wchar_p), ("datatype", c_wchar_p))


class _Time(ctypes.Structure):  # SYSTEMTIME
    _fields_ = (("words", c_uint16 * 8),)


class JobInfo(ctypes.Structure):
    """JOB_INFO_1W."""

    _fields_ = (
        ("number", c_uint32), ("printer", c_wchar_p), ("machine", c_wchar_p), ("user", c_wchar_p), ("title", c_wchar_p), ("datatype", c_wchar_p),
        ("status_text", c_wchar_p), ("status", c_uint32), ("priority", c_uint32), ("position", c_uint32), ("pages", c_uint32),
        ("pages_printed", c_uint32), ("submitted", _Time),
    )  # fmt: skip


class PrinterInfo(ctypes.Structure):
    """PRINTER_INFO_2W: thirteen pointers, eight numbers."""

    _fields_ = (
        ("pointers", c_void_p * 13), ("attributes", c_uint32), ("priority", c_uint32), ("default_priority", c_uint32), ("starts", c_uint32),
        ("ends", c_uint32), ("status", c_uint32), ("jobs", c_uint32), ("pages_a_minute", c_uint32),
    )  # fmt: skip


class PrinterName(ctypes.Structure):
    """PRINTER_INFO_4W."""

    _fields_ = (("name", c_wchar_p), ("server", c_wchar_p), ("attributes", c_uint32))


class Winspool:
    """The spooler. Every method raises SpoolerTrouble."""

    def __init__(self, spool: Any, kernel: Any, last_error: Callable[[], int]) -> None:
        """spool, kernel: winspool.drv and kernel32 as ctypes loads them. last_error: of the call before."""
        self._spool, self._kernel, self._last_error = spool, kernel, last_error

    def names(self) -> tuple[str, ...]:
        """Printers of this machine and of the servers it is connected to."""
        needed, count = c_uint32(), c_uint32()
        self._spool.EnumPrintersW(_LOCAL_AND_CONNECTED, None, 4, None, 0, byref(needed), byref(count))
        if not needed.value:
            return ()
        room = ctypes.create_string_buffer(needed.value)
        self._must("EnumPrintersW", _LOCAL_AND_CONNECTED, None, 4, room, needed.value, byref(needed), byref(count))
        return tuple(one.name or "" for one in _array(room, PrinterName, count.value))

    def open(self, name: str) -> int:
        """A handle, to be closed."""
        handle = c_void_p()
        self._must("OpenPrinterW", name, byref(handle), None)
        return handle.value or 0

    def close(self, handle: int) -> None:
        """Gives a handle back."""
        self._spool.ClosePrinter(c_void_p(handle))

    def queue(self, handle: int) -> Queue:
        """How the queue is."""
        room = self._sized("GetPrinterW", c_void_p(handle), 2)
        info = PrinterInfo.from_buffer(room)
        return Queue(info.status, info.attributes, info.jobs)

    def jobs(self, handle: int) -> tuple[Job, ...]:
        """What is in the queue."""
        needed, count = c_uint32(), c_uint32()
        first = (c_void_p(handle), 0, _MOST_JOBS, 1)
        self._spool.EnumJobsW(*first, None, 0, byref(needed), byref(count))
        if not needed.value:
            return ()
        room = ctypes.create_string_buffer(needed.value)
        self._must("EnumJobsW", *first, room, needed.value, byref(needed), byref(count))
        return tuple(Job(one.number, one.title or "", one.status) for one in _array(room, JobInfo, count.value))

    def job(self, handle: int, number: int) -> Job | None:
        """One job; None when the queue no longer has it."""
        try:
            room = self._sized("GetJobW", c_void_p(handle), number, 1)
        except SpoolerTrouble as trouble:
            if trouble.code == _INVALID_PARAMETER:
                return None
            raise
        info = JobInfo.from_buffer(room)
        return Job(info.number, info.title or "", info.status)

    def delete(self, handle: int, number: int) -> None:
        """Takes a job out of the queue, begun or not."""
        self._must("SetJobW", c_void_p(handle), number, 0, None, _JOB_DELETE)

    def start(self, handle: int, title: str) -> int:
        """Begins a RAW document of one page; the number of its job."""
        number = int(self._must("StartDocPrinterW", c_void_p(handle), 1, byref(_Doc(title, None, "RAW"))))
        self._must("StartPagePrinter", c_void_p(handle))
        return number

    def write(self, handle: int, data: bytes) -> int:
        """How many of these bytes the spooler took, some also where the call says that it failed."""
        taken = c_uint32()
        if not self._spool.WritePrinter(c_void_p(handle), data, len(data), byref(taken)) and not taken.value:
            raise SpoolerTrouble("WritePrinter", self._last_error())
        return taken.value

    def end(self, handle: int) -> None:
        """The document is whole."""
        self._must("EndPagePrinter", c_void_p(handle))
        self._must("EndDocPrinter", c_void_p(handle))

    def abort(self, handle: int) -> None:
        """The document is thrown away as far as it is still in the spooler."""
        self._must("AbortPrinter", c_void_p(handle))

    def alive(self, process: int) -> bool:
        """Whether a process of this number runs."""
        handle = self._kernel.OpenProcess(_QUERY_LIMITED, 0, process)
        if not handle:
            return False
        code = c_uint32()
        self._kernel.GetExitCodeProcess(c_void_p(handle), byref(code))
        self._kernel.CloseHandle(c_void_p(handle))
        return code.value == _STILL_ACTIVE

    def _must(self, call: str, *given: Any) -> Any:
        done = getattr(self._spool, call)(*given)
        if not done:
            raise SpoolerTrouble(call, self._last_error())
        return done

    def _sized(self, call: str, *given: Any) -> ctypes.Array[ctypes.c_char]:
        """What a call fills in that first has to say how much room it wants."""
        needed = c_uint32()
        if not getattr(self._spool, call)(*given, None, 0, byref(needed)) and self._last_error() != _INSUFFICIENT_BUFFER:
            raise SpoolerTrouble(call, self._last_error())
        room = ctypes.create_string_buffer(needed.value)
        self._must(call, *given, room, needed.value, byref(needed))
        return room


def _array(room: ctypes.Array[ctypes.c_char], kind: Any, count: int) -> Iterator[Any]:
    return iter((kind * count).from_buffer(room))


def system_spooler() -> Winspool:
    """This machine's. Raises OSError where there is no Windows."""
    if sys.platform == "win32":
        spool, kernel = ctypes.WinDLL("winspool.drv", use_last_error=True), ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = c_void_p
        return Winspool(spool, kernel, ctypes.get_last_error)
    raise OSError("winspool.drv is Windows's")
