"""What every client does with its login, whatever it asks of its cloud."""

from .session import LoginSession


class CloudClient[LoginT]:
    """One account and what it may ask.

    Every method raises the errors of `cloud_energy.client.errors`: `AuthFailed` only
    where the user must act, `NotPermitted` where one resource is refused, and other
    `CloudError`s for what may pass on its own.
    """

    _auth: LoginSession[LoginT]
    """Set by each client before anything is asked."""

    @property
    def login(self) -> LoginT | None:
        """The login as it is stored, fresh or not."""
        return self._auth.login

    async def sign_in(self) -> LoginT:
        """Sign in with the credentials.

        :raises CodeRequired: its handler sends and takes the code, and ends the login.
        :raises AuthFailed: refused; the client's `errors` say what the user can do.
        """
        return await self._auth.sign_in()

    async def refresh(self) -> LoginT:
        """Renew the login now.

        :raises SessionExpired: the user must sign in again.
        """
        return await self._auth.refresh()

    async def close(self) -> None:
        """Let a renewal of the login under way come to its end."""
        await self._auth.close()
