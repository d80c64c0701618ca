"""The field of the options that says which difference of a bill is worth a repair."""

from typing import Any, Final

import voluptuous as vol

from custom_components.cloud_energy.entry.bill_checks import (
    CONF_BILL_LIMIT,
    DEFAULT_BILL_LIMIT,
)

from .form_fields import number

BILL_LIMIT_FIELD: Final[dict[vol.Marker, Any]] = {
    vol.Required(CONF_BILL_LIMIT, default=DEFAULT_BILL_LIMIT): number(0, 100, 1, "%")
}
