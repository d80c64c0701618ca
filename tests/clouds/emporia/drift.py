"""Answers as a later version of the cloud might write them."""

from dataclasses import dataclass
import json
from typing import Any, Final

from aiohttp import web

UNKNOWN: Final = {"futureKey": {"nested": [1, None, "x"]}}


@dataclass(slots=True)
class Drift:
    """What is different in every JSON answer.

    - `extra_keys`: each object has a key that nobody knows
    - `string_gids`: gids are text
    """

    extra_keys: bool = False
    string_gids: bool = False

    def changed(self, answer: web.StreamResponse) -> web.StreamResponse:
        """The answer, changed where that is asked for."""
        if not (self.extra_keys or self.string_gids):
            return answer
        if not isinstance(answer, web.Response) or not answer.text:
            return answer
        if answer.content_type != "application/json":
            return answer
        body = self._value(None, json.loads(answer.text))
        return web.json_response(body, status=answer.status)

    def _value(self, key: str | None, value: Any) -> Any:
        match value:
            case dict():
                changed = {
                    name: self._value(name, each) for name, each in value.items()
                }
                return changed | UNKNOWN if self.extra_keys else changed
            case list():
                return [self._value(None, each) for each in value]
            case int() if self.string_gids and key and key.lower().endswith("gid"):
                return str(value)
        return value
