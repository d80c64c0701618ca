"""The interval workbook's endpoint (wire 4.4)."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from aiohttp import web
import voluptuous as vol

from tests.clouds.fault_answers import block_page

from .customer_data import own_account, own_point
from .customers import Login
from .data_host import Authenticate, Refused, json_object, signed_in, valid
from .dates import iso_date
from .layouts import OVERSIZED_MB
from .readings import Readings
from .workbook import workbook

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INFLATED_MB: Final = 256
OLD_FIELDS: Final = {"meterNumber", "startDate", "endDate"}
"""Names of the request before December 2025: answered with HTTP 500 since."""

REQUEST: Final = vol.Schema(
    {
        "Format": "Csv",
        "accountNumber": str,
        "meterIds": vol.All([str], vol.Length(min=1)),
        "uom": "kWh",
        "periodicity": "HH",
        "serviceType": vol.In(["electricity", "gas"]),
        "decimalPlaces": "2",
        "isNetUsage": vol.In(["true", "false"]),
        "displayUnit": "kWh",
        "from": iso_date,
        "to": iso_date,
    },
    required=True,
    extra=vol.ALLOW_EXTRA,
)
"""Booleans and numbers are strings."""


class Download:
    """The call that makes workbooks."""

    def __init__(self, readings: Readings, authenticate: Authenticate) -> None:
        """Answer from `readings`."""
        self._readings = readings
        self._authenticate = authenticate

    def routes(self) -> list[web.RouteDef]:
        """The call of this file."""
        path = "/Service/api/1/Usage/DownloadExcelNew"
        return [signed_in(self._authenticate, "POST", path, self._download)]

    async def _download(self, request: web.Request, login: Login) -> web.Response:
        asked = _checked(await json_object(request))
        account = own_account(login, asked["accountNumber"])
        device = asked["meterIds"][0]
        point = own_point(account, device)
        body = self._readings.layouts[point].body
        if body in OTHER_BODIES:
            return OTHER_BODIES[body]()
        return _xlsx(workbook(self._readings, account, point, device))


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    """The request's fields.

    :raises Refused: wrong fields (400), or those of an older version (500)
    """
    if "Format" not in body or OLD_FIELDS & set(body):
        raise Refused(500, "Internal Server Error")
    asked = valid(REQUEST, body)
    if asked["from"] > asked["to"]:
        raise Refused(400, "from is after to")
    return asked


def _xlsx(body: bytes) -> web.Response:
    name = 'attachment; filename="Usage.xlsx"'
    return web.Response(
        body=body, content_type=XLSX, headers={"Content-Disposition": name}
    )


def _corrupt() -> web.Response:
    """A file that begins like a zip file and is none."""
    return _xlsx(b"PK\x03\x04" + bytes(range(256)) * 16)


def _oversized() -> web.Response:
    """A body that is far larger than any workbook."""
    return _xlsx(b"PK\x03\x04" + b"\0" * (OVERSIZED_MB * 1024 * 1024))


def _inflating() -> web.Response:
    """A small file whose sheet unpacks to hundreds of megabytes."""
    return _xlsx(_inflating_file())


@cache
def _inflating_file() -> bytes:
    file = BytesIO()
    with (
        ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(INFLATED_MB):
            sheet.write(b" " * 1024 * 1024)
    return file.getvalue()


def _json_error() -> web.Response:
    """An error envelope under HTTP 200."""
    status = {"type": "error", "code": 500, "message": "No data found", "error": True}
    return web.json_response({"status": status, "data": None})


def _html() -> web.Response:
    return block_page(200)


OTHER_BODIES: Final[dict[str, Callable[[], web.Response]]] = {
    "corrupt": _corrupt,
    "oversized": _oversized,
    "inflating": _inflating,
    "json_error": _json_error,
    "html": _html,
}
