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
from urllib.request import Request, urlopen

from tests.end_to_end.simulator import ROOT

type Person = Mapping[str, Any]
"""An account as a simulator announces it."""

_STOP_SECONDS = 60


@dataclass(frozen=True)
class Cloud:
    """A simulated cloud behind the demo."""

    provider: str
    accounts: list[Person]
    control: str

    def person(self, name: str) -> Person:
        """Return an account by its name."""
        return next(person for person in self.accounts if person["name"] == name)

    def change(self, **state: Any) -> None:
        """Have something happen in the cloud."""
        body = json.dumps(state).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.control}/state", body, headers)
        urlopen(request).close()

    def truth(self, **query: str) -> Any:
        """Return what the cloud knows of an account."""
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        with urlopen(f"{self.control}/truth?{asked}") as answer:
            return json.load(answer)


@dataclass(frozen=True)
class Demo:
    """A Home Assistant with an entry of every provider."""

    url: str
    clouds: Mapping[str, Cloud]


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Run the demo; what it says goes to a file in the folder.

    :raises AssertionError: it does not start.
    """
    output = folder / "demo.log"
    arguments = (sys.executable, "-m", "tests.end_to_end.demo", "--json")
    with output.open("wb") as log:
        process = subprocess.Popen(
            arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert process.stdout is not None
        ready = next((line for line in process.stdout if line.startswith("{")), None)
        assert ready, output.read_text("utf-8")
        yield _demo(json.loads(ready))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=_STOP_SECONDS)


def _demo(ready: Mapping[str, Any]) -> Demo:
    return Demo(
        ready["url"],
        {
            cloud["provider"]: Cloud(
                cloud["provider"], cloud["accounts"], cloud["control"]
            )
            for cloud in ready["clouds"]
        },
    )
