"""The demo in a process of its own, for a browser to look at."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import signal
import subprocess
import sys
from typing import Any

from aiohttp import ClientSession

from tests.end_to_end.providers import Person
from tests.end_to_end.simulator import ROOT, Simulator, people

_STOP_SECONDS = 60


@dataclass(frozen=True)
class Demo:
    """A Home Assistant with an entry of every provider."""

    url: str
    announcements: Mapping[str, Mapping[str, Any]]
    """What the simulators have announced, by provider."""

    def simulator(self, session: ClientSession, domain: str) -> Simulator:
        """Return the control of a provider's cloud."""
        return Simulator(session, self.announcements[domain])

    def person(self, domain: str, name: str | None = None) -> Person:
        """Return an account: the first one, which the demo has, or one by its name."""
        return next(
            each for each in self.people(domain) if name in (None, each["name"])
        )

    def people(self, domain: str) -> list[Person]:
        """Return the accounts of a provider's cloud."""
        return list(people(self.announcements[domain]))


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Run the demo; what it says goes to a file in the folder."""
    output = folder / "demo.log"
    arguments = (sys.executable, "-m", "tests.end_to_end.demo", "--json")
    with output.open("wb") as log:
        process = subprocess.Popen(
            arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        )
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if line.startswith("{"):
                break
        else:
            raise AssertionError("".join(said) + output.read_text("utf-8"))
        yield _demo(json.loads(said[-1]))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=_STOP_SECONDS)


def _demo(ready: Mapping[str, Any]) -> Demo:
    return Demo(ready["url"], {cloud["provider"]: cloud for cloud in ready["clouds"]})
