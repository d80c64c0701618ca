"""Every question to a cloud meets every kind of strangeness (see `tests.clouds.strange`).

The kinds are in the simulators, so that the demo and other clients can meet them too. Here is what has to hold for
each of them, whichever provider it is.
"""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Container,
    Iterator,
    Mapping,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
import gc
from time import perf_counter
from traceback import extract_tb
from typing import Final

from homeassistant.helpers.json import json_bytes

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CloudError,
    CodeRequired,
)
from custom_components.cloud_energy.client.storable import LARGEST
from tests.clouds import Cloud
from tests.clouds.strange import KINDS, SOMEWHERE

_BEAT: Final = 0.005

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
    `refused` in ordinary times, too. Returns what of that is not so.
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
    try:
        return list(unstorable(await ask()))
    except CodeRequired:
        return []  # A login goes on.
    except AuthFailed as err:
        return [f"a word about the user: {err!r}"]
    except CloudError:
        return []
    except Exception as err:  # noqa: BLE001  # just what must not be is looked for
        frame = extract_tb(err.__traceback__)[-1]
        return [f"outside of the tree: {err!r:.80} at {frame.filename}:{frame.lineno}"]


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
class Heart:
    """Beats every few milliseconds and notes the longest it was kept from it."""

    longest: float = 0.0

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat while the context lasts; the garbage collector looks at nothing old."""
        gc.collect()
        gc.freeze()
        task = asyncio.ensure_future(self._beat())
        try:
            yield
        finally:
            task.cancel()
            gc.unfreeze()

    async def _beat(self) -> None:
        while True:
            began = perf_counter()
            await asyncio.sleep(_BEAT)
            self.longest = max(self.longest, perf_counter() - began - _BEAT)
