"""Rows of a report as a table, as JSON or as CSV, on the screen or in a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
import csv
from datetime import UTC, date, datetime, tzinfo
from io import StringIO
import json
from pathlib import Path
import sys
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from .failures import WRONG_USE, Failure

FORMATS: Final = ("table", "json", "csv", "raw")
_DIGITS: Final = {"table": 3, "json": 6, "csv": 6}
"""Behind the point: what a person wants to read, and what a program can calculate with."""

type Row = Mapping[str, Any]
"""Column -> value; the unit stands in the column's name."""


class Output:
    """Where a command's report goes, in which format."""

    def __init__(
        self,
        form: str = "table",
        target: Path | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        """Take one of the formats, and a file or None for the screen.

        `zone`: where times are local that come as UTC; this machine's if left out.
        """
        self.form = form
        self._target = target
        self._zone = zone

    @property
    def is_raw(self) -> bool:
        """Whether the cloud's own answers are wanted."""
        return self.form == "raw"

    def show(self, title: str, rows: Sequence[Row]) -> None:
        """Give a report out.

        :raises Failure: the cloud's own answers are wanted, which this command lacks.
        """
        if self.is_raw:
            raise Failure("This command has no raw format.", WRONG_USE)
        rows = [
            {name: self._readable(value) for name, value in row.items()} for row in rows
        ]
        if self.form == "csv":
            self._write(_csv(rows))
        elif self.form == "json":
            self._write(json.dumps(rows, default=_plain, indent=2) + "\n")
        else:
            self._write(_table(title, rows, self._width))

    def write_raw(self, bodies: Sequence[bytes]) -> None:
        """Give answers out as they came, several of them line by line."""
        content = bodies[0] if len(bodies) == 1 else b"\n".join(bodies) + b"\n"
        if self._target:
            self._target.write_bytes(content)
            self.say(f"Wrote {self._target}")
        else:
            sys.stdout.buffer.write(content)

    def say(self, text: str) -> None:
        """Tell something that is no part of the report."""
        click.echo(text, err=True)

    def progress[T](self, items: Sequence[T], text: str) -> Iterator[T]:
        """Go through items, showing on a terminal how far it is."""
        console = Console(stderr=True)
        shown = console.is_terminal and len(items) > 1
        yield from track(
            items, description=text, console=console, disable=not shown, transient=True
        )

    def _readable(self, value: object) -> object:
        """Return a figure without the dust of calculations, and a time as clocks show it."""
        if isinstance(value, float):
            return round(value, _DIGITS[self.form])
        if isinstance(value, datetime) and value.tzinfo is UTC:
            return value.astimezone(self._zone)
        return value

    @property
    def _width(self) -> int | None:
        # In a file or a pipe nothing is to be cut off
        is_screen = self._target is None and sys.stdout.isatty()
        return None if is_screen else 1000

    def _write(self, text: str) -> None:
        if self._target:
            self._target.write_text(text, "utf-8")
            self.say(f"Wrote {self._target}")
        else:
            click.echo(text, nl=False)


def _columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}{value:%z}"[:21]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _csv(rows: Sequence[Row]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, _columns(rows), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _csv_cell(value) for name, value in row.items()})
    return text.getvalue()


def _csv_cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else _plain(value)


def _table(title: str, rows: Sequence[Row], width: int | None) -> str:
    if not rows:
        return f"{title}: nothing\n"
    table = Table(title=title, title_justify="left")
    for name in (columns := _columns(rows)):
        is_number = any(_is_number(row.get(name)) for row in rows)
        table.add_column(
            name.replace("_", " "), justify="right" if is_number else "left"
        )
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    text = StringIO()
    Console(file=text, width=width).print(table)
    return text.getvalue()


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
