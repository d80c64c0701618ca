"""What the portal tells of owners, hubs, uptime and bills (wire 4)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .wire import Wire


def moved(wire: Wire, text: str) -> None:
    """Let it be another time; new tokens are needed then."""
    wire.cloud.clock.set(datetime.fromisoformat(text))


async def test_asset(signed_in: Wire) -> None:
    """The members of the example, and no other (wire 4.2)."""
    asset = await signed_in.get(signed_in.asset)
    assert asset.keys() == {
        "id",
        "inverter",
        "battery",
        "fuseSize",
        "flowerHubStatus",
        "isInstalled",
    }
    assert asset["inverter"]["powerCapacity"] == 10
    assert asset["battery"]["energyCapacity"] == 15
    assert asset["flowerHubStatus"] == {
        "status": "Connected",
        "message": "InverterDongleFoundAndComponentsAreRunning",
    }


@pytest.mark.parametrize(
    ("look", "part", "value"),
    [
        ("null_status", "flowerHubStatus", None),
        ("zero_fuse", "fuseSize", 0),
        ("null_parts", "inverter", None),
        ("null_parts", "battery", None),
    ],
)
async def test_looks_of_the_asset(
    signed_in: Wire, look: str, part: str, value: object
) -> None:
    """What has been seen, or may be."""
    signed_in.cloud.apply({"look": {look: True}})
    assert (await signed_in.get(signed_in.asset))[part] == value
    signed_in.cloud.apply({"look": {"reset": True}})
    assert (await signed_in.get(signed_in.asset))[part] != value


async def test_blank_status_and_new_keys(signed_in: Wire) -> None:
    """A status of blanks; keys that nobody knows, at any depth."""
    signed_in.cloud.apply({"look": {"blank_status": True, "extra_keys": True}})
    asset = await signed_in.get(signed_in.asset)
    assert asset["flowerHubStatus"]["status"].strip() == ""
    assert "brandNew" in asset
    assert "brandNew" in asset["battery"]


async def test_owner(signed_in: Wire) -> None:
    """Discovery, details, profile and agreement."""
    wire = signed_in
    login = wire.login
    found = await wire.get(f"{wire.owner}/withAssetId")
    assert (found["id"], found["assetId"]) == (
        login["asset_owner_id"],
        login["asset_id"],
    )
    details = await wire.get(wire.owner)
    assert details["compensation"] == {"status": "Qualified", "message": "Qualified"}
    assert details["bessCompensationStartDate"] == "2025-06-01"
    assert details["asset"]["id"] == login["asset_id"]
    profile = await wire.get(f"{wire.owner}/profile")
    assert profile["accountStatus"] == "Verified"
    agreement = await wire.get(f"{wire.owner}/electricity-agreement")
    assert agreement["consumption"]["siteId"] == login["site_id"]
    assert agreement["production"]["siteId"] == login["production_site_id"]
    assert agreement["production"]["terminationDate"] is None


async def test_changes_of_an_owner(signed_in: Wire) -> None:
    """No hub, no production, no agreement, no qualification, an end."""
    wire = signed_in
    look = {"null_asset_id": True, "no_production": True}
    wire.cloud.apply({"look": look, "qualified": False, "terminate": "solar_home"})
    assert (await wire.get(f"{wire.owner}/withAssetId"))["assetId"] is None
    details = await wire.get(wire.owner)
    assert details["compensation"]["status"] == "NotQualified"
    agreement = await wire.get(f"{wire.owner}/electricity-agreement")
    assert agreement["production"] is None
    assert agreement["consumption"]["terminationDate"] == "2026-11-30T00:00:00.000Z"
    wire.cloud.apply({"look": {"no_agreement": True}})
    assert await wire.get(f"{wire.owner}/electricity-agreement") is None


async def test_newcomer(wires: Callable[[str], Wire]) -> None:
    """Whose hub is not installed has an agreement all the same."""
    wire = wires("newcomer")
    await wire.sign_in()
    assert (await wire.get(f"{wire.owner}/withAssetId"))["assetId"] is None
    assert (await wire.get(wire.owner))["asset"] is None
    (invoice,) = await wire.get(f"{wire.owner}/invoice")
    (site,) = invoice["sub_group_invoices"]
    assert [line["name"] for line in site["invoice_lines"]] == [
        "Electricity",
        "Monthly fee",
    ]
    assert set(wire.cloud.truth("newcomer", None, None)["series"]) == {
        f"consumption/{wire.login['site_id']}",
        "invoiced",
    }


async def test_replaced_hub(signed_in: Wire) -> None:
    """The old asset is nobody's from then on."""
    wire = signed_in
    (new,) = wire.cloud.apply({"replace_hub": "solar_home"}).values()
    assert await wire.status(wire.asset) == 403
    found = await wire.get(f"{wire.owner}/withAssetId")
    assert found["assetId"] == new["asset_id"]
    assert await wire.status(f"/asset/{new['asset_id']}") == 200


async def test_notices(signed_in: Wire) -> None:
    """Empty in ordinary times, any JSON in others."""
    wire, path = signed_in, "/system-notification/active-flower"
    assert await wire.get(path) is None
    body = {"title": "Driftstörning"}
    wire.cloud.apply({"notice": {"slug": "active-flower", "body": body}})
    assert await wire.get(path) == body
    assert await wire.get("/system-notification/active-zavann") is None
    wire.cloud.apply({"notice": {"slug": "active-flower"}})
    assert await wire.get(path) is None


async def test_months(signed_in: Wire) -> None:
    """From the first one to the running one, by Swedish time."""
    wire = signed_in
    months = await wire.get(wire.uptime("available-months"))
    assert months[0] == {"value": "2025-06", "label": "June 2025"}
    assert months[-1] == {"value": "2026-11", "label": "November 2026"}
    moved(wire, "2026-11-30T22:59:00+00:00")
    await wire.sign_in()
    assert (await wire.get(wire.uptime("available-months")))[-1]["value"] == "2026-11"
    moved(wire, "2026-11-30T23:00:00+00:00")
    assert (await wire.get(wire.uptime("available-months")))[-1]["value"] == "2026-12"


@pytest.mark.parametrize(
    ("period", "length"),
    [("2026-09", 2_592_000), ("2026-10", 2_682_000), ("2026-03", 2_674_800)],
)
async def test_pie(signed_in: Wire, period: str, length: int) -> None:
    """The slices add up to the month's length, also where the clocks change."""
    path = f"{signed_in.uptime('pie-chart')}?period={period}"
    pie = {each["name"]: each["value"] for each in await signed_in.get(path)}
    assert sum(pie.values()) == length
    assert pie["noData"] == 0
    history = await signed_in.get(signed_in.uptime("bar-chart/history"))
    (percent,) = [each["uptime"] for each in history if each["date"] == period]
    assert percent == round(100 * pie["uptime"] / (pie["uptime"] + pie["downtime"]))


async def test_running_month(signed_in: Wire) -> None:
    """What has not happened yet is no data; an outage is downtime."""
    wire = signed_in
    path = f"{wire.uptime('pie-chart')}?period=2026-11"

    async def pie() -> dict[str, int]:
        return {each["name"]: each["value"] for each in await wire.get(path)}

    before = await pie()
    passed = 19 * 86_400 + 18 * 3600
    assert before["uptime"] + before["downtime"] == passed
    wire.cloud.apply({"disconnect": "solar_home"})
    wire.cloud.clock.advance(timedelta(minutes=5))
    during = await pie()
    assert during["downtime"] - before["downtime"] >= 300
    wire.cloud.apply({"reconnect": "solar_home"})
    assert await pie() == during
    now = wire.cloud.clock.now()
    times = {"start": (now - timedelta(hours=1)).isoformat(), "end": now.isoformat()}
    wire.cloud.apply({"no_data": {"account": "solar_home", **times}})
    assert (await pie())["noData"] == during["noData"] + 3600


async def test_periods(signed_in: Wire) -> None:
    """Missing or no month is a bad request; an unknown one has nothing."""
    wire = signed_in
    path = wire.uptime("pie-chart")
    for query in ("", "?period=", "?period=2026-13", "?period=November"):
        assert await wire.status(path + query) == 400
    zeros = await wire.get(f"{path}?period=2024-01")
    assert [each["value"] for each in zeros] == [0, 0, 0]
    wire.cloud.apply({"look": {"unknown_period": "empty"}})
    assert await wire.get(f"{path}?period=2024-01") == []
    wire.cloud.uptime._lenient = True
    running = await wire.get(path)
    assert running == await wire.get(f"{path}?period=2026-11")


async def test_a_month_without_data_has_no_percentage(signed_in: Wire) -> None:
    """Neither zero nor a hundred."""
    wire = signed_in
    span = {"start": "2026-08-31T22:00:00+00:00", "end": "2026-09-30T22:00:00+00:00"}
    wire.cloud.apply({"no_data": {"account": "solar_home", **span}})
    history = await wire.get(wire.uptime("bar-chart/history"))
    (found,) = [each["uptime"] for each in history if each["date"] == "2026-09"]
    assert found is None
    start, end = (datetime.fromisoformat(span[name]) for name in ("start", "end"))
    assert wire.cloud.truth(None, start, end)["series"]["uptime"] == []


async def test_bills(signed_in: Wire) -> None:
    """A group invoice holds those of its sites; all totals are the truth."""
    wire = signed_in
    invoices = await wire.get(f"{wire.owner}/invoice")
    assert [each["invoiced_month"] for each in invoices[:2]] == [
        "2026-10-01",
        "2026-09-01",
    ]
    newest = invoices[0]
    assert newest["invoice_status"] == "Unpaid"
    assert invoices[1]["invoice_status"] == "Paid"
    assert newest["due_date"] == "2026-11-28 00:00:00"
    sites = newest["sub_group_invoices"]
    total = sum(float(each["total_amount"]) for each in sites)
    assert float(newest["total_amount"]) == pytest.approx(total)
    truth = wire.cloud.truth(None, None, None)["series"]["invoiced"]
    assert {each["value"] for each in truth} == {
        float(each["total_amount"]) for each in invoices
    }
    lines = sites[0]["invoice_lines"]
    assert [line["name"] for line in lines] == [
        "Electricity",
        "Monthly fee",
        "Battery compensation",
    ]
    revenue = await wire.get(f"{wire.asset}/revenue")
    assert float(lines[2]["amount"]) == -revenue["compensation"]
    assert (
        revenue["compensation"]
        == revenue["minAvailablePower"] * revenue["compensationPerKW"]
    )


async def test_a_new_month_is_billed(signed_in: Wire) -> None:
    """Calculated until the fifth, then read; a bill can be late."""
    wire = signed_in

    async def newest() -> list[dict[str, Any]]:
        rows = await wire.get(f"{wire.owner}/consumption")
        mine = [r for r in rows if r["site_id"] == str(wire.login["site_id"])]
        return [row for row in mine if row["valid_from"] == "2026-11-01"]

    assert await newest() == []
    moved(wire, "2026-12-03T12:00:00+00:00")
    await wire.sign_in()
    before = await wire.get(f"{wire.asset}/revenue")
    (row,) = await newest()
    assert (row["type"], row["valid_to"], row["type_id"]) == ("Calculated", None, 2)
    late = {"account": "solar_home", "month": "2026-11", "days": 2}
    wire.cloud.apply({"billing_delay_days": 1, "late_month": late})
    moved(wire, "2026-12-08T04:59:00+00:00")
    await wire.sign_in()
    (row,) = await newest()
    assert row["type"] == "Calculated"
    moved(wire, "2026-12-08T05:00:00+00:00")
    (row,) = await newest()
    assert (row["type"], row["valid_to"]) == ("Reading", "2026-11-30")
    after = await wire.get(f"{wire.asset}/revenue")
    assert after["id"] != before["id"]


async def test_corrections(signed_in: Wire) -> None:
    """Volumes, totals and settlements of the past can change."""
    wire = signed_in
    site, other = wire.login["site_id"], wire.login["production_site_id"]
    what = {"account": "solar_home", "month": "2026-09"}
    wire.cloud.apply(
        {
            "correct": {**what, "volume": 1.5},
            "withdraw": {**what, "site_id": other},
            "correct_invoice": {**what, "total": -12.5},
            "resettle": {**what, "month": "2026-10", "per_kw": 99.0},
        }
    )
    rows = await wire.get(f"{wire.owner}/consumption")
    volumes = {(row["site_id"], row["valid_from"]): row["volume"] for row in rows}
    assert volumes[str(site), "2026-09-01"] == "1.50"
    assert (str(other), "2026-09-01") not in volumes
    invoices = await wire.get(f"{wire.owner}/invoice")
    assert invoices[1]["total_amount"] == "-12.50"
    revenue = await wire.get(f"{wire.asset}/revenue")
    assert revenue["compensationPerKW"] == 99.0
    series = wire.cloud.truth("solar_home", None, None)["series"]
    assert series["compensation"][-1]["value"] == revenue["compensation"]
    september = datetime(2026, 8, 31, 22, tzinfo=UTC).isoformat()
    (row,) = [r for r in series[f"consumption/{site}"] if r["start"] == september]
    assert row["value"] == 1.5


async def test_looks_of_bills(signed_in: Wire) -> None:
    """Numbers, nulls, both types at once, an index."""
    wire = signed_in
    path = f"{wire.owner}/consumption"
    looks = {"numbers": "text", "decimal_comma": True, "null_lines": True}
    wire.cloud.apply({"look": looks | {"calculated": "both", "no_revenue": True}})
    rows = await wire.get(path)
    assert all("," in row["volume"] for row in rows)
    of_one = [row["type"] for row in rows if row["valid_from"] == "2026-10-01"]
    assert sorted(of_one) == ["Calculated", "Calculated", "Reading", "Reading"]
    (invoice, *_) = await wire.get(f"{wire.owner}/invoice")
    assert invoice["invoice_lines"] is None
    assert invoice["sub_group_invoices"] is None
    assert await wire.get(f"{wire.asset}/revenue") is None
    looks = {"numbers": "number", "meter_index": True, "calculated": "none"}
    wire.cloud.apply({"look": looks})
    site = str(wire.login["site_id"])
    rows = [row for row in await wire.get(path) if row["site_id"] == site]
    volumes = [row["volume"] for row in rows]
    assert volumes == sorted(volumes)
    assert {row["type"] for row in rows} == {"Reading"}
