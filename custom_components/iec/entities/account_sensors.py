"""Sensors of the login: prices, and the times of its tokens."""

from collections.abc import Callable

from homeassistant.const import EntityCategory

from custom_components.cloud_energy.entities.entity import CloudSensorDescription
from custom_components.cloud_energy.entities.measures import TIMESTAMP, price
from custom_components.iec.snapshot import Snapshot

_PER_MONTH = "ILS/month"


def _monthly(
    key: str, value_fn: Callable[[Snapshot], float | None]
) -> CloudSensorDescription[Snapshot]:
    return CloudSensorDescription(
        key=key,
        native_unit_of_measurement=_PER_MONTH,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_supported_fn=lambda snapshot: value_fn(snapshot) is not None,
        value_fn=value_fn,
    )


ACCOUNT_SENSORS: tuple[CloudSensorDescription[Snapshot], ...] = (
    CloudSensorDescription(
        key="iec_kwh_tariff",
        translation_key="kwh_tariff",
        measure=price("ILS/kWh").rounded(4),
        value_fn=lambda snapshot: snapshot.tariffs.kwh,
    ),
    _monthly("distribution_tariff_1", lambda s: s.tariffs.distribution_of(1)),
    _monthly("distribution_tariff_3", lambda s: s.tariffs.distribution_of(3)),
    _monthly("delivery_tariff_1", lambda s: s.tariffs.delivery_of(1)),
    _monthly("delivery_tariff_3", lambda s: s.tariffs.delivery_of(3)),
    CloudSensorDescription(
        key="kva_tariff",
        native_unit_of_measurement="ILS/kVA/year",
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_supported_fn=lambda snapshot: snapshot.tariffs.kva is not None,
        value_fn=lambda snapshot: snapshot.tariffs.kva,
    ),
    CloudSensorDescription(
        key="access_token_expiry_time",
        translation_key="token_expires",
        measure=TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda s: s.token_times.expires_at if s.token_times else None,
    ),
    CloudSensorDescription(
        key="access_token_issued_at",
        translation_key="token_issued",
        measure=TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda s: s.token_times.issued_at if s.token_times else None,
    ),
)
