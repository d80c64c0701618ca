"""A simulated Dominion Energy Virginia (wire 3, 4).

Logins: `solar_home` (e-mail and phone as second factor, one smart meter with net metering), `plain_home` (no second factor, no
sun), `landlord` (phone; four accounts: two smart meters, time of use, closed, and one without a smart meter), `newcomer` (e-mail;
no account). `ACCOUNT` below is a login's name or e-mail address, or an account number; `METER` may be left out where the account
has one. Times are ISO with offset, days `YYYY-MM-DD` (local).

`POST state` (or `cloud.apply`) knows:

- `{"window_days": 68}`: how far back workbooks reach
- `{"publish_delay_hours": 30}`: every day comes so much later than 06:00 of the next day
- `{"late_day": {"account", "meter"?, "day", "hours"}}`: one day comes so much later
- `{"hole": {"account", "meter"?, "start", "end", "series"?, "filled"?}}`: half hours are lost (blank), or found again
- `{"correct": {"account", "meter"?, "start", "value", "series"?}}`: a half hour's value changes; kWh, `consumption` or `return`
- `{"layout": {"account"?, "reset"?, ...}}`: the look of workbooks, see `layouts.Layout`
- `{"forecast": {"end"?, "numbers"?}}`: the look of the bill forecast, see `billing.ForecastLook`
- `{"replace_meter": {"account", "meter"?, "new_meter"?, "day"?, "forgotten"?}}`: another device from that day (today) on; of one that is forgotten the cloud tells nothing more
- `{"close_account": ACCOUNT}`: the account ends today
- `{"revoke_tokens": ACCOUNT}` or `{"revoke_tokens": {"account", "tokens": "access"|"refresh"|"both"}}`
- `{"expire_code": ACCOUNT}`: codes that were sent, and their assertions, are too old now
- `{"forget_devices": ACCOUNT}`: the next login needs the second factor again
- `{"lock": ACCOUNT}` (for five minutes), `{"unlock": ACCOUNT}`
- `{"login_error": {"account", "code"}}`: a right password is answered with this errorCode; null ends it
"""

from .cloud import DominionCloud

__all__ = ["DominionCloud"]
