"""The password proof's two steps (wire 3.2, 3.3): a challenge, and its answer within three minutes."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
import re
from typing import Any, Final
from uuid import UUID

from tests.clouds.clock import Clock

from . import srp
from .cognito_errors import invalid_parameter, wrong_credentials
from .customers import Login
from .tokens import Tokens

LIFE: Final = 180
CLOCK_SKEW: Final = 300
TIMESTAMP: Final = re.compile(
    r"(?P<weekday>\w{3}) (?P<month>\w{3}) (?P<day>[1-9]\d?) (?P<time>\d\d:\d\d:\d\d) UTC (?P<year>\d{4})"
)
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pending:
    """A challenge that waits for its answer; `login` is None where there is no such user."""

    login: Login | None
    user_id: str
    exchange: srp.Exchange
    expires: float


class PasswordProof:
    """Challenges of type PASSWORD_VERIFIER, each good once. `broken`: secret blocks are no base64."""

    def __init__(self, tokens: Tokens, clock: Clock, rng: Random) -> None:
        """Start with no challenge."""
        self._tokens = tokens
        self._clock = clock
        self._rng = rng
        self._pending: dict[str, Pending] = {}
        self._verifiers: dict[tuple[str, str, str], int] = {}
        self.broken = False

    def start(self, login: Login | None, username: str, srp_a: str) -> dict[str, Any]:
        """The challenge; an unknown user gets one that nobody can answer.

        :raises CognitoError: A is no number of the group
        """
        public_a = _hex(srp_a)
        if public_a % srp.N == 0:
            raise invalid_parameter("SRP_A is not valid")
        user_id = login.sub if login else _made_up_id(username)
        # Short, as here is nothing to keep secret: a long one takes its time
        exchange = srp.Exchange(
            self._verifier(login, user_id), public_a, self._rng.getrandbits(64)
        )
        block = b64encode(self._rng.randbytes(1200)).decode()
        expires = self._clock.timestamp() + LIFE
        self._pending[block] = Pending(login, user_id, exchange, expires)
        salt = login.salt if login else int.from_bytes(_digest(username)[:16])
        return {
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "USERNAME": user_id,
                "USER_ID_FOR_SRP": user_id,
                "SALT": f"{salt:x}",
                "SRP_B": f"{exchange.public_b:x}",
                "SECRET_BLOCK": "%" + block if self.broken else block,
            },
        }

    def check(self, responses: dict[str, str]) -> tuple[Login | None, bool]:
        """Whose challenge was answered, and whether rightly.

        :raises CognitoError: the answer fits no challenge, or came too late
        """
        block = _field(responses, "PASSWORD_CLAIM_SECRET_BLOCK")
        proof = _field(responses, "PASSWORD_CLAIM_SIGNATURE")
        timestamp = _field(responses, "TIMESTAMP")
        pending = self._pending.pop(block, None)
        now = self._clock.timestamp()
        if pending is None or pending.expires <= now:
            raise wrong_credentials()
        if responses.get("USERNAME") != pending.user_id:
            raise wrong_credentials()
        if abs(moment(timestamp) - now) > CLOCK_SKEW:
            raise wrong_credentials()
        right = pending.exchange.accepts(
            self._tokens.pool_name, pending.user_id, block, timestamp, proof
        )
        return pending.login, right and pending.login is not None

    def _verifier(self, login: Login | None, user_id: str) -> int:
        pool = self._tokens.pool_name
        if login is None or login.password is None:
            return srp.verifier(int.from_bytes(_digest(user_id)))
        key = (pool, login.sub, login.password)
        if key not in self._verifiers:
            self._verifiers[key] = login.verifier(pool)
        return self._verifiers[key]


def moment(timestamp: str) -> float:
    """Epoch seconds of a timestamp as the proof writes it.

    :raises CognitoError: it is written otherwise
    """
    found = TIMESTAMP.fullmatch(timestamp)
    if found is None or found["month"] not in MONTHS:
        raise invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy")
    month = MONTHS.index(found["month"]) + 1
    text = f"{found['year']}-{month:02}-{int(found['day']):02}T{found['time']}"
    try:
        time = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise invalid_parameter("TIMESTAMP is no time") from error
    if WEEKDAYS[time.weekday()] != found["weekday"]:
        raise invalid_parameter("TIMESTAMP has a wrong day of the week")
    return time.timestamp()


def _field(responses: dict[str, str], name: str) -> str:
    if not (value := responses.get(name)):
        raise invalid_parameter(f"Missing required parameter {name}")
    return value


def _hex(text: str) -> int:
    if not re.fullmatch("[0-9a-fA-F]+", text):
        raise invalid_parameter("SRP_A must be hexadecimal")
    return int(text, 16)


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _made_up_id(username: str) -> str:
    return str(UUID(bytes=_digest(username)[:16], version=4))
