"""The customer and the partners behind a login (wire 5.1 to 5.3).

GET customer
    {"bpNumber": "0100000001", "idType": 1, "customerStatus": 1,
     "idNumber": "123456782", "firstName": "Dana", "lastName": "Demo",
     "mobilePhone": "0500000000", "email": "dana@example.com",
     "accounts": [{"mainContractId": "340000001", "mainContractIdType": 1,
                   "companyId": "123456782", "name": "Dana", "lastName": "Demo",
                   "bpNumber": "0100000001", "bpType": 1, "isActiveAccount": true,
                   "customerRole": 0, "accountType": 1}]}

GET customer/mobile/{contract}
    {"customer": {...as above...}, "contract": {...as `contract.Contract`...}}
    The contract's flags are not reliable here.

GET outages/accounts, in an envelope
    [{"accountNumber": "0100000001", "accountType": 279830000,
      "id": "11111111-1111-4111-8111-111111111111", "email": null,
      "telephone": null, "governmentNumber": "123456782", "name": "Dana Demo",
      "viewTypeCode": 1}]
"""

from dataclasses import dataclass, field

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_model,
    as_text,
    personal,
)
from custom_components.cloud_energy.client.wire import WireModel

from .contract import Contract
from .fields import as_number_text


@dataclass(frozen=True, kw_only=True)
class CustomerAccount(WireModel):
    """One partner ("BP") of a customer."""

    bp_number: str = field(default="", repr=False, metadata=as_text("bpNumber"))
    main_contract: str = field(
        default="", repr=False, metadata=as_number_text("mainContractId")
    )
    contract_id_type: int | None = field(
        default=None, metadata=as_int("mainContractIdType")
    )
    company_id: str = field(
        default="", repr=False, metadata=personal(as_text("companyId"))
    )
    name: str = field(default="", repr=False, metadata=personal(as_text("name")))
    last_name: str = field(
        default="", repr=False, metadata=personal(as_text("lastName"))
    )
    bp_type: int | None = field(default=None, metadata=as_int("bpType"))
    is_active: bool | None = field(default=None, metadata=as_flag("isActiveAccount"))
    role: int | None = field(default=None, metadata=as_int("customerRole"))
    account_type: int | None = field(default=None, metadata=as_int("accountType"))


@dataclass(frozen=True, kw_only=True)
class Customer(WireModel):
    """The person who is signed in."""

    bp_number: str = field(default="", repr=False, metadata=as_text("bpNumber"))
    id_type: int | None = field(default=None, metadata=as_int("idType"))
    id_number: str = field(
        default="", repr=False, metadata=personal(as_text("idNumber"))
    )
    first_name: str = field(
        default="", repr=False, metadata=personal(as_text("firstName"))
    )
    last_name: str = field(
        default="", repr=False, metadata=personal(as_text("lastName"))
    )
    phone: str = field(
        default="", repr=False, metadata=personal(as_text("mobilePhone"))
    )
    email: str = field(default="", repr=False, metadata=personal(as_text("email")))
    status: int | None = field(default=None, metadata=as_int("customerStatus"))
    accounts: list[CustomerAccount] = field(
        default_factory=list, metadata=as_list("accounts", CustomerAccount)
    )

    @property
    def bp_numbers(self) -> list[str]:
        """The numbers of all partners."""
        found = [self.bp_number, *(account.bp_number for account in self.accounts)]
        return list(dict.fromkeys(number for number in found if number))


@dataclass(frozen=True, kw_only=True)
class MobileCustomer(WireModel):
    """Whose a contract is, also one that is shared."""

    customer: Customer | None = field(
        default=None, metadata=as_model("customer", Customer)
    )
    contract: Contract | None = field(
        default=None, metadata=as_model("contract", Contract)
    )


@dataclass(frozen=True, kw_only=True)
class Account(WireModel):
    """A partner as the outage services know it."""

    bp_number: str = field(default="", repr=False, metadata=as_text("accountNumber"))
    id: str = field(default="", repr=False, metadata=as_text("id"))
    """What outages and property data are requested by."""
    account_type: int | None = field(default=None, metadata=as_int("accountType"))
    email: str = field(default="", repr=False, metadata=personal(as_text("email")))
    phone: str = field(default="", repr=False, metadata=personal(as_text("telephone")))
    id_number: str = field(
        default="", repr=False, metadata=personal(as_text("governmentNumber"))
    )
    name: str = field(default="", repr=False, metadata=personal(as_text("name")))
    view_type: int | None = field(default=None, metadata=as_int("viewTypeCode"))
