"""The pages of Home Assistant's frontend that the tests visit."""

from playwright.async_api import Page

from tests.end_to_end.home import PASSWORD, USERNAME

from .flow import Flow
from .texts import Texts


class Frontend:
    """One person's browser window."""

    def __init__(self, page: Page, url: str) -> None:
        """Show the Home Assistant at a URL."""
        self.page = page
        self._url = url

    async def open(self, path: str = "/") -> None:
        """Go to a page."""
        await self.page.goto(self._url + path)

    async def log_in(self) -> None:
        """Log in at the login page."""
        await self.open()
        await self.page.locator("input[name=username]").fill(USERNAME)
        await self.page.locator("input[name=password]").fill(PASSWORD)
        await self.page.keyboard.press("Enter")
        await self.page.locator("home-assistant-main").wait_for()

    async def add_integration(self, domain: str) -> Flow:
        """Begin to add an integration, by its name in the list of all."""
        texts = Texts(domain)
        name = texts("title")
        await self.open("/config/integrations/dashboard")
        await self.page.get_by_role("button", name="Add integration").click()
        await self.page.get_by_placeholder("Search").last.fill(name)
        await self.page.get_by_text(name, exact=True).last.click()
        return Flow(self.page, texts)
