"""Which of two dates or times is the later one, as states and attributes show them."""

from datetime import UTC, date, datetime, timedelta, timezone
from unittest.mock import patch

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.trigger import TriggerConfig
import pytest

from custom_components.cloud_energy.entities.automation_entities import (
    EntityKind,
    moves_on,
)
from custom_components.cloud_energy.helpers.moments import is_later, moment_of

EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("2026-11-20", "2026-11-21", True),
        ("2026-11-21", "2026-11-20", False),
        ("2026-11-20", "2026-11-20", False),
        # The same wall clock is earlier in the east.
        ("2026-11-20T23:30:00+02:00", "2026-11-20T22:00:00+00:00", True),
        ("2026-11-20T22:00:00+00:00", "2026-11-20T23:30:00+02:00", False),
        # The same time, written in two ways
        ("2026-11-20T22:00:00+00:00", "2026-11-21T00:00:00+02:00", False),
        ("2026-11-20T22:00:00+00:00", "2026-11-20 22:00:00+00:00", False),
        ("2026-11-20T22:00:00Z", "2026-11-20T22:00:00.500000+00:00", True),
        (date(2026, 11, 20), "2026-11-21", True),
        (date(2026, 11, 20), date(2026, 11, 21), True),
        (
            datetime(2026, 11, 20, 23, 30, tzinfo=EAST),
            datetime(2026, 11, 20, 22, 0, tzinfo=UTC),
            True,
        ),
        (None, "2026-11-20", False),
        ("2026-11-20", None, False),
        ("unknown", "2026-11-20", False),
        ("2026-11-20", "unavailable", False),
        ("2026-11-20", "2026-13-45 10:00", False),
        (20, 21, False),
    ],
)
async def test_moving_on(
    hass: HomeAssistant, before: object, after: object, expected: bool
) -> None:
    """By the time that is meant, and the trigger decides by it."""
    kind = EntityKind(
        integration="demo", platform=Platform.SENSOR, key="key", attribute="at"
    )
    config = TriggerConfig(key="demo.moved", target={"entity_id": "sensor.any"})
    trigger = moves_on(kind)(hass, config)
    earlier, later = (State("sensor.any", "on", {"at": at}) for at in (before, after))
    away = State("sensor.any", "unavailable")
    assert is_later(after, before) is expected
    assert not trigger.is_valid_transition(away, earlier)
    # The home knows already what the trigger is told of next
    hass.states.async_set("sensor.any", "on", {"at": after})
    with patch.object(EntityKind, "of", return_value={"sensor.any"}):
        trigger.entity_filter({"sensor.any"})
    assert trigger.is_valid_transition(away, later) is expected


def test_what_no_calendar_has() -> None:
    """A time that UTC can't say is none."""
    assert moment_of(datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))) is None
    assert moment_of("9999-12-31T23:30:00-01:00") is None
