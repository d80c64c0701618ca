"""How the rules report what a schema refuses."""

from collections.abc import Iterator
from typing import Any

import voluptuous as vol


def refusals(schema: vol.Schema, value: Any, file: str) -> Iterator[str]:
    """Yield each complaint of a schema about the content of a file."""
    try:
        schema(value)
    except vol.MultipleInvalid as err:
        for error in err.errors:
            place = ".".join(str(part) for part in error.path)
            yield f"{file}: {place}: {error.msg}"
    except vol.Invalid as err:
        yield f"{file}: {err}"
