"""The pictures of the README and the documentation: what is on them, in order."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
import re
from typing import Any, Final

from aiohttp import ClientSession
from playwright.async_api import FloatRect, Locator, Page, ViewportSize, expect

from tests.end_to_end import dominion_energy, elecnova, emporia, showcase
from tests.end_to_end.api import HomeAssistantApi
from tests.end_to_end.home import PASSWORD, USERNAME
from tests.end_to_end.truth import HOUR

from .demo import Demo
from .frontend import Frontend
from .texts import Texts
from .window import SIZE

_MARGIN: Final = 40
_BELOW: Final = 12
"""Less than there is between two cards: the next one is not on the picture."""
_CHECKED_BILL: Final = "The last bill, checked"
_WEEKLY: Final = "Weekly energy summary"
_ALWAYS_ON: Final = "What is always on"
_SURPLUS: Final = "Charge a car on solar surplus"
_OLDER_METER: Final = "sensor.electricity_meter_energy"
_SUMMER: Final = datetime(2025, 6, 1, 4, tzinfo=UTC)
_NEXT_POLL: Final = 300_000
"""Milliseconds after which the power of a car is surely known, during an import too."""


@dataclass(frozen=True)
class Studio:
    """What a picture is taken of."""

    frontend: Frontend
    demo: Demo
    session: ClientSession


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture, and the way to what is on it."""

    name: str
    show: Callable[[Studio], Awaitable[None]]
    of_cards: bool = False
    """Whether only the cards of a device are on it, in a wider window."""
    section: str = ""
    """The title of a section of a dashboard, if only that is on it."""
    window: ViewportSize = field(default_factory=SIZE.copy)
    """The size of the whole window, if that is on it."""

    @property
    def size(self) -> ViewportSize:
        """The window's."""
        if self.of_cards:
            return ViewportSize(width=1600, height=1300)
        return self.window

    async def clip(self, page: Page) -> FloatRect | None:
        """Return what of the window is on it: with all cards that are whole."""
        if self.section:
            return await _around(page.locator("hui-section", has_text=self.section))
        if not self.of_cards:
            return None
        boxes = [
            await each.bounding_box() for each in await page.locator("ha-card").all()
        ]
        whole = [
            box
            for box in boxes
            if box and box["width"] and box["y"] + box["height"] < self.size["height"]
        ]
        left = min(box["x"] for box in whole) - _MARGIN
        right = max(box["x"] + box["width"] for box in whole) + _MARGIN
        bottom = max(box["y"] + box["height"] for box in whole) + _BELOW
        return FloatRect(x=left, y=0, width=right - left, height=bottom)


async def _around(section: Locator) -> FloatRect:
    box = await section.bounding_box()
    assert box
    return FloatRect(
        x=box["x"] - _BELOW,
        y=box["y"] - _BELOW,
        width=box["width"] + 2 * _BELOW,
        height=box["height"] + 3 * _BELOW,
    )


async def _show_day(studio: Studio) -> None:
    await studio.frontend.show_energy_of("dominion_energy")
    await studio.frontend.open("/energy/electricity")
    page = studio.frontend.page
    await page.get_by_role("button", name="Previous").first.click()
    await expect(page.locator("hui-energy-usage-graph-card canvas")).to_be_visible()


async def _show_meter(studio: Studio) -> None:
    account = studio.demo.person("dominion_energy")["account"]
    await studio.frontend.open_device("dominion_energy", f"Home (…{account[-4:]})")


async def _show_code(studio: Studio) -> None:
    person = studio.demo.person("dominion_energy", "landlord")
    flow = await studio.frontend.add_integration("dominion_energy")
    await flow.walk(dominion_energy.answers(person), until="code")
    assert (await flow.step())["step_id"] == "code"


async def _show_charger(studio: Studio) -> None:
    devices = studio.demo.person("emporia")["devices"]
    gid = next(each["device_gid"] for each in devices if each["kind"] == "charger")
    simulator = studio.demo.simulator(studio.session, "emporia")
    await simulator.change(plug_in={"device_gid": gid})
    await studio.frontend.open_device("emporia", "Garage EV")
    power = studio.frontend.state("Power")
    await expect(power).to_contain_text(re.compile("[1-9]"), timeout=_NEXT_POLL)


async def _show_plan(studio: Studio) -> None:
    await emporia.offer_night_rate(
        {"emporia": studio.demo.simulator(studio.session, "emporia")}
    )
    api = HomeAssistantApi(studio.session, studio.demo.url)
    await api.sign_in(USERNAME, PASSWORD)
    (entry,) = await api.entries("emporia")
    await api.call_action("emporia", "refresh", config_entry_id=entry["entry_id"])
    await emporia.plan_a_charge(api)
    await api.close()
    await studio.frontend.open("/home-emporia")
    page = studio.frontend.page
    events = page.locator("hui-calendar-card .fc-event")
    await events.first.wait_for()
    charger = page.locator("hui-tile-card").filter(has_text="Garage EV")
    paused = Texts("emporia")("entity", "sensor", "charger_status", "state", "paused")
    await expect(charger).to_contain_text(paused, timeout=_NEXT_POLL)
    await page.locator("hui-calendar-card").scroll_into_view_if_needed()


async def _show_contract(studio: Studio) -> None:
    await studio.frontend.open_device("iec", "IEC contract")


async def _show_hub(studio: Studio) -> None:
    asset = studio.demo.person("flowerhub")["asset_id"]
    await studio.frontend.open_device("flowerhub", f"Flowerhub {asset}")


async def _show_cabinet(studio: Studio) -> None:
    await studio.frontend.open_device("elecnova", "1-1 Demo site BMS")
    name = Texts("elecnova")("entity", "sensor", "battery_soc", "name")
    await expect(studio.frontend.state(name)).to_contain_text("%")


async def _show_live_values(studio: Studio) -> None:
    person = studio.demo.person("elecnova", "no_sun")
    flow = await studio.frontend.add_integration("elecnova")
    await flow.walk(elecnova.answers(person), until="settings")
    assert (await flow.step())["step_id"] == "settings"


async def _show_section(studio: Studio, path: str, title: str, first: str) -> None:
    """Show a section of a home once its first figure is known."""
    await studio.frontend.open(path)
    section = studio.frontend.page.locator("hui-section", has_text=title)
    tile = section.locator("hui-tile-card").filter(has_text=first).first
    await expect(tile).to_contain_text(re.compile("[0-9]"), timeout=_NEXT_POLL)
    await section.scroll_into_view_if_needed()


async def _show_checked_bill(studio: Studio) -> None:
    await _show_section(studio, "/home-iec", _CHECKED_BILL, "Bill difference")


async def _show_always_on(studio: Studio) -> None:
    await _show_section(studio, "/home-emporia", _ALWAYS_ON, "Office")


async def _show_supplier_plans(studio: Studio) -> None:
    row = await studio.frontend.open_integration("iec")
    await row.get_by_role("button", name="Configure").first.click()
    dialog = studio.frontend.page.locator("dialog-data-entry-flow")
    name = Texts("iec")("options", "step", "init", "data", "supplier_plan")
    choice = dialog.locator("ha-selector").filter(has_text=name).last
    await choice.scroll_into_view_if_needed()
    await choice.click()


async def _show_copied_history(studio: Studio) -> None:
    frontend = studio.frontend
    await frontend.open()
    await frontend.page.locator("home-assistant-main").wait_for()
    found = await frontend.ask("recorder/list_statistic_ids")
    ids = [each["statistic_id"] for each in found]
    ours = next(each for each in ids if each.endswith("_energy_consumption"))
    await frontend.ask("recorder/import_statistics", **_older_meter())
    data = {"statistic_id": ours, "source": _OLDER_METER, "preview": True}
    await frontend.prepare_action("cloud_energy.copy_older_history", data)
    await frontend.page.get_by_role("button", name="Perform action").click()
    await expect(frontend.page.get_by_text("rows_written").first).to_be_visible()


def _older_meter() -> dict[str, Any]:
    """Return what a meter of the user's own has counted in a summer long ago."""
    hours = [_SUMMER + n * HOUR for n in range(92 * 24)]
    # Quiet nights, and evenings in which everybody is at home
    usual = [0.3 + 0.9 * max(0, 1 - abs(hour.hour - 23) / 7) for hour in hours]
    stats = [
        {"start": hour.isoformat(), "state": round(total, 3), "sum": round(total, 3)}
        for hour, total in zip(hours, accumulate(usual), strict=True)
    ]
    metadata = {
        "statistic_id": _OLDER_METER,
        "source": "recorder",
        "name": None,
        "unit_of_measurement": "kWh",
        "unit_class": "energy",
        "has_sum": True,
        "mean_type": 0,
    }
    return {"metadata": metadata, "stats": stats}


async def _show_weekly_message(studio: Studio) -> None:
    frontend = studio.frontend
    await frontend.open(showcase.START)
    await frontend.page.locator("home-assistant-main").wait_for()
    entries = await frontend.ask("config_entries/get", domain="dominion_energy")
    for ago in (1, 2):
        # Some days after its end a week is wholly known
        summary = await frontend.act(
            "cloud_energy.get_summary",
            config_entry_id=entries[0]["entry_id"],
            periods_ago=ago,
        )
        if not summary["missing_hours"]:
            break
    message = {"title": _WEEKLY, "message": summary["text"]}
    await frontend.act("persistent_notification.create", **message)
    await frontend.page.get_by_text("Notifications", exact=True).click()
    sent = frontend.page.locator("notification-item-template").filter(has_text=_WEEKLY)
    await expect(sent).to_be_visible()


async def _show_surplus(studio: Studio) -> None:
    await studio.frontend.open("/config/blueprint/dashboard")
    page = studio.frontend.page
    await page.get_by_text(_SURPLUS).first.click()
    form = page.locator("blueprint-automation-editor")
    await expect(form.get_by_text("Grid power").first).to_be_visible()


async def _ask_assist(studio: Studio) -> None:
    await studio.frontend.show_energy_of("dominion_energy")
    await studio.frontend.open(showcase.START)
    page = studio.frontend.page
    await page.get_by_label(re.compile("^Assist")).first.click()
    chat = page.locator("ha-assist-chat")
    question = chat.locator("input, textarea").first
    await question.fill("How much power did we use last week?")
    await question.press("Enter")
    await expect(chat.get_by_text("kWh used")).to_be_visible()


async def _show_demo(studio: Studio) -> None:
    await studio.frontend.open(showcase.START)
    page = studio.frontend.page
    await expect(page.locator("hui-power-sankey-card")).to_be_visible()


PICTURES: Final = (
    Picture(name="demo", show=_show_demo, window=ViewportSize(width=1280, height=1000)),
    Picture(
        name="energy-dashboard",
        show=_show_day,
        window=ViewportSize(width=1400, height=900),
    ),
    Picture(name="dominion-energy", show=_show_meter, of_cards=True),
    Picture(name="dominion-energy-code", show=_show_code),
    Picture(name="emporia-charger", show=_show_charger, of_cards=True),
    Picture(
        name="charging-plan",
        show=_show_plan,
        section="Charging plan",
        window=ViewportSize(width=1300, height=1400),
    ),
    Picture(
        name="solar-surplus",
        show=_show_surplus,
        window=ViewportSize(width=1250, height=1000),
    ),
    Picture(name="iec", show=_show_contract, of_cards=True),
    Picture(name="flowerhub", show=_show_hub, of_cards=True),
    Picture(name="elecnova", show=_show_cabinet, of_cards=True),
    Picture(name="elecnova-live-values", show=_show_live_values),
    Picture(
        name="bill-check",
        show=_show_checked_bill,
        section=_CHECKED_BILL,
        window=ViewportSize(width=1300, height=1200),
    ),
    Picture(
        name="always-on",
        show=_show_always_on,
        section=_ALWAYS_ON,
        window=ViewportSize(width=1300, height=1200),
    ),
    Picture(
        name="supplier-plans",
        show=_show_supplier_plans,
        window=ViewportSize(width=1000, height=860),
    ),
    Picture(
        name="copy-older-history",
        show=_show_copied_history,
        window=ViewportSize(width=1250, height=1130),
    ),
    Picture(
        name="weekly-message",
        show=_show_weekly_message,
        window=ViewportSize(width=900, height=480),
    ),
    Picture(
        name="assist", show=_ask_assist, window=ViewportSize(width=900, height=640)
    ),
)
"""All that are taken of the demo; settings that one changes stay for the next."""
