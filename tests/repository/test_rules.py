"""Each rule accepts what is right and names what is wrong."""

from collections.abc import Iterator
from pathlib import Path

import homeassistant
import pytest

from .rules import RULES, Integration, quality_scale
from .sample import png, write_sample

COMPONENTS = Path(homeassistant.__file__).parent / "components"
MODELS = ("fumis", "ohme", "opower", "peblar")


def problems(integration: Integration) -> Iterator[str]:
    """Yield the problems that all rules together find."""
    for rule in RULES.values():
        yield from rule(integration)


def test_sample_keeps_every_rule(tmp_path: Path) -> None:
    """What the tests below break is right to begin with."""
    write_sample(tmp_path)

    (found,) = Integration.found(tmp_path)

    assert found.domain == "sample"
    assert list(problems(found)) == []


@pytest.mark.parametrize("rule", ["code", "icons", "quality_scale", "services"])
@pytest.mark.parametrize("domain", MODELS)
def test_model_integrations_keep_the_rules(domain: str, rule: str) -> None:
    """Home Assistant's model integrations show that no rule asks for too much."""
    assert list(RULES[rule](Integration(COMPONENTS / domain))) == []


def test_quality_scale_has_the_rules_of_home_assistant() -> None:
    """The list of rules is Home Assistant's own, in its order of levels."""
    answers = Integration(COMPONENTS / "opower").read_yaml("quality_scale.yaml")

    assert len(quality_scale.RULES) == 54
    assert set(quality_scale.RULES) == answers["rules"].keys()


# file, what is replaced, by what, and the problem that has to be found
BREACHES = [
    ("manifest.json", '"domain": "sample"', '"domain": "other"', "domain differs"),
    ("manifest.json", '"@owner"', "", "codeowners"),
    ("manifest.json", '"name": "Sample"', '"name": "Sample", "author": "x"', "author"),
    ("manifest.json", '"config_flow": true, ', "", "config_flow.py have to go"),
    ("manifest.json", '"issue_tracker": "https', '"issue_tracker": "http', "no https"),
    ("manifest.json", '"cloud_polling"', '"polling"', "iot_class"),
    ("manifest.json", '"service"', '"virtual"', "integration_type"),
    ("manifest.json", '"1.2.3"', '"newest"', "is no valid version"),
    ("manifest.json", ', "version": "1.2.3"', "", "version: required"),
    ("manifest.json", ">=3.17.0", "", "names no version"),
    ("manifest.json", "mashumaro>=", "mashumaro >> ", "is no valid requirement"),
    ("manifest.json", '"dependencies": ["recorder"]', '"dependencies": []', "recorder"),
    ("manifest.json", '"codeowners": ["@owner"], ', "", "codeowners: required"),
    (
        "manifest.json",
        '"domain": "sample", "name": "Sample"',
        '"name": "Sample", "domain": "sample"',
        "order has to be domain, name",
    ),
    ("translations/en.json", "Log in", "[%key:common::login%]", "not resolved"),
    ("translations/en.json", "Log in", "<b>Log in</b>", "holds HTML"),
    ("translations/en.json", "Log in", "See https://example.com", "holds an address"),
    ("translations/en.json", "Log in", "Log in ", "has space around it"),
    (
        "translations/en.json",
        '{"usage": {"name": "Usage"}}',
        '{"usage": {"name": "Usage of the whole month before last"},'
        ' "cost": {"name": "Usage of the whole month before then"}}',
        "begin alike",
    ),
    ("translations/en.json", "Log in", "", "is empty"),
    (
        "translations/en.json",
        "New terms",
        "{name} has new terms, which you have to accept",
        "is longer than its line",
    ),
    ("translations/en.json", "{name}", "'{name}'", "in single quotes"),
    ("translations/en.json", "{name}", "{a name}", "is no identifier"),
    ("translations/en.json", '"exceptions"', '"errors"', "errors"),
    ("translations/en.json", '"usage"', '"Usage"', "is no valid key"),
    ("translations/en.json", '"username": "The', '"password": "The', "go together"),
    (
        "translations/de.json",
        '"user": {"title"',
        '"login": {"title"',
        "config.step.user",
    ),
    (
        "translations/de.json",
        '"user": {"title"',
        '"login": {"title"',
        "config.step.login: the code declares no such key",
    ),
    ("translations/en.json", '"wrong"', '"other"', "no text config.error.wrong"),
    (
        "translations/en.json",
        '"wrong_account"',
        '"other"',
        "config.abort.wrong_account",
    ),
    ("translations/de.json", '"wrong_account"', '"other"', "config.abort.other: the"),
    ("translations/en.json", '"offline"', '"online"', "no text exceptions.offline"),
    ("translations/en.json", '"offline"', '"online"', "exceptions.online: the code"),
    ("translations/de.json", '"terms"', '"rules"', "no text issues.terms"),
    (
        "translations/de.json",
        '"terms"',
        '"rules"',
        "issues.rules: the code declares no",
    ),
    (
        "translations/en.json",
        '"later"',
        '"never"',
        "start.menu_options.later: a choice",
    ),
    (
        "translations/en.json",
        '"later"',
        '"never"',
        "start.menu_options.never: a choice",
    ),
    ("texts.py", '"terms"', '"news"', "no text issues.news"),
    (
        "texts.py",
        "TERMS =",
        'SPARE = "terms"\n    TERMS =',
        "Issue.SPARE: no code uses",
    ),
    ("texts.py", '"user"', '"users"', "there is no async_step_users"),
    ("__init__.py", "Issue.TERMS", '"terms"', "'terms' has to be declared"),
    ("__init__.py", "Message.OFFLINE", '"offline"', "'offline' has to be declared"),
    ("__init__.py", "Message.OFFLINE", "Other.OFFLINE", "Other.OFFLINE has to be"),
    ("config_flow.py", "Step.USER)", '"user")', "step_id: 'user' has to be declared"),
    ("config_flow.py", "Choice.LATER", '"later"', "menu_options: 'later' has to be"),
    ("config_flow.py", "else Abort.GONE", 'else "gone"', "reason: "),
    ("__init__.py", "key: Message", "key: str", "refusal(key) names a text"),
    ("config_flow.py", "FormError.LATE", '"late"', "the error 'late' has to be"),
    ("config_flow.py", "FormError.EARLY", '"early"', "the error 'early' has to be"),
    ("config_flow.py", "FormError.WRONG", '"wrong"', "the error 'wrong' has to be"),
    ("translations/en.json", '"refill"', '"empty"', "services.empty: there is no such"),
    ("translations/en.json", '"refill"', '"empty"', "services.refill.name: is missing"),
    ("translations/en.json", '"days"', '"hours"', "fields.days.name: is missing"),
    ("translations/en.json", '"days"', '"hours"', "fields.hours: not in services.yaml"),
    (
        "translations/de.json",
        "{name}",
        "{title}",
        "has other placeholders than en.json",
    ),
    ("translations/de.json", '"title": "Log in", ', "", "in one of this and en.json"),
    ("icons.json", "mdi:flash", "flash", "is no mdi icon"),
    ("icons.json", "mdi:flash", "mdi:home-check-outline", "has no such icon"),
    ("sensor.py", "PARALLEL_UPDATES", 'I = "mdi:flush"\nPARALLEL_UPDATES', "mdi:flush"),
    ("icons.json", '"usage"', '"return"', "sensor.return: no entity has this key"),
    ("icons.json", '"refill"', '"empty"', "services.refill: an action and its icon"),
    ("services.yaml", "required: true", "response: true", "response"),
    ("services.yaml", "refill:", ".refill:", "refill: an action and its description"),
    ("quality_scale.yaml", '"stale-devices": "done"', '"x": "done"', "stale-devices"),
    ("quality_scale.yaml", '"stale-devices": "done"', '"x": "done"', "rules.x"),
    (
        "quality_scale.yaml",
        '"discovery": "done"',
        '"discovery": {"status": "exempt"}',
        "rules.discovery",
    ),
    ("quality_scale.yaml", '"brands": "done"', '"brands": "todo"', "has to be done"),
    ("sensor.py", "PARALLEL_UPDATES", "UPDATES", "sets no PARALLEL_UPDATES"),
]


@pytest.mark.parametrize(("file", "old", "new", "problem"), BREACHES)
def test_breach_is_found(
    tmp_path: Path, file: str, old: str, new: str, problem: str
) -> None:
    """A single wrong word in a file is found."""
    sample = write_sample(tmp_path)
    text = (sample.path / file).read_text("utf-8")
    assert old in text
    (sample.path / file).write_text(text.replace(old, new), "utf-8")

    assert [each for each in problems(Integration(sample.path)) if problem in each]


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("brand/icon.png", "brand/icon.png: is missing"),
        ("brand/icon@2x.png", "brand/icon@2x.png: is missing"),
        ("config_flow.py", "config_flow and config_flow.py have to go together"),
        ("quality_scale.yaml", "quality_scale.yaml: is missing"),
        ("services.yaml", "refill: an action and its description go together"),
        ("translations/en.json", "no text config.step.user"),
    ],
)
def test_missing_file_is_found(tmp_path: Path, file: str, problem: str) -> None:
    """A file that the others rely on cannot be left out."""
    sample = write_sample(tmp_path)
    (sample.path / file).unlink()

    assert [each for each in problems(sample) if problem in each]


@pytest.mark.parametrize("content", [png(128), b"GIF89a", b""])
def test_wrong_image_is_found(tmp_path: Path, content: bytes) -> None:
    """An icon of another size or kind is found."""
    sample = write_sample(tmp_path)
    (sample.path / "brand/icon.png").write_bytes(content)

    assert list(RULES["brand"](sample)) == [
        "brand/icon.png: is no PNG image of 256 x 256 pixels"
    ]


def test_strings_file_is_found(tmp_path: Path) -> None:
    """A file that Home Assistant never reads for us is found."""
    sample = write_sample(tmp_path)
    (sample.path / "strings.json").write_text("{}", "utf-8")

    assert [each for each in problems(sample) if "is never read" in each]


def test_system_integration_needs_no_quality_scale(tmp_path: Path) -> None:
    """An integration without an account or a device of its own is not assessed."""
    sample = write_sample(tmp_path)
    sample.manifest["integration_type"] = "system"
    (sample.path / "quality_scale.yaml").unlink()

    assert list(RULES["quality_scale"](sample)) == []
