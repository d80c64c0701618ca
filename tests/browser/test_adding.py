"""Adding an account of each provider, with a mistake first."""

from aiohttp import ClientSession
from playwright.async_api import expect
import pytest

from tests.end_to_end.providers import PROVIDERS, Provider

from .demo import Demo
from .frontend import Frontend
from .texts import Texts

MISTAKES: dict[str, tuple[str, str, dict[str, str]]] = {
    "dominion_energy": ("landlord", "code", {"code": "000000"}),
    "elecnova": ("no_sun", "user", {"client_secret": "wrong"}),
    "emporia": ("sms_home", "code", {"code": "000000"}),
    "flowerhub": ("plain_home", "user", {"password": "wrong"}),
    "iec": ("solar_home", "code", {"code": "000000"}),
}
"""Which account is added, and what is answered wrongly at which step."""
LENIENT: dict[str, dict[str, str]] = {"emporia": {"mfa_retry": "kept"}}
"""How clouds let a wrong code be corrected that may not do so."""


def test_every_provider_is_here() -> None:
    """A new provider is added here, too."""
    assert MISTAKES.keys() == {provider.domain for provider in PROVIDERS}


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.domain)
async def test_adding(
    frontend: Frontend, demo: Demo, session: ClientSession, provider: Provider
) -> None:
    """The wrong answer is told and costs nothing; the right one leads to the end."""
    domain = provider.domain
    if change := LENIENT.get(domain):
        await demo.simulator(session, domain).change(**change)
    name, step_id, wrong = MISTAKES[domain]
    answers = provider.answers(demo.person(domain, name))
    flow = await frontend.add_integration(domain)
    await flow.walk(answers, until=step_id)
    await flow.answer({**answers[step_id], **wrong})
    (error,) = (await flow.step())["errors"].values()
    told = frontend.page.get_by_text(Texts(domain).error(error)).first
    await expect(told).to_be_visible()
    await flow.walk(answers)
    await flow.finish()
