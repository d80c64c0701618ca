"""Answers as the cloud writes them for some people, or as a later version of it might (wire 4, 9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
import json
from typing import Any, Final

from aiohttp import web

from tests.clouds.request_log import path_template

UNKNOWN: Final = {"futureKey": {"nested": [1, None, "x"]}}


@dataclass(frozen=True, slots=True)
class KeyChange:
    """Keys that are left out or null, at any depth, in the answers of the endpoints that fit the glob."""

    endpoint: str
    keys: frozenset[str]
    null: bool

    def applied(self, value: Any) -> Any:
        """The value with the change."""
        match value:
            case dict():
                return {
                    key: None if key in self.keys else self.applied(each)
                    for key, each in value.items()
                    if self.null or key not in self.keys
                }
            case list():
                return [self.applied(each) for each in value]
        return value


@dataclass(frozen=True, slots=True)
class Failure:
    """The endpoints that fit the glob fail by descriptor: no data, no success."""

    endpoint: str
    code: str | None
    description: str | None
    status: int

    def response(self) -> web.Response:
        """What is sent over the wire."""
        descriptor = {
            "isSuccess": False,
            "code": self.code,
            "description": self.description,
        }
        body = {"data": None, "reponseDescriptor": descriptor}
        return web.json_response(body, status=self.status)


@dataclass(slots=True)
class Answers:
    """What is different.

    - `failures`: endpoints that fail by descriptor
    - `changes`: keys that are missing or null
    - `extra_keys`: each object has a key that nobody knows
    """

    failures: list[Failure] = field(default_factory=list)
    changes: list[KeyChange] = field(default_factory=list)
    extra_keys: bool = False

    def change(self, endpoint: str, keys: Iterable[str], *, null: bool) -> None:
        """Leave keys out or null from now on; no keys ends it for that endpoint."""
        self.changes = [
            each
            for each in self.changes
            if (each.endpoint, each.null) != (endpoint, null)
        ]
        if named := frozenset(keys):
            self.changes.append(KeyChange(endpoint, named, null))

    def changed(self, answer: web.Response, request: web.Request) -> web.Response:
        """The answer, changed where that is asked for."""
        path = path_template(request)
        for failure in self.failures:
            if fnmatchcase(path, failure.endpoint):
                return failure.response()
        changes = [each for each in self.changes if fnmatchcase(path, each.endpoint)]
        if answer.content_type != "application/json" or not answer.text:
            return answer
        if not changes and not self.extra_keys:
            return answer
        body = json.loads(answer.text)
        for change in changes:
            body = change.applied(body)
        body = _with_unknown_keys(body) if self.extra_keys else body
        return web.json_response(body, status=answer.status)


def _with_unknown_keys(value: Any) -> Any:
    match value:
        case dict():
            return {k: _with_unknown_keys(v) for k, v in value.items()} | UNKNOWN
        case list():
            return [_with_unknown_keys(each) for each in value]
    return value
