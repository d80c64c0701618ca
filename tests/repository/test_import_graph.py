"""Nothing is imported in circles, and the figures are right."""

from pathlib import Path

import pytest

from scripts.import_graph import graph_of, main

from . import ROOT
from .providers import names_of


def plant(folder: Path, **modules: str) -> Path:
    """Write the modules of an integration; two underscores stand for a folder."""
    for name, code in modules.items():
        file = folder / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, "utf-8")
    return folder


@pytest.mark.parametrize("domain", ["cloud_energy", *names_of(ROOT)])
def test_there_is_no_circle(domain: str) -> None:
    """Each module can be understood without those that need it."""
    graph = graph_of(ROOT / "custom_components" / domain)
    assert graph.count
    assert graph.circles() == []


def test_circle_is_found(tmp_path: Path) -> None:
    """Through others and for types only, too; whoever leads to it is no part of it."""
    folder = plant(
        tmp_path / "sample",
        api__client="if TYPE_CHECKING:\n    from ..const import DOMAIN",
        const="from custom_components.sample import models",
        models="from .api.client import Client",
        sensor="from . import models",
    )
    assert graph_of(folder).circles() == [[("api", "client"), ("const",), ("models",)]]


def test_figures(tmp_path: Path) -> None:
    """Folders are rooms; what is imported from elsewhere is no arrow."""
    folder = plant(
        tmp_path / "sample",
        api__client="import aiohttp\nfrom .models import Meter",
        api__models="from dataclasses import dataclass",
        sensor="from .api.client import Client\nfrom .api.models import Meter",
    )
    graph = graph_of(folder)
    assert (len(graph.arrows), graph.count) == (3, 3)
    assert (len(graph.rooms.arrows), graph.rooms.count) == (2, 1)


def test_program_prints_all(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each integration."""
    main([])
    printed = capsys.readouterr().out
    assert all(domain in printed for domain in names_of(ROOT))
