"""What Home Assistant's own checker asks of an integration's files, restated.

The checker (hassfest) is not in Home Assistant's package and cannot run everywhere.
Each module here holds one of its parts as a function that yields the problems of an
integration, each problem a line of text that names the file and what to change.
"""

from collections.abc import Callable, Iterator

from . import (
    automations,
    brand,
    code,
    icons,
    keys,
    manifest,
    quality_scale,
    services,
    translations,
)
from .integration import Integration

type Rule = Callable[[Integration], Iterator[str]]

RULES: dict[str, Rule] = {
    "automations": automations.problems,
    "brand": brand.problems,
    "code": code.problems,
    "icons": icons.problems,
    "keys": keys.problems,
    "manifest": manifest.problems,
    "quality_scale": quality_scale.problems,
    "services": services.problems,
    "translations": translations.problems,
}

__all__ = ["RULES", "Integration", "Rule"]
