"""The proof that the app which gets the code is the one that asked (wire 3.4)."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
import re
import secrets
import string
from typing import Self, override

from custom_components.cloud_energy.client.storable import storable_text

_ALPHANUMERICS = string.ascii_letters + string.digits
_ESCAPED_BYTE = re.compile(r"\\x([0-9a-fA-F]{2})")


@dataclass(frozen=True)
class Proof:
    """What one login is recognised by; never used twice."""

    verifier: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)

    @classmethod
    def draw(cls) -> Self:
        """Draw a new one."""
        state = "".join(secrets.choice(_ALPHANUMERICS) for _ in range(12))
        return cls(secrets.token_urlsafe(96), state, secrets.token_urlsafe(16))

    @property
    def challenge(self) -> str:
        """What is sent before the verifier itself."""
        digest = sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")


def read_form(page: str) -> dict[str, str]:
    """Return the hidden fields of a page that would submit itself to the app."""
    reader = _Inputs()
    # Some characters of the page are escaped as in a script.
    reader.feed(_ESCAPED_BYTE.sub(lambda found: chr(int(found[1], 16)), page))
    return reader.values


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name, value = known.get("name"), known.get("value")
        if tag == "input" and name and value:
            self.values.setdefault(name, storable_text(value))
