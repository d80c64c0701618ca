"""Asks whether a cloud that fails again and again is down on purpose (wire 4.19)."""

from datetime import timedelta

from custom_components.cloud_energy.client.errors import Maintenance, ProviderError
from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.emporia.api.client import EmporiaClient

_REPEATED = 2
_EVERY = timedelta(minutes=30)


class Announcements:
    """What the provider announces while its cloud fails."""

    def __init__(self, client: EmporiaClient, connection: CloudConnection) -> None:
        """Ask through the client of an account, seldom."""
        self._client = client
        self._answers = AnswerCache()
        self._answers.net = connection.net

    async def async_explain(self, error: ProviderError, failures: int) -> None:
        """Look for the cause of an error, if it is the cloud's and not the first.

        `failures`: how many polls before this one failed.

        :raises Maintenance: the provider says that it is down on purpose.
        """
        if (error.status or 0) < 500 or failures < _REPEATED:
            return
        ask = self._client.get_maintenance
        if await self._answers.get("maintenance", ask, every=_EVERY):
            raise Maintenance("Emporia announces maintenance") from error
