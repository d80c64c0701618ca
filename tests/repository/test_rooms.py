"""Every production module stays in its room."""

import json
from pathlib import Path

import pytest

from . import ROOT
from .rooms import breaches, modules


def plant(root: Path, module: str, code: str) -> None:
    """Write a module below a checkout's root."""
    file = root / "custom_components" / module
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code, "utf-8")


def test_every_module_stays_in_its_room() -> None:
    """No module of the repository imports what its room may not touch."""
    assert list(modules(ROOT))
    assert list(breaches(ROOT)) == []


@pytest.mark.parametrize(
    ("module", "code", "breach"),
    [
        (
            "iec/api/client.py",
            "from homeassistant.core import HomeAssistant",
            "iec.api.client imports homeassistant.core.HomeAssistant",
        ),
        (
            "iec/api/__init__.py",
            "import homeassistant.const",
            "iec.api imports homeassistant.const",
        ),
        (
            "cloud_energy/client/transport.py",
            "def send():\n    from homeassistant.util import dt",
            "cloud_energy.client.transport imports homeassistant.util.dt",
        ),
        (
            "cloud_energy/readings.py",
            "from homeassistant.components import recorder",
            "cloud_energy.readings imports homeassistant.components.recorder",
        ),
        (
            "cloud_energy/readings.py",
            "from .statistics import write",
            "cloud_energy.readings imports custom_components.cloud_energy.statistics.write",
        ),
        (
            "iec/api/client.py",
            "from ..coordinator import Coordinator",
            "iec.api.client imports custom_components.iec.coordinator.Coordinator",
        ),
        (
            "iec/api/__init__.py",
            "from .. import coordinator",
            "iec.api imports custom_components.iec.coordinator",
        ),
        (
            "iec/api/client.py",
            "import requests",
            "iec.api.client imports requests",
        ),
        (
            "cloud_energy/flow.py",
            "from custom_components.iec import api",
            "cloud_energy.flow imports custom_components.iec.api",
        ),
        (
            "cloud_energy/flow.py",
            "from custom_components import iec",
            "cloud_energy.flow imports custom_components.iec",
        ),
        (
            "iec/sensor.py",
            "from ..emporia.sensor import SENSORS",
            "iec.sensor imports custom_components.emporia.sensor.SENSORS",
        ),
        (
            "iec/__init__.py",
            "import custom_components.emporia",
            "iec imports custom_components.emporia",
        ),
        (
            "iec/const.py",
            "import custom_components",
            "iec.const imports custom_components",
        ),
        (
            "iec/const.py",
            "import os\nHOST = os.environ.get('HOST')",
            "iec.const reads the environment",
        ),
        (
            "iec/const.py",
            "from os import getenv",
            "iec.const reads the environment",
        ),
    ],
)
def test_breach_is_found(tmp_path: Path, module: str, code: str, breach: str) -> None:
    """An import that leaves its room is named."""
    plant(tmp_path, module, code)

    assert list(breaches(tmp_path)) == [breach]


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("iec/api/client.py", "import asyncio, aiohttp, mashumaro.config, yarl"),
        ("iec/api/client.py", "from . import auth\nfrom .models import Meter"),
        ("iec/api/client.py", "from custom_components.cloud_energy.client import x"),
        ("iec/api/client.py", "from ...cloud_energy.readings import Reading"),
        (
            "iec/sensor.py",
            "from custom_components.cloud_energy.entities.entity import Base",
        ),
        ("iec/sensor.py", "from homeassistant.core import x\nfrom .api import Client"),
        (
            "cloud_energy/flow.py",
            "from homeassistant.core import x\nfrom . import client",
        ),
        ("cloud_energy/bundle.py", "import os\nos.replace('a', 'b')"),
    ],
)
def test_allowed_import_is_no_breach(tmp_path: Path, module: str, code: str) -> None:
    """What a room may touch is not reported."""
    plant(tmp_path, module, code)

    assert list(breaches(tmp_path)) == []


def test_manifest_allows_a_library(tmp_path: Path) -> None:
    """An embedded client may import what its integration requires."""
    manifest = {"requirements": ["python-calamine==0.9.1"]}
    plant(tmp_path, "iec/manifest.json", json.dumps(manifest))
    plant(tmp_path, "iec/api/workbook.py", "import python_calamine")
    plant(tmp_path, "emporia/api/workbook.py", "import python_calamine")

    assert list(breaches(tmp_path)) == ["emporia.api.workbook imports python_calamine"]
