"""The guest's root: Debian's kernel with the modules that play USB devices, its Python, and the product's own locked libraries for devices.

No root and no other root file system is needed: packages come by the machine's own apt, are checked by it, and are unpacked in memory. The kernel takes
the result as its initial RAM disk. Kept in build/usb until this recipe changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import lzma
import marshal
import platform
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.usb.archive import Tree
from tools.dev import administrator

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "build" / "usb"
KERNEL, BASE, MADE = HOME / "vmlinuz", HOME / "base.cpio", HOME / "made.json"
PACKAGES = ("python3-minimal", "libpython3-stdlib")
LIBRARIES = ("pyserial", "evdev-binary", "hidapi", "msgspec")
"""What `corner_app.devices` imports of others, at the product's own versions."""
MODULES = ("dummy_hcd", "usb_f_acm", "usb_f_printer", "usb_f_hid", "cdc_acm", "usblp", "usbhid", "hid_generic", "evdev")
"""The socket without a cable, the three kinds of device behind it, and the drivers that meet them."""
_USELESS = re.compile(
    r"usr/(share|include|sbin|games)/|usr/bin/(?!python3)|etc/|var/|usr/lib/(apt|dpkg|mime|valgrind)/|.*/(gconv|perl5?|audit)/"
    r"|usr/lib/python3[^/]*/(test|idlelib|lib2to3|ensurepip|pydoc_data|turtledemo|tkinter|distutils|unittest|config-[^/]*|__pycache__)/"
)


class Trouble(Exception):
    """The guest cannot be made on this machine; the text says what to do."""


def build() -> None:
    """Makes the image, or leaves the one that is there when it was made by this very recipe. Raises Trouble."""
    recipe = _recipe()
    if MADE.exists() and json.loads(MADE.read_text(encoding="utf-8"))["recipe"] == recipe:
        return
    if platform.machine() != "x86_64" or shutil.which("apt-get") is None:
        raise Trouble("the USB guest is made of Debian's packages for amd64: run this on such a machine")
    began = time.perf_counter()
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        tree, python = _root(Path(folder))
    BASE.write_bytes(tree.archive())
    MADE.write_text(json.dumps({"recipe": recipe, "python": python}), encoding="utf-8")
    size = BASE.stat().st_size / 1e6
    print(f"corner: USB guest made: {len(tree.entries)} files, {size:.0f} MB, {time.perf_counter() - began:.1f} s", flush=True)


def compiled(path: str, source: bytes, python: tuple[int, int]) -> tuple[str, bytes] | None:
    """Where the guest's Python looks for a module's bytecode, and the bytecode; None when ours is not of its version.

    Marked as not to be checked against the source: an emulated processor takes seconds to compile what a start imports.
    """
    if python != sys.version_info[:2]:
        return None
    folder, _, name = path.rpartition("/")
    code = compile(source, "/" + path, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
    return f"{folder}/__pycache__/{name.removesuffix('.py')}.cpython-{python[0]}{python[1]}.pyc", head + marshal.dumps(code)


def guest_python() -> tuple[int, int]:
    """The version of the Python in the image that was made."""
    major, minor = json.loads(MADE.read_text(encoding="utf-8"))["python"]
    return major, minor


def _recipe() -> str:
    """Changes when what makes the image does."""
    parts = [Path(__file__).read_bytes(), Path(__file__).with_name("archive.py").read_bytes(), _locked().encode(), str(sys.version_info[:2]).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _locked() -> str:
    """The lines of the lock that name our libraries, with their hashes."""
    text = (ROOT / "requirements" / "desktop.txt").read_text(encoding="utf-8")
    found = [re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL) for name in LIBRARIES]
    return "".join(block[0] for block in found if block is not None)


def _root(folder: Path) -> tuple[Tree, tuple[int, int]]:
    packages = folder / "packages"
    packages.mkdir()
    try:
        _download(packages)
    except Trouble as trouble:  # the lists are too old, or were never fetched
        prefix = administrator()
        if prefix is None:
            raise Trouble(f"{trouble}\ntype this once, then call again:\n  sudo apt-get update") from trouble
        shutil.rmtree(packages)  # what came of the old lists
        packages.mkdir()
        _run([*prefix, "apt-get", "-qq", "update"], packages)
        _download(packages)
    tree = Tree()
    for package in sorted(packages.iterdir()):
        if package.name.startswith("linux-image-"):
            _take_kernel(package, tree)
        else:
            _take(package, tree)
    python = _python_of(tree)
    _take_libraries(folder / "libraries", tree, python)
    for path, entry in list(tree.entries.items()):
        if path.endswith(".py") and stat.S_ISREG(entry.mode) and (made := compiled(path, entry.data, python)) is not None:
            tree.file(*made)
    tree.bootable()
    return tree, python


def _download(folder: Path) -> None:
    """The kernel's package, and the Python's with all it needs, as if nothing were installed yet."""
    kernel = re.search(r"Depends: (linux-image-\S+)", _run(["apt-cache", "depends", "linux-image-amd64"], folder))
    state = ["-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1"]
    needed = _run(["apt-get", *state, "-s", "-q", "--no-install-recommends", "install", *PACKAGES], folder)
    if kernel is None:
        raise Trouble("apt knows no linux-image-amd64 here: the USB guest needs Debian")
    _run(["apt-get", "download", "-q", kernel[1], *re.findall(r"^Inst (\S+)", needed, re.MULTILINE)], folder)


def _run(command: list[str], where: Path) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(command[:4])} … failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def _members(package: Path) -> Iterator[tuple[str, tarfile.TarInfo, bytes]]:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as unpacking:
        with tarfile.open(fileobj=unpacking.stdout, mode="r|") as packed:
            for member in packed:
                data = packed.extractfile(member) if member.isreg() else None
                yield member.name.removeprefix("./"), member, data.read() if data else b""
    if unpacking.returncode != 0:
        raise Trouble(f"{package.name} cannot be unpacked")


def _take(package: Path, tree: Tree) -> None:
    for path, member, data in _members(package):
        if _USELESS.match(path):
            continue
        if member.isreg():
            tree.file(path, data, member.mode)
        elif member.issym() or member.islnk():
            tree.link(path, member.linkname if member.issym() else "/" + member.linkname.removeprefix("./"))


def _take_kernel(package: Path, tree: Tree) -> None:
    """The kernel for the emulator, and of its modules those we need with those they need, in the order in which they go in."""
    drivers: dict[str, bytes] = {}
    for path, _, data in _members(package):
        if path.startswith("boot/vmlinuz"):
            KERNEL.write_bytes(data)
        elif found := re.search(r"/([^/]+)\.ko(\.xz)?$", path):
            drivers[found[1].replace("-", "_")] = data if found[2] is None else lzma.decompress(data)
    order: list[str] = []
    for name in MODULES:
        _in_order(name, drivers, order)
    for name in order:
        tree.file(f"modules/{name}.ko", drivers[name])
    tree.file("modules/order", "\n".join(order).encode())


def _in_order(name: str, drivers: dict[str, bytes], order: list[str]) -> None:
    """Those a module leans on, by its own word, then itself. What is built in, and so no module, is passed over."""
    if name in order or name not in drivers:
        return
    needs = re.search(rb"\0depends=([^\0]*)\0", drivers[name])
    for needed in needs[1].decode().split(",") if needs else ():
        _in_order(needed.replace("-", "_"), drivers, order)
    order.append(name)


def _python_of(tree: Tree) -> tuple[int, int]:
    minors = [int(found[1]) for path in tree.entries if (found := re.fullmatch(r"usr/bin/python3\.(\d+)", path))]
    if len(minors) != 1:
        raise Trouble(f"one Python is wanted in the guest, there are {len(minors)}")
    return 3, minors[0]


def _take_libraries(folder: Path, tree: Tree, python: tuple[int, int]) -> None:
    wanted = folder.with_suffix(".txt")
    wanted.write_text(_locked(), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile", "--target", str(folder)]
    _run([*pip, "--python-version", f"{python[0]}.{python[1]}", "--only-binary", ":all:", "--no-deps", "--require-hashes", "-r", str(wanted)], ROOT)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_file() and ".dist-info/" not in inside and not inside.startswith("bin/"):
            tree.file(f"corner/{inside}", path.read_bytes(), path.stat().st_mode & 0o777)


if __name__ == "__main__":
    try:
        build()
    except Trouble as trouble:
        sys.exit(f"corner: {trouble}")
