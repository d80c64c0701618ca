"""What the simulated utility can have happen: the switches of `POST state`. The package's docstring lists them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from random import Random
from typing import Any, Final

import voluptuous as vol

from tests.clouds.clock import Clock
from tests.clouds.cloud import Switch
from tests.clouds.control import moment
from tests.clouds.errors import ControlError

from .billing import Billing
from .customers import Customers, Register, ServicePoint
from .dates import iso_date
from .gigya import LOCK_SECONDS, Gigya
from .gigya_errors import ERRORS
from .layouts import Layout
from .readings import HALF_HOUR, Readings
from .second_factor import SecondFactor
from .sessions import Sessions

POINT: Final = {vol.Required("account"): str, "meter": str}
SERIES: Final = vol.In(["consumption", "return"])
HOURS: Final = vol.All(vol.Any(int, float), vol.Range(min=0))

DAYS: Final = vol.All(int, vol.Range(min=1, max=400))

LATE_DAY: Final = vol.Schema(
    {**POINT, vol.Required("day"): iso_date, vol.Required("hours"): HOURS}
)
HOLE: Final = vol.Schema(
    {
        **POINT,
        vol.Required("start"): moment,
        vol.Required("end"): moment,
        "series": SERIES,
        vol.Optional("filled", default=False): bool,
    }
)
CORRECTION: Final = vol.Schema(
    {
        **POINT,
        vol.Required("start"): moment,
        vol.Required("value"): HOURS,
        vol.Optional("series", default="consumption"): SERIES,
    }
)
NEW_METER: Final = vol.Schema(
    {
        **POINT,
        "new_meter": vol.Match(r"^\d{18}$"),
        "day": iso_date,
        "forgotten": bool,
    }
)
REVOCATION: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Optional("tokens", default="both"): vol.In(["access", "refresh", "both"]),
    }
)
LOGIN_ERROR: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Required("code"): vol.Any(None, vol.In(sorted(ERRORS))),
    }
)


class State:
    """All switches."""

    def __init__(
        self,
        customers: Customers,
        clock: Clock,
        gigya: Gigya,
        second_factor: SecondFactor,
        sessions: Sessions,
        readings: Readings,
        billing: Billing,
    ) -> None:
        """Act on the parts of one cloud."""
        self._customers = customers
        self._clock = clock
        self._gigya = gigya
        self._second_factor = second_factor
        self._sessions = sessions
        self._readings = readings
        self._billing = billing

    def switches(self) -> Mapping[str, Switch]:
        """Name of each switch and what it does."""
        return {
            "window_days": self._window,
            "publish_delay_hours": self._delay,
            "late_day": self._late_day,
            "hole": self._hole,
            "correct": self._correct,
            "layout": self._layout,
            "forecast": self._billing.change_forecast,
            "replace_meter": self._replace_meter,
            "close_account": self._close_account,
            "revoke_tokens": self._revoke_tokens,
            "expire_code": self._expire_code,
            "forget_devices": self._forget_devices,
            "lock": self._lock,
            "unlock": self._unlock,
            "login_error": self._login_error,
        }

    def _window(self, value: Any) -> None:
        self._readings.window_days = DAYS(value)

    def _delay(self, value: Any) -> None:
        self._readings.delay_hours = HOURS(value)

    def _late_day(self, value: Any) -> None:
        asked = LATE_DAY(value)
        self._readings.late[self._point(asked), asked["day"]] = asked["hours"]

    def _hole(self, value: Any) -> list[str]:
        asked = HOLE(value)
        point = self._point(asked)
        names = [asked["series"]] if "series" in asked else ["consumption", "return"]
        starts = range(_half_hour(asked["start"]), _half_hour(asked["end"]), HALF_HOUR)
        holes = {(point, name, start) for name in names for start in starts}
        if asked["filled"]:
            self._readings.holes -= holes
        else:
            self._readings.holes |= holes
        return [datetime.fromtimestamp(start, UTC).isoformat() for start in starts]

    def _correct(self, value: Any) -> None:
        asked = CORRECTION(value)
        point, series = self._point(asked), asked["series"]
        if series not in point.series:
            raise ControlError(f"the meter has no series {series!r}")
        key = (point, series, _half_hour(asked["start"]))
        self._readings.corrections[key] = round(asked["value"] * 100)

    def _layout(self, value: Any) -> dict[str, Any]:
        fields = dict(vol.Schema(dict)(value))
        account, reset = fields.pop("account", None), fields.pop("reset", False)
        accounts = [a for login in self._customers.logins for a in login.accounts]
        if account is not None:
            accounts = [self._customers.account(account)]
        layouts = self._readings.layouts
        for point in [point for each in accounts for point in each.points]:
            old = Layout() if reset else layouts[point]
            layouts[point] = layout = old.changed(fields)
        return layout.as_json()

    def _replace_meter(self, value: Any) -> dict[str, str]:
        asked = NEW_METER(value)
        point = self._point(asked)
        day: date = asked.get("day", self._readings.today())
        old = point.registers[-1]
        if old.since is not None and day <= old.since:
            raise ControlError(f"the meter was installed on {old.since}")
        new = asked.get("new_meter") or _other_device(old.device)
        old.until, old.forgotten = day, asked.get("forgotten", False)
        point.registers.append(Register(new, since=day))
        return {"meter": new}

    def _close_account(self, value: Any) -> None:
        account = self._customers.account(value)
        day = self._readings.today()
        account.closing = datetime(day.year, day.month, day.day)  # local wall time
        for point in account.points:
            point.closed = day

    def _revoke_tokens(self, value: Any) -> None:
        asked = REVOCATION({"account": value} if isinstance(value, str) else value)
        self._sessions.revoke(
            self._customers.login(asked["account"]),
            access=asked["tokens"] != "refresh",
            refresh=asked["tokens"] != "access",
        )

    def _expire_code(self, value: Any) -> None:
        self._second_factor.expire(self._customers.login(value))

    def _forget_devices(self, value: Any) -> None:
        self._gigya.forget_devices(self._customers.login(value))

    def _lock(self, value: Any) -> None:
        login = self._customers.login(value)
        login.locked_until = self._clock.timestamp() + LOCK_SECONDS

    def _unlock(self, value: Any) -> None:
        self._customers.login(value).locked_until = 0

    def _login_error(self, value: Any) -> None:
        asked = LOGIN_ERROR(value)
        self._customers.login(asked["account"]).login_error = asked["code"]

    def _point(self, asked: dict[str, Any]) -> ServicePoint:
        point = self._customers.point(asked["account"], asked.get("meter"))
        if not point.ami:
            raise ControlError("the meter has no interval data")
        return point


def _half_hour(time: datetime) -> int:
    """Epoch second of a half hour.

    :raises ControlError: the time lies within one
    """
    if time.timestamp() % HALF_HOUR:
        raise ControlError(f"{time.isoformat()} is not the start of a half hour")
    return int(time.timestamp())


def _other_device(device: str) -> str:
    return str(Random(device).randrange(10**8, 10**9)).zfill(18)
