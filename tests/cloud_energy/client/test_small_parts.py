"""Budget, Retry-After, redaction, wire values, errors."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given, strategies as st
from mashumaro import field_options
import pytest

from custom_components.cloud_energy.client.budget import RequestBudget, RequestCounter
from custom_components.cloud_energy.client.errors import BudgetSpent, Malformed
from custom_components.cloud_energy.client.fields import as_flag, as_int, as_text
from custom_components.cloud_energy.client.redact import REDACTED, Redactor
from custom_components.cloud_energy.client.retry import (
    RetryPolicy,
    asked_pause,
    parse_retry_after,
)
from custom_components.cloud_energy.client.wire import (
    Drift,
    WireModel,
    flag,
    keys,
    known,
    members,
    number,
    text,
)


def test_budget_of_a_day(freezer: FrozenDateTimeFactory) -> None:
    """It counts, refuses, and begins anew at midnight (UTC)."""
    freezer.move_to("2026-11-20 23:00:00+00:00")
    states: list[RequestCounter] = []
    budget = RequestBudget(2, changed=states.append)
    budget.spend()
    budget.spend()
    with pytest.raises(BudgetSpent) as caught:
        budget.spend()
    assert caught.value.retry_after == 3600
    assert (budget.used, budget.left) == (2, 0)
    assert states[-1] == RequestCounter(date(2026, 11, 20), 2)
    freezer.move_to("2026-11-21 00:00:01+00:00")
    assert (budget.used, budget.left) == (0, 2)
    budget.spend()
    assert budget.state == RequestCounter(date(2026, 11, 21), 1)


def test_budget_survives_a_restart(freezer: FrozenDateTimeFactory) -> None:
    """What was used stays used, on the same day."""
    freezer.move_to("2026-11-20 12:00:00+00:00")
    assert RequestBudget(9, state=RequestCounter(date(2026, 11, 20), 5)).left == 4
    assert RequestBudget(9, state=RequestCounter(date(2026, 11, 19), 5)).left == 9


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        ("120", 120),
        ("1.5", 1.5),
        ("-5", 0),
        ("Fri, 20 Nov 2026 12:01:00 GMT", 60),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 20 Nov 2026 12:01:00 -0000", 60),
        ("soon", None),
        ("1764400000", 86400),
        ("1e300", 86400),
        ("inf", None),
        ("-inf", None),
        ("nan", None),
        ("Tue, 20 Nov 2099 12:00:00 GMT", 86400),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after(
    freezer: FrozenDateTimeFactory, value: str | None, seconds: float | None
) -> None:
    """Seconds and dates are read, nonsense is passed over."""
    freezer.move_to("2026-11-20 12:00:00+00:00")
    assert parse_retry_after(value) == seconds


@pytest.mark.parametrize("now", ["1970-01-01", "2026-11-20", "2031-01-01"])
def test_a_wrong_clock_makes_no_pause_longer(
    freezer: FrozenDateTimeFactory, now: str
) -> None:
    """A date counts from when the answer was sent."""
    freezer.move_to(now)
    headers = {
        "Date": "Fri, 20 Nov 2026 12:00:00 GMT",
        "Retry-After": "Fri, 20 Nov 2026 12:02:00 GMT",
    }
    assert asked_pause(headers) == 120
    assert asked_pause({}) is None


@given(attempt=st.integers(1, 50))
def test_pauses_grow_up_to_a_limit(attempt: int) -> None:
    """A pause is never zero and never longer than the limit."""
    pause = RetryPolicy().pause(attempt)
    assert pause is not None
    assert 0.5 <= pause <= 30


def test_redaction_by_value_and_key() -> None:
    """Secrets go wherever they stand; other things stay as they are."""
    redactor = Redactor(["Password"], ["123456789", "1234", None, "on", 4711])
    assert redactor.data(
        {
            "password": {"any": "thing"},
            "PASSWORD": None,
            "note": "account 123456789, pin 1234",
            "123456789": [1, 4711, 4711.5, True, None, ("1234",)],
            "on": "on",
        }
    ) == {
        "password": REDACTED,
        "PASSWORD": None,
        "note": f"account {REDACTED}, pin {REDACTED}",
        REDACTED: [1, REDACTED, 4711.5, True, None, [REDACTED]],
        "on": "on",
    }


@dataclass(frozen=True, kw_only=True)
class Thing(WireModel):
    """A thing with a name."""

    unread = keys("weight height")

    whole_name: str = field(metadata=field_options(alias="wholeName"))
    mode: str = field(default="", metadata=as_text("mode") | known("On", "Off"))
    code: int | None = field(default=None, metadata=as_int("code") | known(1, 2))
    is_new: bool | None = field(default=None, metadata=as_flag("isNew"))
    count: int = 0


def test_drift_is_counted() -> None:
    """New keys and values do not disturb; they are counted."""
    drift = Drift()
    with drift.watching():
        thing = Thing.read({"wholeName": "a", "mode": "turbo", "color": "red"})
        Thing.read({"wholeName": "b", "mode": "ON", "color": "blue", "height": 1})
        Thing.read({"wholeName": "c", "mode": "", "code": None, "isNew": "X"})
        Thing.read({"wholeName": "d", "code": "2", "isNew": False})
        Thing.read({"wholeName": "e", "code": 7, "isNew": "perhaps"})
    Thing.read({"wholeName": "f", "mode": "turbo", "shape": "round"})
    assert thing.mode == "turbo"
    assert drift.seen == {
        "Thing.color": 2,
        "Thing.mode=turbo": 1,
        "Thing.code=7": 1,
        "Thing.isNew=perhaps": 1,
    }


@pytest.mark.parametrize(
    "data",
    [None, [], "text", 5, {}, {"wholeName": "a", "count": "many"}],
)
def test_other_shapes_are_malformed(data: object) -> None:
    """They are told by the model's and the member's name, without the data."""
    with pytest.raises(Malformed, match="Thing") as caught:
        Thing.read(data)
    assert "many" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        ("150.00", 150.0),
        (" 2.5 ", 2.5),
        ("", None),
        (None, None),
        ("abc", None),
        (True, None),
        ([], None),
        ("nan", None),
        ("inf", None),
        (-2.7e-7, -2.7e-7),
        (5e-324, 0.0),
        ("-1e-200", 0.0),
    ],
)
def test_numbers(value: object, expected: float | None) -> None:
    """Numbers come as numbers and as texts."""
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        ("Y", True),
        ("X", True),
        ("true", True),
        (1, True),
        (False, False),
        ("N", False),
        ("", False),
        (0, False),
        (None, None),
        ("maybe", None),
    ],
)
def test_flags(value: object, expected: bool | None) -> None:
    """Truth values come in many forms."""
    assert flag(value) is expected


def test_texts_and_lists() -> None:
    """Nothing is an empty text and an empty list."""
    texts: list[object] = [None, " a ", 5, {}, []]
    assert [text(value) for value in texts] == ["", "a", "5", "", ""]
    lists: list[object] = [None, [1], {}, "a"]
    assert [members(value) for value in lists] == [[], [1], [], []]


def test_moments_are_aware() -> None:
    """The budget's clock is UTC."""
    assert RequestBudget(1).state.day == datetime.now(UTC).date()
