"""Triggers and conditions about one kind of a provider's entities.

In the editor of automations a person picks a device, an area or an entity; which of
its entities is meant follows from the trigger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, override

from homeassistant.components.event import EventEntityStateAttribute
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import EntityStateConditionBase
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    TriggerConfig,
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


class _EntityTrigger(EntityTriggerBase):
    """Knows what each entity has shown last while it was available.

    So what comes while a cloud is away counts once it is back.
    """

    _kind: EntityKind
    _no_values: ClassVar[frozenset[str]] = frozenset({STATE_UNAVAILABLE})
    """States after which the first value is no news."""
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()
    _primary_entities_only = False

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Begin with what the entities show once they are known."""
        super().__init__(hass, config)
        self._latest: dict[str, Any] = {}

    def _is_wanted(self, state: State) -> bool:
        """Return whether a state is one that the trigger is about."""
        return True

    def _is_news(self, before: Any, after: Any) -> bool:
        """Return whether a wanted value comes after another one."""
        return bool(before != after)

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        found = self._kind.of(self._hass, entities)
        for state in filter(None, map(self._hass.states.get, found)):
            if state.state not in self._no_values:
                # What is known stays: the news of another value may be on its way
                value = self._get_tracked_value(state)
                self._latest.setdefault(state.entity_id, value)
        return found

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        if self._is_wanted(state):
            return True
        self._latest[state.entity_id] = self._get_tracked_value(state)
        return False

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        after = self._get_tracked_value(to_state)
        before = self._latest.get(to_state.entity_id)
        if from_state.state == STATE_UNKNOWN and STATE_UNKNOWN not in self._no_values:
            before = STATE_UNKNOWN
        self._latest[to_state.entity_id] = after
        return before is not None and self._is_news(before, after)


def becomes(of: EntityKind, wanted: str) -> type[EntityTriggerBase]:
    """Return a trigger for entities that get a state."""

    class BecomesTrigger(_EntityTrigger):
        """Fires when an entity gets the state."""

        _kind = of
        _domain_specs = of.specs
        _no_values = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})

        @override
        def _is_wanted(self, state: State) -> bool:
            return bool(self._get_tracked_value(state) == wanted)

    return BecomesTrigger


def happens(of: EntityKind, event_type: str) -> type[EntityTriggerBase]:
    """Return a trigger for events of a type."""

    class HappensTrigger(_EntityTrigger):
        """Fires with each such event."""

        _kind = of
        _domain_specs = of.specs
        _schema = ENTITY_STATE_TRIGGER_SCHEMA

        @override
        def _is_wanted(self, state: State) -> bool:
            found = state.attributes.get(EventEntityStateAttribute.EVENT_TYPE)
            return bool(found == event_type)

    return HappensTrigger


def moves_on(of: EntityKind, *, from_nothing: bool = False) -> type[EntityTriggerBase]:
    """Return a trigger for dates and times that move on to a later one.

    :param from_nothing: whether the first one after none counts as well
    """

    class MovesOnTrigger(_EntityTrigger):
        """Fires when the value is a later one."""

        _kind = of
        _domain_specs = of.specs
        _schema = ENTITY_STATE_TRIGGER_SCHEMA

        @override
        def _is_news(self, before: Any, after: Any) -> bool:
            return is_later(after, before) or (from_nothing and before == STATE_UNKNOWN)

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
