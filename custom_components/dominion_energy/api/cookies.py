"""The cookies that spare the user a code at the next login (wire 3.13).

The identity service trusts a device by its `gmid`; the others keep the firewall
content. All are restored for the host that set them and sent to no other one.
"""

from collections.abc import Iterable, Mapping
from http.cookies import CookieError, Morsel
from typing import Any, Final

from aiohttp.abc import AbstractCookieJar
from yarl import URL

from .const import Endpoints

_KEPT: Final = ("gmid", "ucid", "incap", "visid", "nlbi", "gig_")
_FIREWALL: Final = ("incap", "visid", "nlbi")


def export(jar: AbstractCookieJar) -> list[dict[str, Any]]:
    """Return the cookies worth keeping as `{name, value, domain, path}`."""
    return [
        {
            "name": cookie.key,
            # As the server wrote it: quotes of our own would change it.
            "value": cookie.coded_value,
            "domain": cookie["domain"],
            "path": cookie["path"] or "/",
        }
        for cookie in jar
        if any(part in cookie.key for part in _KEPT)
    ]


def restore(
    jar: AbstractCookieJar,
    cookies: Iterable[Mapping[str, Any]],
    endpoints: Endpoints,
) -> int:
    """Put stored cookies back and return how many; damaged ones are left out."""
    restored = 0
    for cookie in cookies:
        name, value = cookie.get("name"), cookie.get("value")
        if not (isinstance(name, str) and isinstance(value, str) and value):
            continue
        domain = str(cookie.get("domain") or "").lstrip(".").lower()
        owner = _owner(name, domain, endpoints)
        if owner is None:
            continue
        try:
            morsel = _morsel(name, value, domain, owner)
        except CookieError:
            continue
        morsel["path"] = str(cookie.get("path") or "/")
        jar.update_cookies({name: morsel}, owner)
        restored += 1
    return restored


def _owner(name: str, domain: str, endpoints: Endpoints) -> URL | None:
    """Return the host whose answer the cookie might have come with."""
    if not domain:
        is_firewall = any(part in name for part in _FIREWALL)
        return URL(endpoints.login if is_firewall else endpoints.gigya)
    for base in (endpoints.gigya, endpoints.login, endpoints.data):
        host = URL(base).host or ""
        if host == domain or host.endswith(f".{domain}"):
            return URL(base)
    return None


def _morsel(name: str, value: str, domain: str, owner: URL) -> Morsel[str]:
    morsel: Morsel[str] = Morsel()
    morsel.set(name, value, value)
    morsel["secure"] = owner.scheme == "https"
    if domain not in ("", owner.host):
        morsel["domain"] = domain
    return morsel
