"""A simulated Israel Electric Corporation.

Hosts: `okta` (login), `api` (iecapi, with the public pages), `masa_portal`, `masa`, `faults`; each stands for the real host's origin,
so paths begin with `/api/` and the like. Days and billing periods are those of Asia/Jerusalem.

People: `plain_home` (one smart meter; codes by mail or short message; one past fault, one bill for a service), `solar_home` (two-way
meter, monthly bills, no mail), `landlord` (two business partners: a flat whose `DeviceIn` wants no captcha, a home with an old
meter, an ended contract; a farm with two supplies and time of use; MASA shows no accounts), `flatmate` (nothing but the shared
contract of the first; an id with a leading zero; mail only), `private_home` (bills of zero), `newcomer` (no contract),
`unreachable` (no way to get a code). `ACCOUNT` below is a person's name or id, or a business partner's or contract's number;
`METER` is `{"account", "contract"?, "meter"?}`, without a meter the contract's first. Times are ISO with offset, days `YYYY-MM-DD`.

A day's readings come out 30 hours after its end, all at once. Codes are good once, for the login in which they were sent.

`POST state` (or `cloud.apply`) knows, for logins:

- `{"revoke_tokens": ACCOUNT}` or `{"revoke_tokens": {"account", "tokens": "access"|"refresh"|"both"}}`
- `{"rotate_refresh": true}`: each refresh gives a new refresh token; whoever uses an old one ends the login
- `{"omit_refresh_token": true}`: refreshes do not tell the refresh token
- `{"token_life": seconds}`, `{"refresh_life": seconds}`: from now on
- `{"expire_code": ACCOUNT}` or `{"expire_code": {"account", "what": "login"|"code"}}`: who is asked for a code took too long
- `{"login_life": seconds}`, `{"code_life": seconds}`, `{"resend_wait": seconds}`
- `{"new_code": {"account", "code"}}`: the code that is right, of any length
- `{"lock": ACCOUNT}` or `{"lock": {"account", "answer": "error"|"status"}}`, `{"unlock": ACCOUNT}`
- `{"unknown_user": NAME}`: how an id without an account fails, see `okta_errors.ERRORS`
- `{"zero_padding": "any"|"padded"|"unpadded"}`: how ids with leading zeros must be written
- `{"authorize_page": "plain"|"escaped"|"entities"|"reordered"}`, `{"authorize_refusal": "form"|"login_page"}`
- `{"unauthorized_body": "json"|"empty"}`: what a dead token is told

for readings:

- `{"publication": {"day_hours"?, "quarter_hours"?, "running_hours"?}}`: when readings come, see `readings.Publication`
- `{"late_day": {METER, "day", "hours"}}`: one day comes so much later
- `{"hole": {METER, "start", "end", "filled"?}}`: rows are lost, or found again
- `{"correct": {METER, "start"|"day", "value"|"factor", "series"?}}`: a row, or all rows of a day, change; kWh
- `{"replace_meter": {METER, "new_meter"?, "day"?, "stays_listed"?, "forgotten"?}}`: another device, whose register begins at 0, from that day; of one
  that is forgotten the cloud tells nothing more
  (today) on; the list may keep the old one as active
- `{"refuse_days": {"days", "status"?}}`: these days fail whenever one of them is asked for by itself (500); `[]` ends it
- `{"reading_look": {...}}`: how answers are written, see `reading_look.Look`

for contracts and money:

- `{"invoice": {"account", "contract"?, "kind"?: "electricity"|"service"|"open_period"|"none",
  "amount"?}}`: a period ends early and is billed today; something else is billed; the running period is listed without an
  end; or no invoice of a period is listed any more, as about the first of a month
- `{"pay": {"account", "contract"?}}`: what is open is paid
- `{"rates": {"home"?, "vat"?, ...}}`: today's rates, see `tariff.Rates`
- `{"contract": {"account", "contract"?, "captcha"?, "smart"?, "time_of_use"?, "direct_debit"?, "private_supplier"?, "itemised"?,
  "social_discount"?}}`
- `{"end_contract": {"account", "contract"?}}`: it ends today
- `{"share": {"account", "contract"?, "guest", "shared"?}}`: somebody else is invited, or no longer
- `{"hide": {"account", "sources"}}`: which of `outages_accounts`, `masa_accounts`, `masa_connections` show nothing

for outages:

- `{"outage": {"account", "contract"?, "start"?, "end"?, "estimate"?, "planned"?, "hosts"?}}`: a fault from now on; planned ones
  are told ahead; `hosts` = who tells of it, `api` or `faults` or both
- `{"restore": {"account", "contract"?, "end"?}}`: supply is back

and for the looks of answers:

- `{"broken": true}`: data hosts answer 500
- `{"refusing": ["/iecapi"]}`: these hosts refuse every token, though it is good
- `{"fail": {"endpoint", "code"?, "description"?, "status"?}}`: endpoints that fit the glob fail by descriptor; null ends it
- `{"omit_keys": {"endpoint", "keys"}}`, `{"null_keys": {...}}`: those keys, at any depth; no keys ends it
- `{"extra_keys": true}`: each object has a key that nobody knows
- `{"created_status": 200|201}`: of invitations and removals
- `{"largest_page": 2}`: of equipment
- `{"meter_kind_language": "english"|"hebrew"}`, `{"shared_serials": true}`: another customer's meter has the same serial
- `{"tariff_page": "usual"|"shifted"|"unlabelled"|"blank"|"no_content"}`, `{"kwh_cell_in_agorot": false}`
- `{"horsepower_code": 1|2}`: the calculator has an air conditioner, of horsepowers by that code; null takes it away

With `--lenient` a known client passes that leaves placeholders in addresses, takes 201 for an error, cannot get a captcha token and
wants `governmentId`.
"""

from .cloud import IecCloud

__all__ = ["IecCloud"]
