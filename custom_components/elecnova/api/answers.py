"""The forms that answers come in: bare, wrapped, refused (wire 4)."""

from typing import Any, Final

from custom_components.cloud_energy.client.call import Reply
from custom_components.cloud_energy.client.errors import Malformed, ProviderError
from custom_components.cloud_energy.client.fields import whole
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.storable import parse_json

from .errors import EmptyAnswer

_GOOD: Final = 200


def envelope_code(answer: object) -> int | None:
    """Return the status inside an answer; None if the answer is not wrapped.

    A project has a text of its own under the name `code`.
    """
    if not isinstance(answer, dict) or not {"message", "data"} & answer.keys():
        return None
    code = answer.get("code")
    return None if isinstance(code, bool) else whole(code)


def status_inside(body: bytes) -> int | None:
    """Return the status in an answer's body; None if it has none."""
    try:
        return envelope_code(parse_json(body))
    except ValueError:
        return None


async def unwrapped(reply: Reply) -> Any:
    """Return the data of a reply in any of its forms.

    :raises EmptyAnswer: there is none.
    :raises ProviderError: the status inside is none that a request can have.
    """
    if not reply.body.strip():
        raise EmptyAnswer(f"{reply.call.where} answered with nothing", status=200)
    answer = await read_json(reply)
    code = envelope_code(answer)
    if code is not None:
        if code != _GOOD:
            where = reply.call.where
            raise ProviderError(f"{where} answered {code}", status=code, code=str(code))
        return answer.get("data")
    return answer


def listed(data: object, where: str) -> list[Any]:
    """Return the entries of a list; null is an empty one.

    A list in pages may be inside an object, under `records` or `data`.

    :raises Malformed: it is something else.
    """
    if isinstance(data, dict):
        data = data.get("records", data.get("data", data))
    if data is None:
        return []
    if not isinstance(data, list):
        raise Malformed(f"{where}: a list was expected")
    return data


def total_of(data: object) -> int | None:
    """Return how many entries a list has on all pages; None if unknown."""
    if not isinstance(data, dict):
        return None
    pagination = data.get("pagination")
    counts = pagination if isinstance(pagination, dict) else data
    return whole(counts.get("total_count", counts.get("total")))
