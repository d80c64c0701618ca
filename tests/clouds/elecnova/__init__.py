"""A simulated ECO EMS Cloud of Elecnova: REST and a broker in one process (wire 2, 3, 4, 8).

Accounts: `solar_site` (one site, one cabinet with sun, battery and grid), `aggregator` (two projects with a site each, in Brussels
and Lisbon; eight cabinets: one with fifteen components, of which nobody knows the last; one without name and model; one whose
`parts` are null; one offline since October 2026; some without sun), `no_sun`, `newcomer` (owns nothing). `ACCOUNT` below is a name,
a client id, or the serial of something that the account owns; `INVERTER` the serial of an inverter or its cabinet, or an `ACCOUNT`
(the first one there is); `SERIAL` that of a cabinet or component. Times are ISO with offset, days are local, `YYYY-MM-DD`.

Five minutes are published 45 seconds after their end; totals of days and months are the sums of what is published. The broker's
certificate is in the announcement as `ca`. Connections to it stand in the request log as `MQTT connect`, with the return code as
status. Clients may hear the topics that they asked for before they connected. Messages go out every ten seconds of the cloud's
clock to accounts with open topics (while a test has frozen the process, only when it says `publish`). What a switch does at the broker is done when its call returns; in a test, after `await
cloud.settle()`.

With `--lenient` these pass as well: POST, a `Bearer` prefix, no `X-` headers but a good token, a query within the signed path, a
cabinet's serial where its inverter's belongs, topics that were asked for after connecting.

`POST state` (or `cloud.apply`) knows, for credentials:

- `{"token_life": seconds}`: of tokens from now on
- `{"single_token": true}`: a new token ends the ones before
- `{"revoke_tokens": ACCOUNT}`
- `{"secret": ACCOUNT}` or `{"secret": {"account", "secret"?}}`: another client secret, which is returned; tokens end
- `{"rotate_passwords": true}`: each token comes with another password for the broker
- `{"rotate_credentials": ACCOUNT}` or `{"rotate_credentials": {"account", "identity"?, "kick"?}}`: another password for the broker
  now; with `identity` another id and user name, too; without `kick` whoever is connected stays
- `{"whitelist": {"account", "addresses"}}`: where requests may come from; null = everywhere
- `{"max_skew": seconds}`: how far a timestamp may be off; null = any, which is usual
- `{"refuse_replays": true}`: a signature is good once
- `{"requests_per_second": 100}`: by real time and account; null = any number

for data:

- `{"data_delay_seconds": 45}`: after which five minutes are out
- `{"late": {"inverter", "start", "end", "due", "counted"?}}`: points come at `due`; with `counted` totals have them in time
- `{"outage": {"inverter", "start", "end", "counted"?}}`: points are never recorded; with `counted` totals have them all the same
- `{"correct": {"inverter", "start", "watts"}}`: five minutes have another value; totals follow
- `{"day_total": {"inverter", "day", "kwh"}}`: a day's total does not match its points; null = it does
- `{"offline": SERIAL}` or `{"offline": {"device", "offline"?}}`: it is silent from now on, or until now
- `{"v2": false}`: no projects and sites (404)
- `{"look": {...}}`: the look of answers, see `looks.Looks`

for the broker:

- `{"broker": "up"|"down"|"mute"|"untrusted"}`: it is restarted or stopped; mute, it answers nothing; untrusted, it has a certificate
  that nobody knows
- `{"refuse": "not_authorised"|"bad_credentials"|"unavailable"}`: nobody is let in, and who is there is cut off; null ends it
- `{"kick": ACCOUNT}`: its client is cut off
- `{"thief": ACCOUNT}` or `{"thief": {"account", "present"?}}`: somebody else connects with the same credentials, and comes again
  a moment (of real time) after being thrown out, until not `present` any more
- `{"topics": {"style"?: "plain"|"wildcard"|"opaque", "life"?, "late"?, "denial"?: "refused"|"silent"}}`: names of topics; seconds
  after which they are closed; whether those count that were asked for after connecting; what a wrong subscription meets
- `{"close_topics": ACCOUNT}`: it has to ask for all of them again

and for messages:

- `{"publish": true}`: everything is told now
- `{"delivery": {"interval"?, "silent"?, "qos"?, "retain"?}}`: see `messenger.Delivery`
- `{"messages": {...}}`: the look of messages, see `payloads.PayloadLook`
- `{"say": {"device": SERIAL, "payload"}}`: anything on a device's topic: text as it is, everything else as JSON
- `{"alarm": SERIAL}` or `{"alarm": {"device", "active"?}}`: a component has an alarm, or no longer

`look` and `messages` also take `"reset": true`.
"""

from .cloud import ElecnovaCloud

__all__ = ["ElecnovaCloud"]
