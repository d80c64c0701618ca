"""The Green Button file (wire 4.5), with its real flaws.

Whole kWh per hour; an `intervalLength` of 900 although a reading lasts 3600 s; cost always 0; every timestamp of a file is late by
the same 4 or 5 hours; days that are not published yet are zeros.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from aiohttp import web
import voluptuous as vol

from .customer_data import own_account, own_point
from .customers import Login, ServicePoint
from .data_host import Authenticate, Refused, json_object, signed_in, valid
from .dates import any_date
from .readings import Readings

MONTHS_BACK: Final = timedelta(days=395)
FLOWS: Final = {"consumption": 1, "return": 19}
ATOM: Final = "http://www.w3.org/2005/Atom"
ESPI: Final = "http://naesb.org/espi"

REQUEST: Final = vol.Schema(
    {
        "accountNumber": str,
        "meterNumber": str,
        "startDate": any_date,
        "endDate": any_date,
        "periodicity": "HH",
        "serviceAddress": str,
        "fullName": str,
        "serviceType": "Electric",
        "Uom": "kWh",
        "Format": "Csv",
    },
    required=True,
    extra=vol.ALLOW_EXTRA,
)


class GreenButton:
    """The call that makes Green Button files."""

    def __init__(self, readings: Readings, authenticate: Authenticate) -> None:
        """Answer from `readings`."""
        self._readings = readings
        self._authenticate = authenticate

    def routes(self) -> list[web.RouteDef]:
        """The call of this file."""
        path = "/ServiceExt/api/1/Usage/GreenButton"
        return [signed_in(self._authenticate, "POST", path, self._file)]

    async def _file(self, request: web.Request, login: Login) -> web.Response:
        asked = valid(REQUEST, await json_object(request))
        account = own_account(login, asked["accountNumber"])
        point = own_point(account, asked["meterNumber"])
        today = self._readings.today()
        first = max(asked["startDate"], today - MONTHS_BACK)
        last = min(asked["endDate"], today)
        if asked["startDate"] > asked["endDate"]:
            raise Refused(400, "startDate is after endDate")
        text = self.feed(point, asked["meterNumber"], first, last)
        return web.Response(text=text, content_type="text/xml")

    def feed(self, point: ServicePoint, device: str, first: date, last: date) -> str:
        """The file of some days; the website exports the same."""
        shift = Random(f"{device}/{first}/{last}").choice((4, 5)) * 3600
        entries = [
            part
            for series in point.series
            for part in (
                _entry(_reading_type(FLOWS[series])),
                _entry(_block(self._hours(point, device, series, first, last), shift)),
            )
        ]
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<feed xmlns="{ATOM}" xmlns:espi="{ESPI}"><title>Green Button</title>'
            f"{''.join(entries)}</feed>"
        )

    def _hours(
        self, point: ServicePoint, device: str, series: str, first: date, last: date
    ) -> Iterator[tuple[int, int]]:
        """Start and whole kWh of each hour."""
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if point.device_on(day) != device:
                continue
            published = self._readings.is_published(point, day)
            values = self._readings.day(point, series, day)
            for (start, early), (_, late) in zip(
                values[::2], values[1::2], strict=True
            ):
                kwh = round(((early or 0) + (late or 0)) / 100)
                yield start, kwh if published else 0


def _entry(content: str) -> str:
    return f"<entry><content>{content}</content></entry>"


def _reading_type(flow: int) -> str:
    return (
        "<espi:ReadingType><espi:commodity>1</espi:commodity>"
        f"<espi:flowDirection>{flow}</espi:flowDirection>"
        "<espi:intervalLength>900</espi:intervalLength>"
        "<espi:powerOfTenMultiplier>3</espi:powerOfTenMultiplier>"
        "<espi:uom>72</espi:uom></espi:ReadingType>"
    )


def _block(hours: Iterator[tuple[int, int]], shift: int) -> str:
    readings = "".join(
        "<espi:IntervalReading><espi:cost>0</espi:cost><espi:timePeriod>"
        f"<espi:duration>3600</espi:duration><espi:start>{start + shift}</espi:start>"
        f"</espi:timePeriod><espi:value>{kwh}</espi:value></espi:IntervalReading>"
        for start, kwh in hours
    )
    return f"<espi:IntervalBlock>{readings}</espi:IntervalBlock>"
