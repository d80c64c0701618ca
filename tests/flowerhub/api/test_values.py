"""Values and parsers: pure functions over what the portal may send (wire 4)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import Drift
from custom_components.flowerhub.api import parsers
from custom_components.flowerhub.api.models import FlowerHubStatus, UptimePie, User
from custom_components.flowerhub.api.values import (
    amount,
    day,
    humanized,
    month,
    safe_float,
    safe_int,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "assetId",
                    "user",
                    "inverter",
                    "flowerHubStatus",
                    "status",
                    "consumption",
                    "siteId",
                    "total_amount",
                    "sub_group_invoices",
                    "valid_from",
                    "volume",
                    "date",
                    "uptime",
                    "name",
                    "value",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        (12.7, 12),
        ("12.0", None),
        (True, None),
        (None, None),
        ([], None),
        (float("inf"), None),
        ("", None),
    ],
)
def test_safe_int(value: object, expected: int | None) -> None:
    """As the upstream library reads whole numbers."""
    assert safe_int(value) == expected


def test_safe_float() -> None:
    """Numbers as such or as text."""
    assert [safe_float(x) for x in ("1.5", 2, "x", None, "nan")] == [
        1.5,
        2,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-312.50", -312.5),
        ("-312,50", -312.5),
        ("\N{MINUS SIGN}312,50", -312.5),
        ("1 234,50", 1234.5),
        ("1\N{NO-BREAK SPACE}234,50", 1234.5),
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234.567", None),
        (198, 198),
        (" ", None),
        ("about 3", None),
        (["3"], None),
        (None, None),
    ],
)
def test_amount(value: object, expected: float | None) -> None:
    """Money and volumes in whatever way they are written."""
    assert amount(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-10-31 00:00:00", date(2026, 10, 31)),
        ("2026-10-05", date(2026, 10, 5)),
        ("2024-05-01T00:00:00.000Z", date(2024, 5, 1)),
        ("2024-04-30T22:00:00.000Z", date(2024, 5, 1)),
        ("2026-10", date(2026, 10, 1)),
        ("05.10.2026", date(2026, 10, 5)),
        ("", None),
        ("Oktober", None),
        (20261005, None),
        (None, None),
    ],
)
def test_day(value: object, expected: date | None) -> None:
    """A day is a calendar day in Sweden."""
    assert day(value) == expected
    assert month(value) == (expected and expected.replace(day=1))


def test_humanized() -> None:
    """A code in words."""
    code = "InverterDongleFoundAndComponentsAreRunning"
    assert humanized(code) == "Inverter Dongle Found And Components Are Running"
    assert humanized("") == ""


def test_status() -> None:
    """Its age counts from when it came."""
    received = datetime.now(UTC) - timedelta(seconds=90)
    status = FlowerHubStatus(status="CONNECTED", message="AllGood", updated_at=received)
    assert status.is_connected
    assert status.readable_message == "All Good"
    assert status.updated_timestamp == received
    assert status.age_seconds() == pytest.approx(90, abs=5)
    assert FlowerHubStatus(status="Disconnected").age_seconds() is None
    assert not FlowerHubStatus(status="Disconnected").is_connected


@pytest.mark.parametrize(
    ("slices", "total", "actual"),
    [
        ((900.0, 100.0, 1000.0), 45.0, 90.0),
        ((None, None, None), None, None),
        ((None, None, 10.0), 0.0, None),
        ((5.0, None, None), 100.0, 100.0),
        ((0.0, 0.0, 0.0), None, None),
    ],
)
def test_ratios(
    slices: tuple[float | None, ...], total: float | None, actual: float | None
) -> None:
    """Missing slices count as nothing, and nothing of nothing is no percentage."""
    pie = UptimePie(
        month=date(2026, 11, 1),
        uptime=slices[0],
        downtime=slices[1],
        no_data=slices[2],
    )
    assert pie.ratio_total == total
    assert pie.ratio_actual == actual


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"flowerHubStatus": None},
        {"flowerHubStatus": "Connected"},
        {"flowerHubStatus": {"status": "  "}},
        {"flowerHubStatus": {"status": ["Connected"]}},
        None,
        [],
    ],
)
def test_asset_without_a_status(data: object) -> None:
    """It is of no use."""
    with pytest.raises(Malformed):
        parsers.parse_asset(data)


def test_lenient_asset() -> None:
    """Anything but the status may be missing or strange."""
    asset = parsers.parse_asset(
        {
            "id": "815",
            "inverter": "Huawei",
            "battery": {"powerCapacity": "5", "manufacturerName": None, "new": 1},
            "fuseSize": 0,
            "flowerHubStatus": {"status": " Standby ", "message": None},
        }
    )
    assert asset.id == 815
    assert asset.inverter.name == ""
    assert asset.inverter.manufacturer.manufacturer_id is None
    assert asset.battery.power_capacity == 5
    assert asset.fuse_size is None
    assert asset.is_installed is None
    assert asset.status.status == "Standby"
    assert asset.status.readable_message == ""


@pytest.mark.parametrize("data", [{}, {"assetId": "x"}, {"assetId": []}, [], None])
def test_discovery_that_says_nothing(data: object) -> None:
    """Missing or no number is an error; null is not."""
    with pytest.raises(Malformed):
        parsers.parse_asset_id(data)


def test_discovery() -> None:
    """A number, as text too; null where no hub is installed."""
    assert parsers.parse_asset_id({"id": 1, "assetId": "815"}) == 815
    assert parsers.parse_asset_id({"id": 1, "assetId": None}) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"id": 1, "assetOwnerId": 7}, 7),
        ({"user": {"assetOwnerId": "7"}}, 7),
        ({"ok": True}, None),
        ({"user": None}, None),
        ([], None),
        (None, None),
    ],
)
def test_refreshed_owner(data: object, expected: int | None) -> None:
    """All three shapes of the refresh."""
    assert parsers.parse_refreshed_owner(data) == expected


@pytest.mark.parametrize(
    "parse",
    [
        parsers.parse_details,
        parsers.parse_profile,
        parsers.parse_revenue,
        parsers.parse_login,
    ],
)
@pytest.mark.parametrize("data", [{}, {"id": "about 7"}, {"id": None}, [1]])
def test_what_needs_an_id(parse: Any, data: object) -> None:
    """Without one it is not what was asked for."""
    with pytest.raises(Malformed):
        parse(data)


def test_agreement() -> None:
    """Either half may be missing, but something must be said."""
    agreement = parsers.parse_agreement({"consumption": {"siteId": "9"}})
    assert agreement.consumption
    assert agreement.consumption.site_id == 9
    assert agreement.production is None
    assert parsers.parse_agreement({}).consumption is None
    strange: tuple[Any, ...] = (None, [], {"consumption": {"stateId": 3}})
    for data in strange:
        with pytest.raises(Malformed):
            parsers.parse_agreement(data)


LISTS: list[tuple[Any, dict[str, Any]]] = [
    (parsers.parse_invoices, {"id": 5000123, "total_amount": "1,5"}),
    (parsers.parse_consumption, {"site_id": 9, "invoiced_month": "2026-09"}),
    (parsers.parse_uptime_months, {"value": "2026-09"}),
    (parsers.parse_uptime_history, {"date": "2026-09", "uptime": None}),
    (lambda data: parsers.parse_uptime_pie(data, date.min), {"name": "x", "value": 1}),
]


@pytest.mark.parametrize(("parse", "item"), LISTS)
def test_lists(parse: Any, item: dict[str, Any]) -> None:
    """What is no object is passed over; nothing but that is an error."""
    assert parse(None) is None
    assert parse([item, "x", None])
    strange: tuple[Any, ...] = ({}, "x", ["x"], [{"brandNew": 1}], 3)
    for data in strange:
        with pytest.raises(Malformed):
            parse(data)


def test_empty_lists() -> None:
    """They are answers like others."""
    for parse, _ in LISTS[:-1]:
        assert parse([]) == []
    pie = parsers.parse_uptime_pie([], date(2026, 11, 1))
    assert pie == UptimePie(month=date(2026, 11, 1))


def test_an_invoice_of_years_to_come() -> None:
    """An odd date does not make an old one the latest."""
    old = {"id": "1", "total_amount": "5", "invoice_date": "2099-01-05"}
    new = {"id": "2", "total_amount": "5", "invoice_date": "2026-10-05"}
    odd = old | {"invoice_create_date": "2026-09-05"}
    for invoices in ([old, new], [odd, new]):
        found = parsers.parse_invoices(invoices)
        assert found
        assert [each.id for each in found] == ["2", "1"]


def test_invoices_are_sorted_and_nested() -> None:
    """Newest first by whatever date there is; null is an empty list."""
    found = parsers.parse_invoices(
        [
            {"id": "1", "total_amount": 1, "invoice_date": "2026-09-05"},
            {
                "id": "2",
                "total_amount": "-2,5",
                "invoice_create_date": "2026-10-05 00:00:00",
                "invoice_lines": None,
                "sub_group_invoices": [
                    {"id": "3", "invoice_lines": [{"name": "x", "settlements": {}}]},
                    7,
                ],
            },
            {"id": "4", "total_amount": 0, "invoiced_month": "2026-07-01"},
            {"id": "5", "total_amount": 0},
        ]
    )
    assert found
    assert [invoice.id for invoice in found] == ["2", "1", "4", "5"]
    assert found[0].lines == []
    (site,) = found[0].site_invoices
    assert site.lines[0].settlements == {}


def test_notices() -> None:
    """Anything that is not empty is one."""
    nothing: tuple[Any, ...] = (None, "", [], {})
    assert all(parsers.parse_notification(body) is None for body in nothing)
    assert parsers.parse_notification("x") == "x"


def test_drift_is_counted() -> None:
    """Keys that nobody knows are told in diagnostics."""
    drift = Drift()
    with drift.watching():
        User.read({"id": 1, "favouriteColour": "blue"})
    assert drift.seen == {"User.favouriteColour": 1}


@given(JSON)
def test_nothing_else_is_ever_raised(data: object) -> None:
    """Whatever comes is read or is Malformed."""
    for parse in (
        parsers.parse_login,
        parsers.parse_refreshed_owner,
        parsers.parse_asset_id,
        parsers.parse_asset,
        parsers.parse_details,
        parsers.parse_profile,
        parsers.parse_agreement,
        parsers.parse_revenue,
        parsers.parse_notification,
        *(parse for parse, _ in LISTS),
    ):
        try:
            parse(data)
        except Malformed:
            continue
