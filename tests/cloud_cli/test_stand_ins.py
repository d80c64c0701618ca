"""Stand-ins keep the form of values and nothing else of them."""

from datetime import UTC, datetime, timedelta
import json
import re
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.shapes import shape_of
from scripts.cloud_cli.stand_ins import StandIns, normal, tokens_of
from scripts.cloud_cli.vocabulary import is_kept

KEY = b"a key that tests use"


def stand_ins(*originals: str) -> StandIns:
    """Return stand-ins that are the same in each run of the test."""
    return StandIns(originals, KEY)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Anna Svensson", r"[A-Z][a-z]{3} [A-Z][a-z]{7}"),
        ("anna@example.com", r"[a-z]{4}@[a-z]{7}\.[a-z]{3}"),
        ("000355762798", r"000[1-9]\d{8}"),
        ("A2303A04", r"[A-Z]\d{4}[A-Z]\d\d"),
        ("+972-50-1234567", r"\+\d{3}-\d\d-\d{7}"),
        ("dd1fbeb2-4d82", r"[a-f]{2}\d[a-f]{4}\d-\d[a-z]\d\d"),
        ("12.50", r"\d\d\.\d\d"),
        ("0,5", r"0,\d"),
        ("Åsa אנה", r"[ÅÄÖÉÜÑÇ][a-z]{2} [א-ת]{3}"),
        ("<b>Anna</b>", r"<[a-z]>[A-Z][a-z]{3}</[a-z]>"),
    ],
)
def test_form_is_kept(text: str, form: str) -> None:
    """Letters stay letters, digits digits, and what is between them stays."""
    found = stand_ins(text).text(text)
    assert found != text
    assert re.fullmatch(form, found), found


@pytest.mark.parametrize(
    "text", ["", "true", "kWh", "Europe/Stockholm", "23:15", "7", "0.0", "1,2,3"]
)
def test_what_tells_nothing_stays(text: str) -> None:
    """Units, states, time zones, times of day, single digits."""
    assert stand_ins(text).text(text) == text


def test_what_belongs_together_still_does() -> None:
    """A number is the same one with zeros in front, as a text and as a number."""
    of = stand_ins("123456")
    assert of.text("000123456") == f"000{of.text('123456')}"
    assert str(of.data(123456)) == of.text("123456")
    assert of.text("meter 123456").endswith(of.text("123456"))
    assert of.text("ANNA").casefold() == of.text("Anna").casefold()
    assert of.data(120.0) == float(of.text("120"))
    assert stand_ins().text("123456") == of.text("123456")
    assert StandIns(()).text("123456789") != of.text("123456789")


def test_different_values_stay_different() -> None:
    """As long as there are enough of the form, and no stand-in is another's value."""
    numbers = [str(number) for number in range(100_000, 102_000)]
    of = stand_ins(*numbers)
    found = [of.text(number) for number in numbers]
    assert len(set(found)) == len(numbers)
    assert not set(found) & set(numbers)


def test_crowded_forms() -> None:
    """Where all values of a form come up, they still change."""
    numbers = [str(number) for number in range(10, 100)]
    of = stand_ins(*numbers)
    assert all(of.text(number) != number for number in numbers)


def test_days_move_together() -> None:
    """The same way, by whole weeks; the form and the time of day stay."""
    of = stand_ins()
    now = datetime.now(UTC)
    one = datetime.fromisoformat(of.text(f"{now:%Y-%m-%dT%H:%M:%S}+00:00"))
    two = datetime.fromisoformat(of.text(f"{now + timedelta(3):%Y-%m-%d}"))
    moved = now.date() - one.date()
    assert moved >= timedelta(days=728)
    assert moved % timedelta(days=7) == timedelta()
    assert two.date() == (now + timedelta(3)).date() - moved
    assert f"{one:%H:%M}" == f"{now:%H:%M}"
    today = of.text(f"{now:%m/%d/%Y}")
    assert today == f"{now - moved:%m/%d/%Y}"
    assert re.fullmatch(r"\d{4}-\d\d", of.text(f"{now:%Y-%m}"))
    old = now.replace(year=now.year - 40, month=2, day=3)
    assert (
        old.date() - datetime.fromisoformat(of.text(f"{old:%Y-%m-%d}")).date() > moved
    )


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00", "1970-01-01", "9999-12-31", "31.12.9999"]
)
def test_days_that_are_none_stay(text: str) -> None:
    """Nothing is the same for everybody."""
    assert stand_ins().text(text) == text


def test_answers() -> None:
    """Keys stay unless they are data; states of the protocol stay."""
    answer = {
        "code": 200,
        "errorCode": "403101",
        "status": "Anna",
        "data": {"A2303A04": [1, 17, 2.75, None, True], "2026-11-20": "x@example.com"},
        "pin": 8642,
    }
    found = stand_ins().data(answer)
    assert found["code"] == 200
    assert found["errorCode"] == "403101"
    assert set(found) == set(answer)
    assert shape_of(found) == shape_of(answer)
    text = json.dumps(found)
    for secret in ("Anna", "A2303A04", "2.75", "8642", "17", "x@example", "2026-11-20"):
        assert secret not in text


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.from_regex(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?", fullmatch=True),
    st.from_regex(r"[+-]?\d{1,9}[.,]\d{1,4}", fullmatch=True),
)
ANYTHING = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=20), inner, max_size=4),
    ),
    max_leaves=25,
)


def leaves(data: Any) -> list[Any]:
    """Return all values in a document."""
    if isinstance(data, dict):
        return [leaf for value in data.values() for leaf in leaves(value)]
    if isinstance(data, list):
        return [leaf for entry in data for leaf in leaves(entry)]
    return [data]


@given(data=ANYTHING)
def test_any_answer(data: Any) -> None:
    """Whatever comes: the same structure, and no long word or number of it."""
    texts = [str(leaf) for leaf in leaves(data)]
    found = StandIns(texts, KEY).data(data)
    new = leaves(found)
    assert len(new) == len(texts)
    for old, other in zip(leaves(data), new, strict=True):
        assert type(old) is type(other)
        if isinstance(old, str):
            assert len(old) == len(other)
            if not is_kept(old) and not is_sentinel(old):
                long = {token for token in tokens_of(old) if len(token) >= 6}
                assert not long & set(tokens_of(other))


def is_sentinel(text: str) -> bool:
    """Tell whether a text begins with a year that means no date."""
    return bool(re.match(r"\d{4}-", text)) and not 1971 <= int(text[:4]) <= 2099


@given(text=st.text(max_size=40))
def test_normal_forms(text: str) -> None:
    """The normal form of a token is its own normal form."""
    for token in tokens_of(text):
        assert normal(token) == token


@pytest.mark.parametrize(
    "data",
    [
        {"Anna": {"gid": 1, "kwh": 2}, "kitchen": {"gid": 3, "kwh": 4}},
        {"Anna": 1.5, "Bob": 2.5},
        {"a1b2": {"value": 1}},
        {"usages": {"kitchen": 1.5}, "devices": [{"name": "Kitchen"}]},
        {"meters": {"anna": True}, "owner": "anna"},
    ],
    ids=str,
)
def test_keys_that_are_data(data: dict[str, Any]) -> None:
    """The names of people and rooms, and ids, whatever they look like."""
    of = StandIns((), KEY, values=["Kitchen", "anna"])
    text = json.dumps(of.data(data)).casefold()
    assert not [each for each in ("anna", "bob", "a1b2", "kitchen") if each in text]


def test_keys_that_are_members() -> None:
    """Those that a client knows, and new ones that look like them."""
    known = {"deviceGid": {"value": 1}, "usageAttribute2": {"value": 1}, "Timestamp": 0}
    new = {"brandNewMember": 0, "another_one": {"value": 0}}
    found = stand_ins().data(known | new)
    assert list(found) == [*known, *new]


@pytest.mark.parametrize("digits", [[4, 8, 2, 1, 9, 7], ["4", "8", "2", "1", "9", "7"]])
def test_digits_one_by_one(digits: list[Any]) -> None:
    """A code stays no code because it is told digit by digit."""
    found = stand_ins().data(digits)
    assert found != digits
    assert [type(each) for each in found] == [type(each) for each in digits]
    assert stand_ins().data([0, 0, 0]) == [0, 0, 0]
    assert stand_ins().data([1.5, 2]) != [1.5, 2]
