"""The places of entities: channels of the main coordinator, devices of the other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from homeassistant.exceptions import ServiceValidationError

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    Place,
)
from custom_components.cloud_energy.entry.policy import command_errors
from custom_components.emporia.api.errors import NotFound, RateOutOfRange
from custom_components.emporia.const import DOMAIN
from custom_components.emporia.coordinators.status import StatusCoordinator
from custom_components.emporia.devices import device_link
from custom_components.emporia.runtime import EmporiaConfigEntry
from custom_components.emporia.status import ChargerState, StatusSnapshot
from custom_components.emporia.texts import Message

type EntityFactory = Callable[..., CloudEntity[StatusSnapshot, Any]]


def status_candidates[PartT](
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[PartT]],
    gids: Iterable[int],
    part_fn: Callable[[StatusSnapshot, int], PartT | None],
) -> list[Candidate[StatusSnapshot]]:
    """Return the entities of devices, each showing its part of the snapshot."""

    def place(gid: int) -> Place[StatusSnapshot, PartT]:
        return Place(
            key=str(gid),
            device=device_link(gid),
            part_fn=lambda snapshot: part_fn(snapshot, gid),
        )

    return [
        Candidate(kind, place(gid), description)
        for gid in gids
        for description in descriptions
    ]


def charger_candidates(
    snapshot: StatusSnapshot,
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[ChargerState]],
) -> list[Candidate[StatusSnapshot]]:
    """Return entities of all chargers."""
    return status_candidates(
        kind, descriptions, snapshot.chargers, lambda s, gid: s.chargers.get(gid)
    )


class CommandEntity[PartT](CloudEntity[StatusSnapshot, PartT]):
    """An entity that can be commanded."""

    coordinator: StatusCoordinator

    @property
    def gid(self) -> int:
        """The device that is commanded."""
        return int(self.place.key)


@contextmanager
def device_errors(entry: EmporiaConfigEntry) -> Iterator[None]:
    """Turn errors of a command into what its user reads.

    :raises ServiceValidationError: the command itself was wrong.
    :raises HomeAssistantError: it was not done.
    """
    with command_errors(entry.runtime_data.coordinator.hass, entry):
        try:
            yield
        except RateOutOfRange as err:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=Message.RATE_OUT_OF_RANGE,
                translation_placeholders={
                    "least": str(err.minimum),
                    "most": str(err.maximum),
                },
            ) from err
        except NotFound as err:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key=Message.DEVICE_NOT_FOUND
            ) from err
