"""Who has an account at the simulated cloud; `homes` makes up where they live."""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import UUID

from tests.clouds.errors import ControlError

from . import srp
from .devices import Device
from .homes import HomeMaker

POOL_NAME: Final = "ghlOXVLi1"
MFA_KINDS: Final = ("SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA")
CHALLENGES: Final = (
    *MFA_KINDS,
    "SELECT_MFA_TYPE",
    "NEW_PASSWORD_REQUIRED",
    "MFA_SETUP",
    "CUSTOM_CHALLENGE",
)


@dataclass(eq=False, slots=True)
class Login:
    """One person. `mfa` is the challenge after the password; `login_error` the answer to a right password.

    :param password: None for somebody who signs in by Google
    :param refresh_token: one that lies in their web app, so to speak
    """

    name: str
    first_name: str
    last_name: str
    email: str
    password: str | None
    sub: str
    customer_gid: int
    code: str
    salt: int
    refresh_token: str | None = None
    mfa: str | None = None
    devices: list[Device] = field(default_factory=list)
    vehicles: list[dict[str, Any]] = field(default_factory=list)
    login_error: str | None = None
    locked_until: float = 0
    wrong_passwords: int = 0

    def verifier(self, pool_name: str) -> int:
        """What a pool keeps of the password; 0 without one."""
        if self.password is None:
            return 0
        x = srp.private_key(pool_name, self.sub, self.password, self.salt)
        return srp.verifier(x)

    def device(self, gid: object) -> Device | None:
        """The device of that gid."""
        return next((d for d in self.devices if str(d.gid) == str(gid)), None)

    def by_serial(self, serial: object) -> Device | None:
        """The device of that serial."""
        return next((d for d in self.devices if d.serial == serial), None)


class Customers:
    """All logins of one simulated cloud."""

    def __init__(self, seed: int) -> None:
        """Make the people up."""
        maker = _Maker(seed)
        self.logins = [
            maker.login("solar_home", "Pat", "Sample", "solar"),
            maker.login("plain_home", "Robin", "Example", "plain"),
            maker.login("landlord", "Sam", "Owner", "two_homes"),
            maker.login("sms_home", "Alex", "Text", "small", mfa="SMS_MFA"),
            maker.login("email_home", "Jo", "Mail", "small", mfa="EMAIL_OTP"),
            maker.login("totp_home", "Max", "Token", "small", mfa="SOFTWARE_TOKEN_MFA"),
            maker.login("choice_home", "Lee", "Choice", "small", mfa="SELECT_MFA_TYPE"),
            maker.login("google_home", "Gil", "Web", "small", password=False),
            maker.login("newcomer", "Kim", "New", None),
            maker.login("combined_home", "Ash", "Pair", "combined"),
            maker.login("farm", "Val", "Barn", "farm"),
        ]

    @property
    def devices(self) -> list[Device]:
        """All devices of everybody."""
        return [device for login in self.logins for device in login.devices]

    def by_username(self, username: object) -> Login | None:
        """The login of that e-mail address or internal name; capital letters do not match (wire 3.1)."""
        return next((x for x in self.logins if username in (x.email, x.sub)), None)

    def login(self, name: object) -> Login:
        """The login that a control call means: by name, e-mail, sub, customer gid or device gid.

        :raises ControlError: there is none
        """
        for each in self.logins:
            gids = {str(each.customer_gid), *(str(d.gid) for d in each.devices)}
            if name in (each.name, each.email, each.sub) or str(name) in gids:
                return each
        raise ControlError(f"no such account: {name!r}")

    def device(self, gid: object) -> Device:
        """The device that a control call means: by gid or serial.

        :raises ControlError: there is none
        """
        for device in self.devices:
            if str(gid) in (str(device.gid), device.serial):
                return device
        raise ControlError(f"no such device: {gid!r}")

    def charger(self, gid: object = None) -> Device:
        """The charger of that gid; without, the first one there is.

        :raises ControlError: there is none
        """
        devices = self.devices if gid is None else [self.device(gid)]
        for device in devices:
            if device.charger is not None:
                return device
        raise ControlError(f"device {gid!r} is no charger")


class _Maker:
    """Makes logins up; the same seed makes the same people."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"emporia/{seed}")
        self._homes = HomeMaker(seed, self._rng)

    def login(
        self,
        name: str,
        first: str,
        last: str,
        home: str | None,
        *,
        mfa: str | None = None,
        password: bool = True,
    ) -> Login:
        """One person with the devices of a kind of home."""
        digits = self._rng.randrange
        email = f"{first}.{last}{digits(10, 100)}@example.com".lower()
        secret = f"Pass-{digits(10**8, 10**9)}!"
        token = self._rng.randbytes(64).hex()
        login = Login(
            name=name,
            first_name=first,
            last_name=last,
            email=email,
            password=secret if password else None,
            sub=str(UUID(bytes=self._rng.randbytes(16), version=4)),
            customer_gid=digits(10_000, 99_999),
            code=str(digits(10**5, 10**6)),
            salt=int.from_bytes(self._rng.randbytes(16)),
            refresh_token=None if password else token,
            mfa=mfa,
        )
        login.devices = self._homes.devices(home) if home else []
        if home == "solar":
            login.vehicles = self._homes.vehicles(login.devices)
        return login
