"""The home of a Home Assistant: its configuration folder, and its process."""

import asyncio
from asyncio.subprocess import Process
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
import json
import os
from pathlib import Path
import shutil
import socket
import sys
from typing import Any

from aiohttp import ClientSession
import bcrypt
import certifi
import yaml

from .api import HomeAssistantApi
from .program import ProgramFailed, running_program
from .simulator import ROOT

USERNAME = "demo"
PASSWORD = "demo"
TIME_ZONE = "America/New_York"
_HOST = "127.0.0.1"
_BLUEPRINTS = ROOT / "blueprints" / "automation" / "cloud_energy"
_START_SECONDS = 240

_RECORDER: dict[str, Any] = {"commit_interval": 1}
_CONFIGURATION: dict[str, Any] = {
    "homeassistant": {
        "name": "Demo home",
        "latitude": 37.54,
        "longitude": -77.44,
        "elevation": 50,
        "unit_system": "us_customary",
        "time_zone": TIME_ZONE,
        "currency": "USD",
        "country": "US",
        "language": "en",
    },
    "frontend": None,
    "config": None,
    "history": None,
    "energy": None,
    "automation": [],
}


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Tell whether nobody listens at a port."""
    with socket.socket() as probe:
        return probe.connect_ex((_HOST, port)) != 0


class Home:
    """A configuration folder in which everything is answered that is asked once."""

    def __init__(self, folder: Path, port: int) -> None:
        """Live in a folder and listen at a port."""
        self.folder = folder
        self.url = f"http://{_HOST}:{port}"
        self._port = port
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        """The number of the running process."""
        assert self._process
        return self._process.pid

    async def kill(self) -> None:
        """End the running process as a power cut does."""
        assert self._process
        self._process.kill()
        await self._process.wait()

    @property
    def storage(self) -> Path:
        """Where Home Assistant keeps what it knows."""
        return self.folder / ".storage"

    @property
    def log(self) -> Path:
        """All that the process has written, over all its starts."""
        return self.folder / "output.log"

    @property
    def _certificates(self) -> Path:
        """Whom Home Assistant trusts, if not just whom everybody trusts."""
        return self.folder / "certificates.pem"

    @property
    def integrations(self) -> Path:
        """Where Home Assistant looks for custom integrations."""
        return self.folder / "custom_components"

    def trust(self, certificate: str) -> None:
        """Trust a certificate (PEM) besides those that everybody trusts."""
        self.folder.mkdir(parents=True, exist_ok=True)
        usual = Path(certifi.where()).read_text("utf-8")
        self._certificates.write_text(f"{usual}\n{certificate}", "utf-8")

    def furnish(
        self,
        endpoints: Mapping[str, Mapping[str, str]],
        log_levels: Mapping[str, str] | None = None,
        *,
        integrations: Path | None = ROOT / "custom_components",
        database: str | None = None,
        time_zone: str = TIME_ZONE,
        has_assist: bool = False,
    ) -> None:
        """Write the configuration, a user, and that there is nothing left to set up.

        `endpoints`: where the clouds are, per provider. `integrations`: the folder of
        the custom integrations; none leaves it to be filled. `database`: the address
        of the recorder's; else it is a file in the folder. `has_assist`: whether it
        can be asked something.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if integrations:
            self.integrations.symlink_to(integrations)
        else:
            self.integrations.mkdir()
        place = {**_CONFIGURATION["homeassistant"], "time_zone": time_zone}
        configuration: dict[str, Any] = {
            **_CONFIGURATION,
            **({"assist_pipeline": None} if has_assist else {}),
            "homeassistant": place,
            "recorder": {**_RECORDER, **({"db_url": database} if database else {})},
            "logger": {"default": "warning", "logs": dict(log_levels or {})},
            "cloud_energy": {
                "endpoints": {name: dict(hosts) for name, hosts in endpoints.items()}
            },
        }
        self._configure(configuration)
        blueprints = self.folder / "blueprints" / "automation" / "cloud_energy"
        shutil.copytree(_BLUEPRINTS, blueprints)
        self._replace_missing_modules()
        self._store("onboarding", 4, 1, _ONBOARDED)
        self._store("http", 2, 2, _http_settings(self._port))
        self._store("auth_provider.homeassistant", 1, 1, {"users": [_user()]})

    @asynccontextmanager
    async def running(self, session: ClientSession) -> AsyncIterator[HomeAssistantApi]:
        """Run Home Assistant, and be logged in there.

        :raises ProgramFailed: it does not start.
        """
        async with running_program(
            _hass("-c", str(self.folder), "--skip-pip", "--log-no-color"),
            folder=self.folder,
            output=self.log,
            environment=self._environment(),
        ) as process:
            self._process = process
            api = HomeAssistantApi(session, self.url)
            ready = await api.wait_until_ready(
                _START_SECONDS, lambda: process.returncode is None
            )
            if not ready:
                what = "Home Assistant has not started"
                raise ProgramFailed.with_output(what, self.log)
            await api.sign_in(USERNAME, PASSWORD)
            # Told to stop before it has started it just ends, and saves nothing
            async with asyncio.timeout(_START_SECONDS):
                while (await api.command("get_config"))["state"] != "RUNNING":
                    await asyncio.sleep(0.2)
            # Parts that need more of the machine than this has complain at the start
            await api.call_action("persistent_notification", "dismiss_all")
            try:
                yield api
            finally:
                await api.close()

    async def automate(
        self, api: HomeAssistantApi, automations: Sequence[Mapping[str, Any]]
    ) -> None:
        """Make automations, of the project's blueprints, say, in what is running."""
        configuration = yaml.safe_load(self._configuration.read_text("utf-8"))
        self._configure({**configuration, "automation": list(automations)})
        await api.call_action("automation", "reload")

    @property
    def _configuration(self) -> Path:
        return self.folder / "configuration.yaml"

    def _configure(self, configuration: Mapping[str, Any]) -> None:
        text = yaml.safe_dump(dict(configuration), sort_keys=False)
        self._configuration.write_text(text, "utf-8")

    def _environment(self) -> dict[str, str]:
        """Return what makes Home Assistant trust others than usual."""
        path = self._certificates
        return {"REQUESTS_CA_BUNDLE": str(path)} if path.exists() else {}

    def _replace_missing_modules(self) -> None:
        """Stand in for what has to be compiled: without it the frontend stays blank.

        The voice assistant needs it, and one question of the frontend fails if the
        voice assistant can't be imported. The folder is on the import path.
        """
        for module, name in _VOICE_MODULES.items():
            if find_spec(module) is None:
                text = (
                    f'"""Not here: no voice in this home."""\n\n\nclass {name}: ...\n'
                )
                (self.folder / f"{module}.py").write_text(text, "utf-8")

    def _store(self, key: str, version: int, minor: int, data: object) -> None:
        path = self.folder / ".storage" / key
        path.parent.mkdir(exist_ok=True)
        content = {"version": version, "minor_version": minor, "key": key, "data": data}
        path.write_text(json.dumps(content), "utf-8")


# As `python -m homeassistant`. But whoever has ended in due order, with all threads,
# need not be taken apart: that takes longer than all the rest of the end.
_MAIN = """\
import atexit, os, sys

def leave():
    sys.stdout.flush()
    os._exit(codes.pop())

codes = [1]
atexit.register(leave)
from homeassistant.__main__ import main
codes.append(main())
"""
_VOICE_MODULES = {"pymicro_vad": "MicroVad", "pyspeex_noise": "AudioProcessor"}
_ONBOARDED = {"done": ["user", "core_config", "analytics", "integration"]}


def _user() -> dict[str, str]:
    """Return what `hass --script auth add` stores, which takes a start of its own."""
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(rounds=4))
    return {"username": USERNAME, "password": b64encode(hashed).decode()}


def _http_settings(port: int) -> dict[str, Any]:
    stable = {
        "server_port": port,
        "server_host": [_HOST],
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


def _hass(*arguments: str) -> tuple[str, ...]:
    # Another environment may hold another Home Assistant
    python = os.environ.get("HASS_PYTHON", sys.executable)
    return (python, "-c", _MAIN, *arguments)
