"""Answers go to disk and come back as they were; nothing else comes from there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
import json
from math import nan
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.cloud_energy.helpers.frozen import NotStorable, packed, unpacked
from custom_components.dominion_energy.api.models.customer import ServiceAddress
from custom_components.elecnova.api.models import Cabinet
from custom_components.emporia.api.models.devices import Customer as EmporiaCustomer
from custom_components.emporia.status import ChargerStatus
from custom_components.flowerhub.api.models.owner import (
    AssetOwnerProfile,
    PostalAddress,
)
from custom_components.iec.api.models.customer import Customer as IecCustomer
from custom_components.iec.api.models.masa_profile import UserProfile
from custom_components.iec.snapshot import Energy

MARK = "CANARY"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Stranger:
    """A dataclass that is none of ours."""

    name: str = "x"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.5,
        "text",
        [1, [2]],
        (1, (2, None)),
        {("a", 1): {"b": NOW}},
        {1, 2},
        frozenset({"x"}),
        date(2026, 11, 20),
        timedelta(minutes=5),
        ZoneInfo("Asia/Jerusalem"),
        ChargerStatus.CHARGING,
        Energy(consumption=1.5, return_=None),
        [Cabinet.read({"sn": "1", "name": "C"})],
    ],
    ids=repr,
)
def test_values(value: Any) -> None:
    """They are equal, and of the same kind."""
    back = unpacked(json.loads(json.dumps(packed(value))))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "answer",
    [
        IecCustomer(
            bp_number="7", id_number=MARK, last_name=MARK, email=MARK, phone=MARK
        ),
        UserProfile(id="7", id_number=MARK, other_id_number=MARK, first_name=MARK),
        AssetOwnerProfile(id=7, main_email=MARK, address=PostalAddress(street=MARK)),
        ServiceAddress(house_number=MARK, street=MARK, city=MARK, zip_code=MARK),
        EmporiaCustomer(gid=7, email=MARK),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_whose_answer_it_is_stays_out(answer: Any) -> None:
    """Names, addresses and numbers of people are not stored; the rest comes back."""
    text = json.dumps(packed(answer))
    assert MARK not in text
    assert type(unpacked(json.loads(text))) is type(answer)
    assert "7" in text or isinstance(answer, ServiceAddress)


@pytest.mark.parametrize(
    "value", [object(), Stranger(), b"bytes", 1j, len, 2**70, "\ud83d", nan]
)
def test_what_can_not_be_stored(value: Any) -> None:
    """A value of an unknown type is refused, not stored as something else."""
    with pytest.raises(NotStorable):
        packed([value])


def test_what_is_stored_may_be_anything() -> None:
    """What another version has written, or nobody, is no answer."""
    energy = packed(Energy(consumption=1.0))
    odd: tuple[Any, ...] = (
        {},
        {"$": "os:system", "v": "true"},
        {"$": "custom_components.iec.snapshot:nothing", "v": {}},
        {"$": "custom_components.iec.nothing:Energy", "v": {}},
        {"$": "custom_components.iec.snapshot:Energy.__init__", "v": {}},
        {"$": energy["$"], "v": {"consumption": 1.0}},
        {"$": energy["$"], "v": None},
        {"$": "datetime", "v": "today"},
        {"$": "zone", "v": "../etc/passwd"},
        {"$": [], "v": []},
    )
    for data in odd:
        with pytest.raises(NotStorable):
            unpacked(data)
