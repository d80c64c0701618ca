"""A disk that is full for a while: neither the database nor a file of ours can grow."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from sqlalchemy import text

from tests.full_disk import full_disk

_AS_IT_IS: Final = 1
"""SQLite takes the pages that there are, if they are more."""
_UNLIMITED: Final = 2**32 - 2


@dataclass(slots=True)
class _Limit(RecorderTask):
    """Lets the recorder's connection have no more pages than that."""

    pages: int

    @override
    def run(self, instance: Recorder) -> None:
        with session_scope(session=instance.get_session()) as session:
            session.execute(text(f"PRAGMA max_page_count = {self.pages}"))


@contextmanager
def no_room(hass: HomeAssistant) -> Iterator[None]:
    """Let everything that needs more room fail, in a home whose database is a file."""
    recorder = get_instance(hass)
    recorder.queue_task(_Limit(_AS_IT_IS))
    try:
        with full_disk():
            yield
    finally:
        recorder.queue_task(_Limit(_UNLIMITED))
