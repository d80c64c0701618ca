"""What errors mean, and what becomes of failing answers."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
import json
from pathlib import Path
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.client import errors
from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    CannotConnect,
    CloudError,
    CodeRequired,
    InvalidCredentials,
    NotPermitted,
    RateLimited,
    SessionExpired,
)
from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.policy import (
    command_errors,
    coordinator_errors,
    error_key,
    needs_user,
    retry_after,
)

CODE = CodeRequired(None)  # type: ignore[arg-type]  # nobody drives this login
TEXTS = json.loads(
    Path("custom_components/cloud_energy/translations/en.json").read_text("utf-8")
)["exceptions"]


def all_kinds() -> Iterator[type[CloudError]]:
    """Go through the whole tree."""
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, CloudError):
            yield kind


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_every_error_has_a_text(kind: type[CloudError]) -> None:
    """Whatever is raised, the user reads something that helps."""
    error = CODE if kind is CodeRequired else kind("what happened")
    assert error_key(error) in TEXTS


@pytest.mark.parametrize(
    "error",
    [InvalidCredentials("x"), SessionExpired("x"), CODE, errors.AuthFailed("x")],
)
def test_what_only_the_user_can_end(error: CloudError) -> None:
    """A proven rejection asks for a new login."""
    assert needs_user(error)
    with pytest.raises(ConfigEntryAuthFailed), coordinator_errors():
        raise error


@pytest.mark.parametrize(
    "kind", [k for k in all_kinds() if not issubclass(k, errors.AuthFailed)]
)
def test_what_passes_by_itself(kind: type[CloudError]) -> None:
    """Everything else is tried again, with a text that can be shown."""
    with pytest.raises(UpdateFailed) as caught, coordinator_errors():
        raise kind("GET host/path")
    assert caught.value.translation_key in TEXTS


def test_pauses_that_are_asked_for() -> None:
    """They are passed on; a locked account is left alone for an hour."""
    assert retry_after(RateLimited("x", 90)) == 90
    assert retry_after(RateLimited("x")) is None
    assert retry_after(CannotConnect("x")) is None
    assert retry_after(AccountLocked("x")) == 3600
    assert retry_after(AccountLocked("x", 60)) == 60
    with pytest.raises(UpdateFailed) as caught, coordinator_errors():
        raise AccountLocked("x", 60)
    assert caught.value.retry_after == 60


async def test_errors_of_commands(hass: HomeAssistant) -> None:
    """They are told; only a dead login starts the reauth."""
    entry = MockConfigEntry(domain="cloud_energy")
    for error in (NotPermitted("GET host/path"), SessionExpired("x")):
        with (
            patch.object(MockConfigEntry, "async_start_reauth") as reauth,
            pytest.raises(HomeAssistantError) as caught,
            command_errors(hass, entry),
        ):
            raise error
        assert caught.value.translation_key == error_key(error)
        assert reauth.called is isinstance(error, SessionExpired)


class Endpoint:
    """Answers with numbers, or fails."""

    def __init__(self) -> None:
        """Begin with answers."""
        self.asked = 0
        self.error: CloudError | None = None

    async def __call__(self) -> int:
        """Give the next answer."""
        self.asked += 1
        if self.error:
            raise self.error
        return self.asked


async def test_a_part_is_asked_when_it_is_due(freezer: FrozenDateTimeFactory) -> None:
    """In between its last answer serves."""
    answers, endpoint = AnswerCache(), Endpoint()
    every = timedelta(hours=6)
    assert await answers.get("bill", endpoint, every=every) == 1
    freezer.tick(timedelta(hours=5))
    assert await answers.get("bill", endpoint, every=every) == 1
    freezer.tick(timedelta(hours=2))
    assert await answers.get("bill", endpoint, every=every) == 2
    answers.due("bill")
    answers.due("unknown")
    assert await answers.get("bill", endpoint, every=every) == 3
    assert await answers.get("other", endpoint, every=lambda n: n * every) == 4
    freezer.tick(timedelta(hours=20))
    assert await answers.get("other", endpoint, every=lambda n: n * every) == 4


async def test_a_failing_part_keeps_its_answer_for_a_day(
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is asked less and less often, and is gone once it is too old."""
    answers, endpoint = AnswerCache(), Endpoint()
    assert await answers.get("bill", endpoint) == 1
    endpoint.error = CannotConnect("GET host/bill")
    for _ in range(24 * 4):
        freezer.tick(timedelta(minutes=14, seconds=59))
        assert await answers.get("bill", endpoint) == 1
    assert endpoint.asked <= 9
    freezer.tick(timedelta(minutes=30))
    assert await answers.get("bill", endpoint) is None
    assert "cannot_connect" in answers.diagnostics["bill"]["error"]
    endpoint.error = None
    freezer.tick(timedelta(hours=12))
    assert await answers.get("bill", endpoint)
    assert answers.diagnostics["bill"]["failures"] == 0


async def test_a_pause_that_a_part_is_told(freezer: FrozenDateTimeFactory) -> None:
    """A rate limit counts more than the usual pause."""
    answers, endpoint = AnswerCache(), Endpoint()
    endpoint.error = RateLimited("x", 7200)
    assert await answers.get("bill", endpoint) is None
    freezer.tick(7000)
    assert await answers.get("bill", endpoint) is None
    assert endpoint.asked == 1
    freezer.tick(300)
    assert await answers.get("bill", endpoint) is None
    assert endpoint.asked == 2


async def test_what_has_failed_can_be_asked_sooner() -> None:
    """Once a cloud is back; what was answered is not asked again for that."""
    answers, good, bad = AnswerCache(), Endpoint(), Endpoint()
    bad.error = CannotConnect("x")
    every = timedelta(hours=6)

    async def ask_both() -> tuple[int | None, int | None]:
        return (
            await answers.get("good", good, every=every),
            await answers.get("bad", bad, every=every),
        )

    assert await ask_both() == (1, None)
    bad.error = None
    assert await ask_both() == (1, None)
    answers.failed_due()
    assert await ask_both() == (1, 2)
    answers.failed_due()
    assert await ask_both() == (1, 2)


async def test_what_is_overdue_can_be_put_off(freezer: FrozenDateTimeFactory) -> None:
    """To the entry's turn, unless it is for each poll, called for, or not known."""
    answers, every = AnswerCache(), timedelta(hours=6)
    answers.share = 0.5
    polled, early, late, failed, called, unknown = (Endpoint() for _ in range(6))
    unknown.error = CannotConnect("x")

    async def ask_all() -> list[int]:
        await answers.get("polled", polled)
        await answers.get("early", early, every=timedelta(days=2))
        await answers.get("late", late, every=every)
        await answers.get("failed", failed, every=every)
        await answers.get("called", called, every=every)
        await answers.get("unknown", unknown, every=every)
        all_of_them = (polled, early, late, failed, called, unknown)
        return [endpoint.asked for endpoint in all_of_them]

    assert await ask_all() == [1] * 6
    freezer.tick(every)
    failed.error = CannotConnect("x")
    await answers.get("failed", failed, every=every)
    failed.error = unknown.error = None
    answers.due("called")
    answers.put_off()
    assert await ask_all() == [2, 1, 1, 2, 2, 2]
    freezer.tick(every / 4 - timedelta(seconds=1))
    assert await ask_all() == [3, 1, 1, 2, 2, 2]
    freezer.tick(1)
    assert await ask_all() == [4, 1, 2, 3, 2, 2]


async def test_what_can_wait_does_once_a_round_succeeds_again(
    freezer: FrozenDateTimeFactory,
) -> None:
    """The first answer tells that the cloud is back; the user need not wait for the rest."""
    every = timedelta(hours=6)

    async def ask(answers: AnswerCache, *endpoints: Endpoint) -> list[int]:
        with suppress(CannotConnect), answers.round():
            for number, endpoint in enumerate(endpoints):
                await answers.get(f"{number}", endpoint, every=every)
        return [endpoint.asked for endpoint in endpoints]

    for wanted, counts in ((False, [3, 2]), (True, [3, 3])):
        answers, first, second = AnswerCache(), Endpoint(), Endpoint()
        answers.share = 0.5
        await ask(answers, first, second)
        freezer.tick(every)
        first.error = second.error = CannotConnect("x")
        assert await ask(answers, first, second) == [2, 2]
        first.error = second.error = None
        if wanted:
            answers.all_due()
        assert await ask(answers, first, second) == counts
        freezer.tick(every / 4)
        assert await ask(answers, first, second) == [3, 3]


async def test_what_is_due_after_a_delay(freezer: FrozenDateTimeFactory) -> None:
    """Neither sooner nor later, whatever its usual time is."""
    answers, endpoint, every = AnswerCache(), Endpoint(), timedelta(hours=6)
    await answers.get("bill", endpoint, every=every)
    answers.due("bill", timedelta(minutes=10))
    freezer.tick(599)
    await answers.get("bill", endpoint, every=every)
    assert endpoint.asked == 1
    freezer.tick(1)
    await answers.get("bill", endpoint, every=every)
    assert endpoint.asked == 2


async def test_a_dead_login_is_not_kept_quiet() -> None:
    """No part may swallow it."""
    answers, endpoint = AnswerCache(), Endpoint()
    endpoint.error = SessionExpired("x")
    with pytest.raises(SessionExpired):
        await answers.get("bill", endpoint)


async def test_a_round_fails_only_as_a_whole(freezer: FrozenDateTimeFactory) -> None:
    """One good part is enough; if all fail that were due, they are due again."""
    answers, good, bad = AnswerCache(), Endpoint(), Endpoint()
    bad.error = CannotConnect("first")

    async def ask_both() -> None:
        with answers.round():
            await answers.get("bad", bad)
            await answers.get("good", good)

    await ask_both()
    good.error = CannotConnect("second")
    for asked in (2, 3):
        with pytest.raises(CannotConnect, match="second"):
            await ask_both()
        assert (bad.asked, good.asked) == (1, asked)
    good.error = bad.error = None
    await ask_both()
    assert answers.is_incomplete
    await ask_both()
    assert bad.asked == 2
    with answers.round():
        pass


async def test_a_round_in_trouble_asks_each_part_in_turn() -> None:
    """One that is always out of order keeps no other from its turn."""
    answers, first, second = AnswerCache(), Endpoint(), Endpoint()

    async def ask_both() -> None:
        with answers.round():
            await answers.get("first", first)
            await answers.get("second", second)

    first.error, second.error = CannotConnect("x"), CannotConnect("x")
    second.error.was_sent = False
    with pytest.raises(CannotConnect):
        await ask_both()
    assert answers.is_incomplete
    assert answers.diagnostics["second"]["failures"] == 0
    second.error = None
    await ask_both()
    assert (first.asked, second.asked) == (1, 2)
    assert answers.last("second") == 2


async def test_how_long_an_entry_can_wait(freezer: FrozenDateTimeFactory) -> None:
    """No longer than what it asks for most often, and not at all for what is not known."""
    answers, endpoint = AnswerCache(), Endpoint()
    hours = [timedelta(hours=n) for n in range(24)]

    async def ask(**parts: timedelta) -> timedelta:
        answers.begin_round()
        for name, every in parts.items():
            await answers.get(name, endpoint, every=every)
        return answers.patience

    assert answers.patience == hours[0]
    assert await ask(bill=hours[12], month=hours[6]) == hours[3]
    freezer.tick(hours[12])
    endpoint.error = CannotConnect("x")
    assert await ask(bill=hours[12], month=hours[6]) == hours[3]
    assert await ask(bill=hours[12], month=hours[6], unknown=hours[6]) == hours[0]
    endpoint.error = None
    assert await ask(live=hours[0]) == hours[0]
    answers = AnswerCache()
    endpoint.error = CannotConnect("x")
    assert await ask(month=hours[6]) == hours[0]
    answers = AnswerCache()
    endpoint.error = None
    assert await ask(month=hours[6]) == hours[3]
    endpoint.error = CannotConnect("x")
    with pytest.raises(CannotConnect):
        await answers.need("asset", endpoint)
    assert answers.patience == hours[0]


async def test_clocks_that_jump(freezer: FrozenDateTimeFactory) -> None:
    """A clock that is put right makes no answer older, and no pause longer."""
    answers, endpoint, watch = AnswerCache(), Endpoint(), [1000.0]
    every = timedelta(hours=6)
    with patch("time.monotonic", lambda: watch[0]):
        freezer.move_to("1970-01-01")
        assert await answers.get("bill", endpoint, every=every) == 1
        freezer.move_to("2026-11-20")
        assert await answers.get("bill", endpoint, every=every) == 1
        endpoint.error = RateLimited("x", 3600)
        watch[0] += 6 * 3600
        assert await answers.get("bill", endpoint, every=every) == 1
        endpoint.error = None
        freezer.move_to("2026-11-01")
        watch[0] += 3600
        assert await answers.get("bill", endpoint, every=every) == 3


async def test_parts_with_limits_of_their_own(freezer: FrozenDateTimeFactory) -> None:
    """What passes soon is not shown for a day, and is asked for again sooner."""
    answers = AnswerCache(grace=timedelta(hours=2), longest_pause=timedelta(minutes=30))
    endpoint = Endpoint()
    assert await answers.get("a", endpoint) == 1
    endpoint.error = CannotConnect("x")
    for _ in range(6):
        freezer.tick(timedelta(minutes=31))
        asked = endpoint.asked
        known = await answers.get("a", endpoint)
        assert endpoint.asked == asked + 1
    assert known is None
