"""A root file system in memory, written as the kernel takes it: a cpio archive of the "newc" kind (Documentation/driver-api/early-userspace)."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

MERGED = ("bin", "lib", "lib64", "sbin")
"""What stands in /usr and is only named in the root."""
_CONSOLE = (5, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """mode: kind and rights, as in `stat`. data: what is in a file, where a link leads. device: major and minor of a device node."""

    mode: int
    data: bytes = b""
    device: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Tree:
    """Files by their path, without the first slash."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def file(self, path: str, data: bytes, rights: int = 0o644) -> None:
        """A file more, or another in its place."""
        self.entries[_merged(path)] = Entry(stat.S_IFREG | rights, data)

    def link(self, path: str, target: str) -> None:
        """A symbolic link more."""
        self.entries[_merged(path)] = Entry(stat.S_IFLNK | 0o777, target.encode())

    def bootable(self) -> None:
        """What a root must have: the merged folders' names, and a console for the first program's words."""
        for name in MERGED:
            self.entries[name] = Entry(stat.S_IFLNK | 0o777, b"usr/" + name.encode())
        self.entries["dev/console"] = Entry(stat.S_IFCHR | 0o600, device=_CONSOLE)
        for name in ("proc", "sys", "tmp"):
            self.entries[name] = Entry(stat.S_IFDIR | 0o755)

    def archive(self) -> bytes:
        """The whole of it; several archives behind each other are one root."""
        return b"".join(self._records()) + _record("TRAILER!!!", Entry(0), 0)

    def _records(self) -> Iterator[bytes]:
        made: set[str] = set()
        for number, path in enumerate(sorted(self.entries), 1):
            for folder in reversed(PurePosixPath(path).parents):
                if str(folder) not in made | {"."}:
                    made.add(str(folder))
                    yield _record(str(folder), Entry(stat.S_IFDIR | 0o755), number)
            made.add(path)
            yield _record(path, self.entries[path], number)


def _merged(path: str) -> str:
    return f"usr/{path}" if path.split("/", 1)[0] in MERGED else path


def _record(path: str, entry: Entry, number: int) -> bytes:
    name = path.encode() + b"\0"
    fields = (number, entry.mode, 0, 0, 1, 0, len(entry.data), 0, 0, *entry.device, len(name), 0)
    head = b"070701" + "".join(f"{value:08X}" for value in fields).encode() + name
    return _padded(head) + _padded(entry.data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
