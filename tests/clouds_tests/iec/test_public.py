"""Tariffs and calculators (wire 8)."""

from base64 import b64decode
import json
from typing import Any

import pytest

from .wire import Wire

TARIFF = "content/tariffs/contentpages/homeelectricitytariff"


async def fetch(wire: Wire, path: str, locale: str = "he-IL") -> tuple[int, Any]:
    """A public page: without any special header."""
    url = f"{wire.cloud.hosts['api']}/api/content/{locale}/{path}"
    async with wire.session.get(url) as response:
        raw = await response.read()
        return response.status, json.loads(raw) if raw else None


def cell(page: Any, component: int, row: int, column: int) -> str:
    """The text of a table's cell."""
    found = page["components"][component]["table"][row][column]
    assert (found["rowIndex"], found["columnIndex"]) == (row, column)
    return b64decode(found["value"]).decode()


async def test_appliances(wire: Wire) -> None:
    """Rates without VAT; units as the wire has them."""
    _, page = await fetch(wire, "calculators/gadget")
    rates = page["gadget_Calculator_Rates"]
    assert rates["homeRate"] * (1 + rates["vat"] / 100) == pytest.approx(0.64015)
    devices = {each["name"]: each for each in page["electric_Devices"]}
    assert len(devices) == 12
    washer = devices["מכונת כביסה"]
    assert (washer["power"], washer["powerUnit"]) == (1.5, 4)
    fridge = devices["מקרר קטן"]
    assert (fridge["power"], fridge["powerUnit"]) == (40, 3)
    assert fridge["avarageDurationTimeOfOperationInMinutes"] == 1440


@pytest.mark.parametrize("code", [1, 2])
async def test_horsepowers(wire: Wire, code: int) -> None:
    """Their code is one of two."""
    wire.cloud.apply({"horsepower_code": code})
    _, page = await fetch(wire, "calculators/gadget")
    cooler = page["electric_Devices"][-1]
    assert (cooler["power"], cooler["powerUnit"]) == (1.25, code)


async def test_period(wire: Wire) -> None:
    """The kVA of each connection."""
    _, page = await fetch(wire, "calculators/period")
    rates = page["period_Calculator_Rates"]
    assert rates["connectionToPowerSize"]["3X40"] == 27.71
    assert rates["kvaRate"] == 5.19


async def test_tariff(wire: Wire) -> None:
    """The cells where a known client looks for them."""
    _, page = await fetch(wire, TARIFF)
    assert float(cell(page, 1, 1, 2)) == pytest.approx(64.02, abs=0.01)
    assert [cell(page, 2, row, 2) for row in (1, 2)] == ["12.98", "18.17"]
    assert [cell(page, 3, row, 2) for row in (1, 2)] == ["8.74", "12.61"]
    assert (cell(page, 5, 1, 1), cell(page, 5, 1, 2)) == ("5.19", "6.12")
    assert cell(page, 2, 0, 0) == "<strong>תעריף חלוקה</strong>"
    assert "table" not in page["components"][0]
    wire.cloud.apply({"kwh_cell_in_agorot": False, "rates": {"kva": 7}})
    _, page = await fetch(wire, TARIFF)
    assert (cell(page, 1, 1, 2), cell(page, 5, 1, 2)) == ("0.64", "7.00")


async def test_other_pages(wire: Wire) -> None:
    """The page changes now and then."""
    wire.cloud.apply({"tariff_page": "shifted"})
    _, page = await fetch(wire, TARIFF)
    assert cell(page, 3, 1, 2) == "12.98"
    wire.cloud.apply({"tariff_page": "unlabelled"})
    _, page = await fetch(wire, TARIFF)
    assert (cell(page, 2, 0, 0), cell(page, 2, 1, 2)) == ("", "12.98")
    wire.cloud.apply({"tariff_page": "blank"})
    _, page = await fetch(wire, TARIFF)
    assert len(page["components"]) == 1
    wire.cloud.apply({"tariff_page": "no_content"})
    assert await fetch(wire, TARIFF) == (204, None)
    assert (await fetch(wire, "calculators/gadget"))[0] == 200


async def test_other_language(wire: Wire) -> None:
    """In a language that the page does not have, there is no content."""
    assert await fetch(wire, TARIFF, "en-US") == (204, None)


async def test_missing_keys(wire: Wire) -> None:
    """They can lack here, too."""
    change = {"endpoint": "*/calculators/period", "keys": ["vat"]}
    wire.cloud.apply({"omit_keys": change})
    _, page = await fetch(wire, "calculators/period")
    assert "vat" not in page["period_Calculator_Rates"]
