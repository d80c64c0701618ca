"""The client: who is signed in, the contracts and the meters (wire 5)."""

from dataclasses import astuple, dataclass
from typing import Final

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.client import CloudClient
from custom_components.cloud_energy.client.errors import (
    CloudError,
    NotPermitted,
    ProviderError,
    SessionExpired,
)
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, number

from .auth import CUSTOMER_PATH, Authenticator, is_not_yours
from .billing import Billing
from .const import CONCURRENCY, Endpoints
from .consumption import Consumption
from .envelope import bare, unwrap
from .errors import CaptchaGated
from .login import Credentials, Login
from .masa import Masa
from .models.contract import (
    Contract,
    ContractCheck,
    ContractList,
    MobilityStatus,
    NoticeSubscription,
    SocialDiscount,
    TouzCompatibility,
)
from .models.customer import Account, Customer, MobileCustomer
from .models.device import (
    Device,
    DeviceDetails,
    DeviceIdentity,
    DeviceIn,
    DeviceRegisters,
    DeviceType,
    LastMeterReadings,
)
from .outages import Outages
from .public import PublicContent
from .service import Service

_NO_PERMISSION: Final = frozenset({"08"})


class IecClient(CloudClient[Login]):
    """One login and what it may read.

    Signing in always requires a code if all is well. It raises `InvalidId` for what is
    no ID number, `NotRegistered` if nobody has signed in with it before, and
    `NoCodeMethod` if there is no way to send a code.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        endpoints: Endpoints | None = None,
        credentials: Credentials | None = None,
        login: Login | None = None,
        persist: Persist[Login] = lambda _: None,
    ) -> None:
        """Take the transport, whose session is this login's own.

        `login` is what `persist` last got; `persist` is called with each new login
        before it is used.
        """
        endpoints = endpoints or Endpoints()
        transport.belongs_to(*astuple(endpoints))
        transport.limit_concurrency(CONCURRENCY)
        self._auth = Authenticator(
            transport,
            endpoints,
            credentials=credentials,
            login=login,
            persist=persist,
        )
        self._service = service = Service(transport, endpoints, self._auth)
        self.billing = Billing(service)
        self.consumption = Consumption(service)
        self.masa = Masa(service)
        self.outages = Outages(service)
        self.public = PublicContent(service)

    @property
    def drift(self) -> Drift:
        """What the cloud sends beyond what is known."""
        return self._service.drift

    async def get_customer(self) -> Customer:
        """Return who is signed in.

        :raises SessionExpired: this service and another one refuse a fresh token; one
            alone that does is out of order.
        """
        try:
            answer = await self._service.bare(CUSTOMER_PATH, {})
        except NotPermitted as err:
            if err.reply and await _refuses_token(err.reply):
                if await self._is_refused_elsewhere():
                    raise SessionExpired("The services refuse a fresh token") from None
            raise
        return self._service.read(answer, Customer)

    async def _is_refused_elsewhere(self) -> bool:
        try:
            await self.masa.get_contact_profile()
        except NotPermitted as err:
            return err.reply is not None and err.reply.status == 401
        except CloudError:
            pass
        return False

    async def get_customer_of(self, contract: str) -> MobileCustomer:
        """Return whose a contract is; also of one that is shared (wire 5.2)."""
        path = "/customer/mobile/{contract}"
        answer = await self._service.bare(path, {"contract": contract})
        return self._service.read(answer, MobileCustomer)

    async def get_accounts(self) -> list[Account]:
        """Return the partners as the outage services know them; may be none."""
        answer = await self._service.data("/outages/accounts", {})
        return self._service.read_list(answer, Account)

    async def get_default_account(self) -> Account | None:
        """Return the first of them."""
        return next(iter(await self.get_accounts()), None)

    async def get_contracts(
        self, bp_number: str, *, count: int | None = None, contract: str | None = None
    ) -> ContractList:
        """Return the contracts of a partner, former ones too.

        `count`: at most so many; `contract`: just this one.
        """
        query: dict[str, str] = {}
        if count is not None:
            query["count"] = str(count)
        if contract is not None:
            query["contractNumber"] = contract
        answer = await self._service.data(
            "/customer/contract/{bp}", {"bp": bp_number}, query
        )
        return self._service.read(answer, ContractList)

    async def get_default_contract(self, bp_number: str) -> Contract | None:
        """Return a partner's first active contract, else the first one."""
        return (await self.get_contracts(bp_number)).default

    async def check_contract(self, contract: str) -> ContractCheck:
        """Return a contract as the payment service knows it."""
        path = "/customer/checkContract/{contract}/6"
        answer = await self._service.data(path, {"contract": contract})
        return self._service.read(answer, ContractCheck)

    async def get_notice_subscriptions(
        self, contract: str, service_code: str | None = None
    ) -> list[NoticeSubscription]:
        """Return the subscriptions to notices, or that of one service (`EFS004`)."""
        body: dict[str, object] = {"contractNumber": contract, "processType": 1}
        if service_code:
            body["serviceCode"] = service_code
        answer = await unwrap(await self._service.ask("/customer/efs", {}, body))
        return self._service.read_list(answer, NoticeSubscription)

    async def get_social_discount(self, bp_number: str) -> SocialDiscount:
        """Return whether a partner gets the social discount."""
        answer = await self._service.bare("/SocialDiscount/{bp}", {"bp": bp_number})
        return self._service.read(answer, SocialDiscount)

    async def get_touz_compatibility(
        self, contract: str, bp_number: str
    ) -> TouzCompatibility:
        """Return whether a contract may have the time-of-use tariff."""
        answer = await self._service.bare(
            "/calculator/touz/{contract}/{bp}/compatible",
            {"contract": contract, "bp": bp_number},
        )
        return self._service.read(answer, TouzCompatibility)

    async def get_mobility_status(self, contract: str, serial: str) -> MobilityStatus:
        """Return whether a contract is on its way to another supplier."""
        answer = await self._service.data(
            "/Mobility/{contract}/{device}", {"contract": contract, "device": serial}
        )
        return self._service.read(answer, MobilityStatus)

    async def get_devices(self, contract: str) -> list[Device]:
        """Return the meters of a contract."""
        answer = await self._service.bare("/Device/{contract}", {"contract": contract})
        return self._service.read_list(answer, Device)

    async def get_device_in(
        self, contract: str, captcha_token: str | None = None
    ) -> DeviceIn:
        """Return the meters of a contract with their kinds.

        :raises CaptchaGated: it wants a token that only a browser gets.
        """
        base = self._service.main_host
        headers = self._service.headers(base)
        if captcha_token:
            # The name of the header is known in two forms (wire 5.12).
            headers |= dict.fromkeys(("RecaptchaToken", "RecaptchToken"), captcha_token)
        call = Call(
            method="GET",
            base=base,
            path="/DeviceIn/{contract}",
            params={"contract": contract},
            headers=headers,
        )
        try:
            reply = await self._service.send(call)
        except ProviderError as err:
            if err.status == 400:
                raise CaptchaGated(f"{call.where} requires a CAPTCHA") from None
            raise
        return self._service.read(await bare(reply), DeviceIn)

    async def get_device_registers(self, contract: str, serial: str) -> DeviceRegisters:
        """Return the registers of a meter; none of meters with solar generation."""
        try:
            answer = await self._service.data(
                "/Device/{contract}/{device}", {"contract": contract, "device": serial}
            )
        except ProviderError as err:
            if err.code in _NO_PERMISSION:
                return DeviceRegisters()
            raise
        return self._service.read(answer, DeviceRegisters)

    async def get_device_type(self, bp_number: str, contract: str) -> DeviceType:
        """Return what kind of meter a contract has."""
        answer = await self._service.data(
            "/Device/type/{bp}/{contract}/false",
            {"bp": bp_number, "contract": contract},
        )
        return self._service.read(answer, DeviceType)

    async def identify_device(self, serial: str) -> DeviceIdentity:
        """Return the meters that have a serial number; usually one."""
        path = "/Tenant/Identify/{device}"
        answer = await self._service.data(path, {"device": serial})
        return self._service.read(answer, DeviceIdentity)

    async def get_device_details(self, serial: str, code: str) -> DeviceDetails | None:
        """Return the meter of a serial number and a code."""
        return (await self.identify_device(serial)).with_code(code)

    async def get_last_readings(
        self, contract: str, bp_number: str
    ) -> LastMeterReadings:
        """Return what the meters' registers last showed."""
        answer = await self._service.data(
            "/Device/LastMeterReading/{contract}/{bp}",
            {"contract": contract, "bp": bp_number},
        )
        return self._service.read(answer, LastMeterReadings)

    async def get_service_status(self, contract: str, bp_number: str) -> ServiceStatus:
        """Return whether power is delivered, from two other answers (wire 5.22)."""
        devices = await self.get_devices(contract)
        kind = await self.get_device_type(bp_number, contract)
        return ServiceStatus(
            is_active=any(device.is_active for device in devices),
            is_disconnected=bool(kind.is_disconnected)
            or any(device.is_disconnected for device in devices),
        )


@dataclass(frozen=True)
class ServiceStatus:
    """Whether power is delivered."""

    is_active: bool
    is_disconnected: bool


async def _refuses_token(reply: Reply) -> bool:
    """Return whether it is the service itself that refuses, and the token at that."""
    try:
        answer = await read_json(reply)
    except CloudError:
        return False
    return (
        not is_not_yours(reply)
        and isinstance(answer, dict)
        and bool(answer.get("Error"))
        and number(answer.get("Code")) == 401
    )
