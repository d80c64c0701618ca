"""The automation editor offers what happens in a home, in the household's words."""

from playwright.async_api import expect
import pytest

from .frontend import Frontend
from .texts import Texts


@pytest.mark.parametrize(
    ("domain", "kind", "key"),
    [
        ("emporia", "triggers", "car_plugged_in"),
        ("iec", "triggers", "bill_arrived"),
        ("emporia", "conditions", "is_charging"),
    ],
)
async def test_what_is_offered(
    frontend: Frontend, domain: str, kind: str, key: str
) -> None:
    """It is found by its name and becomes a part of the automation."""
    name = Texts(domain)(kind, key, "name")
    await frontend.open("/config/automation/edit/new")
    page = frontend.page
    await page.get_by_role("button", name=f"Add {kind.removesuffix('s')}").click()
    dialog = page.locator("add-automation-element-dialog")
    await dialog.locator("input").first.fill(name)
    await dialog.get_by_text(name, exact=True).first.click()
    row = page.locator(f"ha-automation-{kind.removesuffix('s')}-row")
    await expect(row.get_by_text(name).first).to_be_visible()
    await frontend.assert_no_lost_text()
