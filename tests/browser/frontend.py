"""The pages of Home Assistant's frontend that the tests visit."""

from collections.abc import Mapping
import json
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.end_to_end.home import PASSWORD, USERNAME

from .flow import Flow
from .texts import Texts

LOST_TEXT = "component."
"""How a text begins that the frontend has not found."""


class Frontend:
    """One person's browser window."""

    def __init__(self, page: Page, url: str) -> None:
        """Show the Home Assistant at a URL."""
        self.page = page
        self._url = url

    async def open(self, path: str = "/") -> None:
        """Go to a page."""
        await self.page.goto(self._url + path)

    async def sign_in(self) -> None:
        """Log in at the login page."""
        await self.open()
        await self.page.locator("input[name=username]").fill(USERNAME)
        await self.page.locator("input[name=password]").fill(PASSWORD)
        await self.page.keyboard.press("Enter")
        await self.page.locator("home-assistant-main").wait_for()

    async def memory(self) -> dict[str, str]:
        """Return what the browser remembers of Home Assistant."""
        found: dict[str, str] = await self.page.evaluate("() => ({...localStorage})")
        return found

    async def remember(self, memory: Mapping[str, str]) -> None:
        """Have the browser remember that and nothing else, before a page is opened."""
        await self.open("/manifest.json")
        await self.page.evaluate(
            "memory => { localStorage.clear(); sessionStorage.clear();"
            " for (const each of Object.entries(memory))"
            "  localStorage.setItem(...each); }",
            memory,
        )

    async def speak(self, language: str) -> None:
        """Show everything in a language."""
        await self.open()
        await self.page.evaluate(
            "language => localStorage.setItem('selectedLanguage',"
            " JSON.stringify(language))",
            language,
        )

    async def ask(self, kind: str, **more: Any) -> Any:
        """Ask Home Assistant as the page does."""
        return await self.page.evaluate(
            "message => document.querySelector('home-assistant').hass.callWS(message)",
            {"type": kind, **more},
        )

    async def act(self, action: str, **data: Any) -> Any:
        """Perform an action; return its response, if it has one."""
        domain, service = action.split(".")
        called = {"domain": domain, "service": service, "service_data": data}
        returns = await self.page.evaluate(
            "([domain, service]) => 'response' in"
            " document.querySelector('home-assistant').hass.services[domain][service]",
            [domain, service],
        )
        found = await self.ask("call_service", return_response=returns, **called)
        return found.get("response")

    async def prepare_action(self, action: str, data: Mapping[str, Any]) -> None:
        """Fill the form in which any action is performed."""
        typed = json.dumps({"action": action, "data": data})
        await self.page.evaluate(
            "typed => { localStorage.setItem("
            "'panel-dev-action-state-service-data', typed);"
            " localStorage.setItem('panel-dev-action-state-yaml-mode', 'false') }",
            typed,
        )
        await self.open("/config/tools/action")

    async def show_energy_of(self, domain: str, most: int | None = None) -> None:
        """Have the Energy dashboard show what an integration has, and nothing else.

        `most`: of so many entries; the first one is the demo's.
        """
        await self.open()
        await self.page.locator("home-assistant-main").wait_for()
        empty: dict[str, list[Any]] = {"energy_sources": [], "device_consumption": []}
        await self.ask("energy/save_prefs", **empty)
        entries = await self.ask("config_entries/get", domain=domain)
        for entry in entries[:most]:
            await self.ask(
                "call_service",
                domain="cloud_energy",
                service="add_to_energy_dashboard",
                service_data={"config_entry_id": entry["entry_id"]},
            )

    async def add_integration(self, domain: str) -> Flow:
        """Begin to add an integration, by its name in the list of all."""
        texts = Texts(domain)
        name = texts("title")
        await self.open("/config/integrations/dashboard")
        await self.page.get_by_role("button", name="Add integration").click()
        offered = self.page.locator("dialog-add-integration")
        await offered.get_by_placeholder("Search").fill(name)
        await offered.get_by_text(name, exact=True).first.click()
        return Flow(self.page, texts)

    async def open_integration(self, domain: str) -> Locator:
        """Go to the page of an integration; return the row of its first entry."""
        await self.open(f"/config/integrations/integration/{domain}")
        row = self.page.locator("ha-config-entry-row").first
        await row.wait_for()
        return row

    async def choose(self, row: Locator, item: str) -> None:
        """Choose from the menu of an entry."""
        await row.get_by_role("button", name="Menu").first.click()
        items = self.page.get_by_role("menuitem", name=item)
        await items.locator("visible=true").first.click()

    async def open_device(self, domain: str, name: str) -> None:
        """Go to the page of a device."""
        await self.open(f"/config/devices/dashboard?domain={domain}")
        await self.page.get_by_text(name, exact=True).first.click()
        await expect(self.page.locator("ha-device-info-card").first).to_be_visible()

    async def assert_no_lost_text(self) -> None:
        """Check that no text's name is shown instead of it."""
        shown = await self.page.locator("home-assistant").all_inner_texts()
        assert LOST_TEXT not in " ".join(shown)

    def state(self, name: str) -> Locator:
        """Return the row of a sensor on the page of its device."""
        rows = self.page.locator("hui-sensor-entity-row, hui-simple-entity-row")
        return rows.filter(has=self.page.get_by_text(name, exact=True))

    def row(self, name: str) -> Locator:
        """Return the row of an entity that can be set on the page of its device."""
        rows = self.page.locator("hui-generic-entity-row")
        return rows.filter(has=self.page.get_by_text(name, exact=True))

    async def bars(self, card: str) -> dict[str, dict[int, float]]:
        """Return the bars of a chart: series -> start (ms since 1970) -> height."""
        chart = self.page.locator(card)
        series: list[dict[str, Any]] = await chart.evaluate(
            "e => e._chartData.map(s => ({id: s.id,"
            " bars: s.data.map(d => d.value || d)}))"
        )
        return {
            each["id"]: {start: height for _, height, start in each["bars"]}
            for each in series
        }
