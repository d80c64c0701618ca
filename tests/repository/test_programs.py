"""scripts/programs fetches what some tests need; without it they are skipped, aloud.

apt, Playwright and what they bring are replaced by programs that write down how they
were called: what they do themselves is not what is tested here.
"""

from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

from tests import programs

from . import ROOT

TOOLS = (
    "basename bash cat chmod date dirname find flock grep head ln ls mkdir mv paste rm sed "
    "sort"
)
BIN = Path(".python/programs/bin")
WORKING = '#!/bin/sh\necho "$0 $*" >>"$CHECKOUT/runs"\n'
BROKEN = "#!/bin/sh\nexit 1\n"
CALL = '#!/bin/sh\necho "{name} $*" >>"$CHECKOUT/calls"\n'
INSTALL = """
[ "$INSTALLS" = no ] && exit 100
case "$*" in
  *install*)
    for name in chromium mosquitto mosquitto_passwd; do
      cp "$CHECKOUT/working" "$CHECKOUT/bin/$name"
    done ;;
esac
"""
UNPACK = """
[ "$UNPACKS" = no ] && exit 1
mkdir -p "$2/usr/bin" "$2/usr/lib/chromium" "$2/usr/sbin"
touch "$2/usr/lib/chromium/libnss3.so"
cp "$CHECKOUT/broken" "$2/usr/bin/chromium"
cp "$CHECKOUT/working" "$2/usr/lib/chromium/chromium"
cp "$CHECKOUT/working" "$2/usr/bin/mosquitto_passwd"
cp "$CHECKOUT/working" "$2/usr/sbin/mosquitto"
"""
DRIVER = ".venv/lib/python3/site-packages/playwright/driver/node"
NODE = "#!/bin/sh\necho true\n"
LACKING_A_LIBRARY = """#!/bin/sh
case "$LD_LIBRARY_PATH" in
  */driver/usr/lib) echo "$0 $*" >>"$CHECKOUT/runs"; echo true ;;
  *) exit 127 ;;
esac
"""
UNPACK_LIBRARY = """
mkdir -p "$2/usr/lib"
touch "$2/usr/lib/libatomic.so.1"
"""
DOWNLOAD = """
[ "$DOWNLOADS" = yes ] || exit 1
mkdir -p "$PLAYWRIGHT_BROWSERS_PATH/shell"
cp "$CHECKOUT/working" "$PLAYWRIGHT_BROWSERS_PATH/shell/chrome-headless-shell"
"""


@dataclass(frozen=True)
class Machine:
    """A checkout on a machine that has few programs."""

    path: Path

    def put(self, path: str, text: str) -> None:
        """Put a program somewhere."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(0o755)

    def fetch(self, *names: str, user: str = "1000", **settings: str) -> int:
        """Fetch programs; return the exit code."""
        self.put("bin/id", f"#!/bin/sh\necho {user}\n")
        environment = {"CHECKOUT": str(self.path), "PATH": str(self.path / "bin")}
        return subprocess.run(
            [self.path / "scripts/programs", *names],
            env=environment | settings,
            check=False,
            capture_output=True,
            timeout=60,
        ).returncode

    def calls(self) -> list[str]:
        """Return who was called to bring something, in that order."""
        log = self.path / "calls"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return [line.split()[0] for line in lines]

    def run(self, command: str) -> str:
        """Run what was fetched; return the program behind it."""
        log = self.path / "runs"
        log.unlink(missing_ok=True)
        environment = {"CHECKOUT": str(self.path), "PATH": str(self.path / "bin")}
        subprocess.run(
            [self.path / BIN / command], env=environment, check=True, timeout=60
        )
        return str(Path(log.read_text("utf-8").split()[0]).relative_to(self.path))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine with apt, and neither browser nor broker."""
    made = Machine(tmp_path)
    for tool in (*TOOLS.split(), "cp", "touch"):
        path = tmp_path / "bin" / tool
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(str(shutil.which(tool)))
    (tmp_path / "scripts").mkdir()
    script = (ROOT / "scripts/programs").read_text("utf-8")
    assert " /usr/sbin /sbin" in script
    # What the real machine has there is not what the tests are about
    made.put("scripts/programs", script.replace(" /usr/sbin /sbin", ""))
    made.put("working", WORKING)
    made.put("broken", BROKEN)
    made.put("bin/apt-get", CALL.format(name="apt-get") + INSTALL)
    made.put("scripts/debian", CALL.format(name="debian") + UNPACK)
    made.put(".venv/bin/python", CALL.format(name="playwright") + DOWNLOAD)
    made.put(DRIVER, NODE)
    return made


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_what_the_system_has(machine: Machine, name: str) -> None:
    """Nothing is fetched, and the tests find it by one name."""
    machine.put(f"bin/{name}", WORKING)

    assert machine.fetch("browser") == 0
    assert machine.calls() == []
    assert machine.run("chromium") == f"{BIN}/chromium"
    assert (machine.path / BIN / "chromium").readlink() == machine.path / "bin" / name


def test_a_stub(machine: Machine) -> None:
    """A command that only says how to install the browser is none."""
    machine.put("bin/chromium-browser", BROKEN)

    assert machine.fetch("browser", DOWNLOADS="yes") == 0
    assert machine.calls() == ["playwright"]


def test_download(machine: Machine) -> None:
    """Playwright's own browser comes first, and once."""
    for _ in range(2):
        assert machine.fetch("browser", DOWNLOADS="yes") == 0
    assert machine.calls() == ["playwright"]
    assert (machine.path / BIN / "chromium").readlink().name == "chrome-headless-shell"


def test_as_root(machine: Machine) -> None:
    """Debian's package is installed."""
    assert machine.fetch("browser", "mosquitto", user="0") == 0
    assert machine.calls() == ["playwright", "apt-get", "apt-get"]
    assert (
        machine.path / BIN / "mosquitto"
    ).readlink() == machine.path / "bin/mosquitto"


@pytest.mark.parametrize("user", ["0", "1000"])
def test_unpacked(machine: Machine, user: str) -> None:
    """Without the right to install, or when that fails, packages are unpacked: once."""
    for _ in range(2):
        assert machine.fetch("browser", "mosquitto", user=user, INSTALLS="no") == 0
    assert machine.calls().count("debian") == 2
    folder = ".python/programs"
    assert machine.run("chromium") == f"{folder}/browser/usr/lib/chromium/chromium"
    assert machine.run("mosquitto") == f"{folder}/mosquitto/usr/sbin/mosquitto"
    text = (machine.path / BIN / "chromium").read_text("utf-8")
    assert f"LD_LIBRARY_PATH='{machine.path}/{folder}/browser/usr/lib/chromium'" in text


def test_a_driver_that_lacks_a_library(machine: Machine) -> None:
    """What drives the browser gets it; the browser is of no use without."""
    machine.put("bin/chromium", WORKING)
    machine.put(DRIVER, LACKING_A_LIBRARY)
    assert machine.fetch("browser", UNPACKS="no") == 1

    machine.put("scripts/debian", CALL.format(name="debian") + UNPACK_LIBRARY)
    assert machine.fetch("browser") == 0
    assert machine.run("node") == DRIVER


def test_an_old_node(machine: Machine) -> None:
    """One that the browser's driver is too new for is none."""
    machine.put("bin/chromium", WORKING)
    machine.put(DRIVER, BROKEN)
    machine.put("bin/node", "#!/bin/sh\necho false\n")
    assert machine.fetch("browser", UNPACKS="no") == 1


def test_a_clock_that_stays(machine: Machine) -> None:
    """A faketime that shifts nothing is none: tests would pass without it."""
    machine.put("bin/faketime", '#!/bin/sh\nshift 3; exec "$@"\n')
    assert machine.fetch("faketime", UNPACKS="no") == 1
    machine.put("bin/faketime", "#!/bin/sh\necho 9999\n")
    assert machine.fetch("faketime", UNPACKS="no") == 0


def test_nowhere(machine: Machine) -> None:
    """What cannot be had is told by the exit code, and the others come."""
    assert machine.fetch("browser", "mosquitto", UNPACKS="no") == 1
    machine.put("bin/mosquitto", WORKING)
    machine.put("bin/mosquitto_passwd", WORKING)
    assert machine.fetch("browser", "mosquitto", UNPACKS="no") == 1
    assert machine.run("mosquitto") == f"{BIN}/mosquitto"


def test_unknown(machine: Machine) -> None:
    """There are no other programs."""
    assert machine.fetch("emacs") != 0


def test_fetched_program_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It goes before what is on the PATH."""
    (tmp_path / "sh").write_text(WORKING, "utf-8")
    (tmp_path / "sh").chmod(0o755)
    monkeypatch.setattr(programs, "_FETCHED", tmp_path)
    assert programs.require_program("nothing", "sh") == str(tmp_path / "sh")
    assert programs.find_program("cat") == shutil.which("cat")


LACKING = """
import pytest
from tests.programs import require_program

@pytest.mark.parametrize("program", ["no-browser", "no-browser", "no-broker"])
def test_it(program):
    require_program(program)

@pytest.mark.skip("another reason")
def test_another():
    pass
"""


RUN_SETTINGS = {"CI", "SKIPPED_TESTS"}


def run_lacking(folder: Path, **settings: str) -> tuple[int, str]:
    """Run tests that lack their programs; return exit code and last line."""
    (folder / "test_lacking.py").write_text(LACKING, "utf-8")
    options = ("-p", "tests.programs", "-p", "no:cacheprovider", "--rootdir", folder)
    inherited = {k: v for k, v in os.environ.items() if k not in RUN_SETTINGS}
    environment = inherited | settings
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, folder],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout.splitlines()[-1]


def test_skipped_aloud(tmp_path: Path) -> None:
    """The very last line says how many lacked what, or the file of a longer run."""
    code, last = run_lacking(tmp_path)
    told = "3 tests were skipped, as this machine lacks: no-broker, no-browser."
    assert (code, last[: len(told)]) == (0, told)

    file = tmp_path / "skipped"
    run_lacking(tmp_path, SKIPPED_TESTS=str(file))
    assert file.read_text("utf-8").startswith(told)


def test_continuous_integration(tmp_path: Path) -> None:
    """There it is a failure."""
    code, last = run_lacking(tmp_path, CI="true")
    assert code == 1
    assert "3 failed, 1 skipped" in last
