"""The demo as a visitor finds it: rooms, a dashboard per home, and a first page.

Each provider has a home of its own in `homes/<domain>.yaml`: which device is in which
room (by a part of its name), which entities are enabled there that a new home has disabled
(by the end of their unique ids), and what is on its dashboard. `{key}` there stands for
the entity whose unique id ends with it (a regular expression), and `{statistic:key}`
for the provider's statistic whose id ends with it.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
import re
from typing import Any, Final

import yaml

from .api import HomeAssistantApi
from .providers import PROVIDERS, Person, Provider

START: Final = "/demo-start"
ENERGY_HOME: Final = "emporia"
"""Whose home the Energy dashboard shows: one that has power now and devices."""

_HOMES: Final = Path(__file__).parent / "homes"
_REFERENCE: Final = re.compile(r"\{(statistic:)?(.+)\}")
_PATIENCE: Final = 120
"""Seconds until the first statistics of a history are surely there."""
_HOURS_OF_A_DAY: Final = 24
_CREDENTIALS: Final = {
    "username": "user name",
    "password": "password",
    "user_id": "ID number",
    "client_id": "client ID",
    "client_secret": "client secret",
    "base_url": "address of the API",
    "code": "code",
}
_ENERGY_CARDS: Final = (
    {
        "type": "energy-distribution",
        "title": "Today",
        "link_dashboard": True,
        "grid_options": {"columns": 9},
    },
    {
        "type": "power-sankey",
        "title": "Now",
        # Fewer columns leave room for the names
        "group_by_floor": False,
        "group_by_area": False,
        "grid_options": {"columns": 15},
    },
)
_ICONS: Final = {
    "Basement": "mdi:home-floor-b",
    "Battery container": "mdi:train-car-container",
    "Garage": "mdi:garage",
    "Kitchen": "mdi:fridge",
    "Meter cabinet": "mdi:meter-electric",
    "Roof": "mdi:home-roof",
    "Side of the house": "mdi:transmission-tower",
    "Utility room": "mdi:fuse",
}


def home(domain: str) -> dict[str, Any]:
    """Return the home of a provider as its file describes it."""
    found: dict[str, Any] = yaml.safe_load(
        (_HOMES / f"{domain}.yaml").read_text("utf-8")
    )
    return found


async def enable_entities(api: HomeAssistantApi, domain: str) -> None:
    """Enable what a home shows; Home Assistant reloads its entry some time later."""
    keys = tuple(home(domain).get("enabled", ()))
    for entity in await api.command("config/entity_registry/list"):
        if entity["platform"] == domain and entity["unique_id"].endswith(keys):
            await api.command(
                "config/entity_registry/update",
                entity_id=entity["entity_id"],
                disabled_by=None,
            )


async def open_to_visitors(
    api: HomeAssistantApi, people: Mapping[str, Iterable[Person]]
) -> None:
    """Put devices into rooms, and make the dashboards.

    `people`: the accounts of each provider's cloud; the first one is in use.

    :raises TimeoutError: something that a dashboard shows does not turn up.
    """
    providers = [each for each in PROVIDERS if each.domain in people]
    await _place_devices(api, providers)
    for provider in providers:
        await _make_dashboard(
            api,
            _address(provider.domain),
            home(provider.domain),
            await _view(api, provider.domain),
        )
    start = {"title": "Start here", "icon": "mdi:hand-wave"}
    await _make_dashboard(api, START, start, _start_view(providers, people))
    if ENERGY_HOME in people:
        await _wait_for_energy(api)
    await api.command(
        "frontend/set_system_data",
        key="core",
        value={"default_panel": START.removeprefix("/")},
    )


def _address(domain: str) -> str:
    return f"/home-{domain.replace('_', '-')}"


# Rooms


async def _place_devices(api: HomeAssistantApi, providers: Iterable[Provider]) -> None:
    domains = await _domains(api)
    devices = [
        each
        for each in await api.command("config/device_registry/list")
        if each["model"] != "Account"
    ]
    for provider in providers:
        described = home(provider.domain)
        floor = await api.command(
            "config/floor_registry/create",
            name=described["title"],
            icon=described["icon"],
        )
        rooms: dict[str, str] = {}
        for device in devices:
            if domains.get(device["primary_config_entry"]) != provider.domain:
                continue
            room = _room(described["rooms"], device["name"])
            if room not in rooms:
                area = await api.command(
                    "config/area_registry/create",
                    name=room,
                    icon=_ICONS[room],
                    floor_id=floor["floor_id"],
                )
                rooms[room] = area["area_id"]
            await api.command(
                "config/device_registry/update",
                device_id=device["id"],
                area_id=rooms[room],
            )


def _room(rooms: Mapping[str, str], name: str) -> str:
    return next(room for part, room in rooms.items() if part in name)


async def _domains(api: HomeAssistantApi) -> dict[str, str]:
    """Return the integration of each entry."""
    return {
        entry["entry_id"]: provider.domain
        for provider in PROVIDERS
        for entry in await api.entries(provider.domain)
    }


# Dashboards


async def _make_dashboard(
    api: HomeAssistantApi, path: str, described: Mapping[str, Any], view: Any
) -> None:
    url_path = path.removeprefix("/")
    await api.command(
        "lovelace/dashboards/create",
        url_path=url_path,
        title=described["title"],
        icon=described["icon"],
    )
    await api.command(
        "lovelace/config/save", url_path=url_path, config={"views": [view]}
    )


async def _view(api: HomeAssistantApi, domain: str) -> dict[str, Any]:
    """Return the view of a home, once all is there that it shows."""
    described = home(domain)
    sections = [
        _section(each["title"], each["icon"], each["cards"])
        for each in described["sections"]
    ]
    view = {"title": described["title"], "type": "sections", "max_columns": 3}
    ids: dict[str, str] = {}
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while missing := {*_references(sections)} - ids.keys():
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"not there: {', '.join(sorted(missing))} of {domain}")
        found = [await _entities(api, domain), await _statistics(api, domain)]
        ids |= _found(missing, *found)
        await asyncio.sleep(0.5)
    return {**view, "sections": _replaced(sections, ids.__getitem__)}


async def _wait_for_energy(api: HomeAssistantApi) -> None:
    """Wait until a day of each source's history is on the Energy dashboard.

    :raises TimeoutError: it does not come.
    """
    preferences = await api.command("energy/get_prefs")
    sources = [each["stat_energy_from"] for each in preferences["energy_sources"]]
    async with asyncio.timeout(_PATIENCE):
        for statistic_id in sources:
            # Those of entities begin now
            while ":" in statistic_id and (
                len(await api.statistic(statistic_id)) < _HOURS_OF_A_DAY
            ):
                await asyncio.sleep(0.5)


def _start_view(
    providers: Sequence[Provider], people: Mapping[str, Iterable[Person]]
) -> dict[str, Any]:
    look = [
        f"- **[{described['title']}]({_address(provider.domain)})**: "
        f"{described['about']}"
        for provider in providers
        for described in [home(provider.domain)]
    ]
    own = [home(provider.domain).get("try", "") for provider in providers]
    tries = "".join([*own, (_HOMES / "try.md").read_text("utf-8")])
    sections = [
        _section("Look at the homes", "mdi:home-search", [_markdown("\n".join(look))]),
        _section("Try it", "mdi:gesture-tap", [_markdown(tries)]),
    ]
    if ENERGY_HOME in people:
        title = home(ENERGY_HOME)["title"]
        sections.append(_section(title, "mdi:flash", _ENERGY_CARDS, span=2))
    accounts = [_markdown(_accounts(providers, people))]
    sections.append(_section("Accounts to add", "mdi:account-plus", accounts, span=2))
    return {
        "title": "Start here",
        "type": "sections",
        "max_columns": 2,
        "sections": sections,
    }


def _section(
    title: str, icon: str, cards: Iterable[Mapping[str, Any]], *, span: int = 1
) -> dict[str, Any]:
    """Return a section of a view that is as wide as some columns of it."""
    heading = {"type": "heading", "heading": title, "icon": icon}
    return {"type": "grid", "column_span": span, "cards": [heading, *cards]}


def _markdown(content: str) -> dict[str, Any]:
    return {"type": "markdown", "content": content, "grid_options": {"columns": "full"}}


def _accounts(
    providers: Sequence[Provider], people: Mapping[str, Iterable[Person]]
) -> str:
    """Return what to type to add a second account of each provider."""
    lines = ["In [Devices & services](/config/integrations/dashboard):", ""]
    for provider in providers:
        _, second, *_ = people[provider.domain]
        typed = [
            f"{_CREDENTIALS[field]} `{value}`"
            for step in provider.answers(second).values()
            for field, value in step.items()
            if field in _CREDENTIALS
        ]
        lines.append(f"- **{provider.title}**: {', '.join(typed)}")
    return "\n".join(lines)


async def _entities(api: HomeAssistantApi, domain: str) -> dict[str, str]:
    """Return the entities that have a state, by unique id."""
    present = {state["entity_id"] for state in await api.command("get_states")}
    return {
        each["unique_id"]: each["entity_id"]
        for each in await api.command("config/entity_registry/list")
        if each["platform"] == domain and each["entity_id"] in present
    }


async def _statistics(api: HomeAssistantApi, domain: str) -> dict[str, str]:
    return {
        each["statistic_id"]: each["statistic_id"]
        for each in await api.command("recorder/list_statistic_ids")
        if each["source"] == domain
    }


def _found(
    references: Iterable[str],
    entities: Mapping[str, str],
    statistics: Mapping[str, str],
) -> dict[str, str]:
    """Return what references stand for, as far as it is there."""
    found = {}
    for reference in references:
        parts = _REFERENCE.fullmatch(reference)
        assert parts
        pattern = re.compile(rf".*{parts[2]}")
        candidates = statistics if parts[1] else entities
        for unique_id in sorted(candidates):
            if pattern.fullmatch(unique_id):
                found[reference] = candidates[unique_id]
                break
    return found


def _references(data: Any) -> Iterable[str]:
    if isinstance(data, dict):
        data = data.values()
    if isinstance(data, str):
        if _REFERENCE.fullmatch(data):
            yield data
    elif isinstance(data, Iterable):
        for each in data:
            yield from _references(each)


def _replaced(data: Any, resolve: Callable[[str], str]) -> Any:
    if isinstance(data, dict):
        return {key: _replaced(each, resolve) for key, each in data.items()}
    if isinstance(data, list):
        return [_replaced(each, resolve) for each in data]
    if isinstance(data, str) and _REFERENCE.fullmatch(data):
        return resolve(data)
    return data
