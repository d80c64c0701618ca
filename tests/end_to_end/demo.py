"""The demo: a Home Assistant that is set up against simulated clouds.

Usage: scripts/demo [--port PORT] [--json]    stay until Ctrl-C
       scripts/demo --check                   check the imported history and end
       scripts/demo --time-lapse              let a day pass, then stay

With --provider DOMAIN it is alone, and the home is where its customers are.
"""

import argparse
import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
)
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
import json
from pathlib import Path
from shutil import disk_usage
import signal
import sys
from tempfile import TemporaryDirectory, gettempdir
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientError, ClientSession

from . import emporia, showcase, time_lapse, weekly
from .api import ApiError, HomeAssistantApi
from .check import (
    dashboard_differences,
    day_differences,
    differences,
    live_differences,
    log_differences,
)
from .home import PASSWORD, TIME_ZONE, USERNAME, Home, free_port, is_free
from .program import ProgramFailed
from .providers import PROVIDERS, Person, Provider
from .simulator import Simulator, running_simulator
from .truth import Known
from .waiting import IMPORT_SECONDS, wait_for_import

_NEEDED = 50_000_000
"""Bytes without which a database can't be written."""
_PAUSE = 10.0
"""Seconds in which one looks at what has happened in the time-lapse."""

type Prepare = Callable[[Mapping[str, Simulator]], Awaitable[object]]
"""Has something happen at the clouds, given by their providers."""


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # a program that speaks to its user


async def add_provider(
    api: HomeAssistantApi,
    provider: Provider,
    person: Person,
    *,
    on_dashboard: bool = True,
) -> None:
    """Add an account of a provider by its config flow.

    `on_dashboard`: whether the Energy dashboard shows it.

    :raises ApiError: the flow does not end in an entry.
    """
    step = await api.start_flow(provider.domain)
    choice = {} if on_dashboard else {"dashboard": {"next_step_id": "dashboard_skip"}}
    step = await api.walk(step, {**provider.answers(person), **choice})
    if step["type"] != "create_entry":
        raise ApiError(f"The flow of {provider.domain} ended with {step}")


@dataclass(frozen=True)
class Account:
    """An account at a simulated cloud."""

    provider: Provider
    simulator: Simulator
    person: Person
    stopped: datetime | None = None
    """When the cloud's clock was stopped."""


@asynccontextmanager
async def running_account(
    session: ClientSession, folder: Path, provider: Provider, *, check: bool
) -> AsyncIterator[Account]:
    """Run the cloud of a provider; for a check it is prepared and its clock stands."""
    async with running_simulator(session, provider.domain, folder) as simulator:
        if not check:
            yield Account(provider, simulator, simulator.accounts[0])
            return
        people = {person["name"]: person for person in simulator.accounts}
        person = people[provider.checked]
        # Nothing is published meanwhile
        now = datetime.now(UTC)
        await simulator.set_clock(now, frozen=True)
        if provider.prepare:
            await provider.prepare(simulator, person)
        yield Account(provider, simulator, person, now)


@asynccontextmanager
async def _running_demo(
    port: int,
    *,
    check: bool = False,
    prepare: Prepare | None = None,
    only: Provider | None = None,
) -> AsyncIterator[tuple[HomeAssistantApi, Home, list[Account]]]:
    """Run everything, with an entry of every provider or of one.

    `prepare`: what happens at the clouds before anybody asks them.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="demo-")))
        session = await stack.enter_async_context(ClientSession())
        accounts = [
            await stack.enter_async_context(
                running_account(session, folder, provider, check=check)
            )
            for provider in ((only,) if only else PROVIDERS)
        ]
        if prepare:
            await prepare({x.provider.domain: x.simulator for x in accounts})
        home = Home(folder / "home", port)
        clouds = [(each.provider, each.simulator) for each in accounts]
        zone = _time_zone(only)
        furnish(home, clouds, time_zone=zone, has_assist=not check)
        _say("Starting Home Assistant ...")
        begun = monotonic()
        api = await stack.enter_async_context(home.running(session))
        for account in accounts:
            _say(f"Adding {account.provider.domain} ...")
            is_home = account.provider.domain == showcase.ENERGY_HOME
            await add_provider(
                api,
                account.provider,
                account.person,
                on_dashboard=check or bool(only) or is_home,
            )
            if not check:
                await showcase.enable_entities(api, account.provider.domain)
            if check and (options := account.provider.checked_options):
                await api.set_options(account.provider.domain, options)
        for account in accounts:
            await _wait(api, account, check=check)
            _say(f"{account.provider.domain}: {monotonic() - begun:.0f} s")
        if not check:
            _say("Furnishing the homes ...")
            people = {x.provider.domain: x.simulator.accounts for x in accounts}
            await showcase.open_to_visitors(api, people)
        yield api, home, accounts


def _time_zone(only: Provider | None) -> str:
    """Return where the home is."""
    return only.zone if only else TIME_ZONE


def furnish(
    home: Home,
    clouds: Iterable[tuple[Provider, Simulator]],
    *,
    database: str | None = None,
    time_zone: str = TIME_ZONE,
    has_assist: bool = False,
) -> None:
    """Furnish a home that knows where some clouds are, and trusts them.

    `database`: the address of the recorder's; else it is a file of the home's.
    `has_assist`: whether it can be asked something.
    """
    hosts = {}
    for provider, simulator in clouds:
        if not provider.asks_for_host:
            hosts[provider.domain] = simulator.hosts
        if certificate := simulator.announcement.get("ca"):
            home.trust(certificate)
    home.furnish(hosts, database=database, time_zone=time_zone, has_assist=has_assist)


async def _wait(api: HomeAssistantApi, account: Account, *, check: bool) -> None:
    """Wait for the history; what takes long goes on while the demo is looked at.

    :raises TimeoutError: it takes too long.
    """
    provider = account.provider
    if not check and provider.takes_long:
        return
    if provider.finish is None:
        await wait_for_import(api, provider.domain)
        return
    async with asyncio.timeout(IMPORT_SECONDS):
        await provider.finish(api, account.simulator)


async def _lapse(port: int, pause: float) -> int:
    """Let a day pass, with a pause after each event; then stay."""
    begun: list[datetime] = []

    async def go_back(clouds: Mapping[str, Simulator]) -> None:
        begun.append(await time_lapse.prepare(clouds))

    async with _running_demo(port, prepare=go_back) as (api, home, accounts):
        clouds = {account.provider.domain: account.simulator for account in accounts}
        _welcome(home)
        _say("A day passes at the clouds, from yesterday to now:\n")
        await time_lapse.play(
            time_lapse.Lapse(api, home, clouds, begun[0], _say, pause)
        )
        _say("\nThe day is over.")
        _say("Ctrl-C ends the demo.")
        await asyncio.Event().wait()
    return 0


def _welcome(home: Home) -> None:
    _say(f"\n  {home.url}{showcase.START}\n  user: {USERNAME}   password: {PASSWORD}\n")


async def _stay(port: int, only: Provider | None, *, as_json: bool) -> int:
    # What tests and pictures look at is left as a new home has it.
    prepare = None if as_json else emporia.offer_night_rate
    async with _running_demo(port, prepare=prepare, only=only) as (
        api,
        home,
        accounts,
    ):
        if as_json:
            clouds = [account.simulator.announcement for account in accounts]
            _say(json.dumps({"url": home.url, "clouds": clouds}))
        else:
            await emporia.plan_a_charge(api)
            await weekly.send_message(api, home)
        _welcome(home)
        _say("The first page says what to look at and what to try: a dashboard for")
        _say("each home, the Energy page, Assist, blueprints, accounts to add.")
        _say("Older history is still coming in. Ctrl-C ends the demo.")
        await asyncio.Event().wait()
    return 0


async def _check(port: int, only: Provider | None) -> int:
    _say(f"It is {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.")
    async with _running_demo(port, check=True, only=only) as (api, home, accounts):
        known: dict[str, Known] = {}
        shown: set[str] = set()
        for account in accounts:
            provider, person = account.provider, account.person
            own = await provider.known(account.simulator, person, datetime.now(UTC))
            known |= own
            shown |= set(provider.dashboard(own, person))
            for key in provider.dashboard_keys(person):
                shown.add(await api.entity_id(provider.domain, key))
        for statistic_id, series in known.items():
            _say(f"Comparing {len(series.rows())} rows of {statistic_id} ...")
        wrong = await differences(api, known)
        wrong += await day_differences(api, known, ZoneInfo(_time_zone(only)))
        wrong += await dashboard_differences(api, shown)
        for account in accounts:
            wrong += await _live_differences(api, account)
        wrong += log_differences(home.log)
    for problem in wrong:
        _say(f"WRONG  {problem}")
    _say("The check has failed." if wrong else "Everything is as it should be.")
    return 1 if wrong else 0


async def _live_differences(api: HomeAssistantApi, account: Account) -> list[str]:
    """Compare what is live with what the cloud knows of the moment."""
    provider, now = account.provider, account.stopped
    if provider.live is None or now is None:
        return []
    expected = await provider.live(account.simulator, account.person, now)
    _say(f"Comparing {len(expected)} live values of {provider.domain} ...")
    return await live_differences(api, provider.domain, expected)


async def until_stopped(doing: Coroutine[Any, Any, int], *, check: bool) -> int:
    """Run; Ctrl-C and SIGTERM end it in due order."""
    work = asyncio.ensure_future(doing)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        _say("The demo has ended.")
        return 1 if check else 0
    except (ApiError, ClientError, OSError, ProgramFailed) as err:
        _say(f"The demo has failed: {_reason(err)}")
        return 1


def _reason(err: Exception) -> str:
    """Return why the demo has failed; a full disk shows in many ways."""
    folder = gettempdir()
    if disk_usage(folder).free < _NEEDED:
        return f"the disk of {folder} is full. Free some space, or set TMPDIR."
    return str(err) or "it takes too long"


def main() -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Run the demo.")
    parser.add_argument("--port", type=int, help="where to listen; else a free port")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--check", action="store_true", help="check and end")
    kind.add_argument(
        "--time-lapse", action="store_true", help="let a day pass in some minutes"
    )
    parser.add_argument(
        "--pause",
        type=float,
        default=_PAUSE,
        metavar="SECONDS",
        help="how long to look at each event of the time-lapse",
    )
    parser.add_argument(
        "--json", action="store_true", help="tell a program where everything is"
    )
    parser.add_argument(
        "--provider", choices=[each.domain for each in PROVIDERS], help="only this one"
    )
    options = parser.parse_args()
    only = next((x for x in PROVIDERS if x.domain == options.provider), None)
    port = options.port or free_port()
    if only and options.time_lapse:
        parser.error("a day passes for all providers together")
    if not is_free(port):
        parser.error(f"port {port} is taken: choose another one, or none")
    check: bool = options.check
    if options.time_lapse:
        doing = _lapse(port, options.pause)
    else:
        doing = _check(port, only) if check else _stay(port, only, as_json=options.json)
    return asyncio.run(until_stopped(doing, check=check))


if __name__ == "__main__":
    sys.exit(main())
