"""What gives requests their credentials."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, override

from .call import Call, Reply


@dataclass(frozen=True)
class Grant:
    """What makes one request an authorized one."""

    headers: Mapping[str, str] = field(repr=False)
    token: object = field(default=None, repr=False)
    """The token behind it, to identify which one was rejected."""


class Authorizer(Protocol):
    """Gives requests their credentials and replaces rejected ones."""

    replacements: int = 1
    """How often the credentials of one request are replaced at most."""

    async def authorize(self, call: Call) -> Grant:
        """Return the credentials for this call, renewed first if they are old.

        :raises CloudError: none are available.
        """

    async def replace(self, call: Call, rejected: Grant) -> Grant:
        """Return other credentials than the rejected ones.

        :raises CloudError: none are available.
        """

    def is_rejection(self, reply: Reply) -> bool:
        """Return whether the cloud rejects the credentials in this reply."""


class _Nobody(Authorizer):
    """Leaves requests as they are: anybody may send them."""

    replacements = 0

    @override
    async def authorize(self, call: Call) -> Grant:
        return Grant({})

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        return rejected

    @override
    def is_rejection(self, reply: Reply) -> bool:
        return False


NOBODY: Final = _Nobody()


def with_grant(call: Call, grant: Grant) -> Call:
    """Return the call with its credentials."""
    return replace(call, headers={**call.headers, **grant.headers})
