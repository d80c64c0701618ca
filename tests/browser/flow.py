"""A config flow in its dialog, filled as a person fills it."""

from collections.abc import Mapping
from typing import Any

from playwright.async_api import Locator, Page, expect

from .texts import Texts

_STEPS = (
    "step-flow-form, step-flow-menu, step-flow-create-entry, step-flow-abort, "
    "step-flow-external, step-flow-progress"
)


class Flow:
    """The dialog of a flow."""

    def __init__(self, page: Page, texts: Texts) -> None:
        """Take over a dialog that is about to open."""
        self._page = page
        self._texts = texts
        self._step = page.locator(_STEPS).first

    @property
    def dialog(self) -> Locator:
        """The whole dialog."""
        return self._page.locator("dialog-data-entry-flow")

    async def step(self) -> Mapping[str, Any]:
        """Return the step that is shown: its `type`, `step_id` and `errors`."""
        found: dict[str, Any] = await self._step.evaluate(
            "e => ({type: e.step.type, step_id: e.step.step_id,"
            " reason: e.step.reason, errors: e.step.errors || {}})"
        )
        return found

    async def walk(
        self, answers: Mapping[str, Mapping[str, Any]], *, until: str | None = None
    ) -> None:
        """Answer step after step to the end of the flow, or to a step.

        What is not named stays as it is.
        """
        while (step := await self.step())["type"] in ("form", "menu"):
            if step["step_id"] == until:
                return
            await self.answer(answers.get(step["step_id"], {}))
            assert not (await self.step())["errors"], await self.step()

    async def answer(self, typed: Mapping[str, Any]) -> None:
        """Answer the step that is shown, and wait for what comes then."""
        step = await self.step()
        assert "component." not in " ".join(await self.dialog.all_inner_texts())
        seen = await self._step.evaluate_handle("e => e.step")
        if step["type"] == "menu":
            option = self._texts.option(step["step_id"], typed["next_step_id"])
            await self._page.get_by_text(option, exact=True).last.click()
        else:
            for field, value in typed.items():
                await self._fill(self._texts.field(step["step_id"], field), value)
            await self.submit()
        await self._page.wait_for_function(
            "([step, names]) => {"
            " const all = (n, out = []) => {"
            "  for (const e of n.querySelectorAll('*')) {"
            "   if (names.includes(e.localName)) out.push(e);"
            "   if (e.shadowRoot) all(e.shadowRoot, out); } return out; };"
            " const [shown] = all(document);"
            " return shown && shown.step && shown.step !== step; }",
            arg=[seen, _STEPS.split(", ")],
        )

    async def submit(self) -> None:
        """Send the form."""
        await self.dialog.get_by_role("button", name="Submit").click()

    async def finish(self) -> None:
        """Close the dialog of a flow that has come to its end."""
        assert (await self.step())["type"] == "create_entry", await self.step()
        await self._page.get_by_role("button", name="Finish").click()
        await expect(self._step).to_have_count(0)

    async def _fill(self, label: str, value: Any) -> None:
        if choice := self._texts.choice(value):
            await self.dialog.get_by_text(choice, exact=True).click()
        elif isinstance(value, bool):
            rows = self.dialog.locator("ha-selector-boolean").filter(has_text=label)
            await rows.get_by_role("switch").set_checked(value)
        elif await (picker := self._picker(label)).count():
            await picker.click()
            offered = self.dialog.locator("ha-picker-combo-box")
            await offered.locator("input").fill(str(value))
            await offered.get_by_text(str(value)).click()
            await expect(picker).to_contain_text(str(value))
        else:
            boxes = self.dialog.get_by_role("textbox", name=label)
            numbers = self.dialog.get_by_role("spinbutton", name=label)
            await boxes.or_(numbers).first.fill(str(value))

    def _picker(self, label: str) -> Locator:
        """Return a list in which something else can be typed, too."""
        return self.dialog.locator("ha-generic-picker").filter(
            has=self._page.locator(f"ha-picker-field[aria-label='{label}']")
        )
