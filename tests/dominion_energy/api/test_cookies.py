"""The cookies that make a device a trusted one (wire 3.13)."""

from http.cookies import SimpleCookie
from typing import Any

from aiohttp import CookieJar
import pytest
from yarl import URL

from custom_components.dominion_energy.api import cookies
from custom_components.dominion_energy.api.const import Endpoints

GIGYA = URL("https://auth.dominionenergy.com/accounts.login")
LOGIN = URL("https://login.dominionenergy.com/CommonLogin")
DATA = URL("https://prodsvc-dominioncip.smartcmobile.com/Service")
ELSEWHERE = URL("https://example.com/")


@pytest.fixture
async def jar() -> CookieJar:
    """An empty jar that does not put quotes of its own around values."""
    return CookieJar(quote_cookie=False)


def sent(jar: CookieJar, url: URL) -> dict[str, str]:
    """Return the cookies that a request carries."""
    return {name: morsel.value for name, morsel in jar.filter_cookies(url).items()}


def set_cookie(jar: CookieJar, url: URL, header: str) -> None:
    """Take a cookie as a host sets it."""
    jar.update_cookies_from_headers([header], url)


async def test_round_trip(jar: CookieJar) -> None:
    """Each cookie comes back to its host, and only there, as it was written."""
    set_cookie(jar, GIGYA, "gmid=gmid.ver4.abc; Path=/; Secure; HttpOnly")
    set_cookie(jar, GIGYA, "ucid=u")
    set_cookie(jar, GIGYA, "hasGmid=ver4")
    set_cookie(jar, GIGYA, "glt_4_6zEg=secret")
    set_cookie(jar, LOGIN, "nlbi_1=a/b+c==; Domain=login.dominionenergy.com")
    set_cookie(jar, LOGIN, "visid_incap_1=v; Domain=.dominionenergy.com; Path=/")
    set_cookie(jar, DATA, "incap_ses_1=d")

    exported = cookies.export(jar)
    restored = CookieJar(quote_cookie=False)
    assert cookies.restore(restored, exported, Endpoints()) == 5

    assert sent(restored, GIGYA) == {
        "gmid": "gmid.ver4.abc",
        "ucid": "u",
        "visid_incap_1": "v",
    }
    assert sent(restored, LOGIN) == {"nlbi_1": "a/b+c==", "visid_incap_1": "v"}
    assert sent(restored, DATA) == {"incap_ses_1": "d"}
    assert sent(restored, ELSEWHERE) == {}
    assert sent(restored, GIGYA.with_scheme("http")) == {}
    assert cookies.export(restored) == exported
    assert restored.filter_cookies(LOGIN) == jar.filter_cookies(LOGIN)
    assert '"' not in restored.filter_cookies(LOGIN).output()


async def test_cookies_without_domain(jar: CookieJar) -> None:
    """A cookie of unknown host goes where its kind comes from."""
    stored = [{"name": "gmid", "value": "g"}, {"name": "nlbi_1", "value": "n"}]
    assert cookies.restore(jar, stored, Endpoints()) == 2
    assert sent(jar, GIGYA) == {"gmid": "g"}
    assert sent(jar, LOGIN) == {"nlbi_1": "n"}


@pytest.mark.parametrize(
    "damaged",
    [
        {},
        {"name": "gmid"},
        {"name": "gmid", "value": ""},
        {"name": "gmid", "value": 5},
        {"name": 5, "value": "g"},
        {"name": "a b", "value": "g"},
        {"name": "gmid", "value": "g", "domain": "example.com"},
        {"name": "gmid", "value": "g", "domain": "otherdominionenergy.com"},
    ],
)
async def test_damaged_cookies(jar: CookieJar, damaged: dict[str, Any]) -> None:
    """What is damaged or of a foreign host is left out; the rest is restored."""
    good = {"name": "ucid", "value": "u", "domain": None, "path": None}
    assert cookies.restore(jar, [damaged, good], Endpoints()) == 1
    assert sent(jar, GIGYA) == {"ucid": "u"}


async def test_export_of_a_plain_jar(jar: CookieJar) -> None:
    """The export has name, value, domain and path, and nothing else."""
    jar.update_cookies(SimpleCookie("gmid=g"), GIGYA)
    assert cookies.export(jar) == [
        {
            "name": "gmid",
            "value": "g",
            "domain": "auth.dominionenergy.com",
            "path": "/",
        }
    ]
