"""The program as users run it: a process of its own, at a terminal."""

import asyncio
import os
from pathlib import Path
import pty
import signal
import subprocess
import sys

import pytest

from tests.repository import ROOT

from .terminal import Terminal

PROGRAM = (sys.executable, "-m", "scripts.cloud_cli")
WITHOUT_HOME_ASSISTANT = """
from scripts.cloud_cli.light import enter
enter()
import sys
from scripts.cloud_cli.app import PROVIDERS, cli
for name in PROVIDERS:
    assert cli.get_command(None, name).commands["login"]
assert not [name for name in sys.modules if name.split(".")[0] == "homeassistant"]
"""


async def finished(*arguments: str) -> tuple[int | None, str]:
    """Run the program and return its exit code and all that it has said."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *arguments,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


class TypedProgram:
    """The program at a terminal, with somebody who types."""

    def __init__(self, *arguments: str) -> None:
        """Start it."""
        self.said = ""
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=ROOT,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def answer(self, question: str, answer: str) -> None:
        """Type a line once the program has asked."""
        self._read_until(question)
        os.write(self._ours, f"{answer}\n".encode())

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        self._read_until(None)
        os.close(self._ours)
        return self._process.wait(30)

    def _read_until(self, text: str | None) -> None:
        seen = len(self.said)
        while text is None or text not in self.said[seen:]:
            try:
                chunk = os.read(self._ours, 4096)
            except OSError:
                # That is how a terminal tells that the program has gone
                chunk = b""
            if not chunk:
                assert text is None, self.said
                return
            self.said += chunk.decode()


@pytest.mark.parametrize("terminal", ["iec"], indirect=True)
async def test_login_at_a_terminal(terminal: Terminal) -> None:
    """With a wrong code first; then a report in another process."""
    person = terminal.person()

    def sign_in() -> TypedProgram:
        program = TypedProgram("iec", "login", *terminal.line)
        program.answer("ID number:", person["user_id"])
        program.answer("How do you want to get the code", "1")
        program.answer("Code", "000001")
        program.answer("refused", person["code"])
        assert program.wait() == 0, program.said
        return program

    program = await asyncio.to_thread(sign_in)
    assert "Signed in." in program.said
    code, said = await finished("iec", "accounts", *terminal.line)
    assert code == 0
    assert person["contract"] in said


@pytest.mark.parametrize("terminal", ["flowerhub"], indirect=True)
async def test_password_at_a_terminal(terminal: Terminal) -> None:
    """It does not show while it is typed."""
    person = terminal.person()

    def sign_in() -> TypedProgram:
        program = TypedProgram("flowerhub", "login", *terminal.line)
        program.answer("User name:", person["username"])
        program.answer("Password:", person["password"])
        assert program.wait() == 0, program.said
        return program

    program = await asyncio.to_thread(sign_in)
    assert person["username"] in program.said
    assert person["password"] not in program.said


async def test_help() -> None:
    """It names the providers and the exit codes."""
    code, said = await finished("--help")
    assert code == 0
    for word in (
        "dominion_energy",
        "elecnova",
        "emporia",
        "flowerhub",
        "iec",
        "Exit codes",
    ):
        assert word in said


@pytest.mark.parametrize("terminal", ["iec"], indirect=True)
async def test_verbose(terminal: Terminal) -> None:
    """Every request is told by its path template."""
    code, said = await finished("iec", "tariffs", "--verbose", *terminal.line)
    assert code == 0
    assert said.startswith("GET localhost/content/he-IL/calculators/gadget: 200 in ")


async def test_an_error_ends_it(tmp_path: Path) -> None:
    """With its exit code, and a sentence."""
    code, said = await finished("emporia", "usage", f"--state={tmp_path}")
    assert (code, said) == (3, "You are not signed in: run `emporia login` first.\n")


@pytest.mark.parametrize("terminal", ["emporia"], indirect=True)
async def test_ctrl_c(signed_in: Terminal, tmp_path: Path) -> None:
    """It ends what would go on for ever; what was captured is written."""
    arguments = ("emporia", "events", f"--capture={tmp_path / 'new'}", *signed_in.line)
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, *arguments, cwd=ROOT, stderr=subprocess.PIPE
    )
    assert process.stderr
    assert await process.stderr.readline() == b"Waiting for changes ...\n"
    process.send_signal(signal.SIGINT)
    said = (await process.stderr.read()).decode()
    assert await process.wait() == 130
    assert said.endswith("Interrupted.\n")
    assert "Traceback" not in said
    assert (tmp_path / "new").exists()


def test_home_assistant_is_not_needed() -> None:
    """No provider's client pulls it in."""
    command = [sys.executable, "-c", WITHOUT_HOME_ASSISTANT]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
