"""Metadata of model fields for what clouds send loosely: texts, numbers, null."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from mashumaro import field_options

from .errors import Malformed
from .shapes import kind_of, safe_name
from .storable import is_sensible, storable_name
from .wire import FLAGS, WireModel, flag, known, note, number, text

_MAX_MEMBERS: Final = 12
_MAX_ENTRIES: Final = 2000
"""More objects than any honest list has: all of Israel's cities are some 1,300."""
LONGEST_SERIES: Final = 5_000
"""Three days of minutes, and more; a point is read faster than other objects."""
_MAX_BAD: Final = 500
"""Without a single good one among them nothing is going to come."""


PERSONAL: Final = "personal"


def personal(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Mark what only the user is concerned with: no answer that is stored holds it.

    :param metadata: of the field, which has a default
    """
    return {**metadata, PERSONAL: True}


def as_text(alias: str) -> dict[str, Any]:
    """A text; empty for null."""
    return read_by(text, alias)


def as_name(alias: str) -> dict[str, Any]:
    """A text that becomes a name: of one line, and not too long for one."""
    return read_by(lambda value: storable_name(text(value)), alias)


def as_number(alias: str) -> dict[str, Any]:
    """A number; None for nothing and for no number."""
    return read_by(number, alias)


def as_int(alias: str) -> dict[str, Any]:
    """A whole number; None for nothing and for no number."""
    return read_by(whole, alias)


def as_id(alias: str) -> dict[str, Any]:
    """A whole number without which the object is of no use."""
    return read_by(_present, alias)


def as_flag(alias: str) -> dict[str, Any]:
    """A truth value; None for nothing and for anything else."""
    return read_by(flag, alias) | known(*FLAGS)


def as_time(alias: str) -> dict[str, Any]:
    """An aware time in UTC from ISO text; None for nothing and for prose."""
    return read_by(read_time, alias)


def as_model(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """An object; None for nothing, and for one that can't be read, which is counted."""

    def read(value: object) -> WireModel | None:
        entries = [] if value is None else [value]
        found = good_members(entries, model.read, model.__name__, is_part=True)
        return found[0] if found else None

    return read_by(read, alias)


def as_list(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """A list of objects without which the whole is of no use, see `read_list`."""
    return read_by(lambda value: read_list(value, model), alias)


def as_parts(alias: str, model: type[WireModel]) -> dict[str, Any]:
    """A list of objects that the whole can do without, see `read_list`."""
    return read_by(lambda value: read_list(value, model, is_part=True), alias)


def read_by(read: Callable[[Any], Any], alias: str) -> dict[str, Any]:
    """What a function makes of it."""
    return field_options(alias=alias, deserialize=read)


def read_list[ModelT: WireModel](
    value: object, model: type[ModelT], *, is_part: bool = False
) -> list[ModelT]:
    """Read a list of objects, as `good_members` does; null is an empty one.

    :raises Malformed: it is no list, or none of its objects can be read.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{model.__name__}: a list was expected")
    return good_members(value, model.read, model.__name__, is_part=is_part)


def good_members[T](
    entries: Collection[Any],
    read: Callable[[Any], T],
    name: str,
    *,
    is_part: bool = False,
    maximum: int = _MAX_ENTRIES,
) -> list[T]:
    """Read each entry; one that can't be read costs only itself.

    It is left out and counted under `name`, with its shape. `is_part`: they are a
    part of something that counts without them, and a lone one is left out as well.

    `maximum`: how many there can be at most.

    :raises Malformed: there are entries, and none of them can be read, or there are
        more than any cloud has.
    """
    if len(entries) > maximum:
        raise Malformed(f"{name}: a list of {len(entries)} entries")
    found: list[T] = []
    errors: list[Malformed] = []
    for entry in entries:
        try:
            found.append(read(entry))
        except Malformed as err:
            errors.append(err)
            note(f"{name} left out: {_outline(entry)}")
            if len(errors) >= _MAX_BAD and not found:
                break
    if len(errors) > is_part and not found:
        raise errors[0]
    return found


def whole(value: object) -> int | None:
    """Read a whole number that may be sent as text."""
    found = number(value)
    return None if found is None else int(found)


def read_time(value: object) -> datetime | None:
    """Read an ISO time; one without a zone is taken as UTC."""
    moment = read_iso(value)
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def read_iso(value: object) -> datetime | None:
    """Read an ISO time as it is sent, with a zone or naive; None if none is meant."""
    try:
        moment = (
            datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        )
    except ValueError:
        return None
    return moment if moment and is_sensible(moment) else None


def from_timestamp(seconds: float | None) -> datetime | None:
    """Return the time so many seconds after 1970, in UTC; None if none is meant."""
    try:
        moment = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except ValueError, OverflowError, OSError:
        return None
    return moment if moment and is_sensible(moment) else None


def _present(value: object) -> int:
    found = whole(value)
    if found is None:
        raise ValueError("A whole number was expected")
    return found


def _outline(entry: object) -> str:
    """Describe an object by the names and kinds of its members."""
    if not isinstance(entry, dict):
        return kind_of(entry)
    members = (f"{safe_name(key)}: {kind_of(value)}" for key, value in entry.items())
    return "{" + ", ".join(islice(members, _MAX_MEMBERS)) + "}"
