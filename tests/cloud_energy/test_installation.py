"""The copies of the providers in a running Home Assistant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from errno import ENOSPC
import json
import shutil
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import persistent_notification
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import DATA_INTEGRATIONS, Integration
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.cloud_energy.installer.bundle import MARKER, Bundle, Outcome
from tests.repairs import confirm_repair

from .release import DOMAIN, NEXT, RUNNING, Release


@contextmanager
def starting(hass: HomeAssistant) -> Iterator[None]:
    """Have Home Assistant start."""
    hass.set_state(CoreState.not_running)
    yield
    hass.set_state(CoreState.running)


async def choose(hass: HomeAssistant, *providers: str) -> Any:
    """Walk the flow."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"providers": list(providers)}
    )
    await hass.async_block_till_done()
    return result


async def configure(hass: HomeAssistant) -> Any:
    """Open the options."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    return await hass.config_entries.options.async_init(entry.entry_id)


async def tick(hass: HomeAssistant, form: Any, *providers: str) -> Any:
    """Save the options."""
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], {"providers": list(providers)}
    )
    await hass.async_block_till_done()
    return result


def ticked(form: Any) -> list[str]:
    """Return what a form has ticked by itself."""
    (field,) = form["data_schema"].schema
    chosen: list[str] = field.default()
    return chosen


def offered(form: Any) -> dict[str, str]:
    """Return what can be ticked in a form."""
    (selector,) = form["data_schema"].schema.values()
    return {each["value"]: each["label"] for each in selector.config["options"]}


def use(hass: HomeAssistant, provider: str) -> MockConfigEntry:
    """Have an entry of a provider."""
    entry = MockConfigEntry(domain=provider)
    entry.add_to_hass(hass)
    return entry


def issues(hass: HomeAssistant) -> set[str]:
    """Return the issues that are raised."""
    return {key[1] for key in ir.async_get(hass).issues if key[0] == DOMAIN}


async def stop(hass: HomeAssistant) -> None:
    """Have happen what happens last when Home Assistant stops."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()


async def test_flow_and_options(hass: HomeAssistant, installed: Release) -> None:
    """Chosen providers are placed at once, dropped ones taken away; no repair opens."""
    result = await choose(hass)
    assert result["errors"] == {"providers": "nothing_chosen"}
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"providers": ["alpha"]}
    )
    await hass.async_block_till_done()
    entry = result["result"]
    assert (installed.version("alpha"), installed.version("beta")) == (RUNNING, None)
    form = await configure(hass)
    assert (ticked(form), offered(form)) == (
        ["alpha"],
        {"alpha": "Alpha", "beta": "Beta"},
    )
    await tick(hass, form, "beta")
    assert (installed.version("alpha"), installed.version("beta")) == (None, RUNNING)
    assert issues(hass) == set()
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["reason"] == "single_instance_allowed"
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert installed.version("beta") == RUNNING


async def test_the_first_choice_needs_no_restart(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """Even though this integration itself is set up only then."""
    await choose(hass, "alpha")
    assert release.version("alpha") == RUNNING
    assert issues(hass) == set()


async def test_a_provider_in_use_cannot_be_dropped(
    hass: HomeAssistant, installed: Release
) -> None:
    """The form says so and keeps what was ticked; nothing has changed then."""
    entry = (await choose(hass, "alpha", "beta"))["result"]
    used = use(hass, "alpha")
    form = await tick(hass, await configure(hass))
    assert form["errors"] == {"providers": "in_use"}
    assert ticked(form) == ["alpha"]
    assert installed.version("beta") == RUNNING
    assert entry.options == {"providers": ["alpha", "beta"]}
    await hass.config_entries.async_remove(used.entry_id)
    await tick(hass, form)
    assert entry.options == {"providers": []}
    assert (installed.version("alpha"), installed.version("beta")) == (None, None)


async def test_own_entry_removed_while_a_provider_is_in_use(
    hass: HomeAssistant, installed: Release
) -> None:
    """The copy stays and the user is told, until the last entry of it is deleted."""
    entry = (await choose(hass, "alpha", "beta"))["result"]
    used = [use(hass, "alpha"), use(hass, "alpha")]
    await hass.config_entries.async_remove(entry.entry_id)
    for each in used:
        assert (installed.version("alpha"), installed.version("beta")) == (
            RUNNING,
            None,
        )
        assert issues(hass) == {"in_use_alpha"}
        await hass.config_entries.async_remove(each.entry_id)
        await hass.async_block_till_done()
    assert installed.version("alpha") is None
    assert issues(hass) == set()


async def test_entries_of_others_are_no_concern(
    hass: HomeAssistant, installed: Release
) -> None:
    """The copies are looked at when a provider's entry comes or goes, and only then."""
    await choose(hass, "alpha")
    with patch.object(Bundle, "synchronize", return_value=Outcome()) as synchronize:
        for domain, count in (("somebody_else", 0), ("alpha", 2)):
            entry = MockConfigEntry(domain=domain)
            await hass.config_entries.async_add(entry)
            hass.config_entries.async_update_entry(entry, title="Other title")
            await hass.config_entries.async_remove(entry.entry_id)
            await hass.async_block_till_done()
            assert synchronize.call_count == count


async def test_own_entry_added_again(hass: HomeAssistant, installed: Release) -> None:
    """What stayed in use is ticked already, and all is well again."""
    entry = (await choose(hass, "alpha"))["result"]
    use(hass, "alpha")
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == {"in_use_alpha"}
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert ticked(form) == ["alpha"]
    await hass.config_entries.flow.async_configure(
        form["flow_id"], {"providers": ["alpha"]}
    )
    await hass.async_block_till_done()
    assert issues(hass) == set()


async def test_copies_nobody_chose_at_start(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """Those in use stay, and that is told; the others are taken away."""
    release.bundle.synchronize(["alpha", "beta"])
    use(hass, "alpha")
    with starting(hass):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
    assert (release.version("alpha"), release.version("beta")) == (RUNNING, None)
    assert issues(hass) == {"in_use_alpha"}


async def test_updates_are_placed_at_the_stop(
    hass: HomeAssistant, installed: Release
) -> None:
    """While Home Assistant runs its files stay what is loaded, whatever happens."""
    entry = (await choose(hass, "alpha"))["result"]
    form = await configure(hass)
    installed.publish(NEXT)
    assert (await configure(hass))["reason"] == "restart_first"
    assert (await tick(hass, form, "alpha", "beta"))["reason"] == "restart_first"
    await hass.config_entries.async_reload(entry.entry_id)
    assert (installed.version("alpha"), installed.version("beta")) == (RUNNING, None)
    await stop(hass)
    assert installed.version("alpha") == NEXT
    assert issues(hass) == set()


async def test_no_first_choice_between_update_and_restart(
    hass: HomeAssistant, installed: Release
) -> None:
    """New files of a provider do not run on the old foundation."""
    installed.publish(NEXT)
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["reason"] == "restart_first"


async def test_an_update_that_was_missed_at_the_stop(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """The start makes up for it and asks for one more restart."""
    release.bundle.synchronize(["alpha"])
    manifest = release.folder / "alpha" / "manifest.json"
    release.publish(NEXT)
    release.bundle.synchronize(["alpha"])
    release.publish(RUNNING)
    MockConfigEntry(domain=DOMAIN, options={"providers": ["alpha"]}).add_to_hass(hass)
    assert json.loads(manifest.read_text())["version"] == NEXT
    with starting(hass):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
    assert release.version("alpha") == RUNNING
    assert issues(hass) == {"restart_alpha"}
    restarts = async_mock_service(hass, "homeassistant", "restart")
    await confirm_repair(hass, DOMAIN, "restart_alpha")
    await hass.async_block_till_done()
    assert len(restarts) == 1


async def test_no_update_under_what_runs(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """An update that could not be placed waits for a restart, however it is tried."""
    release.bundle.synchronize(["alpha"])
    release.publish(NEXT)
    release.bundle.synchronize(["alpha"])
    release.publish(RUNNING)
    entry = MockConfigEntry(domain=DOMAIN, options={"providers": ["alpha"]})
    entry.add_to_hass(hass)
    use(hass, "alpha")
    with starting(hass), patch("shutil.copy2", side_effect=OSError(ENOSPC, "Full")):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
    assert issues(hass) == {"no_space_alpha"}
    hass.config.components.add("alpha")
    await hass.config_entries.async_reload(entry.entry_id)
    assert release.version("alpha") == NEXT
    assert issues(hass) == {"outdated_alpha"}
    await stop(hass)
    assert release.version("alpha") == RUNNING


def loaded(
    hass: HomeAssistant, release: Release, provider: str, **manifest: str
) -> None:
    """Have Home Assistant know an integration in the place of a copy."""
    place = release.folder / provider
    release.write(place, provider, RUNNING)
    facts = json.loads((place / "manifest.json").read_text()) | manifest
    shutil.rmtree(place)
    hass.data[DATA_INTEGRATIONS][provider] = Integration(
        hass, f"custom_components.{provider}", place, facts
    )


async def test_in_the_place_of_another_project(
    hass: HomeAssistant, installed: Release
) -> None:
    """What runs is still the other one, so that a restart is needed then."""
    loaded(hass, installed, "alpha", issue_tracker="https://other.example")
    loaded(hass, installed, "beta")
    await choose(hass, "alpha", "beta")
    assert issues(hass) == {"restart_alpha"}


async def test_entries_of_a_copy_that_is_back(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """They are set up: Home Assistant does so only for what it finds at its start."""
    use(hass, "alpha")
    with patch(
        "custom_components.cloud_energy.installer.installation.async_setup_component"
    ) as setup:
        await choose(hass, "alpha", "beta")
    setup.assert_called_once_with(hass, "alpha", {})


async def test_a_release_that_drops_a_provider(
    hass: HomeAssistant, installed: Release
) -> None:
    """Its form can be saved, with and without it; the user is told that it is old."""
    await choose(hass, "alpha", "beta")
    used = use(hass, "beta")
    manifest = installed.folder / "beta" / "manifest.json"
    installed.publish("0.1.0", "alpha", "beta")
    await stop(hass)
    assert json.loads(manifest.read_text())["version"] == "0.1.0"
    installed.publish(RUNNING, "alpha")
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass) == {"outdated_beta"}
    form = await configure(hass)
    assert offered(form) == {"alpha": "Alpha", "beta": "Beta"}
    assert (await tick(hass, form, "alpha", "beta"))["type"] == "create_entry"
    form = await tick(hass, await configure(hass), "alpha")
    assert form["errors"] == {"providers": "in_use"}
    await hass.config_entries.async_remove(used.entry_id)
    await tick(hass, form, "alpha")
    assert not manifest.exists()
    assert issues(hass) == set()


async def test_a_copy_by_hand_older_than_the_foundation(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """It is told, with both versions; one of the same version is fine."""
    shutil.rmtree(release.home / "bundle")
    release.write(release.folder / "alpha", "alpha", "0.1.0")
    release.write(release.folder / "beta", "beta", RUNNING)
    with starting(hass):
        assert await async_setup_component(hass, DOMAIN, {})
    assert issues(hass) == set()
    used = [MockConfigEntry(domain=domain) for domain in ("alpha", "beta", "gamma")]
    for each in used:
        await hass.config_entries.async_add(each)
    await hass.async_block_till_done()
    assert issues(hass) == {"outdated_alpha"}
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "outdated_alpha")
    assert issue is not None
    assert issue.translation_placeholders == {
        "domain": "alpha",
        "version": "0.1.0",
        "own_version": RUNNING,
    }
    await hass.config_entries.async_remove(used[0].entry_id)
    await hass.async_block_till_done()
    assert issues(hass) == set()
    assert (release.folder / "alpha").exists()


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> list[str]:
    """Let half a minute pass; return the notifications."""
    for _ in range(2):
        freezer.tick(timedelta(seconds=16))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    found = persistent_notification._async_get_or_create_notifications(hass)
    return [each["message"] for each in found.values()]


async def test_removed_before_its_providers(
    hass: HomeAssistant, installed: Release, freezer: FrozenDateTimeFactory
) -> None:
    """That is told while Home Assistant runs; the copies go when it stops."""
    await choose(hass, "alpha")
    used = use(hass, "alpha")
    assert await pass_time(hass, freezer) == []
    shutil.rmtree(installed.home)
    (message,) = await pass_time(hass, freezer)
    assert "download Cloud Energy again in HACS and restart" in message
    assert (await configure(hass))["reason"] == "removed"
    # It is all there again: nothing has happened.
    installed.publish(RUNNING)
    assert await pass_time(hass, freezer) == []
    assert (await configure(hass))["type"] is FlowResultType.FORM
    assert installed.version("alpha") == RUNNING
    shutil.rmtree(installed.home)
    await hass.config_entries.async_remove(used.entry_id)
    await hass.async_block_till_done()
    assert installed.version("alpha") == RUNNING
    await stop(hass)
    assert list(installed.folder.iterdir()) == []


async def test_the_notification_is_in_the_language_of_the_home(
    hass: HomeAssistant, installed: Release, freezer: FrozenDateTimeFactory
) -> None:
    """Notifications are texts, which nobody translates later."""
    await hass.config.async_update(language="sv")
    await choose(hass, "alpha")
    shutil.rmtree(installed.home)
    (message,) = await pass_time(hass, freezer)
    assert "Ladda ner Cloud Energy igen i HACS" in message


async def test_an_update_in_progress_is_no_removal(
    hass: HomeAssistant, installed: Release, freezer: FrozenDateTimeFactory
) -> None:
    """The folder is away while the new one is being downloaded."""
    await choose(hass, "alpha")
    for _ in range(2):
        shutil.rmtree(installed.home)
        freezer.tick(timedelta(seconds=16))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        installed.publish(NEXT)
        assert await pass_time(hass, freezer) == []


async def test_removed_in_the_right_order(
    hass: HomeAssistant, installed: Release, freezer: FrozenDateTimeFactory
) -> None:
    """There is nothing to tell."""
    entry = (await choose(hass, "alpha"))["result"]
    await hass.config_entries.async_remove(entry.entry_id)
    shutil.rmtree(installed.home)
    assert await pass_time(hass, freezer) == []


async def test_trouble_never_stops_the_foundation(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """Foreign folders, full disks and damaged releases are told and survived."""
    (release.folder / "alpha").mkdir()
    release.bundle.synchronize(["beta"])
    (release.folder / "beta" / "__init__.py").write_text("mine")
    options = {"providers": ["alpha", "beta"]}
    entry = MockConfigEntry(domain=DOMAIN, options=options)
    entry.add_to_hass(hass)
    with patch.object(Bundle, "synchronize", side_effect=RuntimeError):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
    await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass) == {"foreign_alpha", "changed_beta"}
    shutil.rmtree(release.folder / "alpha")
    with patch("shutil.copy2", side_effect=OSError(30, "Read-only")):
        await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass) == {"cannot_write_alpha", "changed_beta"}
    with patch("shutil.copy2", side_effect=OSError(ENOSPC, "No space left")):
        await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass) == {"no_space_alpha", "changed_beta"}
    whole = release.home / "bundle" / "alpha" / "__init__.py"
    text = whole.read_text()
    whole.write_text("")
    await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass) == {"incomplete_alpha", "changed_beta"}
    whole.write_text(text)
    (release.folder / "beta" / MARKER).unlink()
    await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass) == {"foreign_beta"}


async def test_installed_by_hand(hass: HomeAssistant, installed: Release) -> None:
    """There is nothing to place, and both flows say so."""
    await choose(hass, "alpha")
    shutil.rmtree(installed.home / "bundle")
    assert (await configure(hass))["reason"] == "installed_by_hand"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await hass.config_entries.async_remove(entry.entry_id)
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["reason"] == "installed_by_hand"
