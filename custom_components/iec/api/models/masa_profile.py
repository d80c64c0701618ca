"""The person in the property portal, with own and shared contracts (wire 6.2, 6.3, 6.8).

Main portal and fault portal: GET contacts/userprofile
    {"governmentid": "123456782", "idType": 279830001, "email": "dana@example.com",
     "phoneNumber": "0000000", "accounts": [{"name": "Dana Demo",
       "accountNumber": "0100000001", "governmentNumber": "123456782",
       "accountType": 279830000, "viewTypeCode": 1,
       "identificationType": 279830001, "consumptionOrderViewTypeCode": 1,
       "id": "<uuid>", "logicalName": "account"}], "phonePrefix": "050",
     "isConnectedToPrivateAccount": false, "isAccountOwner": false,
     "isAccountContact": false, "id": "<uuid>", "logicalName": "contact"}

Main portal: GET contacts/account/0/userprofile, as above and besides
    {"firstName": "Dana", "lastName": "Demo", "verificationStatus": 1,
     "connectionBetweenContactAndContract": [{"contract": {"site": {...},
        "isMatam": false, "supplyCode": 1, "isPrivateProducer": false,
        "overloadRateSwitchBit": false, "contractAccNumberInShoval": 340000001,
        "account": {"id": "<uuid>"}, "id": "<uuid>", "stateCode": 1},
      "account": {...}, "defaultContractBit": true, "partConnectionCode": 1,
      "connectionType": {"name": "...", "connectionTypeInt": 1, "id": "<uuid>"},
      "tokenExpirationDate": "0001-01-01T00:00:00Z", "id": "<uuid>"}]}

Main portal: GET contacts/{contact}/contract/{contract uuid}
    {"isConnectedToPrivateAccount": false, "isAccountOwner": false,
     "isAccountContact": false, "connectionBetweenContactAndContract": [
      {"contact": {"id": "<uuid>"}, "contract": {"id": "<uuid>"},
       "account": {"id": "<uuid>"}, "partConnectionCode": 4,
       "connectionType": {"id": "<uuid>"}, "id": "<uuid>"}]}
"""

from dataclasses import dataclass, field
from typing import Any, Final

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_model,
    as_text,
    personal,
    read_by,
)
from custom_components.cloud_energy.client.wire import WireModel, keys, known, text

from .fields import as_number_text

_OWN: Final = 1
_INVITED: Final = 4


def _id_of(value: Any) -> str:
    """Read the id of an object of which nothing else is of interest."""
    return text(value.get("id")) if isinstance(value, dict) else ""


def as_id_of(alias: str) -> dict[str, Any]:
    """The id of an object; empty for nothing."""
    return read_by(_id_of, alias)


@dataclass(frozen=True, kw_only=True)
class MasaAccount(WireModel):
    """A partner as the property portal knows it."""

    unread = keys(
        "consumptionOrderViewTypeCode isRegisteredOnDigitalBit kindOfAccountCode"
        " logicalName stateCode"
    )

    id: str = field(default="", repr=False, metadata=as_text("id"))
    bp_number: str = field(default="", repr=False, metadata=as_text("accountNumber"))
    name: str = field(default="", repr=False, metadata=as_text("name"))
    id_number: str = field(
        default="", repr=False, metadata=personal(as_text("governmentNumber"))
    )
    account_type: int | None = field(default=None, metadata=as_int("accountType"))
    view_type: int | None = field(default=None, metadata=as_int("viewTypeCode"))
    identification_type: int | None = field(
        default=None, metadata=as_int("identificationType")
    )


@dataclass(frozen=True, kw_only=True)
class MasaContract(WireModel):
    """A contract as the property portal knows it."""

    unread = keys("isMatam logicalName overloadRateSwitchBit site")

    id: str = field(default="", repr=False, metadata=as_text("id"))
    number: str = field(
        default="", repr=False, metadata=as_number_text("contractAccNumberInShoval")
    )
    account_id: str = field(default="", repr=False, metadata=as_id_of("account"))
    is_producer: bool | None = field(
        default=None, metadata=as_flag("isPrivateProducer")
    )
    supply: int | None = field(default=None, metadata=as_int("supplyCode"))
    state: int | None = field(default=None, metadata=as_int("stateCode"))


@dataclass(frozen=True, kw_only=True)
class Connection(WireModel):
    """The link between a person and a contract."""

    unread = keys("connectionType logicalName tokenExpirationDate")

    id: str = field(default="", repr=False, metadata=as_text("id"))
    contract: MasaContract | None = field(
        default=None, metadata=as_model("contract", MasaContract)
    )
    account: MasaAccount | None = field(
        default=None, metadata=as_model("account", MasaAccount)
    )
    contact_id: str = field(default="", repr=False, metadata=as_id_of("contact"))
    is_default: bool | None = field(
        default=None, metadata=as_flag("defaultContractBit")
    )
    part: int | None = field(
        default=None, metadata=as_int("partConnectionCode") | known(_OWN, _INVITED)
    )

    @property
    def is_shared(self) -> bool:
        """Whether somebody else has let this person see the contract."""
        return self.part is not None and self.part != _OWN


@dataclass(frozen=True, kw_only=True)
class UserProfile(WireModel):
    """The person in the property or the fault portal."""

    unread = keys("isConnectedToPrivateAccount logicalName")

    id: str = field(default="", repr=False, metadata=as_text("id"))
    id_number: str = field(
        default="", repr=False, metadata=personal(as_text("governmentid"))
    )
    other_id_number: str = field(
        default="", repr=False, metadata=personal(as_text("governmentId"))
    )
    """The fault portal may spell it like this."""
    id_type: int | None = field(default=None, metadata=as_int("idType"))
    first_name: str = field(
        default="", repr=False, metadata=personal(as_text("firstName"))
    )
    last_name: str = field(
        default="", repr=False, metadata=personal(as_text("lastName"))
    )
    email: str = field(default="", repr=False, metadata=personal(as_text("email")))
    phone: str = field(
        default="", repr=False, metadata=personal(as_text("phoneNumber"))
    )
    phone_prefix: str = field(default="", repr=False, metadata=as_text("phonePrefix"))
    verification: int | None = field(
        default=None, metadata=as_int("verificationStatus")
    )
    is_owner: bool | None = field(default=None, metadata=as_flag("isAccountOwner"))
    is_contact: bool | None = field(default=None, metadata=as_flag("isAccountContact"))
    accounts: list[MasaAccount] = field(
        default_factory=list, metadata=as_list("accounts", MasaAccount)
    )
    connections: list[Connection] = field(
        default_factory=list,
        metadata=as_list("connectionBetweenContactAndContract", Connection),
    )

    @property
    def government_id(self) -> str:
        """The ID number, however it was spelt."""
        return self.id_number or self.other_id_number


@dataclass(frozen=True, kw_only=True)
class SharedContract(WireModel):
    """Who may see a contract."""

    unread = keys("isAccountContact isConnectedToPrivateAccount logicalName")

    is_owner: bool | None = field(default=None, metadata=as_flag("isAccountOwner"))
    connections: list[Connection] = field(
        default_factory=list,
        metadata=as_list("connectionBetweenContactAndContract", Connection),
    )
