"""The one-time code of a login (wire 3.4 to 3.9)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, override

from custom_components.cloud_energy.client.errors import CodeExpired, Malformed
from custom_components.cloud_energy.client.login import Channel, CodeHandler, Delivery
from custom_components.cloud_energy.client.wire import text

from .gigya import Gigya, SignIn
from .gigya_errors import code_error
from .login import Login


class Provider(StrEnum):
    """The second factors that can be handled; others are passed over."""

    PHONE = "gigyaPhone"
    EMAIL = "gigyaEmail"

    @property
    def method(self) -> str:
        """Its name in the paths of the calls."""
        return self.removeprefix("gigya").lower()


@dataclass(frozen=True, kw_only=True)
class _Target:
    provider: Provider
    id: str = field(repr=False)
    channel: Channel


@dataclass(frozen=True, kw_only=True)
class _SentCode:
    provider: Provider
    assertion: str = field(repr=False)
    token: str = field(repr=False)


@dataclass
class _Progress:
    """How far a right code has come; it is taken once, the rest may be repeated."""

    provider_assertion: str = field(repr=False)
    is_finalized: bool = False


class SecondFactor(CodeHandler[Login]):
    """One login attempt that waits for a code by SMS, call or email."""

    def __init__(
        self,
        gigya: Gigya,
        sign_in: SignIn,
        complete: Callable[[SignIn], Awaitable[Login]],
    ) -> None:
        """Take the attempt, and what turns a finished sign-in into a login."""
        self._gigya = gigya
        self._sign_in = sign_in
        self._complete = complete
        self._targets: dict[str, _Target] = {}
        self._sent: _SentCode | None = None
        self._progress: _Progress | None = None

    @override
    async def deliveries(self) -> list[Delivery]:
        """List the user's phones and email addresses in the portal's order."""
        deliveries: list[Delivery] = []
        for provider in await self._providers():
            assertion = await self._assertion(provider)
            deliveries += await self._list(provider, assertion)
        return deliveries

    @override
    async def send(self, delivery: Delivery) -> None:
        """Request a new code, valid for about five minutes."""
        target = self._targets[delivery.id]
        # The one from the list may be minutes old, and it lasts five.
        assertion = await self._assertion(target.provider)
        query = {
            "gigyaAssertion": assertion,
            "lang": "en",
            "regToken": self._sign_in.reg_token,
        }
        if target.provider is Provider.PHONE:
            query |= {"phoneID": target.id, "method": target.channel.value}
        else:
            query |= {"emailID": target.id}
        path = f"/accounts.tfa.{target.provider.method}.sendVerificationCode"
        answer = await self._gigya.call(path, query)
        token = _required(answer, "phvToken")
        renewed = text(answer.get("gigyaAssertion"))
        self._progress = None
        self._sent = _SentCode(
            provider=target.provider, assertion=renewed or assertion, token=token
        )

    @override
    async def submit(self, code: str) -> Login:
        """Finish the login, and have this device trusted from now on.

        After a failure behind the check of the code the same call carries on
        where it stopped.
        """
        if self._sent is None:
            raise CodeExpired("No code was sent in this attempt")
        if self._progress is None:
            assertion = await self._verify(self._sent, "".join(code.split()))
            self._progress = _Progress(assertion)
        if not self._progress.is_finalized:
            await self._finalize(self._sent, self._progress.provider_assertion)
            self._progress.is_finalized = True
        return await self._complete(await self._gigya.finalize(self._sign_in.reg_token))

    async def _providers(self) -> list[Provider]:
        answer = await self._gigya.call(
            "/accounts.tfa.getProviders", {"regToken": self._sign_in.reg_token}
        )
        names = [
            text(entry.get("name") if isinstance(entry, dict) else entry)
            for entry in _entries(answer, "activeProviders")
        ]
        return [Provider(name) for name in names if name in set(Provider)]

    async def _assertion(self, provider: Provider) -> str:
        answer = await self._gigya.call(
            "/accounts.tfa.initTFA",
            {
                "provider": provider.value,
                "mode": "verify",
                "regToken": self._sign_in.reg_token,
            },
        )
        return _required(answer, "gigyaAssertion")

    async def _list(self, provider: Provider, assertion: str) -> list[Delivery]:
        path, key = {
            Provider.PHONE: ("/accounts.tfa.phone.getRegisteredPhoneNumbers", "phones"),
            Provider.EMAIL: ("/accounts.tfa.email.getEmails", "emails"),
        }[provider]
        answer = await self._gigya.call(path, {"gigyaAssertion": assertion})
        return [
            self._remember(provider, f"{position}-{channel}", entry, channel)
            for position, entry in enumerate(_entries(answer, key))
            if isinstance(entry, dict) and text(entry.get("id"))
            for channel in _channels(provider, entry)
        ]

    def _remember(
        self,
        provider: Provider,
        name: str,
        entry: Mapping[str, Any],
        channel: Channel,
    ) -> Delivery:
        target = _Target(provider=provider, id=text(entry["id"]), channel=channel)
        # Not the portal's own id, since the id of a delivery shows in its repr.
        key = f"{provider.method}-{name}"
        self._targets[key] = target
        masked = text(entry.get("obfuscated"))
        return Delivery(id=key, channel=channel, masked=masked)

    async def _verify(self, sent: _SentCode, code: str) -> str:
        # The token goes with email codes too, although not all clients send it.
        answer = await self._gigya.call(
            f"/accounts.tfa.{sent.provider.method}.completeVerification",
            {
                "gigyaAssertion": sent.assertion,
                "phvToken": sent.token,
                "code": code,
                "regToken": self._sign_in.reg_token,
            },
            code_error,
        )
        return _required(answer, "providerAssertion")

    async def _finalize(self, sent: _SentCode, provider_assertion: str) -> None:
        await self._gigya.call(
            "/accounts.tfa.finalizeTFA",
            {
                "gigyaAssertion": sent.assertion,
                "providerAssertion": provider_assertion,
                "tempDevice": "false",
                "regToken": self._sign_in.reg_token,
                "source": "showScreenSet",
            },
        )


def _channels(provider: Provider, entry: Mapping[str, Any]) -> tuple[Channel, ...]:
    """Return the ways to reach a target, the one that was used last in front.

    The portal calls every phone that it sends messages to: a landline gets no SMS.
    """
    if provider is Provider.EMAIL:
        return (Channel.EMAIL,)
    if text(entry.get("lastMethod")).lower() == Channel.VOICE:
        return (Channel.VOICE, Channel.SMS)
    return (Channel.SMS, Channel.VOICE)


def _required(answer: Mapping[str, Any], key: str) -> str:
    value = text(answer.get(key))
    if not value:
        raise Malformed(f"The sign-in service answered without {key}")
    return value


def _entries(answer: Mapping[str, Any], key: str) -> list[Any]:
    value = answer.get(key)
    if value is not None and not isinstance(value, list):
        raise Malformed(f"The sign-in service answered with an odd {key}")
    return value or []
