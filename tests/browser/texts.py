"""The texts of the integrations, as the frontend has to show them."""

import json
from typing import Any

from tests.end_to_end.simulator import ROOT


class Texts:
    """One integration's texts in one language."""

    def __init__(self, domain: str, language: str = "en") -> None:
        """Read the translation."""
        folder = ROOT / "custom_components" / domain / "translations"
        self._texts = json.loads((folder / f"{language}.json").read_text("utf-8"))

    def __call__(self, *path: str) -> str:
        """Return a text by its place.

        :raises KeyError: there is none.
        """
        found: Any = self._texts
        for key in path:
            found = found[key]
        assert isinstance(found, str)
        return found

    def field(self, step_id: str, field: str, *, flow: str = "config") -> str:
        """Return the label of a field."""
        return self(flow, "step", step_id, "data", field)

    def option(self, step_id: str, option: str) -> str:
        """Return what a menu calls one of its ways."""
        return self("config", "step", step_id, "menu_options", option)

    def error(self, key: str) -> str:
        """Return the text of a form's error."""
        return self("config", "error", key)

    def choice(self, value: Any) -> str | None:
        """Return what a form calls one of several values; None if it is typed."""
        fields = self._texts.get("selector", {}).values()
        options = [field.get("options", {}) for field in fields]
        return next((each[value] for each in options if value in each), None)
