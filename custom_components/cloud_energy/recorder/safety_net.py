"""The last net under what must continue: no error, whatever it is, ends a loop.

An error that nobody has thought of is a fault of ours. It is logged once, with where it
came from, and counted for the diagnostics; what was known before stays.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
import logging
from traceback import extract_tb, format_list

from homeassistant.exceptions import HomeAssistantError

from custom_components.cloud_energy.client.errors import CloudError, Malformed

_LOGGER = logging.getLogger(__name__)


class SafetyNet:
    """Catches what is neither a cloud's error nor one of Home Assistant's."""

    def __init__(self) -> None:
        """Begin with nothing caught."""
        self.caught: Counter[str] = Counter()
        """How often, by the loop, the kind of error, and the function that raised it."""

    @contextmanager
    def malformed(self, where: str) -> Iterator[None]:
        """Take what went wrong in here for an answer that can't be read.

        :raises Malformed: something went wrong that nobody has thought of.
        """
        try:
            yield
        except CloudError, HomeAssistantError:
            raise
        except Exception as err:
            raise Malformed(f"{self._catch(where, err)}, see the log") from err

    @contextmanager
    def passed_over(self, where: str) -> Iterator[None]:
        """Let what went wrong in here go wrong, and nothing else."""
        try:
            yield
        except Exception as err:  # noqa: BLE001  # for just this it is there
            self._catch(where, err)

    def _catch(self, where: str, error: Exception) -> str:
        frames = extract_tb(error.__traceback__)
        what = f"{where}: {type(error).__name__} in {frames[-1].name}"
        self.caught[what] += 1
        if self.caught[what] == 1:
            # Without its text, which may hold what a cloud has reported.
            trace = "".join(format_list(frames))
            _LOGGER.error("Unexpected error in %s; continuing\n%s", what, trace)
        return what
