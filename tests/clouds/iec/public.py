"""Public pages: tariffs and calculators (wire 8). They want neither token nor browser, and exist in Hebrew only."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from .answers import Answers
from .gate import API
from .tariff import POWER_SIZES, Tariff

KW, WATT = 4, 3
"""Codes of units as the wire has them, which is not as older clients believe (wire 8.2)."""
APPLIANCES: Final = (
    ("מכונת כביסה", 1.5, KW, 60),
    ("מקרר קטן", 40, WATT, 1440),
    ("מקרר גדול", 80, WATT, 1440),
    ("דוד חשמלי לחימום מים", 2.5, KW, 60),
    ("תנור בישול, צליה ואפיה", 2.0, KW, 60),
    ("מחשב שולחני", 120, WATT, 60),
    ("מאוורר", 50, WATT, 60),
    ("מאוורר תקרה", 100, WATT, 60),
    ("מפזר חום", 2.0, KW, 60),
    ("רדיאטור", 2.5, KW, 60),
    ("פטריית חימום", 3.0, KW, 60),
    ("תנור סלילים", 2.1, KW, 60),
)
PAGE_LOOKS: Final = ("usual", "shifted", "unlabelled", "blank", "no_content")
UPDATED: Final = "2025-01-01T00:00:00Z"


class Public:
    """The calls of this file.

    - `look`: the tariff page is as usual; has one more part in front (`shifted`); has no known labels (`unlabelled`); has no
      tables (`blank`); is not there (`no_content`)
    - `horsepower_code`: the calculator has an air conditioner whose unit goes by that code; nobody knows which (wire 12.6)
    - `agorot`: whether the price of a kWh stands there in agorot (wire 12.10)
    """

    def __init__(self, tariff: Tariff, answers: Answers) -> None:
        """Publish the tariff."""
        self._tariff = tariff
        self._answers = answers
        self.look = "usual"
        self.agorot = True
        self.horsepower_code: int | None = None

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        content = f"{API}/content/{{locale}}"
        tariffs = "content/tariffs/contentpages/homeelectricitytariff"
        calls: dict[str, Callable[[], dict[str, Any]]] = {
            "calculators/gadget": self._gadget,
            "calculators/period": self._period,
            tariffs: self._tariff_page,
        }
        return [
            web.get(f"{content}/{path}", self._handler(call), allow_head=False)
            for path, call in calls.items()
        ]

    def _handler(
        self, call: Callable[[], dict[str, Any]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            gone = self.look == "no_content" and call == self._tariff_page
            if request.match_info["locale"] != "he-IL" or gone:
                return web.Response(status=204)
            return self._answers.changed(web.json_response(call()), request)

        return handler

    def _gadget(self) -> dict[str, Any]:
        rates = self._tariff.rates
        return {
            "gadget_Calculator_Rates": {
                "lastUpdated": UPDATED,
                "homeRate": rates.home,
                "generalRate": rates.home,
                "vat": rates.vat,
            },
            "gadget_Calculator_Actions": {"title": "חישוב"},
            "electric_Devices": self._appliances(),
            "title": "מחשבון צריכה",
            "seoModel": {"title": "מחשבון צריכה"},
            "unavailable_Service_Alerts": [],
        }

    def _appliances(self) -> list[dict[str, Any]]:
        rows: list[tuple[str, float, int, int]] = list(APPLIANCES)
        if self.horsepower_code is not None:
            rows.append(("מזגן", 1.25, self.horsepower_code, 60))
        return [
            {
                "name": name,
                "calculationResolution": 2 if minutes > 60 else 1,
                "powerUnit": unit,
                "power": power,
                "avarageDurationTimeOfOperationInMinutes": float(minutes),
            }
            for name, power, unit, minutes in rows
        ]

    def _period(self) -> dict[str, Any]:
        rates = self._tariff.rates
        return {
            "period_Calculator_Rates": {
                "lastUpdated": UPDATED,
                "homeRate": rates.home,
                "kvaRate": round(rates.without_vat(rates.kva), 2),
                "vat": rates.vat,
                "connectionToPowerSize": POWER_SIZES,
            }
        }

    def _tariff_page(self) -> dict[str, Any]:
        rates = self._tariff.rates
        kwh = rates.kwh * 100 if self.agorot else rates.kwh
        text: dict[str, Any] = {"componentType": "rteTextComponent", "text": "תעריפים"}
        phases = ("חד פאזי", "תלת פאזי")
        distribution = (rates.distribution_1, rates.distribution_3)
        delivery = (rates.delivery_1, rates.delivery_3)
        tables = [
            self._table("תעריף לקוט״ש", {"תעריף אחיד": kwh}),
            self._table("תעריף חלוקה", dict(zip(phases, distribution, strict=True))),
            self._table("תעריף אספקה", dict(zip(phases, delivery, strict=True))),
            text,
            self._table("תעריף הספק (kVA)", {"לכל kVA לשנה": rates.kva}),
        ]
        if self.look == "blank":
            return {"components": [text]}
        extra = [text] if self.look == "shifted" else []
        return {"components": [*extra, text, *tables]}

    def _table(self, title: str, values: dict[str, float]) -> dict[str, Any]:
        head = [title, "ללא מע״מ", "כולל מע״מ"]
        lines = [[f"<strong>{each}</strong>" for each in head]]
        for label, value in values.items():
            without = self._tariff.rates.without_vat(value)
            lines.append([label, f"{without:.2f}", f"{value:.2f}"])
        if self.look == "unlabelled":
            lines = [["", *line[1:]] for line in lines]
        table = [
            [_cell(row, column, text) for column, text in enumerate(line)]
            for row, line in enumerate(lines)
        ]
        return {"table": table, "componentType": "rteTableComponent"}


def _cell(row: int, column: int, text: str) -> dict[str, Any]:
    value = b64encode(text.encode()).decode()
    return {"rowIndex": row, "columnIndex": column, "value": value}
