"""scripts/setup makes, keeps and repairs the virtual environment.

uv is replaced by a program that writes down how it was called: what it does itself,
download and install, is not what is tested here.
"""

from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

from . import ROOT

TOOLS = "awk bash cat dirname env flock head ln mkdir mv rm sleep sort timeout"

UV = """\
#!/usr/bin/env bash
echo "$*" >>"$CHECKOUT/calls"
case "$1 ${2-}" in
  "--version ") echo "uv $UV_VERSION" ;;
  "venv "*)
    [[ " $* " == *" --clear "* ]] && rm -rf "${@: -1}"
    mkdir -p "${@: -1}/bin" && ln -s "$PYTHON" "${@: -1}/bin/python"
    ;;
  "pip install")
    sleep "$SECONDS_TO_INSTALL"
    echo "${UV_SAYS-}" >&2
    exit "$INSTALL_EXITS"
    ;;
  *) exit 1 ;;
esac
"""


@dataclass(frozen=True)
class Checkout:
    """A copy of the scripts on a machine that has few programs."""

    path: Path
    bin: Path

    def start(self, **settings: str) -> subprocess.Popen[str]:
        """Start a set-up from another folder."""
        environment = {
            "CHECKOUT": str(self.path),
            "HOME": str(self.path),
            "INSTALL_EXITS": "0",
            "PATH": str(self.bin),
            "PYTHON": sys.executable,
            "SECONDS_TO_INSTALL": "0",
            "UV_VERSION": "0.13.8",
        }
        return subprocess.Popen(
            [self.path / "scripts/setup"],
            cwd="/",
            env=environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def set_up(self, **settings: str) -> tuple[int, str]:
        """Run a set-up; return its exit code and what it said."""
        process = self.start(**settings)
        output, errors = process.communicate(timeout=60)
        assert output == ""
        return process.returncode, errors

    def calls(self) -> list[str]:
        """Return what uv was asked to change since the last call."""
        log = self.path / "calls"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line.split(" --")[0] for line in lines if line != "--version"]


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    """Read what a process says until it says a text."""
    assert process.stderr
    assert any(text in line for line in process.stderr)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a fresh clone on a machine with uv and a new enough Python."""
    made = Checkout(tmp_path / "checkout", tmp_path / "bin")
    (made.path / "scripts").mkdir(parents=True)
    made.bin.mkdir()
    needed = ("scripts/setup", "scripts/interpreter", "scripts/debian")
    for name in (*needed, "requirements_test.txt"):
        shutil.copy(ROOT / name, made.path / name)
    for tool in TOOLS.split():
        (made.bin / tool).symlink_to(str(shutil.which(tool)))
    (made.bin / "python3").symlink_to(sys.executable)
    (made.bin / "uv").write_text(UV, "utf-8")
    (made.bin / "uv").chmod(0o755)
    return made


def test_fresh_clone(checkout: Checkout) -> None:
    """The first run makes the environment, the second has nothing to do."""
    assert checkout.set_up()[0] == 0
    assert checkout.calls() == ["venv", "pip install"]

    assert checkout.set_up() == (0, "")
    assert checkout.calls() == []


def test_changed_requirements(checkout: Checkout) -> None:
    """A change of the requirements installs them into the same environment."""
    checkout.set_up()
    checkout.calls()
    with (checkout.path / "requirements_test.txt").open("a") as file:
        file.write("yarl==1.0\n")

    assert checkout.set_up() == (0, "Installing the requirements ...\n")
    assert checkout.calls() == ["pip install"]
    assert checkout.set_up() == (0, "")


def test_failed_installation(checkout: Checkout) -> None:
    """A failure says what to do, and the next run starts from scratch."""
    code, said = checkout.set_up(INSTALL_EXITS="1")
    assert code == 1
    assert "Check that this machine reaches a Python package index" in said
    checkout.calls()

    assert checkout.set_up()[0] == 0
    assert checkout.calls() == ["venv", "pip install"]


@pytest.mark.parametrize(
    ("uv_says", "told"),
    [
        (
            "error: Failed to fetch: `https://index/simple/`\n"
            "  Caused by: dns error: failed to lookup address information",
            "no Python package index can be reached.\n"
            "Check the network connection, or the proxy, and try again.\n",
        ),
        (
            "error: Failed to install: yarl\n"
            "  Caused by: No space left on device (os error 28)",
            "the disk is full.\nFree some space and try again.\n",
        ),
    ],
    ids=["no network", "full disk"],
)
def test_known_reasons(checkout: Checkout, uv_says: str, told: str) -> None:
    """Without a network, or with a full disk, a sentence says so instead of uv."""
    code, said = checkout.set_up(INSTALL_EXITS="1", UV_SAYS=uv_says)

    assert code == 1
    assert said.endswith(f"The requirements could not be installed: {told}")
    assert "Caused by" not in said


def test_killed_installation(checkout: Checkout) -> None:
    """An environment that was never finished is not taken for a whole one."""
    process = checkout.start(SECONDS_TO_INSTALL="2")
    wait_for(process, "Installing the requirements")
    process.kill()
    process.communicate()
    checkout.calls()

    assert checkout.set_up()[0] == 0
    assert checkout.calls() == ["venv", "pip install"]


def test_moved_checkout(checkout: Checkout, tmp_path: Path) -> None:
    """An environment knows its own path, so a moved one is made anew."""
    checkout.set_up()
    moved = Checkout(checkout.path.rename(tmp_path / "moved"), checkout.bin)
    moved.calls()

    assert moved.set_up()[0] == 0
    assert moved.calls() == ["venv", "pip install"]


def test_vanished_interpreter(checkout: Checkout) -> None:
    """An environment whose Python was uninstalled is made anew."""
    checkout.set_up()
    checkout.calls()
    python = checkout.path / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python")

    assert checkout.set_up()[0] == 0
    assert checkout.calls() == ["venv", "pip install"]


def test_two_at_once(checkout: Checkout) -> None:
    """The second of two runs waits and finds everything done."""
    first = checkout.start(SECONDS_TO_INSTALL="1")
    wait_for(first, "Installing the requirements")

    code, said = checkout.set_up()

    assert first.wait() == 0
    first.communicate()
    assert (code, said) == (0, "Waiting for another scripts/setup to finish ...\n")
    assert checkout.calls() == ["venv", "pip install"]


def test_no_interpreter(checkout: Checkout) -> None:
    """Without a new enough Python the message says what to install."""
    python = checkout.bin / "python3"
    python.unlink()
    python.write_text("#!/usr/bin/env bash\nexit 1\n", "utf-8")
    python.chmod(0o755)

    code, said = checkout.set_up()

    assert code == 1
    assert "Install one (for example with 'uv python install 3.14')" in said
    assert [call.split()[0] for call in checkout.calls()] == ["python"]


def test_no_uv(checkout: Checkout) -> None:
    """With an old uv and no pip the message says what to install."""
    python = checkout.bin / "python3"
    python.unlink()
    python.write_text("#!/usr/bin/env bash\nexit 1\n", "utf-8")
    python.chmod(0o755)

    code, said = checkout.set_up(UV_VERSION="0.5.0")

    assert code == 1
    assert "Install uv (https://docs.astral.sh/uv), or Python's pip" in said


def test_real_environment_is_ready() -> None:
    """The environment that these tests run in is the one that scripts/setup made."""
    done = subprocess.run(
        [ROOT / "scripts/setup"],
        cwd="/",
        env=os.environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
