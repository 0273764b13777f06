"""The commands of a checkout: setup, demo, test, test-usb, lint, bench, screens, lock.

Standard library only, so that `python3 tools/dev.py setup` works on a machine that has nothing but Python 3.11 to 3.13.
The Makefile calls it; on Windows type the same commands with `py tools/dev.py`.
"""

from __future__ import annotations

import argparse
import ctypes
import glob
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "corner-setup.json"
LOCK = ROOT / "requirements" / "dev.txt"
PYTHONS = ((3, 11), (3, 12), (3, 13))

# What Qt loads from the system: library -> Debian package. Checked by loading them, since a package list says less than a loader.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# What the tests call: program or file -> Debian package. First what those on a real X screen need, then the centre's.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "setxkbmap": "x11-xkb-utils",
    "/usr/share/X11/xkb/rules/evdev": "xkb-data",
    "initdb": "postgresql",
    "pg_ctl": "postgresql",
    "chromium": "chromium",
    "/usr/sbin/cupsd": "cups",
}
# What plays the machine whose USB sockets test-usb uses; the guest's own packages are fetched by tests/usb/image.py.
USB_PROGRAMS = {"qemu-system-x86_64": "qemu-system-x86", "dpkg-deb": "dpkg"}
POSTGRES_BINS = "/usr/lib/postgresql/*/bin"  # where Debian keeps initdb and pg_ctl, away from the PATH
POSTGRES_OLDEST = 15


class Trouble(Exception):
    """Something on this machine is missing; the text says what to do."""


def say(text: str) -> None:
    print(f"corner: {text}", flush=True)


def run(command: Sequence[str | os.PathLike[str]], **env: str) -> int:
    """Run a program in the checkout with our environment; return its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=environment() | env).returncode


def must(command: Sequence[str | os.PathLike[str]], trouble: str) -> None:
    if run(command) != 0:
        raise Trouble(trouble)


def environment() -> dict[str, str]:
    """The caller's environment, with the two things Qt warns about when a bare machine lacks them."""
    env = dict(os.environ)
    env.pop("PYTHONHOME", None)
    if not WINDOWS:
        spoken = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
        if "utf" not in spoken.lower():
            env["LC_ALL"] = "C.UTF-8"
        if not env.get("XDG_RUNTIME_DIR"):
            runtime = ROOT / "build" / "runtime"
            runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
            env["XDG_RUNTIME_DIR"] = str(runtime)
    return env


# ---- setup: Python, the environment, the system libraries -------------------------------------------------------------------------


def setup() -> None:
    wanted = fingerprint()
    if stamped() == wanted and PYTHON.exists():
        say(".venv is up to date")
    else:
        make_environment()
        STAMP.write_text(json.dumps(wanted), encoding="utf-8")
        say("ready: " + os.path.relpath(PYTHON, ROOT))
    need_packages(missing_libraries, "Qt needs system libraries")


def fingerprint() -> str:
    """Changes when the lock, the project's own metadata, its packaging or its place changes."""
    metadata = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\n[tool.")[0]
    parts = [LOCK.read_bytes(), (ROOT / "setup.py").read_bytes(), metadata.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamped() -> str | None:
    try:
        stamp: str = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp


def make_environment() -> None:
    if not works(PYTHON):
        base = find_python()
        say(f"making .venv with {base[-1]}")
        need_packages(lambda: missing_venv(base), "this Python cannot make environments")
        must([*base, "-m", "venv", "--clear", VENV], "python -m venv failed; see above")
    say("installing the locked packages (a minute or so the first time)")
    install: list[str | os.PathLike[str]] = [PYTHON, "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    must([*install, "--require-hashes", "--only-binary", ":all:", "-r", LOCK], "pip could not install requirements/dev.txt; see above")
    say("installing the project itself, editable")
    must([*install, "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT], "pip could not install the project; see above")
    say("compiling bytecode")
    # PySide6/scripts holds a template that is no Python. Without bytecode the program starts three times slower.
    trees = [VENV, ROOT / "corner_app", ROOT / "central_server"]
    must([PYTHON, "-m", "compileall", "-q", "-j", "0", "-x", "PySide6.scripts", *trees], "compileall failed; see above")


def works(python: pathlib.Path) -> bool:
    """The environment's Python starts, fits and has pip (an environment that was moved or half made does not)."""
    return python.exists() and version_of([str(python)]) in PYTHONS and quiet([str(python), "-m", "pip", "--version"]) == 0


def find_python() -> list[str]:
    """The command of a Python 3.11 to 3.13: this one if it fits, else what the machine has."""
    candidates = [[sys.executable]]
    for major, minor in reversed(PYTHONS):
        candidates.append(["py", f"-{major}.{minor}"] if WINDOWS else [f"python{major}.{minor}"])
    for command in candidates:
        if version_of(command) in PYTHONS:
            return command
    raise Trouble("Python 3.11, 3.12 or 3.13 is needed; install one and call this again with it")


def version_of(command: list[str]) -> tuple[int, ...] | None:
    try:
        asked = subprocess.run([*command, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True)
    except OSError:
        return None
    return tuple(int(part) for part in asked.stdout.split()) if asked.returncode == 0 else None


def quiet(command: list[str]) -> int:
    return subprocess.run(command, capture_output=True, env=environment()).returncode


def missing_venv(base: list[str]) -> list[str]:
    if quiet([*base, "-c", "import ensurepip, venv"]) == 0:
        return []
    found = version_of(base) or PYTHONS[0]
    return [f"python{found[0]}.{found[1]}-venv"]


# ---- what the system must have ----------------------------------------------------------------------------------------------------


def missing_libraries() -> list[str]:
    return sorted({package for library, package in QT_LIBRARIES.items() if not loads(library)}) if sys.platform == "linux" else []


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_programs() -> list[str]:
    if sys.platform != "linux":
        return []
    return sorted({package for name, package in TEST_PROGRAMS.items() if not has_program(name, package)})


def missing_emulator() -> list[str]:
    return sorted({package for name, package in USB_PROGRAMS.items() if shutil.which(name) is None})


def missing_postgres() -> list[str]:
    return [package for package in missing_programs() if package == "postgresql"]


def has_program(name: str, package: str) -> bool:
    if package == "postgresql":
        return any(int(version) >= POSTGRES_OLDEST for version in postgres_versions(name)) or shutil.which(name) is not None
    return shutil.which(name) is not None or os.path.exists(name)


def postgres_versions(name: str) -> list[str]:
    """The major versions that Debian has installed this program of PostgreSQL for."""
    return [path.parents[1].name for path in map(pathlib.Path, glob.glob(f"{POSTGRES_BINS}/{name}")) if path.parents[1].name.isdigit()]


def need_packages(missing: Callable[[], list[str]], why: str) -> None:
    """Install Debian packages until `missing` is empty, or say the one command that would and stop."""
    packages = missing()
    if not packages:
        return
    say(f"{why}: {' '.join(packages)}")
    prefix = administrator()
    if prefix is None or shutil.which("apt-get") is None:
        raise Trouble(f"type this once, then call again:\n  sudo apt-get install -y {' '.join(packages)}")
    apt_install(prefix, packages)
    left = missing()
    if left:
        raise Trouble(f"still missing after apt-get: {' '.join(left)}")


def administrator() -> list[str] | None:
    """The words before a command that needs root, or None where root cannot be had without a password."""
    if WINDOWS:
        return None
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and quiet(["sudo", "-n", "true"]) == 0 else None


def apt_install(prefix: list[str], packages: list[str]) -> None:
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    say(f"apt-get install {' '.join(packages)}")
    if quiet(install) != 0:
        say("apt-get update, then again")
        run([*apt, "update"])
        must(install, f"apt-get could not install {' '.join(packages)}; see above")


# ---- the commands -----------------------------------------------------------------------------------------------------------------


def demo(rest: list[str]) -> int:
    """`--database sqlite` (the default) or `--database postgresql`: where the demo's centre keeps what it hears; the rest goes to corner-app."""
    parser = argparse.ArgumentParser(prog="tools/dev.py demo", add_help=False)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    chosen, rest = parser.parse_known_args(rest)
    setup()
    on_screen = WINDOWS or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    where = [] if on_screen or "--headless" in rest else ["--headless"]
    if chosen.database == "sqlite":
        return in_order([BIN / "corner-app", "demo", "--db", "sqlite", *where, *rest])
    need_packages(missing_postgres, "a demo on PostgreSQL needs it")
    return in_order([PYTHON, "-m", "tools.demo_postgres", *where, *rest])


def in_order(command: Sequence[str | os.PathLike[str]]) -> int:
    """Run a program that ends what it has started: Ctrl+C reaches it as it does us, SIGTERM is handed on, and we wait until it has."""
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=environment())
    before = signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                say("ending what the demo started")
    finally:
        signal.signal(signal.SIGTERM, before)


def lint(rest: list[str]) -> int:
    setup()
    return stages(checks())


def test(rest: list[str]) -> int:
    setup()
    need_packages(missing_programs, "the tests need programs")
    # One worker a core of the smallest machine we build on; a file stays with one worker, so fixtures of a module are made once.
    return stages([*checks(), ("pytest", [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", *rest])])


def test_usb(rest: list[str]) -> int:
    """The product's device code on real USB of Debian's kernel, in an emulated machine that is made once and kept in build/usb."""
    setup()
    if sys.platform != "linux":
        raise Trouble("the USB guest is made of Debian's packages: run this on Debian")
    need_packages(missing_emulator, "the USB guest needs an emulator")
    return stages([("image", [PYTHON, "-m", "tests.usb.image"]), ("pytest", [PYTHON, "-m", "pytest", "-m", "usb", "-rP", "tests/usb", *rest])])


Stage = tuple[str, list["str | os.PathLike[str]"]]


def checks() -> list[Stage]:
    return [("ruff", [BIN / "ruff", "check", "."]), ("mypy", [BIN / "mypy"]), ("imports", [BIN / "lint-imports", "--no-logo"])]


def stages(planned: Iterable[Stage]) -> int:
    """Run every stage, whatever the ones before said, and close with a table."""
    results: list[tuple[str, int, float]] = []
    for name, command in planned:
        say(name)
        began = time.perf_counter()
        code = run(command, QT_QPA_PLATFORM="offscreen")
        results.append((name, code, time.perf_counter() - began))
    for name, code, seconds in results:
        say(f"{name:8} {seconds:7.1f} s  {'ok' if code == 0 else f'FAILED ({code})'}")
    return 1 if any(code for _, code, _ in results) else 0


def script(path: str, rest: list[str]) -> int:
    setup()
    if not (ROOT / path).exists():
        raise Trouble(f"{path} does not exist yet")
    return run([PYTHON, path, *rest])


def bench(rest: list[str]) -> int:
    return script("benchmarks/run.py", rest)


def screens(rest: list[str]) -> int:
    return script("tools/screens.py", rest)


def lock(rest: list[str]) -> int:
    """Write requirements/*.txt from pyproject.toml. `lock --upgrade` takes newer versions, `lock --upgrade-package NAME` one of them."""
    uv = find_uv()
    for extra in ("desktop", "server", "dev"):
        target = ROOT / "requirements" / f"{extra}.txt"
        say(f"locking {target.relative_to(ROOT)}")
        compile_lock = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        header = ["--custom-compile-command", "python3 tools/dev.py lock"]
        what = ["pyproject.toml", "--extra", extra, "-o", f"requirements/{extra}.txt"]
        must([*compile_lock, *header, *what, *rest], "uv could not resolve; see above")
        if re.search(r"://|^-|" + re.escape(str(ROOT)), target.read_text(encoding="utf-8"), re.MULTILINE):
            raise Trouble(f"{target.relative_to(ROOT)} names an address, an option or a folder of this machine; mend it before committing")
    return 0


def find_uv() -> str:
    """uv from the PATH, else one in build/ of its own; it is a tool for locks, not a dependency."""
    found = shutil.which("uv")
    if found:
        return found
    home = ROOT / "build" / "uv"
    uv = home / BIN.name / ("uv.exe" if WINDOWS else "uv")
    if not uv.exists():
        say("installing uv into build/uv")
        must([*find_python(), "-m", "venv", home], "python -m venv failed; see above")
        must([home / BIN.name / PYTHON.name, "-m", "pip", "install", "--quiet", "uv"], "pip could not install uv; see above")
    return str(uv)


def setup_only(rest: list[str]) -> int:
    setup()
    return 0


COMMANDS = {"setup": setup_only, "demo": demo, "test": test, "test-usb": test_usb, "lint": lint, "bench": bench, "screens": screens, "lock": lock}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools/dev.py", description="Commands of the checkout; what follows the command is handed on.")
    parser.add_argument("command", choices=list(COMMANDS))
    chosen, rest = parser.parse_known_args(arguments)
    began = time.perf_counter()
    try:
        code = COMMANDS[chosen.command](rest)
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130
    say(f"{chosen.command} took {time.perf_counter() - began:.1f} s")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
