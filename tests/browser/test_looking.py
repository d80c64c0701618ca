"""The Energy dashboard and the diagnostics: the truth, and no secret."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import re
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from playwright.async_api import expect
import pytest

from tests.end_to_end import dominion_energy
from tests.end_to_end.home import TIME_ZONE
from tests.end_to_end.providers import PROVIDERS
from tests.end_to_end.truth import HOUR

from .demo import Demo
from .frontend import Frontend
from .texts import Texts

HOME = ZoneInfo(TIME_ZONE)
SECRETS = (
    "username",
    "password",
    "user_id",
    "account",
    "meter",
    "bp_number",
    "contract",
    "client_secret",
    "refresh_token",
    "asset_id",
    "asset_owner_id",
    "client_id",
    "cabinet",
    "mqtt_id",
    "mqtt_username",
    "mqtt_password",
)
OPEN = {("emporia", "meter")}
"""The number of a device is in the ids of its statistics, for all to see."""


async def test_a_live_battery(
    frontend: Frontend, demo: Demo, session: ClientSession
) -> None:
    """What the broker tells is on the open page at once."""
    simulator = demo.simulator(session, "elecnova")
    serial = f"BMS{demo.person('elecnova')['cabinet']}"
    await frontend.open_device("elecnova", "1-1 Demo site BMS")
    texts = Texts("elecnova")
    state = frontend.state(texts("entity", "sensor", "battery_soc", "name"))
    await expect(state).to_contain_text(re.compile(r"\d%"))
    # Its own messages would be shown instead at any moment
    await simulator.change(delivery={"silent": True})
    for charge in (77.7, 33.3):
        told = {"sn": serial, "component": "ess.bms", "data": {"soc": charge}}
        await simulator.change(say={"device": serial, "payload": told})
        await expect(state).to_contain_text(f"{charge}%")
    await simulator.change(delivery={"silent": False})


async def test_a_day_in_the_energy_dashboard(
    frontend: Frontend, demo: Demo, session: ClientSession
) -> None:
    """Each bar is as high as the hour's energy at the provider."""
    simulator = demo.simulator(session, "dominion_energy")
    person = demo.person("dominion_energy")
    known = await dominion_energy.known(simulator, person, datetime.now(UTC))
    stem = dominion_energy.statistics_stem(person)
    newest = max(known[f"{stem}_consumption"].hours)
    # What is published of a day is published in the morning of the next one.
    day = newest.astimezone(HOME).replace(hour=0)
    begin, end = day.astimezone(UTC), (day + timedelta(days=1)).astimezone(UTC)
    await frontend.show_energy_of("dominion_energy")
    await frontend.open("/energy/electricity")
    # In the first hour of a day the dashboard still opens with the day before.
    shown = (datetime.now(HOME) - HOUR).date()
    for _ in range((shown - day.date()).days):
        await frontend.page.get_by_role("button", name="Previous").first.click()
    card = "hui-energy-usage-graph-card"
    # The day is shown once the chart has its first hour.
    first = int(begin.timestamp() * 1000)
    await frontend.page.wait_for_function(
        "([card, first]) => {"
        " const find = n => { for (const e of n.querySelectorAll('*')) {"
        "  if (e.localName === card) return e;"
        "  const f = e.shadowRoot && find(e.shadowRoot); if (f) return f; } };"
        " const chart = find(document);"
        " return chart && (chart._chartData || []).some("
        "  s => s.data.some(d => (d.value || d)[2] === first)); }",
        arg=[card, first],
    )
    bars = await frontend.bars(card)
    for series, statistic, sign in (
        (f"{stem}_consumption-from_grid", f"{stem}_consumption", 1),
        (f"{stem}_generation-to_grid", f"{stem}_generation", -1),
    ):
        hours = known[statistic].rows()
        truth = {
            int(start.timestamp() * 1000): sign * value
            for start, value in hours.items()
            if begin <= start < end
        }
        assert len(truth) == (end - begin) // HOUR
        assert bars[series] == pytest.approx(truth, abs=1e-4)


@pytest.mark.parametrize("domain", [provider.domain for provider in PROVIDERS])
async def test_diagnostics(
    frontend: Frontend, demo: Demo, domain: str, tmp_path: Path
) -> None:
    """The file that a user downloads tells a lot, but nothing that is secret."""
    row = await frontend.open_integration(domain)
    async with frontend.page.expect_download() as downloading:
        await frontend.choose(row, "Download diagnostics")
    path = tmp_path / "diagnostics.json"
    await (await downloading.value).save_as(path)
    text = path.read_text("utf-8")
    assert json.loads(text)["data"]["connection"]["endpoints"]
    secrets = [
        (key, str(person[key]))
        for person in demo.people(domain)
        for key in SECRETS
        if person.get(key)
    ]
    told = {key for key, value in secrets if _is_told(value, text)}
    assert {key for key in told if (domain, key) not in OPEN} == set()


def _is_told(secret: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", text) is not None


@pytest.mark.parametrize(
    ("language", "domain", "option"),
    [
        ("he", "iec", ("data", "history_days")),
        ("sv", "flowerhub", ("data", "scan_interval")),
        ("nl", "elecnova", ("menu_options", "live")),
        ("fr", "elecnova", ("menu_options", "history")),
    ],
)
async def test_languages(
    frontend: Frontend, language: str, domain: str, option: tuple[str, str]
) -> None:
    """Integration, devices and options speak the user's language, from its side."""
    texts = Texts(domain, language)
    await frontend.speak(language)
    row = await frontend.open_integration(domain)
    page = frontend.page
    direction = await page.evaluate("document.documentElement.dir || 'ltr'")
    assert direction == ("rtl" if language == "he" else "ltr")
    await expect(page.get_by_text(texts("title")).first).to_be_visible()
    await row.locator("ha-icon-button[slot=end]").first.click()
    label = texts("options", "step", "init", *option)
    await expect(page.get_by_text(label).first).to_be_visible()
    await frontend.assert_no_lost_text()
    await frontend.open_integration(domain)
    await row.locator("ha-config-entry-device-row").first.click()
    await expect(page.locator("ha-device-info-card").first).to_be_visible()
    await frontend.assert_no_lost_text()
