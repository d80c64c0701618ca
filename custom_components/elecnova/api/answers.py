"""The forms that answers come in: bare, wrapped, refused (sheet 4)."""

from typing import Any, Final

from custom_components.cloud_energy.client.call import Reply
from custom_components.cloud_energy.client.errors import (
    Malformed,
    ProviderError,
    RateLimited,
)
from custom_components.cloud_energy.client.fields import whole

from .errors import AddressNotAllowed, EmptyAnswer

_GOOD: Final = 200


def envelope_code(answer: object) -> int | None:
    """Return the status inside an answer; None if the answer is not wrapped.

    A project has a text of its own under the name `code`.
    """
    if not isinstance(answer, dict) or not {"message", "data"} & answer.keys():
        return None
    code = answer.get("code")
    return None if isinstance(code, bool) else whole(code)


async def unwrapped(reply: Reply) -> Any:
    """Return the data of a reply in any of its forms.

    :raises EmptyAnswer: there is none.
    :raises RateLimited: the status inside says so.
    :raises AddressNotAllowed: likewise.
    :raises ProviderError: any other bad status inside.
    """
    if not reply.body.strip():
        raise EmptyAnswer(f"{reply.call.where} answered with nothing", status=200)
    answer = await reply.json()
    code = envelope_code(answer)
    if code is not None:
        check_code(code, reply.call.where)
        return answer.get("data")
    if isinstance(answer, dict) and {"data", "pagination"} <= answer.keys():
        return answer["data"]
    return answer


def check_code(code: int, where: str) -> None:
    """Raise what a status inside an answer means, if it is a bad one.

    :raises RateLimited: 429.
    :raises AddressNotAllowed: 403.
    :raises ProviderError: any other.
    """
    if code == _GOOD:
        return
    if code == 429:
        raise RateLimited(f"{where} asks for a pause")
    if code == 403:
        raise AddressNotAllowed(f"{where} is not permitted (403)")
    raise ProviderError(f"{where} answered {code}", status=code, code=str(code))


def listed(data: object, where: str) -> list[Any]:
    """Return the entries of a list; null is an empty one.

    The provider's own document has the list inside an object, under `records`.

    :raises Malformed: it is something else.
    """
    if isinstance(data, dict) and "records" in data:
        data = data["records"]
    if data is None:
        return []
    if not isinstance(data, list):
        raise Malformed(f"{where}: a list was expected")
    return data
