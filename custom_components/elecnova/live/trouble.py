"""What failures in a row mean, and how long to wait after them (wire 5, 6.5)."""

from dataclasses import dataclass
import random
from typing import Final

from custom_components.cloud_energy.texts import IssueKey

from .broker import BrokerError, CutOff, Unreachable, Untrusted

_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 300.0
_RIVAL_PAUSE: Final = 900.0
_JITTER: Final = 0.2
_SHORT_ONES: Final = 3
"""So many connections in a row that do not hold: somebody else takes them."""
_UNREACHED_ONES: Final = 3
_REFUSED_ONES: Final = 2


class Trouble(IssueKey):
    """What keeps the live values away, as far as the user can help it."""

    UNREACHABLE = "broker_unreachable"
    UNTRUSTED = "broker_untrusted"
    NOT_AUTHORISED = "broker_not_authorised"
    IN_USE_ELSEWHERE = "credentials_in_use"


@dataclass
class Troubles:
    """Counts failures until a connection holds."""

    trouble: Trouble | None = None
    failures: int = 0
    """Attempts since a connection has held."""
    _short: int = 0
    _unreached: int = 0
    _refused: int = 0

    def connected(self) -> None:
        """Take note of a connection: whether it holds remains to be seen."""
        self._unreached = self._refused = 0
        if self.trouble is not Trouble.IN_USE_ELSEWHERE:
            self.trouble = None

    def held(self) -> None:
        """Take note of a connection that stands."""
        self.failures = self._short = 0
        self.trouble = None

    def ended_early(self) -> None:
        """Take note of a connection that did not hold."""
        self._short += 1
        if self._short >= _SHORT_ONES:
            self.trouble = Trouble.IN_USE_ELSEWHERE

    def failed(self, error: BrokerError) -> None:
        """Take note of an attempt that has led to no connection."""
        match error:
            case CutOff():
                pass
            case Unreachable():
                self._unreached += 1
                if self._unreached >= _UNREACHED_ONES:
                    self._short = 0
                    self.trouble = Trouble.UNREACHABLE
            case Untrusted():
                self._answered()
                self.trouble = Trouble.UNTRUSTED
            case _:
                self._answered()
                self._refused += 1
                if self._refused >= _REFUSED_ONES:
                    self.trouble = Trouble.NOT_AUTHORISED

    def _answered(self) -> None:
        """Take note of a broker that is there, and of nobody else with this client."""
        self._unreached = self._short = 0

    def pause(self) -> float:
        """Return the seconds to wait before another attempt, which is counted."""
        pause: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self.failures, 10))
        if self._short >= _SHORT_ONES:
            pause = _RIVAL_PAUSE
        self.failures += 1
        return pause * random.uniform(1, 1 + _JITTER)
