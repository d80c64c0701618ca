"""The command line, run inside of a test."""

import asyncio
import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from scripts.cloud_cli.app import main
from tests.clouds import Cloud

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Result:
    """How a command has ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """What it has told as CSV."""
        return list(csv.DictReader(StringIO(self.out)))


@dataclass(frozen=True)
class Terminal:
    """A user with a folder, in front of a simulated cloud."""

    cloud: Cloud
    folder: Path

    @property
    def state(self) -> Path:
        """Where sessions are kept."""
        return self.folder / "state"

    @property
    def session(self) -> Path:
        """The file of the session."""
        return self.state / self.cloud.provider / "default.json"

    @property
    def line(self) -> list[str]:
        """The options that lead to the simulated cloud."""
        file = self.folder / "endpoints.json"
        file.write_text(json.dumps(self.cloud.announcement, default=str), "utf-8")
        return [f"--state={self.state}", f"--endpoints={file}"]

    def person(self, name: str | None = None) -> dict[str, Any]:
        """Return credentials and ids; the first login without a name."""
        return next(
            each for each in self.cloud.accounts if name in (None, each["name"])
        )

    async def run(self, *arguments: object, typed: tuple[str, ...] = ()) -> Result:
        """Run a command of the cloud, with lines that the user types."""
        line = [self.cloud.provider, *map(str, arguments), *self.line]
        return await asyncio.to_thread(run_line, line, "".join(f"{t}\n" for t in typed))

    async def succeed(self, *arguments: object, typed: tuple[str, ...] = ()) -> Result:
        """Run a command that does not fail."""
        result = await self.run(*arguments, typed=typed)
        assert result.code == 0, result.err
        return result

    async def sign_in(self, *arguments: object) -> Result:
        """Log in as the first account."""
        return await self.succeed("login", *arguments, typed=self.answers())

    def answers(self, name: str | None = None) -> tuple[str, ...]:
        """Return what a user types to log in, without an error."""
        person = self.person(name)
        match self.cloud.provider:
            case "iec":
                return person["user_id"], "1", person["code"]
            case "dominion_energy":
                return person["username"], person["password"], "1", person["code"]
            case "elecnova":
                return person["client_id"], person["client_secret"]
        return person["username"], person["password"]


def run_line(line: list[str], typed: str = "") -> Result:
    """Run a whole line, with what the user types."""
    with CliRunner().isolation(input=typed) as (out, err, _):
        code = main(line)
        return Result(code, out.getvalue().decode(), err.getvalue().decode())


def published_day() -> date:
    """Return a day that every cloud has published by now."""
    return datetime.now(UTC).date() - 6 * DAY


def intervals(zone: str, first: date, last: date, *, minutes: int) -> int:
    """Return how many intervals local days have, the last one included.

    A day has 23 or 25 hours when the clocks change.
    """
    begin, end = (
        datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
        for day in (first, last + DAY)
    )
    return (end - begin) // timedelta(minutes=minutes)


def day_options(first: date, last: date | None = None) -> tuple[str, ...]:
    """Return the options for a range of days."""
    return f"--start={first}", f"--end={last or first}"
