"""The providers of the demo: one entry each."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import json
from typing import Any

from . import dominion_energy, elecnova, emporia, flowerhub, iec
from .api import Answers, HomeAssistantApi
from .simulator import ROOT, Simulator
from .truth import Known

type Person = Mapping[str, Any]
"""An account as the simulator announces it."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """How to add a provider's integration, and what it then has to import."""

    domain: str
    zone: str
    """Where most of its customers live."""
    answers: Callable[[Person], Answers]
    """What a person types into the config flow."""
    known: Callable[[Simulator, Person, datetime], Awaitable[dict[str, Known]]]
    """What the cloud tells at a time: statistic id -> what is in it."""
    dashboard: Callable[[Mapping[str, Known], Person], Collection[str]]
    """Which of these belong to the Energy dashboard."""
    dashboard_keys: Callable[[Person], Collection[str]] = lambda _: ()
    """The unique ids of entities that belong there as well."""
    checked: str = "solar_home"
    """The account whose history is checked; the demo shows the first one."""
    checked_options: Mapping[str, Any] = field(default_factory=dict)
    """The options that a check sets."""
    prepare: Callable[[Simulator, Person], Awaitable[None]] | None = None
    """What happens in the cloud before a check."""
    finish: Callable[[HomeAssistantApi, Simulator], Awaitable[None]] | None = None
    """Waits until all is imported that a check wants; else its progress tells."""
    live: (
        Callable[[Simulator, Person, datetime], Awaitable[dict[str, float]]] | None
    ) = None
    """What the cloud tells of that moment: unique id of an entity -> its state."""
    asks_for_host: bool = False
    """Whether it is typed where the cloud is; else the configuration says so."""

    @property
    def title(self) -> str:
        """The integration's name, as it is found by."""
        path = ROOT / "custom_components" / self.domain / "manifest.json"
        name: str = json.loads(path.read_text("utf-8"))["name"]
        return name

    @property
    def takes_long(self) -> bool:
        """Whether a whole history takes minutes: then a check wants less of it."""
        return bool(self.prepare or self.checked_options)


PROVIDERS = (
    Provider(
        domain="dominion_energy",
        zone="America/New_York",
        answers=dominion_energy.answers,
        known=dominion_energy.known,
        dashboard=lambda known, _: known.keys(),
    ),
    # The grid of a home with sun is asked for hour by hour: that takes minutes
    Provider(
        domain="emporia",
        zone="America/Denver",
        answers=emporia.answers,
        known=emporia.known,
        dashboard=lambda known, _: known.keys(),
        checked="plain_home",
        prepare=emporia.shorten,
        finish=emporia.finish,
    ),
    Provider(
        domain="iec",
        zone="Asia/Jerusalem",
        answers=iec.answers,
        known=iec.known,
        # The costs are in another currency than Home Assistant's.
        dashboard=lambda known, _: {x for x in known if not x.endswith("_est_cost")},
        checked="plain_home",
        checked_options=iec.CHECKED,
    ),
    Provider(
        domain="flowerhub",
        zone="Europe/Stockholm",
        answers=flowerhub.answers,
        known=flowerhub.known,
        dashboard=lambda _, person: flowerhub.dashboard(person),
    ),
    Provider(
        domain="elecnova",
        zone="Europe/Brussels",
        answers=elecnova.answers,
        known=elecnova.known,
        dashboard=lambda known, _: known.keys(),
        dashboard_keys=elecnova.dashboard_keys,
        checked="solar_site",
        finish=elecnova.finish,
        live=elecnova.live,
        asks_for_host=True,
    ),
)
