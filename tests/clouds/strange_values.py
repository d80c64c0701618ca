"""Values that a cloud may send one day, in place of those that are known."""

from collections.abc import Mapping
import json
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
import voluptuous as vol

SCHEMA: Final = vol.Schema({str: vol.Any(str, int, float, bool, None)})


class StrangeValues:
    """The switch `values` of every cloud: what members hold in all its JSON answers."""

    def __init__(self) -> None:
        """Leave all values as they are."""
        self._values: Mapping[str, Any] = {}

    def change(self, value: Any) -> Mapping[str, Any]:
        """Take name -> value for members at any depth; `{}` ends it.

        :raises voluptuous.Invalid: a value is an object or a list
        """
        self._values = SCHEMA(value)
        return self._values

    def changed(self, answer: web.StreamResponse) -> web.StreamResponse:
        """The answer, changed where that is asked for."""
        if not self._values or not isinstance(answer, web.Response):
            return answer
        if answer.content_type != "application/json" or not answer.text:
            return answer
        body = self._replaced(json.loads(answer.text))
        answer.text = json.dumps(body)
        return answer

    def _replaced(self, data: Any) -> Any:
        match data:
            case dict():
                return {name: self._member(name, each) for name, each in data.items()}
            case list():
                return [self._replaced(each) for each in data]
        return data

    def _member(self, name: str, value: Any) -> Any:
        if isinstance(value, (dict, list)):
            return self._replaced(value)
        return self._values.get(name, value)


def value_middleware(values: StrangeValues) -> Middleware:
    """Let answers hold strange values."""

    @web.middleware
    async def replace(request: web.Request, handler: Handler) -> web.StreamResponse:
        return values.changed(await handler(request))

    return replace
