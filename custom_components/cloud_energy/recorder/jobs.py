"""Runs work on the recorder's own thread, and says whether it has been done.

The recorder itself logs the failure of a job and continues. Here it reaches whoever
requested the job, as does the end of the recorder.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
import logging
from typing import ClassVar, override

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.statistics import list_statistic_ids
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import get_instance, session_scope
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.texts import Message

_LOGGER = logging.getLogger(__name__)

_LOOK_EVERY = 15.0
"""Seconds between two looks whether the recorder is still at work."""


class RecorderFailed(HomeAssistantError):
    """The recorder has not done the job; nothing of it is stored."""

    message: ClassVar = Message.RECORDER_FAILED

    def __init__(self, reason: str) -> None:
        """Say why, in a few words without any data."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=self.message,
            translation_placeholders={"error": reason},
        )
        self.reason = reason


class RecorderGone(RecorderFailed):
    """The recorder does not run, so that nothing can be stored or read."""


class RecorderUnreadable(RecorderFailed):
    """What is stored can't be read now."""

    message = Message.RECORDER_UNREADABLE


@contextmanager
def reading() -> Iterator[None]:
    """Have the failure of a job that only reads say so.

    :raises RecorderUnreadable: it has failed.
    """
    try:
        yield
    except RecorderFailed as err:
        raise RecorderUnreadable(err.reason) from err


@dataclass(slots=True)
class _Job[T](RecorderTask):
    """One transaction: all of its work is stored, or none.

    It leaves the event loop alone, which its marker wakes.
    """

    work: Callable[[Recorder, Session], T]
    result: Future[T]

    @override
    def run(self, instance: Recorder) -> None:
        try:
            with session_scope(session=instance.get_session()) as session:
                found = self.work(instance, session)
        except Exception as err:  # noqa: BLE001  # raised again for whoever waits
            self.result.set_exception(err)
        else:
            self.result.set_result(found)


@dataclass(slots=True)
class _Marker(RecorderTask):
    """Comes behind a job: after it the job has run, or never will.

    The recorder drops a job if it can't write its states before it.
    """

    passed: asyncio.Future[None]
    commit_before = False

    @override
    def run(self, instance: Recorder) -> None:
        instance.hass.loop.call_soon_threadsafe(_set_done, self.passed)


def _set_done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def async_run_in_recorder[T](
    hass: HomeAssistant, work: Callable[[Recorder, Session], T]
) -> T:
    """Run work behind all that is queued, in one transaction, on the recorder's thread.

    :raises RecorderFailed: it was not done, and nothing of it is stored.
    """
    recorder = get_instance(hass)
    result = Future[T]()
    recorder.queue_task(_Job(work, result))
    await _async_passed(hass, recorder)
    if not result.done():
        raise RecorderFailed("the database did not accept the states before it")
    try:
        return result.result()
    except SQLAlchemyError as err:
        raise RecorderFailed(type(err).__name__) from err


async def async_known_statistics(hass: HomeAssistant, ids: Iterable[str]) -> set[str]:
    """Return which of these statistics the recorder knows.

    It asks beside the queue, so that it is available while Home Assistant starts.

    :raises RecorderFailed: that can't be read now.
    """
    found = await async_read_beside(hass, partial(list_statistic_ids, hass, set(ids)))
    return {item["statistic_id"] for item in found}


async def async_read_beside[T](hass: HomeAssistant, read: Callable[[], T]) -> T:
    """Read from the database beside the recorder's queue.

    :raises RecorderUnreadable: that can't be done now.
    """
    recorder = get_instance(hass)
    if not recorder.is_alive():
        raise RecorderUnreadable("it is not running")
    try:
        return await recorder.async_add_executor_job(read)
    except SQLAlchemyError as err:
        raise RecorderUnreadable(type(err).__name__) from err


async def async_recorded(hass: HomeAssistant) -> None:
    """Wait until the recorder has done and committed all that is queued.

    :raises RecorderFailed: it can't commit, or it does not run.
    """
    await async_run_in_recorder(hass, lambda *_: None)


async def _async_passed(hass: HomeAssistant, recorder: Recorder) -> None:
    """Wait for the end of the queue as it is now.

    :raises RecorderGone: the recorder does not run any more.
    """
    passed: asyncio.Future[None] = hass.loop.create_future()
    recorder.queue_task(_Marker(passed))
    while not passed.done():
        await asyncio.wait([passed], timeout=_LOOK_EVERY)
        if not passed.done() and not recorder.is_alive():
            raise RecorderGone("it is not running")
