"""One request and its reply, as the transport takes and gives them."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import quote

from aiohttp import ClientTimeout
from yarl import URL

from .storable import storable_text

_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
AT_ONCE_BYTES = 32 * 1024
"""What is parsed within some milliseconds; more than that is parsed in a thread."""
SMALL_BYTES = 128 * 1024
"""More than an answer has that holds a few values."""
_MIB = 1024 * 1024
MAX_FILE_BYTES = 8 * _MIB
"""What a file for the user, or a year of readings, can have."""


class Body(Enum):
    """What the body of a good answer is."""

    JSON = auto()
    BYTES = auto()
    TEXT = auto()


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to a cloud.

    `path` is a template (`/account/{account}/bill`) and is all of the address
    that logs and errors show; `params` fill it. What the repr shows is safe.
    """

    method: str
    base: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    body: Body = Body.JSON
    good: Container[int] = range(200, 300)
    """The statuses that come back as a reply; all others are raised."""
    idempotent: bool | None = None
    """Whether it may be sent again after a failure; None: by its method."""
    attempts: int | None = None
    """How often it is tried at most; None: as the transport does it."""
    timeout: ClientTimeout | None = None
    max_bytes: int = _MIB
    """More than any honest answer has; parsing as much takes some 25 ms."""
    status_inside: Callable[[bytes], int | None] | None = field(
        default=None, repr=False
    )
    """Reads the status in a good answer's body; None: it has none."""
    urgent: bool = False
    """The user waits for it, so the request budget never refuses it."""

    @property
    def url(self) -> URL:
        """The address with everything filled in; never to be logged."""
        values = {name: quote(value, safe="") for name, value in self.params.items()}
        url = URL(self.base.rstrip("/") + self.path.format(**values), encoded=True)
        return url.update_query(self.query) if self.query else url

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice does no harm."""
        if self.idempotent is None:
            return self.method in _IDEMPOTENT
        return self.idempotent

    @property
    def is_plain_get(self) -> bool:
        """Whether an identical call in flight can be shared."""
        return self.method == "GET" and self.json is None and self.form is None

    @property
    def where(self) -> str:
        """The call in words that are safe to show."""
        return f"{self.method} {URL(self.base).host}{self.path}"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The whole answer to a call."""

    call: Call
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case; may be empty."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Whether the body is a page for people, whatever was requested."""
        start = self.body[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return "html" in self.content_type or start.startswith(
            (b"<!doctype html", b"<html", b"<head", b"<body")
        )

    def text(self) -> str:
        """Return the body as text; bytes that are no UTF-8 are replaced."""
        return storable_text(self.body.decode("utf-8", errors="replace"))
