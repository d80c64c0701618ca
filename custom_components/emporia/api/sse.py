"""An incremental parser of server-sent events (WHATWG HTML, section 9.2.6)."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
import re

_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")
_LONGEST = 128 * 1024
"""A change of status of a hundred devices has some 50 kB."""


@dataclass(frozen=True)
class Event:
    """One server-sent event: its name and its data."""

    data: str
    event: str = "message"


class TooLong(ValueError):
    """The stream holds a line or an event of absurd length."""


class EventParser:
    """Takes bytes as they come and gives whole events."""

    def __init__(self) -> None:
        """Begin at the start of a stream."""
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""
        """The beginning of a line end, perhaps."""
        self._line: list[str] = []
        """The pieces of the line that has not ended yet."""
        self._line_size = 0
        self._at_start = True
        self._data: list[str] = []
        self._size = 0
        self._event = ""
        self.retry: float | None = None
        """The pause in seconds that the server requests before a reconnection."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take a chunk and yield the events that it completes.

        :raises TooLong: the server sends no event but a flood.
        """
        text = self._decoder.decode(chunk)
        if text and self._at_start:
            text = text.removeprefix("\ufeff")
            self._at_start = False
        *lines, rest = _LINE_END.split(self._held + text)
        for line in lines:
            whole = "".join([*self._line, line])
            self._line.clear()
            self._line_size = 0
            if whole:
                self._take(whole)
            elif event := self._finish():
                yield event
        self._held = "\r" if rest.endswith("\r") else ""
        self._keep(rest.removesuffix("\r"))

    def _keep(self, piece: str) -> None:
        """Keep a piece of a line; they are put together once, when it ends."""
        self._line.append(piece)
        self._line_size += len(piece)
        if self._line_size > _LONGEST:
            raise TooLong("A line has no end")

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._size += len(value) + 1
            if self._size > _LONGEST:
                raise TooLong("An event has no end")
        elif name == "event":
            self._event = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value[:9]) / 1000

    def _finish(self) -> Event | None:
        event = Event("\n".join(self._data), self._event or "message")
        has_data = bool(self._data)
        self._data, self._size, self._event = [], 0, ""
        return event if has_data else None
