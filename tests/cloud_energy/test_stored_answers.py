"""Answers go to disk: each is packed once, and what nobody has changed hardly ever written."""

from collections.abc import Iterator
from datetime import datetime, timedelta
import json
from typing import Any
from unittest.mock import MagicMock, patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.cloud_energy.client.errors import CannotConnect
from custom_components.cloud_energy.entry import cached_answer
from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.stored_answers import StoredAnswers
from custom_components.cloud_energy.helpers.frozen import as_json, packed

HOURS = [(datetime(2026, 11, 20, hour), hour / 4) for hour in range(24)]


@pytest.fixture
def packings() -> Iterator[MagicMock]:
    """Count the values that are packed."""
    with patch.object(cached_answer, "as_json", wraps=as_json) as counted:
        yield counted


async def ask(answers: AnswerCache, **values: Any) -> Any:
    """Have the cloud answer, and return what goes to disk."""
    for name, value in values.items():

        async def fetch(value: Any = value) -> Any:
            if isinstance(value, Exception):
                raise value
            return value

        await answers.get(name, fetch)
        answers.due(name)
    return json.loads(json_bytes(answers.stored()))


async def test_each_answer_is_packed_once(packings: MagicMock) -> None:
    """What the cloud says again costs nothing; what differs is packed alone."""
    answers = AnswerCache()
    for hours, bill, count in (
        (HOURS, 1.5, 2),
        (list(HOURS), 1.5, 2),
        (list(HOURS), 2.5, 3),
        (HOURS[:-1], 2.5, 4),
        (CannotConnect("x"), 2.5, 4),
        (HOURS[:-1], 2.5, 4),
        (None, 2.5, 5),
    ):
        stored = await ask(answers, hours=hours, bill=bill)
        assert packings.call_count == count
        assert stored["bill"]["value"] == packed(bill)
        expected = HOURS[:-1] if isinstance(hours, Exception) else hours
        assert stored["hours"]["value"] == packed(expected)


async def test_the_same_again_is_the_same_object() -> None:
    """So that nothing has to be worked out, or kept, again."""
    answers, hours = AnswerCache(), list(HOURS)
    await ask(answers, hours=hours)
    await ask(answers, hours=list(HOURS))
    assert answers.last("hours") is hours
    await ask(answers, hours=HOURS[:-1])
    assert answers.last("hours") == HOURS[:-1]


async def test_what_can_not_be_packed_is_tried_once(packings: MagicMock) -> None:
    """It is left out, however it fails."""
    answers = AnswerCache()
    deep: list[Any] = []
    for _ in range(2000):
        deep = [deep]
    for _ in range(3):
        stored = await ask(answers, odd=object, deep=deep, bill=1.5)
        assert list(stored) == ["bill"]
    assert packings.call_count == 3


async def test_an_answer_that_comes_while_another_is_packed() -> None:
    """The next file has it."""
    answers = AnswerCache()

    async def answer(value: float) -> None:
        async def fetch() -> float:
            return value

        await answers.need("power", fetch)

    def overtaken(value: Any) -> Any:
        found = as_json(value)
        with pytest.raises(StopIteration):
            answer(2.5).send(None)
        return found

    await answer(1.5)
    with patch.object(cached_answer, "as_json", overtaken):
        answers.take_news()
        answers.stored()
    assert answers.take_news()
    assert json.loads(json_bytes(answers.stored()))["power"]["value"] == 2.5


@pytest.mark.parametrize(
    "retry_at", ["odd", -5, None, True, 1e308, "9999-12-31T23:59:59+00:00"]
)
async def test_a_stored_pause_that_is_none(
    retry_at: Any, freezer: FrozenDateTimeFactory
) -> None:
    """What has failed is asked for again all the same, within a day."""
    before, answers = AnswerCache(), AnswerCache()
    await ask(before, bill=1.5)
    stored = await ask(before, bill=CannotConnect("x"))
    stored["bill"]["retry_at"] = retry_at
    answers.restore(stored)
    freezer.tick(timedelta(days=1))
    stored = await ask(answers, bill=2.5)
    assert stored["bill"]["value"] == 2.5


@pytest.mark.parametrize(
    ("outage", "longest"),
    [(timedelta(hours=6), timedelta(hours=6)), (timedelta(days=3), timedelta(hours=1))],
)
async def test_a_pause_does_not_begin_again_with_each_restart(
    freezer: FrozenDateTimeFactory, outage: timedelta, longest: timedelta
) -> None:
    """An endpoint is requested again although the set-up is tried every few minutes."""
    answers, minutes = AnswerCache(), timedelta(minutes=7)

    async def fail() -> float:
        raise CannotConnect("x")

    async def restart() -> AnswerCache:
        stored = json.loads(json_bytes(answers.stored()))
        found = AnswerCache()
        found.restore(stored)
        return found

    await ask(answers, bill=1.5)
    failing_since = dt_util.utcnow()
    while dt_util.utcnow() < failing_since + outage:
        await answers.get("bill", fail)
        freezer.tick(minutes)
    back_since, asked = dt_util.utcnow(), []

    async def answer() -> float:
        asked.append(dt_util.utcnow())
        return 2.5

    while not asked:
        answers = await restart()
        await answers.get("bill", answer)
        freezer.tick(minutes)
        assert dt_util.utcnow() - back_since < longest + 2 * minutes


async def test_what_is_known_is_packed_once_after_a_restart(
    packings: MagicMock,
) -> None:
    """Even if it is asked for again."""
    answers = AnswerCache()
    answers.restore(await ask(answers, hours=HOURS))
    packings.reset_mock()
    for _ in range(3):
        await ask(answers, hours=list(HOURS))
    assert packings.call_count == 1


async def test_what_is_news(packings: MagicMock) -> None:
    """A value, a failure, and the end of one: not the time of an answer."""
    answers = AnswerCache()
    for value, is_news in (
        (1.5, True),
        (1.5, False),
        (2.5, True),
        (CannotConnect("x"), True),
        (2.5, True),
        (2.5, False),
    ):
        with patch.object(AnswerCache, "stored", dict):
            await ask(answers, bill=value)
        assert answers.take_news() is is_news
        assert not answers.take_news()


async def test_times_alone_are_written_now_and_then(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_storage: dict[str, Any]
) -> None:
    """News within minutes, even if something is to be written in hours."""
    stored = await StoredAnswers.async_open(hass, "entry")
    minute = 0
    stored.async_open_section("Bills", lambda: {"minute": minute})
    written: list[int] = []
    for minute in range(6 * 60):
        stored.async_save_later(is_new=minute == 4 * 60)
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()
        file = hass_storage.get("cloud_energy.entry.answers")
        if file and file["data"]["Bills"]["minute"] not in written:
            written.append(file["data"]["Bills"]["minute"])
    assert written == [pytest.approx(180, abs=1), pytest.approx(244, abs=1)]
