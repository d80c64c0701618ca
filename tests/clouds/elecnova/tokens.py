"""Tokens and the broker's credentials: both come with one answer (wire 3.2)."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.clouds.clock import Clock

from .customers import Account

LIFE: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class _Token:
    account: Account
    expires: float


class Tokens:
    """All tokens.

    - `life`: of those from now on, in seconds
    - `single`: a new one ends the ones before
    - `rotates`: each comes with another password for the broker
    """

    def __init__(self, clock: Clock, rng: Random) -> None:
        """Start without any."""
        self._clock = clock
        self._rng = rng
        self._tokens: dict[str, _Token] = {}
        self.life = LIFE
        self.single = False
        self.rotates = False

    def issue(self, account: Account) -> dict[str, Any]:
        """A new token, and the credentials for the broker."""
        if self.single:
            self.revoke(account)
        if self.rotates:
            self.rotate(account)
        token = f"eyJ{self._rng.randbytes(24).hex()}"
        self._tokens[token] = _Token(account, self._clock.timestamp() + self.life)
        return {
            "id": account.mqtt_id,
            "username": account.mqtt_username,
            "password": account.mqtt_password,
            "token": token,
        }

    def owner(self, token: str) -> Account | None:
        """Whose token that is; None when it is unknown, expired or revoked."""
        found = self._tokens.get(token)
        if found is None or found.expires <= self._clock.timestamp():
            return None
        return found.account

    def revoke(self, account: Account) -> None:
        """End all tokens of an account."""
        self._tokens = {
            token: each
            for token, each in self._tokens.items()
            if each.account is not account
        }

    def rotate(self, account: Account, *, identity: bool = False) -> None:
        """Give an account another password for the broker; with `identity` another id and user name, too."""
        account.mqtt_password = f"mq_pass_{self._rng.randbytes(8).hex()}"
        if identity:
            number = self._rng.randbytes(3).hex()
            account.mqtt_id = f"mqtt-{number}"
            account.mqtt_username = f"mq_user_{number}"
