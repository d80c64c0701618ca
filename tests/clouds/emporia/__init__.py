"""A simulated Emporia Energy.

All hosts (`cognito`, `legacy`, `capi`, `status`) share one base URL. There, too, are the keys
(`/us-east-2_ghlOXVLi1/.well-known/jwks.json`) and the maintenance flag
(`/com.emporiaenergy.manual.ota/maintenance/maintenance.json`).

Logins: `solar_home` (Vue with a nested WAT001, circuits, one merged from two, one without CT, sun; charger with PIN; plug; battery;
a linked car), `plain_home` (Vue 3 without sun, billing from the 31st; a charger without PIN and with a firmware that forgets rates
written while it is off), `landlord` (Vue with a sub-panel Vue; a Vue in a site, without time zone, that the legacy list omits),
`sms_home`, `email_home`, `totp_home`, `choice_home` (second factors; `code` is right for all), `google_home` (no password, a
refresh token; id tokens have `at_hash`), `newcomer` (no devices), `combined_home` (two Vues of one panel, combined in the app),
`farm` (two panels, one of them with sun, behind one meter of the utility).

A car comes to each charger on most evenings and leaves in the morning, until `plug_in` or `plug_out` takes it in hand. Commands
to devices take effect after three to eight seconds. `ACCOUNT` below is a login's name, e-mail address, or customer or device gid;
`GID` a device's gid or serial (for chargers it may be left out or null: the first one there is). Times are ISO with offset.

`POST state` (or `cloud.apply`) knows, for devices:

- `{"plug_in": {"device_gid"?, "need"?, "amps"?, "accepts"?}}` (or GID): a car comes; it takes `need` kWh at up to `amps`
- `{"plug_out": GID}`: it leaves
- `{"car_accepts": {"device_gid"?, "accepts"}}`: the car wants energy, or not
- `{"charger_fault": {"device_gid"?, "text"}}`: a fault; null ends it
- `{"charger": {"device_gid"?, "on"?, "amps"?, "max_amps"?}}`: somebody does it in the app, at once
- `{"controller": {"device_gid"?, "kind"}}`: `EXCESS_SOLAR`, `PEAK_DEMAND` or `SCHEDULE` owns the rate (the first two rewrite it
  every 30 seconds); null gives it back
- `{"offline": {"device_gid", "offline"?}}` (or GID): what happens meanwhile is never recorded, and
  a command to a charger is accepted without any effect
- `{"move": {"device_gid", "account"}}`: it is removed from its account, and set up in ACCOUNT unless that is null
- `{"forbid": {"device_gid", "forbidden"?}}` (or GID): the device is listed, but its data are refused (401)
- `{"refuse_charts": {"device_gid"?, "channel"?, "status"}}`: charts (of that device or channel) are answered with 400, 403, 404
  or 405, as the cloud did for hours in 2021 and 2026; null ends it
- `{"outage": {"device_gid", "start", "end", "channels"?}}`: that span is never recorded
- `{"late": {"device_gid", "start", "end", "due", "channels"?}}`: that span is recorded at `due`
- `{"correct": {"device_gid", "channel", "start", "value"}}`: an hour has another value, in kWh with the wire's sign
- `{"null_channels": {"device_gid", "channels"}}`, `{"missing_channels": {...}}`: they are told as null, or not at all

for logins:

- `{"revoke_tokens": ACCOUNT}` or `{"revoke_tokens": {"account", "tokens": "access"|"refresh"|"both"}}`
- `{"expire_refresh": ACCOUNT}`: its refresh tokens are too old
- `{"rotate_refresh": true}`: each refresh gives a new refresh token and ends the old one
- `{"token_life": seconds}`: of id and access tokens from now on
- `{"mfa": {"account", "kind"}}`: the challenge after the password, see `customers.CHALLENGES`; null = none
- `{"expire_code": ACCOUNT}`, `{"expire_session": ACCOUNT}`: who is asked for a code took too long
- `{"mfa_retry": "renewed"}`: a wrong code is answered with a new session (it is with --lenient); `"kept"`: its session can be
  used again until the code is right; `"none"`: its session is spent
- `{"lock": ACCOUNT}` (for fifteen minutes), `{"unlock": ACCOUNT}`
- `{"login_error": {"account", "error"}}`: a right password is answered so, see `cognito_errors.LOGIN_ERRORS`; null ends it
- `{"hide_unknown_users": true}`: an unknown address fails in the second step
- `{"error_prefix": "com.amazonaws#"}`: stands before each `__type`
- `{"broken_secret_block": true}`: secret blocks are no base64
- `{"pool": {"pool_id"?, "client_id"?}}`: the provider moved to another pool or client

and for the looks of answers:

- `{"data_delay_seconds": 30}`: the newest data are so old
- `{"stale_seconds": 45}`: usages are told for so much earlier than asked
- `{"late_reset": true}`: in the first hour of a day every second answer tells yesterday's day
- `{"repeat_nested": false}`: a nested device that was asked for stands only inside its parent's channel
- `{"chart_balance": true}`: Balance and TotalUsage can be charted (they can with --lenient)
- `{"missing_status": ["evChargers", ...]}`, `{"offline_prose": false}`
- `{"manager_texts": false}`: a controller that is on does not say in words what it does
- `{"empty_command_answers": true}`: a charger command is answered without a body
- `{"rates_unreadable": true}`: reading locationProperties fails (400)
- `{"rate_plan": [{"ratePeriod", "cost", "intervalStart", "intervalEnd"}, ...]}`: the chargers' weekday by time of use; null ends it
- `{"first_party_names": true}`: series are named as in the provider's own client
- `{"preferences": "object"|"bare"|"plain"|"rubbish"}`, `{"preferences_refuse_json": false}`
- `{"maintenance": "down"}`: the flag is up; null = access denied (403), "" = not found (404)
- `{"inventory": {"no_channels"?, "merged"?: "parts"|"single", "nested"?, "no_location"?, "bare_location"?, "no_kinds"?}}`: see `inventory.InventoryLook`
- `{"drift": {"extra_keys"?, "string_gids"?}}`: in every answer
- `{"stream": {...}}`: see `stream.StreamLook`; `{"drop_stream": true}` cuts all streams off

`inventory`, `drift` and `stream` also take `"reset": true`.
"""

from .cloud import EmporiaCloud

__all__ = ["EmporiaCloud"]
