"""How long the code of each integration takes to be loaded."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
import sys

from .figure import Figure

_CHECKOUT = Path(__file__).parent.parent.parent
_LIMIT = 0.5
_ROUNDS = 3

_PROGRAM = """
from importlib import import_module
import sys
from time import perf_counter

# What a Home Assistant has loaded anyway
import homeassistant.bootstrap
import homeassistant.components.binary_sensor
import homeassistant.components.energy.data
import homeassistant.components.recorder.statistics
import homeassistant.components.sensor
import homeassistant.helpers.selector

began = perf_counter()
for name in sys.argv[1:]:
    import_module(name)
print(perf_counter() - began)
"""


async def measure() -> Sequence[Figure]:
    """Load all modules of each integration in a new Python, with its libraries."""
    return [
        await _load(folder)
        for folder in sorted((_CHECKOUT / "custom_components").iterdir())
        if (folder / "manifest.json").exists()
    ]


async def _load(folder: Path) -> Figure:
    modules = list(_modules(folder))
    took = min([await _run(modules) for _ in range(_ROUNDS)])
    return Figure(
        f"Loading {folder.name}",
        f"{took * 1000:.0f} ms, all {len(modules)} modules, in the executor",
        f"< {_LIMIT * 1000:.0f} ms",
        took < _LIMIT,
    )


def _modules(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(_CHECKOUT).with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__")


async def _run(modules: Sequence[str]) -> float:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", _PROGRAM, *modules),
        cwd=_CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return float(output)
