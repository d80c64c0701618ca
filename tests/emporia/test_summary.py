"""Assist tells what a home has used."""

from typing import Any

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er, intent, llm
from homeassistant.setup import async_setup_component
import pytest
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.recorder.jobs import RecorderUnreadable
from custom_components.cloud_energy.summary import reader
from custom_components.cloud_energy.summary.periods import Length
from custom_components.cloud_energy.summary.summaries import async_summarize
from custom_components.cloud_energy.summary.words import LANGUAGES, Words
from tests.clouds.emporia import EmporiaCloud

from .helpers import add_entry

QUESTIONS = {
    "en": "How much power did we use yesterday?",
    "es": "¿Cuánta luz hemos gastado ayer?",
    "fr": "Combien d'électricité avons-nous consommé hier ?",
    "he": "כמה חשמל צרכנו אתמול?",
    "nl": "Hoeveel stroom hebben we gisteren verbruikt?",
    "sv": "Hur mycket el använde vi igår?",
}


BEFORE = {
    "en": "than the day before.",
    "es": "que el día anterior.",
    "fr": "que la veille.",
    "he": "מאשר ביום הקודם.",
    "nl": "dan de dag ervoor.",
    "sv": "än dagen innan.",
}
UNREADABLE = {
    "en": "Try again in a few minutes.",
    "es": "Inténtalo de nuevo en unos minutos.",
    "fr": "Réessayez dans quelques minutes.",
    "he": "יש לנסות שוב בעוד כמה דקות.",
    "nl": "Probeer het over een paar minuten opnieuw.",
    "sv": "Försök igen om några minuter.",
}


@pytest.fixture(autouse=True)
async def assist(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """Have Assist, set up behind Cloud Energy."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", {})
    await hass.async_block_till_done()


async def ask(hass: HomeAssistant, text: str, language: str = "en") -> str:
    """Say something to Assist, and return what it answers."""
    found = await conversation.async_converse(hass, text, None, Context(), language)
    assert found.response.response_type is not intent.IntentResponseType.ERROR, text
    return str(found.response.speech["plain"]["speech"])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_question_in_each_language(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer is the energy of the home's own yesterday, or what to do without it."""
    entry = await add_entry(hass, cloud, "plain_home", days=3)
    summary = await async_summarize(hass, entry, Length.DAY, 1)
    assert summary.figures.is_whole
    assert summary.figures.energy
    number = f"{summary.figures.energy:.1f}"
    answer = await ask(hass, QUESTIONS[language], language)
    assert number in answer.replace(",", ".")
    # As a telephone writes it, and as it is called where it is spoken
    typed = QUESTIONS[language].replace("'", "\u2019").rstrip(" ?")
    assert await ask(hass, typed, f"{language}-XX") == answer
    assert BEFORE[language] in answer

    def fail(*_: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(reader, "statistics_during_period", fail)
    assert (
        await ask(hass, QUESTIONS[language], language)
        == (await Words.async_of(hass, language)).unreadable
    )
    slots = {"period": {"value": "yesterday"}}
    failed = await intent.async_handle(
        hass, "test", "CloudEnergyGetSummary", slots, language=language
    )
    assert failed.response_type is intent.IntentResponseType.ERROR
    assert UNREADABLE[language] in failed.speech["plain"]["speech"]
    data = {"config_entry_id": entry.entry_id}
    with pytest.raises(RecorderUnreadable) as refused:
        await hass.services.async_call(
            "cloud_energy", "get_summary", data, blocking=True, return_response=True
        )
    assert refused.value.translation_key == "recorder_unreadable"


async def test_a_language_without_texts(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """It is English then, in all of it."""
    entry = await add_entry(hass, cloud, "plain_home", days=3)
    summary = await async_summarize(hass, entry, Length.DAY, 1)
    german, english = [await Words.async_of(hass, each) for each in ("de", "en-GB")]
    assert summary.text(german) == summary.text(english)
    assert f"{summary.figures.energy:.1f} kWh" in summary.text(german)


async def test_every_sentence_is_understood(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """Each period has its question, and is told as far as it is known."""
    await add_entry(hass, cloud, "plain_home", days=3)
    for period, beginning in {
        "today": "Friday, November 20, so far: ",
        "yesterday": "Thursday, November 19: ",
        "this week": "Week of November 16 to November 22, so far: ",
        "last week": "Week of November 9 to November 15: ",
        "this month": "November 2026, so far: ",
        "last month": "October 2026: ",
    }.items():
        answer = await ask(hass, f"how much electricity have we used {period}")
        assert answer.startswith(beginning)


async def test_nobody_at_home(hass: HomeAssistant) -> None:
    """Without any entry it says so."""
    answer = await ask(hass, "How much power did we use last week?")
    assert answer == "No home with energy data is set up."


async def test_several_homes_are_told_by_name(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """Those on the Energy dashboard are told, and all of them while there are none."""
    first = await add_entry(hass, cloud, "plain_home", days=2)
    second = await add_entry(hass, cloud, "solar_home", days=2)
    question = QUESTIONS["en"]
    answer = await ask(hass, question)
    assert [line.partition(":")[0] for line in answer.split("\n")] == [
        first.title,
        second.title,
    ]
    data = {"config_entry_id": second.entry_id}
    await hass.services.async_call(
        "cloud_energy", "add_to_energy_dashboard", data, blocking=True
    )
    assert "\n" not in await ask(hass, question)


async def test_the_intent(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """Sentences of the user's own, and language models, reach it by its name."""
    entry = await add_entry(hass, cloud, "plain_home", days=3)
    slots = {"period": {"value": "yesterday"}}
    response = await intent.async_handle(hass, "test", "CloudEnergyGetSummary", slots)
    spoken = response.speech["plain"]["speech"]
    assert spoken == await ask(hass, QUESTIONS["en"])
    with pytest.raises(intent.InvalidSlotInfo):
        await intent.async_handle(
            hass, "test", "CloudEnergyGetSummary", {"period": {"value": "ever"}}
        )
    assert entry.title not in spoken


async def test_language_models_get_it_only_if_they_may_see_the_home(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """The tool is there for an assistant that an entity of the entry is exposed to."""
    entry = await add_entry(hass, cloud, "plain_home")
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, entry.entry_id)
    for each in entities:
        async_expose_entity(hass, "conversation", each.entity_id, should_expose=False)
    assert not await _tools(hass)
    entity_id = entities[0].entity_id
    async_expose_entity(hass, "conversation", entity_id, should_expose=True)
    assert await _tools(hass) == ["cloud_energy__CloudEnergyGetSummary"]


async def _tools(hass: HomeAssistant) -> list[str]:
    context = llm.LLMContext(
        platform="test",
        context=None,
        language="en",
        assistant="conversation",
        device_id=None,
    )
    api = await llm.async_get_api(hass, llm.LLM_API_ASSIST, context)
    return [tool.name for tool in api.tools if tool.name.startswith("cloud_energy")]


async def test_a_home_with_sun_has_its_share(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """What it used is what came from grid and roof, less what went to the grid."""
    entry = await add_entry(hass, cloud, "solar_home", days=3)
    summary = await async_summarize(hass, entry, Length.DAY, 1)
    figures = summary.figures
    assert figures.is_whole
    assert figures.energy is not None
    assert figures.solar_share is not None
    assert 0 < figures.solar_share < 1
    words = await Words.async_of(hass, "en")
    assert "Solar covered" in summary.text(words)
