"""One request on the wire: how it went, and what that means."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import logging
from time import perf_counter
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

from .errors import CannotConnect, Malformed, TimedOut, Unreachable

_LOGGER = logging.getLogger(__name__)


@dataclass
class Exchange:
    """A request that is being sent."""

    where: str
    """In words that are safe to show."""
    status: int | None = None
    """None while there is no answer."""
    seconds: float = 0.0

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what aiohttp raises into errors of this tree, and take the time.

        They are not chained: aiohttp's errors hold the full address.
        """
        began = perf_counter()
        try:
            yield
        except (ClientConnectorError, ConnectionTimeoutError) as err:
            raise Unreachable(f"{self.where}: {type(err).__name__}") from None
        except TimeoutError:
            raise TimedOut(f"{self.where} did not answer in time") from None
        except (ClientError, OSError) as err:
            raise CannotConnect(f"{self.where}: {type(err).__name__}") from None
        except ValueError:
            # Something that the cloud sent, a token or an address, doesn't fit into a
            # request.
            raise Malformed(f"{self.where}: no request can be made of it") from None
        finally:
            self.seconds = perf_counter() - began
            answered = self.status or "none"
            _LOGGER.debug("%s: %s in %.2f s", self.where, answered, self.seconds)


@dataclass
class EndpointCounters:
    """What diagnostics report on one endpoint."""

    requests: int = 0
    failures: int = 0
    last_status: int | None = None
    last: float = 0.0
    """How long the last request took, in seconds."""
    slowest: float = 0.0
    total: float = 0.0

    def count(self, exchange: Exchange) -> None:
        """Take the outcome of one request."""
        status, seconds = exchange.status, exchange.seconds
        self.requests += 1
        self.failures += status is None or status >= 400
        self.last_status = status
        self.last = seconds
        self.slowest = max(self.slowest, seconds)
        self.total += seconds

    def described(self) -> dict[str, Any]:
        """Return counts and times in seconds."""
        return {
            "requests": self.requests,
            "failures": self.failures,
            "last_status": self.last_status,
            "last": round(self.last, 3),
            "slowest": round(self.slowest, 3),
            "mean": round(self.total / self.requests, 3) if self.requests else 0.0,
        }
