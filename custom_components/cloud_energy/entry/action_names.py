"""Fields of actions that had other names: users' automations keep working."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

ATTR_END: Final = "end"
ATTR_START: Final = "start"

EARLIER_RANGE: Final = {"start_date": ATTR_START, "end_date": ATTR_END}


def action_schema(
    fields: Mapping[Any, Any], earlier: Mapping[str, str] | None = None
) -> vol.All[Any]:
    """Return the schema of an action.

    :param earlier: today's names of its fields, by those that they had before
    """
    renamed = earlier or {}

    def rename(data: Mapping[str, Any]) -> dict[str, Any]:
        return {renamed.get(key, key): value for key, value in data.items()}

    return vol.All(rename, vol.Schema(dict(fields)))
