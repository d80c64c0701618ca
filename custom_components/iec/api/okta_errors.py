"""What the login service's errors mean (wire 3.7)."""

from collections.abc import Mapping
from typing import Any, Final

from custom_components.cloud_energy.client.call import Reply
from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    CloudError,
    CodeExpired,
    CodeRejected,
    ProviderError,
    RateLimited,
    SessionExpired,
)
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.retry import asked_pause
from custom_components.cloud_energy.client.wire import text

from .errors import NotRegistered

_GOES_ON: Final = frozenset({"", "UNAUTHENTICATED", "MFA_REQUIRED"})
_WAITS: Final = frozenset({"MFA_CHALLENGE", "SUCCESS"})
_PAUSES: Final = frozenset({"E0000047", "E0000109", "E0000118"})
_UNKNOWN_USER: Final = frozenset({"E0000001", "E0000004", "E0000007"})
_DEAD: Final = frozenset({"invalid_grant", "E0000011"})


async def check(reply: Reply, *, begins: bool = False) -> None:
    """Raise what a refusal means; `begins`: it is the answer to a user's name.

    :raises CodeRejected: the code is wrong.
    :raises CodeExpired: the attempt is too old.
    :raises AccountLocked: the login is locked.
    :raises RateLimited: another code was requested too soon.
    :raises NotRegistered: nobody has this name.
    :raises ProviderError: anything else.
    """
    if reply.status == 200:
        return
    where, status = reply.call.where, reply.status
    code = text((await _read(reply)).get("errorCode"))
    known: dict[str, CloudError] = {
        "E0000068": CodeRejected(),
        "E0000011": CodeExpired("The attempt has expired"),
        "E0000069": AccountLocked(f"{where} reports a locked login"),
    }
    if code in _PAUSES:
        after = asked_pause(reply.headers)
        raise RateLimited(f"{where} is limiting requests", retry_after=after)
    if begins and code in _UNKNOWN_USER:
        raise NotRegistered(f"{where} knows no such login")
    raise known.get(code) or ProviderError(
        f"{where} answered {status}", status=status, code=code or None
    )


def check_status(answer: Mapping[str, Any]) -> None:
    """Raise what the state of an attempt means.

    :raises AccountLocked: the login is locked.
    :raises ProviderError: it is a state in which no code helps.
    """
    status = text(answer.get("status")).upper()
    if status == "LOCKED_OUT":
        raise AccountLocked("The login is locked")
    if status not in _GOES_ON | _WAITS:
        raise ProviderError("The login is in another state", code=status[:40])


async def check_tokens(reply: Reply) -> None:
    """Raise what a refusal of the token endpoint means.

    :raises SessionExpired: what was traded is proven to be dead.
    :raises ProviderError: anything else, which may pass on its own.
    """
    if reply.status == 200:
        return
    answer = await _read(reply)
    where = reply.call.where
    code = text(answer.get("error")) or text(answer.get("errorCode"))
    if code in _DEAD:
        raise SessionExpired(f"{where} answered {code}")
    raise ProviderError(
        f"{where} answered {reply.status}", status=reply.status, code=code or None
    )


async def _read(reply: Reply) -> dict[str, Any]:
    """Return the body of a refusal; empty for anything but an object."""
    try:
        answer = await read_json(reply)
    except CloudError:
        return {}
    return answer if isinstance(answer, dict) else {}
