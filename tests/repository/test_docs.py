"""The documentation says what is there: all of it, and nothing else."""

import json
import re
from urllib.parse import parse_qsl

import pytest

from scripts.docs_tables.entities import Forgotten, rows
from scripts.docs_tables.pages import blocks, fill
from scripts.docs_tables.places import Homeless, device_of
from scripts.docs_tables.source import CORE, Source, strings
from scripts.docs_tables.tables import PROVIDER_BLOCKS
from scripts.stamp import Project

from . import ROOT
from .documentation import (
    PAGES,
    PROVIDERS,
    SOURCES,
    actions,
    anchors,
    entities,
    entity_ids,
    is_entity,
    linked_pages,
    links,
    section,
    shown,
)

HOME_ASSISTANT = {
    "Energy exported",
    "Energy imported",
    "Import blueprint",
    "Statistic",
    "Statistics graph",
    "Total cost",
}
TABLES = {"Off"}
LANGUAGES = [
    path.stem for path in ROOT.glob(f"custom_components/{CORE}/translations/*.json")
]
AUTOMATIONS = ROOT / "docs/automations.md"


@pytest.mark.parametrize("domain", SOURCES)
def test_every_integration_has_its_page(domain: str) -> None:
    """A page has all blocks, each once."""
    found = blocks(PAGES[f"docs/{domain}.md"])

    wanted = set(PROVIDER_BLOCKS)
    if domain == CORE:
        wanted -= {"entities"}
    assert sorted(found) == sorted(wanted)


def test_who_is_taken_over_is_told() -> None:
    """Each provider that takes entries of an earlier integration over is on the page."""
    page = PAGES["docs/coming_from_another_integration.md"]
    adopting = {
        path.parent.name for path in ROOT.glob("custom_components/*/migration.py")
    }

    assert adopting == set(
        re.findall(r"^\| \[.*?\| `(\w+)` \| The", page, re.MULTILINE)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_order_of_removal_is_told(language: str) -> None:
    """By the README, and by both forms that choose providers, in one sentence each."""
    texts = json.loads(
        (ROOT / f"custom_components/{CORE}/translations/{language}.json").read_text()
    )
    order = "accounts first, then the Cloud Energy entry, and finally"
    forms = [texts["config"]["step"]["user"], texts["options"]["step"]["init"]]
    (sentences,) = {form["description"].partition("\n\n")[2] for form in forms}

    assert "HACS" in sentences
    if language == "en":
        assert order in sentences
        assert "download it again and restart" in sentences
        assert order in section(ROOT / "README.md", "Remove")


def test_glossary_names_exist() -> None:
    """Each word of the glossary is explained once, by a name that the code has."""
    page = (ROOT / "docs/glossary.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| `(\w+)` \|$", page, re.MULTILINE)
    code = [path.read_text("utf-8") for path in ROOT.glob("custom_components/**/*.py")]
    defined = {
        name
        for text in code
        for name in re.findall(
            r"^(?:class |(?:async )?def |type )?(\w+)(?:[\[(:]| = )", text, re.MULTILINE
        )
    }

    words = [word for words, _ in rows for word in words.split(", ")]
    assert len(words) == len(set(words)) > 40
    assert {name for _, name in rows} - defined == set()


@pytest.mark.parametrize("domain", PROVIDERS)
def test_page_has_everything(domain: str) -> None:
    """Every entity, action, option and repair is on the provider's page."""
    page, texts = PAGES[f"docs/{domain}.md"], SOURCES[domain].texts
    named = [row.name.partition("{channel}")[2] for row in entities(domain)]
    fields = [step.get("data", {}) for step in texts["options"]["step"].values()]
    titles = [issue["title"] for issue in texts["issues"].values()]

    for name in named:
        assert f"{name} |" in page
    for action in texts["services"]:
        assert f"| `{domain}.{action}` |" in page
    for field in [name for step in fields for name in step.values()]:
        assert f"| *{field}* |" in page
    for title in titles:
        assert all(part in page for part in title.split("{name}"))


def test_wrong_table_is_found() -> None:
    """A block that somebody has changed is not what it should be."""
    page = PAGES["docs/iec.md"]

    assert fill(page.replace("| Debt |", "| Wealth |"), SOURCES["iec"]) == page


def test_entity_without_code_is_found() -> None:
    """A text of an entity that no code makes can't be documented."""
    source = Source("iec")
    source.texts["entity"]["sensor"]["ghost"] = {"name": "Ghost"}

    with pytest.raises(Forgotten, match="ghost"):
        rows(source)


def test_entity_without_text_is_found() -> None:
    """An entity without a name can't be documented."""
    source = Source("iec")
    del source.texts["entity"]["sensor"]["total_debt"]

    with pytest.raises(Forgotten, match="total_debt"):
        rows(source)


def test_entity_without_device_is_found() -> None:
    """A description that nobody has given a device is not left out in silence."""
    with pytest.raises(Homeless, match="newer"):
        device_of("iec", "newer.SENSORS")


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """Each link of a page leads to a file, and to a heading in it."""
    for link in links(PAGES[name]):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = ((ROOT / name).parent / file).resolve() if file else ROOT / name
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), link


def test_pages_can_be_found() -> None:
    """The README leads to every page of the documentation, at most over others.

    Those of the wire go by the provider's name.
    """
    found, waiting = set(), ["README.md"]
    while waiting:
        found.add(name := waiting.pop())
        waiting += set(linked_pages(name)) - found

    pages = {name for name in PAGES if name.startswith("docs/")}
    assert {name for name in pages - found if "/wire/" not in name} == set()


# Contributors read of modules, whose names look the same
@pytest.mark.parametrize(
    "name",
    [name for name in PAGES if not name.startswith(("docs/contributing", "docs/wire"))],
)
def test_actions_exist(name: str) -> None:
    """A page mentions no action, trigger or condition that is not there."""
    for domain, action in actions(PAGES[name]):
        assert action in SOURCES[domain].offers


@pytest.mark.parametrize("domain", PROVIDERS)
def test_entities_exist(domain: str) -> None:
    """A provider's page and automations have only entities that it can have."""
    automations = section(AUTOMATIONS, SOURCES[domain].name)

    for text in (PAGES[f"docs/{domain}.md"], automations):
        for platform, object_id in entity_ids(text):
            assert is_entity(domain, platform, object_id), object_id


@pytest.mark.parametrize("domain", PROVIDERS)
def test_names_exist(domain: str) -> None:
    """What a page says in italics is what its reader sees."""
    named = {row.name for row in entities(domain)} | HOME_ASSISTANT | TABLES
    known = {*strings(SOURCES[domain].texts), *strings(SOURCES[CORE].texts), *named}
    automations = section(AUTOMATIONS, SOURCES[domain].name)

    for text in (PAGES[f"docs/{domain}.md"], automations):
        assert shown(text) - known == set()


_BUTTON = re.compile(
    r"\[!\[[^]]+\]\(https://my\.home-assistant\.io/badges/(\w+)\.svg\)\]"
    r"\(https://my\.home-assistant\.io/redirect/(\w+)/\?([^)]+)\)"
)


def _buttons(page: str) -> list[dict[str, str]]:
    """Return the queries of a page's buttons of My Home Assistant."""
    found = []
    for badge, redirect, query in _BUTTON.findall(page):
        assert badge == redirect
        found.append({"to": redirect, **dict(parse_qsl(query))})
    return found


@pytest.mark.parametrize("domain", PROVIDERS)
def test_button_adds_the_integration(domain: str) -> None:
    """The set-up of each provider begins with it."""
    page = section(ROOT / f"docs/{domain}.md", "Set-up")
    assert _buttons(page) == [{"to": "config_flow_start", "domain": domain}]


def test_buttons_of_the_readme() -> None:
    """One opens the repository in HACS, and one adds what it installs."""
    owner, name = Project.read(ROOT).repository.split("/")[-2:]
    where = {"owner": owner, "repository": name, "category": "integration"}
    assert _buttons(PAGES["README.md"]) == [
        {"to": "hacs_repository", **where},
        {"to": "config_flow_start", "domain": CORE},
    ]


def test_every_blueprint_has_a_button() -> None:
    """It leads to a file that is there."""
    folder = ROOT / "blueprints"
    files = {path.relative_to(ROOT).as_posix() for path in folder.rglob("*.yaml")}
    repository = Project.read(ROOT).repository
    buttons = _buttons(PAGES["docs/automations.md"])
    assert {each["to"] for each in buttons} == {"blueprint_import"}
    urls = [each["blueprint_url"] for each in buttons]
    assert {url.removeprefix(f"{repository}/blob/main/") for url in urls} == files
