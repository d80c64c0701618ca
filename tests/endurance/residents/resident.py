"""One account in the home, its simulated cloud, and what can happen to it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar, Final

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds import Cloud
from tests.clouds.errors import ControlError
from tests.end_to_end.truth import HOUR, Known, moment
from tests.entries import person_of

type Accident = Callable[[Random, datetime], None]
"""Lets something happen to data or login, at a time."""

ENDPOINT_KINDS: Final = ("outage", "refusal", "storm", "strange", "slow")
"""What happens to answers, whichever provider it is."""


_SELDOM: Final = timedelta(days=10)
"""Longer than anything in a script keeps a home from looking at its account."""


class Told:
    """What a cloud in this process tells of the truth, like `Simulator`."""

    def __init__(self, cloud: Cloud, settled: datetime | None = None) -> None:
        """Ask a cloud; what lies before `settled` is asked for once, as it stays."""
        self._cloud = cloud
        self._settled = settled
        self._old: dict[str | None, dict[str, list[Mapping[str, Any]]]] = {}
        """By what was wanted, as are its series."""

    async def truth(
        self,
        account: str,
        start: datetime,
        end: datetime | None = None,
        *,
        only: str | None = None,
    ) -> dict[str, Any]:
        """Return the series of an account from a time on; see `Teller`."""
        if self._settled is None:
            return self._cloud.truth(account, start, end, only=only)
        if only not in self._old:
            old = self._cloud.truth(account, start, self._settled, only=only)
            self._old[only] = old["series"]
        told = self._cloud.truth(account, self._settled, end, only=only)
        before = self._old[only]
        series = {
            name: [each for each in before.get(name, ()) if _begins(each) >= start]
            + [each for each in new if _begins(each) >= self._settled]
            for name, new in told["series"].items()
        }
        return {**told, "series": series}


def _begins(interval: Mapping[str, Any]) -> datetime:
    return moment(interval["start"])


class Resident(ABC):
    """A provider's account in the home of a run."""

    domain: ClassVar[str]
    cloud_kind: ClassVar[type[Cloud]]
    limit: ClassVar[int]
    """The requests that an account may send in a day."""
    account: ClassVar[str]
    """The simulated login."""

    def __init__(self, cloud: Cloud, began: datetime) -> None:
        """Live with a cloud that is served already."""
        self.cloud = cloud
        self.began = began
        self.is_rejected = False
        """Whether the cloud has rejected the login for good."""
        self.person_at_first = self.person
        """The account as it was: statistics keep the ids that they got from it."""
        self._replaced_at = began - _SELDOM

    @property
    def needs_user(self) -> bool:
        """Whether only the user can help."""
        return self.is_rejected

    @classmethod
    def make_cloud(cls, seed: int) -> Cloud:
        """Build the cloud."""
        return cls.cloud_kind(seed=seed)

    @property
    def person(self) -> dict[str, Any]:
        """The account as the simulator announces it."""
        return person_of(self.cloud, self.account)

    @abstractmethod
    async def add(self, hass: HomeAssistant) -> MockConfigEntry:
        """Make the entry, without setting it up."""

    @abstractmethod
    async def known(self, now: datetime) -> Mapping[str, Known]:
        """Return what the cloud tells at a time: statistic id -> what is in it."""

    def reach(self, now: datetime) -> datetime | None:
        """Return how far back is imported what is imported anew; None if everything is."""
        del now
        return None

    def accidents(self) -> Mapping[str, Accident]:
        """What can happen to this account besides faults of answers."""
        return {
            "late": self._late,
            "correct": self._correct,
            "hole": self._hole,
            "found": self._found,
            "reject": self._reject,
        }

    @abstractmethod
    def _late(self, rng: Random, now: datetime) -> None:
        """Readings come later than usual."""

    @abstractmethod
    def _correct(self, rng: Random, now: datetime) -> None:
        """What was told becomes something else."""

    @abstractmethod
    def _hole(self, rng: Random, now: datetime) -> None:
        """Readings are lost, or withdrawn."""

    @abstractmethod
    def _found(self, rng: Random, now: datetime) -> None:
        """Everything that was lost is found again."""

    @abstractmethod
    def _change_password(self, password: str) -> None:
        """Take another password, where there is one."""

    def _replace_meter(self, rng: Random, now: datetime) -> None:
        """Somebody installs a new meter, which stays for some days.

        One that goes before anybody has asked for it is known to nobody, and what it
        has counted is lost. What is as new already stays, too.
        """
        if now - self._replaced_at >= _SELDOM:
            self._replaced_at = now
            with suppress(ControlError):
                self.cloud.apply({"replace_meter": {"account": self.account}})

    def _revoke(self, rng: Random, now: datetime) -> None:
        """The stored password signs in again."""
        self.cloud.apply({"revoke_tokens": self.account})

    def _revoke_access(self, rng: Random, now: datetime) -> None:
        """The longer-lived token gets another one, for clouds that have two."""
        revoked = {"account": self.account, "tokens": "access"}
        self.cloud.apply({"revoke_tokens": revoked})

    def _reject(self, rng: Random, now: datetime) -> None:
        """Only the user can sign in again."""
        self._change_password(f"new-{rng.randrange(10**6)}-secret")
        self.cloud.apply({"revoke_tokens": self.account})
        self.is_rejected = True

    def recover(self) -> None:
        """Let the cloud be as usual from now on."""
        self.cloud.faults.clear()

    def typed(self) -> dict[str, Any]:
        """Return what a user types who is asked for it."""
        person = self.person
        names = (
            "username",
            "password",
            "code",
            "client_id",
            "client_secret",
            "user_id",
        )
        return {"store_password": True} | {
            name: person[name] for name in names if person.get(name)
        }


def an_hour(rng: Random, now: datetime, first: int, last: int) -> datetime:
    """Draw a whole hour of the past, `first` to `last` hours ago."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour - rng.randrange(first, last) * HOUR


def a_span(
    rng: Random, now: datetime, first: int, last: int, most: int = 6
) -> dict[str, str]:
    """Draw some whole hours, less than `most`, in the words of the clouds' switches.

    They begin `first` to `last` hours ago.
    """
    start = an_hour(rng, now, first, last)
    end = start + some_hours(rng, most)
    return {"start": start.isoformat(), "end": end.isoformat()}


def some_hours(rng: Random, most: int) -> timedelta:
    """Draw how long something takes to come."""
    return rng.randrange(1, most) * HOUR
