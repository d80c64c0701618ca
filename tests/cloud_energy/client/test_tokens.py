"""Single-flight renewal of tokens."""

import asyncio
from dataclasses import dataclass, field

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.cloud_energy.client.errors import CannotConnect
from custom_components.cloud_energy.client.hosts import ROUND
from custom_components.cloud_energy.client.tokens import (
    Errand,
    TokenStore,
    errand,
    is_renewing,
)


@dataclass
class Issuer:
    """Issues numbered tokens; even ones are fresh for ever."""

    issued: int = 0
    calls: int = 0
    error: Exception | None = None
    persisted: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def renew(self, _: str | None) -> str:
        """Issue the next token once the gate is open."""
        self.calls += 1
        await self.gate.wait()
        if self.error:
            raise self.error
        self.issued += 1
        return f"new-{self.issued}"

    def keeper(self, tokens: str | None) -> TokenStore[str]:
        """Keep these tokens."""
        return TokenStore(
            tokens,
            is_fresh=lambda token: token.startswith(("new", "good")),
            renew=self.renew,
            persist=self.persisted.append,
        )


async def test_fresh_tokens_are_used_as_they_are() -> None:
    """No renewal before its time."""
    issuer = Issuer()
    assert await issuer.keeper("good").fresh() == "good"
    assert issuer.calls == 0


@pytest.mark.parametrize("tokens", ["old", None])
async def test_parallel_callers_share_one_renewal(tokens: str | None) -> None:
    """Six callers at expiry: one renewal, persisted before anybody uses it."""
    issuer = Issuer()
    keeper = issuer.keeper(tokens)
    callers = [asyncio.create_task(keeper.fresh()) for _ in range(6)]
    await asyncio.sleep(0)
    issuer.gate.set()
    assert await asyncio.gather(*callers) == ["new-1"] * 6
    assert (issuer.calls, issuer.persisted) == (1, ["new-1"])
    assert keeper.tokens == "new-1"


async def test_only_the_rejected_token_is_replaced() -> None:
    """A caller that comes late with an old token gets the one that is there."""
    issuer = Issuer()
    issuer.gate.set()
    keeper = issuer.keeper("good")
    assert await keeper.replace("good") == "new-1"
    assert await keeper.replace("good") == "new-1"
    assert issuer.calls == 1


async def test_a_cancelled_caller_does_not_lose_the_rotation() -> None:
    """The renewal runs on and is persisted."""
    issuer = Issuer()
    keeper = issuer.keeper("old")
    caller = asyncio.create_task(keeper.fresh())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    asyncio.get_running_loop().call_soon(issuer.gate.set)
    await keeper.close()
    assert issuer.persisted == ["new-1"]
    assert await keeper.fresh() == "new-1"
    await keeper.close()


async def test_a_failed_renewal_is_shared_and_can_be_repeated() -> None:
    """All callers see the error; the old tokens stay, the next call tries again."""
    issuer = Issuer(error=CannotConnect("no"))
    issuer.gate.set()
    keeper = issuer.keeper("old")
    results = await asyncio.gather(
        *(keeper.fresh() for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, CannotConnect) for result in results)
    assert (issuer.calls, keeper.tokens) == (1, "old")
    issuer.error = None
    assert await keeper.fresh() == "new-1"


async def test_a_failed_renewal_is_repeated_once_a_round() -> None:
    """Whatever else is due in the round fails as well, unless a user waits for it."""
    issuer = Issuer(error=CannotConnect("no"))
    issuer.gate.set()
    keeper = issuer.keeper("old")
    for wanted, calls in (
        (Errand(round=1), 1),
        (Errand(round=1), 1),
        (Errand(round=1, user_waits=True), 2),
        (Errand(round=2), 3),
        (Errand(round=2), 3),
        (Errand(), 4),
        (Errand(), 5),
    ):
        errand.set(wanted)
        with pytest.raises(CannotConnect):
            await keeper.fresh()
        assert issuer.calls == calls
    errand.set(Errand(round=2, user_waits=True))
    issuer.error = None
    assert await keeper.fresh() == "new-1"


async def test_a_round_ends_in_any_case(freezer: FrozenDateTimeFactory) -> None:
    """What comes some time after it is none of its requests."""
    issuer = Issuer(error=CannotConnect("no"))
    issuer.gate.set()
    keeper = issuer.keeper("old")
    errand.set(Errand(round=1))
    for calls in (1, 2):
        with pytest.raises(CannotConnect):
            await keeper.fresh()
        assert issuer.calls == calls
        freezer.tick(ROUND + 1)


@pytest.mark.parametrize("user_waits", [True, False])
async def test_a_renewal_is_as_urgent_as_what_it_is_for(*, user_waits: bool) -> None:
    """A poll's may be put off, a command's not."""
    seen = []

    async def renew(_: str | None) -> str:
        seen.append(is_renewing.get())
        return "new"

    errand.set(Errand(user_waits=user_waits))
    keeper = TokenStore(
        "old", is_fresh=lambda _: False, renew=renew, persist=lambda _: None
    )
    await keeper.fresh()
    assert seen == [not user_waits]


async def test_a_failure_that_nobody_waits_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It leaves no complaint behind."""
    issuer = Issuer(error=CannotConnect("no"))
    keeper = issuer.keeper("old")
    caller = asyncio.create_task(keeper.fresh())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    issuer.gate.set()
    await asyncio.sleep(0.01)
    assert not [r for r in caplog.records if r.levelname == "ERROR"]
