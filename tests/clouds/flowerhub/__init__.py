"""A simulated Flowerhub portal (wire 2, 3, 4, 8).

Logins: `solar_home` (hub, inverter and battery; sun on the roof, so two sites), `plain_home` (the same without sun, for a shorter
time), `newcomer` (an electricity agreement, but the hub is not installed yet), `installer` (owns nothing: `assetOwnerId` is null).
`ACCOUNT` below is a login's name or e-mail address, an owner id or an asset id; `MONTH` is `YYYY-MM`, months are those of Sweden.
Times are ISO with offset.

A month is billed on the fifth of the next one, at six in the morning; until then its volume is told as `Calculated`. The invoice
is paid on the 28th. Every hub loses its connection for a while on some days.

With `--lenient` no `Origin` is asked for, and a missing `period` means the running month.

`POST state` (or `cloud.apply`) knows:

- `{"access_life": seconds}`, `{"refresh_life": seconds}`: of tokens from now on
- `{"rotate_refresh": true}`: each refresh gives a new refresh token and ends the old one
- `{"opaque_tokens": true}`: tokens are no JSON web tokens
- `{"revoke_tokens": ACCOUNT}` or `{"revoke_tokens": {"account", "tokens": "access"|"refresh"|"both"}}`
- `{"password": {"account", "password"?}}`: somebody has changed it
- `{"look": {...}}`: the look of answers, see `looks.Looks`; `"reset": true` makes it the usual one
- `{"notice": {"slug", "body"?}}`: a banner is up (any JSON), or down again
- `{"qualified": false}`: owners do not qualify for compensation
- `{"disconnect": ACCOUNT}`, `{"reconnect": ACCOUNT}`: the hub's connection
- `{"no_data": {"account", "start", "end"}}`: nothing is known of the uptime of a time
- `{"replace_hub": ACCOUNT}`: another hub, with another asset id
- `{"terminate": ACCOUNT}`: the agreement ends with this month
- `{"billing_delay_days": 3}`: every bill comes so much later
- `{"late_month": {"account", "month", "days"}}`: one month's bill comes so much later
- `{"correct": {"account", "month", "site_id"?, "volume"}}`: a month has another volume, in kWh
- `{"bill_other_volume": {"account", "month", "site_id"?, "volume"}}`: the invoice is for another volume than was metered
- `{"withdraw": {"account", "month", "site_id"?}}`: a month's volume is no longer told
- `{"correct_invoice": {"account", "month", "total"}}`: an invoice has another total, in SEK
- `{"resettle": {"account", "month", "per_kw"}}`: a month's compensation is settled anew
"""

from .cloud import FlowerhubCloud

__all__ = ["FlowerhubCloud"]
