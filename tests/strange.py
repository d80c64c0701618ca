"""Every question to a cloud meets every kind of strangeness (see `tests.clouds.strange`).

The kinds are in the simulators, so that the demo and other clients can meet them too. Here is what has to hold for
each of them, whichever provider it is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
import gc
from threading import get_ident
from time import thread_time
from traceback import extract_tb
from typing import Final
from unittest.mock import patch

from homeassistant.helpers.json import json_bytes

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CloudError,
    CodeRequired,
)
from custom_components.cloud_energy.client.storable import LARGEST
from tests.clouds import Cloud
from tests.clouds.strange import KINDS, SOMEWHERE

MAX_SECONDS: Final = 0.05
"""How long nothing else may be done meanwhile."""

type Ask = Callable[[], Awaitable[object]]

SEEDS: Final[Mapping[str, tuple[int | None, ...]]] = {
    kind: (None, 0) if kind in SOMEWHERE else (None,) for kind in KINDS
}
"""Each kind everywhere in an answer, and if it can be at one place of it as well."""


async def findings(
    cloud: Cloud,
    questions: Mapping[str, Ask],
    kind: str,
    *,
    refused: Container[str] = (),
) -> list[str]:
    """Ask all questions while the cloud is strange, and once more when it is not.

    An answer is one that every store can hold, an error is of the error tree and no
    word about the user, and afterwards all are answered again, but those that are
    `refused` in ordinary times, too. None keeps the event loop from other work, as
    far as it is not the cloud's own (see `running_apart`). Returns what is not so.
    """
    found = []
    for seed in SEEDS[kind]:
        for name, ask in questions.items():
            cloud.faults.add(endpoint="*", kind="strange", strange=kind, seed=seed)
            found += [f"{name} ({seed}): {each}" for each in await _judged(ask)]
            cloud.faults.clear()
    for name, ask in questions.items():
        error = await _error_of(ask)
        if error and name not in refused:
            found.append(f"{name}: not healed: {error!r}")
    return found


async def _error_of(ask: Ask) -> CloudError | None:
    try:
        await ask()
    except CloudError as err:
        return err
    return None


async def _judged(ask: Ask) -> list[str]:
    with longest_step() as step:
        answer = await _answer_of(ask)
        # What follows here is not part of the last step
        await asyncio.sleep(0)
    found = list(_unwanted(answer))
    if step.seconds > MAX_SECONDS:
        found.append(f"the event loop is held for {step.seconds * 1000:.0f} ms")
    return found


async def _answer_of(ask: Ask) -> object:
    try:
        return await ask()
    except Exception as err:  # noqa: BLE001  # just what must not be is looked for
        return err


def _unwanted(answer: object) -> Iterator[str]:
    match answer:
        case CodeRequired():
            return  # A login goes on.
        case AuthFailed():
            yield f"a word about the user: {answer!r}"
        case CloudError():
            return
        case Exception():
            frame = extract_tb(answer.__traceback__)[-1]
            where = f"{frame.filename}:{frame.lineno}"
            yield f"outside of the tree: {answer!r:.80} at {where}"
        case _:
            yield from unstorable(answer)


def unstorable(value: object, where: str = "") -> Iterator[str]:
    """Yield where something is that Home Assistant, a database or a browser refuses."""
    match value:
        case bool() | None | timedelta() | bytes():
            return
        case str():
            yield from _unstorable_text(value, where)
        case int() | float():
            if not -LARGEST <= value <= LARGEST:
                yield f"{where}: a number out of bounds"
        case datetime():
            if value.tzinfo and not 1900 < value.astimezone(UTC).year < 2201:
                yield f"{where}: a time out of bounds"
        case date():
            if not 1900 < value.year < 2201:
                yield f"{where}: a day out of bounds"
        case Mapping():
            for key, each in value.items():
                yield from unstorable(key, f"{where}<key>")
                yield from unstorable(each, f"{where}.{key!r}")
        case list() | tuple() | set() | frozenset():
            for at, each in enumerate(value):
                yield from unstorable(each, f"{where}[{at}]")
        case _ if is_dataclass(value):
            for each in fields(value):
                inside = getattr(value, each.name)
                yield from unstorable(inside, f"{where}.{each.name}")


def _unstorable_text(value: str, where: str) -> Iterator[str]:
    if any(character in value for character in "\0\x1b\x7f\x85"):
        yield f"{where}: a control character"
    try:
        json_bytes(value)
    except TypeError, ValueError:
        yield f"{where}: half a character"


@dataclass
class Step:
    """The longest that the event loop was at one thing without a pause."""

    seconds: float = 0.0


@contextmanager
def longest_step() -> Iterator[Step]:
    """Measure this thread's event loop.

    In seconds of the processor: what else the machine does changes nothing. Garbage
    is not collected meanwhile, as that takes its time whoever makes it necessary.
    """
    step, thread, run = (
        Step(),
        get_ident(),
        asyncio.Handle._run,
    )  # asyncio has no other way to see its steps

    def timed(handle: asyncio.Handle) -> None:
        began = thread_time()
        run(handle)
        if get_ident() == thread:
            step.seconds = max(step.seconds, thread_time() - began)

    gc.disable()
    try:
        with patch.object(asyncio.Handle, "_run", timed):
            yield step
    finally:
        gc.enable()
