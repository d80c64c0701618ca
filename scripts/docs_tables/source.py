"""What an integration's files say: its texts, actions and self-assessment."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CORE = "cloud_energy"


@dataclass(frozen=True)
class Source:
    """The files of one integration."""

    domain: str

    @classmethod
    def found(cls) -> dict[str, Source]:
        """Return all integrations by their domain, the foundation first."""
        paths = ROOT.glob("custom_components/*/manifest.json")
        domains = {path.parent.name for path in paths}
        return {
            name: cls(name) for name in sorted(domains, key=lambda d: (d != CORE, d))
        }

    @property
    def path(self) -> Path:
        """The integration's folder."""
        return ROOT / "custom_components" / self.domain

    @cached_property
    def texts(self) -> dict[str, Any]:
        """What users read, in English."""
        texts: dict[str, Any] = json.loads(self._read("translations/en.json"))
        return texts

    @cached_property
    def name(self) -> str:
        """The integration's name."""
        return str(json.loads(self._read("manifest.json"))["name"])

    @cached_property
    def actions(self) -> dict[str, dict[str, Any]]:
        """The fields of each action, as in `services.yaml`."""
        if not (self.path / "services.yaml").exists():
            return {}
        found = yaml.safe_load(self._read("services.yaml"))
        return {name: (each or {}).get("fields", {}) for name, each in found.items()}

    @property
    def offers(self) -> set[str]:
        """The names of its actions, triggers and conditions."""
        kinds = (self.texts.get(kind, {}) for kind in ("triggers", "conditions"))
        return {*self.actions, *(name for kind in kinds for name in kind)}

    @cached_property
    def quality(self) -> dict[str, tuple[str, str]]:
        """Status and comment of each rule of the quality scale."""
        rules = yaml.safe_load(self._read("quality_scale.yaml"))["rules"]
        return {rule: _answer(answer) for rule, answer in rules.items()}

    def _read(self, name: str) -> str:
        return (self.path / name).read_text("utf-8")


def _answer(answer: str | dict[str, str]) -> tuple[str, str]:
    if isinstance(answer, str):
        return answer, ""
    return answer["status"], answer.get("comment", "")


def strings(texts: dict[str, Any]) -> Iterator[str]:
    """Yield every text of a nested mapping."""
    for value in texts.values():
        if isinstance(value, dict):
            yield from strings(value)
        else:
            yield value
