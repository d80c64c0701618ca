"""The demo: a Home Assistant that is set up against simulated clouds.

Usage: scripts/demo [--port PORT]    stay until Ctrl-C
       scripts/demo --check          check the imported history and end
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
import signal
import sys
from tempfile import TemporaryDirectory

from aiohttp import ClientSession

from .api import ApiError, HomeAssistantApi
from .check import dashboard_differences, differences, log_differences
from .home import PASSWORD, USERNAME, Home, free_port, is_free
from .program import ProgramFailed
from .providers import PROVIDERS, Provider
from .simulator import Simulator, running_simulator
from .truth import Known

_IMPORT_SECONDS = 180


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # a program that speaks to its user


async def add_provider(
    api: HomeAssistantApi, provider: Provider, simulator: Simulator
) -> None:
    """Add the first account of a provider by its config flow.

    :raises ApiError: the flow does not end in an entry.
    """
    step = await api.start_flow(provider.domain)
    step = await api.walk(step, provider.answers(simulator.accounts[0]))
    if step["type"] != "create_entry":
        raise ApiError(f"The flow of {provider.domain} ended with {step}")


async def wait_for_import(
    api: HomeAssistantApi, domain: str, seconds: float = _IMPORT_SECONDS
) -> None:
    """Wait until all history of an integration is in the recorder.

    :raises TimeoutError: it takes too long.
    """
    async with asyncio.timeout(seconds):
        while True:
            states = await api.states(domain, "import_progress")
            if states and all(state == "100" for state in states):
                return
            await asyncio.sleep(0.3)


@asynccontextmanager
async def _running_demo(
    port: int, *, frozen: bool
) -> AsyncIterator[tuple[HomeAssistantApi, Home, Mapping[str, Simulator]]]:
    """Run everything, with an entry of every provider.

    `frozen`: the clouds' clocks stand still, so that they publish nothing meanwhile.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="demo-")))
        session = await stack.enter_async_context(ClientSession())
        simulators: dict[str, Simulator] = {}
        for provider in PROVIDERS:
            running = running_simulator(session, provider.domain, folder)
            simulator = await stack.enter_async_context(running)
            if frozen:
                await simulator.set_clock(datetime.now(UTC), frozen=True)
            simulators[provider.domain] = simulator
        home = Home(folder / "home", port)
        await home.furnish({name: each.hosts for name, each in simulators.items()})
        _say("Starting Home Assistant ...")
        api = await stack.enter_async_context(home.running(session))
        for provider in PROVIDERS:
            _say(f"Adding {provider.domain} ...")
            await add_provider(api, provider, simulators[provider.domain])
            await wait_for_import(api, provider.domain)
        yield api, home, simulators


async def _stay(port: int) -> int:
    async with _running_demo(port, frozen=False) as (_, home, _):
        _say(f"\n  {home.url}\n  user: {USERNAME}   password: {PASSWORD}\n")
        _say("The Energy dashboard shows the imported history. Ctrl-C ends the demo.")
        await asyncio.Event().wait()
    return 0


async def _check(port: int) -> int:
    async with _running_demo(port, frozen=True) as (api, home, simulators):
        known: dict[str, Known] = {}
        for provider in PROVIDERS:
            simulator = simulators[provider.domain]
            person = simulator.accounts[0]
            known |= await provider.known(simulator, person, datetime.now(UTC))
        for statistic_id, series in known.items():
            _say(f"Comparing {len(series.rows())} rows of {statistic_id} ...")
        wrong = await differences(api, known)
        wrong += await dashboard_differences(api, known)
        wrong += log_differences(home.log)
    for problem in wrong:
        _say(f"WRONG  {problem}")
    _say("The check has failed." if wrong else "Everything is as it should be.")
    return 1 if wrong else 0


async def _until_stopped(port: int, *, check: bool) -> int:
    """Run; Ctrl-C and SIGTERM end it in due order."""
    work = asyncio.ensure_future(_check(port) if check else _stay(port))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        _say("The demo has ended.")
        return 1 if check else 0
    except (ApiError, ProgramFailed, TimeoutError) as err:
        _say(f"The demo has failed: {err or 'the import takes too long'}")
        return 1


def main() -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Run the demo.")
    parser.add_argument("--port", type=int, help="where to listen; else a free port")
    parser.add_argument("--check", action="store_true", help="check and end")
    options = parser.parse_args()
    port = options.port or free_port()
    if not is_free(port):
        parser.error(f"port {port} is taken: choose another one, or none")
    return asyncio.run(_until_stopped(port, check=options.check))


if __name__ == "__main__":
    sys.exit(main())
