"""Triggers and conditions about one kind of a provider's entities.

In the editor of automations a person picks a device, an area or an entity; which of
its entities is meant follows from the trigger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, override

from homeassistant.components.event import EventEntityStateAttribute
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import EntityStateConditionBase
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTargetStateTriggerBase,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
)

from custom_components.cloud_energy.helpers.moments import is_later


@dataclass(frozen=True, kw_only=True)
class EntityKind:
    """The entities of a provider that show the same."""

    integration: str
    platform: Platform
    key: str
    """What their unique ids end with: the key of their description."""
    attribute: str | None = None
    """Where the value is, if it is not the state."""

    @property
    def specs(self) -> Mapping[str, DomainSpec]:
        """How Home Assistant finds their values."""
        return {self.platform.value: DomainSpec(value_source=self.attribute)}

    def of(self, hass: HomeAssistant, entities: set[str]) -> set[str]:
        """Return those of some entities that are of this kind."""
        registry = er.async_get(hass)
        items = filter(None, map(registry.async_get, entities))
        return {item.entity_id for item in items if self._is_one(item)}

    def _is_one(self, item: er.RegistryEntry) -> bool:
        return (
            item.platform == self.integration
            and item.domain == self.platform
            and item.unique_id.endswith(f"_{self.key}")
        )


def becomes(of: EntityKind, state: str) -> type[EntityTriggerBase]:
    """Return a trigger for entities that get a state."""

    class BecomesTrigger(EntityTargetStateTriggerBase):
        """Fires when an entity gets the state."""

        _domain_specs = of.specs
        _to_states = {state}
        _primary_entities_only = False

        @override
        def entity_filter(self, entities: set[str]) -> set[str]:
            return of.of(self._hass, entities)

    return BecomesTrigger


def happens(of: EntityKind, event_type: str) -> type[EntityTriggerBase]:
    """Return a trigger for events of a type."""

    class HappensTrigger(StatelessEntityTriggerBase):
        """Fires with each such event."""

        _domain_specs = of.specs

        @override
        def entity_filter(self, entities: set[str]) -> set[str]:
            return of.of(self._hass, entities)

        @override
        def is_valid_state(
            self, state: State, report_not_triggered: NotTriggeredReasonReporter
        ) -> bool:
            found = state.attributes.get(EventEntityStateAttribute.EVENT_TYPE)
            return bool(found == event_type)

    return HappensTrigger


def moves_on(of: EntityKind, *, from_nothing: bool = False) -> type[EntityTriggerBase]:
    """Return a trigger for dates and times that move on to a later one.

    :param from_nothing: whether the first one after none counts as well
    """
    nothing = (
        {STATE_UNAVAILABLE} if from_nothing else {STATE_UNAVAILABLE, STATE_UNKNOWN}
    )

    class MovesOnTrigger(EntityTriggerBase):
        """Fires when the value is a later one."""

        _domain_specs = of.specs
        _schema = ENTITY_STATE_TRIGGER_SCHEMA
        _excluded_from_states: ClassVar[frozenset[str]] = frozenset(nothing)
        _primary_entities_only = False

        @override
        def entity_filter(self, entities: set[str]) -> set[str]:
            return of.of(self._hass, entities)

        @override
        def is_valid_transition(self, from_state: State, to_state: State) -> bool:
            before = self._get_tracked_value(from_state)
            after = self._get_tracked_value(to_state)
            if from_nothing and before == STATE_UNKNOWN:
                return True
            return is_later(after, before)

    return MovesOnTrigger


def shows(of: EntityKind, state: str) -> type[EntityStateConditionBase]:
    """Return a condition for entities that have a state."""

    class ShowsCondition(EntityStateConditionBase):
        """Is met while an entity has the state."""

        _domain_specs = of.specs
        _states = {state}
        _primary_entities_only = False

        @override
        def entity_filter(self, entities: set[str]) -> set[str]:
            return of.of(self._hass, entities)

    return ShowsCondition
