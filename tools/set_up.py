"""Brings what a bare machine lacks: the virtual environment, the locked packages, a browser for tests.

    python3 tools/set_up.py run       .venv with requirements/run.lock and .venv/bin/tessera
    python3 tools/set_up.py dev       the same with requirements/dev.lock
    python3 tools/set_up.py browser   Chromium and a Chinese font, by apt, where that is possible

Only the standard library, for it runs before anything is installed. What is there already is left alone.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = HOME / "requirements"
# What each set of packages already covers: the tests' set holds everything that running needs.
COVERED_BY = {"run": ("run", "dev"), "dev": ("dev",)}


def main(wanted: str) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - people do start this with an older one
        return say_why(
            f"Python 3.11 or newer is needed; this one is {sys.version.split()[0]}.",
            "Name another one with: make PYTHON=/path/to/python3.12 …",
        )
    if wanted == "browser":
        bring_browser()
        return 0
    if is_current(wanted):
        return 0
    with only_one_at_a_time():
        return 0 if is_current(wanted) else bring_packages(wanted)


def bring_packages(wanted: str) -> int:
    """Makes or updates .venv; the stamp is written last, so that a broken run starts over."""
    if not can_make_venv():
        return 1
    for stamp in VENV.glob(".tessera-*"):
        stamp.unlink()
    if made_for() != whom() and not make_venv():
        return 1
    print(f"Installing the locked packages ({wanted}.lock) …", flush=True)
    if not (sync_with_uv(wanted) or install_with_pip(wanted)):
        return say_why(
            "The packages could not be installed; the lines above say why.",
            "Mostly it is the way to the package index: check the network, or pip's settings, and try again.",
        )
    link_checkout()
    stamp_of(wanted).write_text(fingerprint(wanted))
    return 0


def is_current(wanted: str) -> bool:
    return any(read(stamp_of(name)) == fingerprint(name) for name in COVERED_BY[wanted]) and PYTHON.exists()


def stamp_of(name: str) -> Path:
    return VENV / f".tessera-{name}"


def fingerprint(name: str) -> str:
    """Changes with the locked packages, this script, the Python and the place of the checkout."""
    parts = [(LOCKS / f"{name}.lock").read_bytes(), Path(__file__).read_bytes(), whom().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def whom() -> str:
    """For which Python, in which place, a virtual environment is any good."""
    return f"{sys.version_info.major}.{sys.version_info.minor} {VENV}"


def made_for() -> str:
    return read(VENV / "made-for.txt") if PYTHON.exists() else ""


def can_make_venv() -> bool:
    if importlib.util.find_spec("ensurepip"):
        return True
    names = ["python3-venv", f"python3.{sys.version_info.minor}-venv"]
    if may_use_apt():
        for name in names:
            print(f"Python's venv is missing: installing {name} with apt-get …", flush=True)
            apt_install(name)
            importlib.invalidate_caches()
            if importlib.util.find_spec("ensurepip"):
                return True
    say_why(
        "This Python cannot make virtual environments: its module ensurepip is missing.",
        f"On Debian or Ubuntu, as root: apt-get install {names[0]}",
    )
    return False


def make_venv() -> bool:
    print(f"Making a virtual environment in {VENV.name} …", flush=True)
    if not done([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        say_why("The virtual environment could not be made; the lines above say why.")
        return False
    (VENV / "made-for.txt").write_text(whom())
    return True


def sync_with_uv(wanted: str) -> bool:
    """Quick, and removes what the lock no longer names. False where uv cannot be had or gives up."""
    uv = VENV / "bin" / "uv"
    if not pip_install("installer", "--quiet"):
        print("uv could not be had; going on with pip, which takes longer.", flush=True)
        return False
    lock = str(LOCKS / f"{wanted}.lock")
    command = [str(uv), "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON), lock]
    return done(command, env=with_index_of_pip())


def install_with_pip(wanted: str) -> bool:
    return pip_install(wanted, "--progress-bar=off")


def pip_install(name: str, *options: str) -> bool:
    lock = str(LOCKS / f"{name}.lock")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    return done([*pip, *options, "-r", lock])


def with_index_of_pip() -> dict[str, str]:
    """uv does not read pip's settings; where they name another package index, uv is told."""
    asked = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": index, **os.environ} if index else dict(os.environ)


def link_checkout() -> None:
    """The checkout itself is importable, and .venv/bin/tessera starts it: no build, no copy."""
    packages = next(VENV.glob("lib/python3.*/site-packages"))
    (packages / "tessera.pth").write_text(f"{HOME}\n")
    launcher = VENV / "bin" / "tessera"
    # /bin/sh first: the path of a checkout may be too long, or hold a blank, for a line of "#!".
    launcher.write_text(
        "#!/bin/sh\n"
        f"""'''exec' "{PYTHON}" "$0" "$@"\n"""
        "' '''\n"
        "import sys\n\n"
        "from builder.commands import main\n\n"
        "sys.exit(main())\n"
    )
    launcher.chmod(0o755)


def bring_browser() -> None:
    """What cannot be had is named, and the tests that need it skip with a reason."""
    there = {"chromium": has_chromium(), "fonts-noto-cjk": has_chinese_font(), "libatomic1": driver_starts()}
    missing = [package for package, is_there in there.items() if not is_there]
    if not missing:
        return
    if not may_use_apt():
        say_why(
            f"Missing for browser tests: {', '.join(missing)}; those tests will be skipped or look wrong.",
            f"On Debian, as root: apt-get install {' '.join(missing)}",
        )
        return
    print(f"Installing {' and '.join(missing)} with apt-get, for the browser tests …", flush=True)
    if not apt_install(*missing):
        say_why(f"Could not install {' '.join(missing)}; browser tests that need it will be skipped.")


def has_chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def has_chinese_font() -> bool:
    fonts = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
    return sys.platform == "darwin" or any(any(folder.rglob("*CJK*")) for folder in fonts)


def driver_starts() -> bool:
    """Playwright brings its own node, which wants a library that a small Debian lacks."""
    nodes = VENV.glob("lib/python3.*/site-packages/playwright/driver/node")
    return all(
        done([str(node), "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for node in nodes
    )


def may_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*names: str) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    if done(install, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        return True
    print("The list of packages is old or missing: apt-get update …", flush=True)
    return done(["apt-get", "update", "-qq"], env=env) and done(install, env=env, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def only_one_at_a_time():
    """Two `make` at once in one checkout: the second waits, then finds everything done."""
    with (LOCKS / "run.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def done(command: list[str], **options) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False, **options).returncode == 0


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def say_why(*lines: str) -> int:
    print("\n".join(lines), file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "dev", "browser"):
        sys.exit("usage: set_up.py run|dev|browser")
    sys.exit(main(sys.argv[1]))
