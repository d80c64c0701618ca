"""Serve one simulated cloud: `python -m tests.clouds PROVIDER --port N [--seed S] [--now ISO] [--lenient] [--mqtt-port M]`."""

import argparse
import asyncio
from importlib import import_module
import json
import signal
import sys

from .cloud import Cloud
from .control import moment
from .errors import ControlError

PROVIDERS = {
    "dominion_energy": "DominionCloud",
    "elecnova": "ElecnovaCloud",
    "emporia": "EmporiaCloud",
    "flowerhub": "FlowerhubCloud",
    "iec": "IecCloud",
}
"""Provider -> class in the package of that name."""


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.clouds", description=__doc__)
    parser.add_argument("provider", choices=sorted(PROVIDERS))
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument(
        "--mqtt-port", type=int, help="of a cloud that has a broker; 0 takes a free one"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--now", help="the cloud's time at the start, ISO with offset")
    parser.add_argument("--lenient", action="store_true")
    return parser.parse_args(arguments)


def _set_mqtt_port(cloud: Cloud, port: int) -> None:
    if cloud.mqtt_port is None:
        raise ControlError(f"{cloud.provider} has no broker")
    cloud.mqtt_port = port


async def _serve(cloud: Cloud, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await cloud.start(port)
    try:
        print(json.dumps(cloud.announcement), flush=True)  # noqa: T201  # the promised line
        await stop.wait()
    finally:
        await cloud.stop()


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    options = _arguments(arguments)
    package = import_module(f"{__package__}.{options.provider}")
    try:
        now = None if options.now is None else moment(options.now)
        cloud: Cloud = getattr(package, PROVIDERS[options.provider])(
            seed=options.seed, now=now, lenient=options.lenient
        )
        if options.mqtt_port is not None:
            _set_mqtt_port(cloud, options.mqtt_port)
        asyncio.run(_serve(cloud, options.port))
    except (ControlError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
