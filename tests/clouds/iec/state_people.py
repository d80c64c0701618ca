"""The switches of `POST state` about people: logins and tokens. The package's docstring lists them."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from tests.clouds.cloud import Switch
from tests.clouds.errors import ControlError

from .authorize import PAGE_LOOKS, REFUSALS, Authorize
from .customers import Customers
from .gate import Gate
from .okta import Okta
from .okta_errors import ERRORS
from .tokens import Tokens

SECONDS: Final = vol.All(vol.Any(int, float), vol.Range(min=0))
LIFE: Final = vol.All(vol.Any(int, float), vol.Range(min=1))
REVOCATION: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Optional("tokens", default="both"): vol.In(["access", "refresh", "both"]),
    }
)
EXPIRY: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Optional("what", default="login"): vol.In(["login", "code"]),
    }
)
LOCK: Final = vol.Schema(
    {
        vol.Required("account"): str,
        vol.Optional("answer", default="error"): vol.In(["error", "status"]),
    }
)
NEW_CODE: Final = vol.Schema(
    {vol.Required("account"): str, vol.Required("code"): vol.Match(r"^\d{4,10}$")}
)
FLAG: Final = vol.Schema(bool)
PATHS: Final = vol.All([str], vol.Coerce(tuple))


class PeopleState:
    """The switches of this file."""

    def __init__(
        self,
        customers: Customers,
        okta: Okta,
        authorize: Authorize,
        tokens: Tokens,
        gate: Gate,
    ) -> None:
        """Act on the parts of one cloud."""
        self._customers = customers
        self._okta = okta
        self._authorize = authorize
        self._tokens = tokens
        self._gate = gate

    def switches(self) -> Mapping[str, Switch]:
        """Name of each switch and what it does."""
        okta, tokens, authorize = self._okta, self._tokens, self._authorize
        padding = vol.In(["any", "padded", "unpadded"])
        return {
            "revoke_tokens": self._revoke_tokens,
            "rotate_refresh": setting(tokens, "rotates", FLAG),
            "omit_refresh_token": setting(tokens, "omits_refresh", FLAG),
            "token_life": setting(tokens, "life", LIFE),
            "refresh_life": setting(tokens, "refresh_life", LIFE),
            "expire_code": self._expire_code,
            "code_life": setting(okta, "code_life", LIFE),
            "login_life": setting(okta, "life", LIFE),
            "resend_wait": setting(okta, "resend_wait", SECONDS),
            "zero_padding": setting(okta, "zero_padding", padding),
            "unknown_user": setting(okta, "unknown_user", vol.In(sorted(ERRORS))),
            "lock": self._lock,
            "unlock": self._unlock,
            "new_code": self._new_code,
            "authorize_page": setting(authorize, "look", vol.In(PAGE_LOOKS)),
            "authorize_refusal": setting(authorize, "refusal", vol.In(REFUSALS)),
            "broken": setting(self._gate, "broken", FLAG),
            "refusing": setting(self._gate, "refusing", PATHS),
            "unauthorized_body": setting(
                self._gate, "unauthorized_body", vol.In(["json", "empty"])
            ),
        }

    def _revoke_tokens(self, value: Any) -> None:
        asked = REVOCATION({"account": value} if isinstance(value, str) else value)
        self._tokens.revoke(
            self._customers.person(asked["account"]),
            access=asked["tokens"] != "refresh",
            refresh=asked["tokens"] != "access",
        )

    def _expire_code(self, value: Any) -> None:
        asked = EXPIRY({"account": value} if isinstance(value, str) else value)
        person = self._customers.person(asked["account"])
        if asked["what"] == "code":
            self._okta.expire_codes(person)
        else:
            self._okta.expire_transactions(person)

    def _lock(self, value: Any) -> None:
        asked = LOCK({"account": value} if isinstance(value, str) else value)
        self._customers.person(asked["account"]).locked = asked["answer"]

    def _unlock(self, value: Any) -> None:
        self._customers.person(value).locked = None

    def _new_code(self, value: Any) -> None:
        asked = NEW_CODE(value)
        self._customers.person(asked["account"]).code = asked["code"]


def setting(owner: Any, name: str, schema: Any) -> Switch:
    """A switch that sets a plain value; the schema says which values there are."""

    def switch(value: Any) -> None:
        if isinstance(value, bool) and schema is not FLAG:
            raise ControlError(f"{value!r} is no value for it")
        setattr(owner, name, vol.Schema(schema)(value))

    return switch
