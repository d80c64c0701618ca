"""The blocks of the documentation, as Markdown, from an integration's files."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
import re
from typing import Any

from custom_components.cloud_energy.helpers.help_pages import help_anchor

from .entities import Row, rows
from .places import DEVICES
from .quality import levels, rules
from .source import CORE, Source

type Block = Callable[[Source], Iterable[str]]

_PLACEHOLDER = re.compile(r"\{\w+\}")
_KINDS = {
    "timestamp": "time",
    "date": "date",
    "monetary": "money",
    "connectivity": "connected or not",
    "problem": "problem or not",
    "smoke": "alarm or not",
    "plug": "plugged in or not",
    "battery_charging": "charging or not",
}


def table(head: Iterable[str], body: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    titles = list(head)
    yield _line(titles)
    yield "|" + "---|" * len(titles)
    yield from (_line(cells) for cells in body)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def plain(text: str) -> str:
    """Return a text with its placeholders as an ellipsis, in one line."""
    one_line = " ".join(_PLACEHOLDER.sub("…", text).split())
    return one_line.removesuffix(" …") if one_line.endswith(". …") else one_line


def entities(source: Source) -> Iterator[str]:
    """Yield a table for each device."""
    devices = list(DEVICES[source.domain].values())
    by_device = sorted(rows(source), key=lambda row: devices.index(row.device))
    for device, group in groupby(by_device, key=lambda row: row.device):
        yield f"**{device}**"
        yield ""
        yield from table(
            ("Entity", "Kind", "Shows", "Category", "At first"),
            (_entity(row) for row in sorted(group, key=_order)),
        )
        yield ""


def _order(row: Row) -> tuple[bool, bool, str]:
    return row.category == "diagnostic", not row.enabled, row.platform


def _entity(row: Row) -> tuple[str, ...]:
    shows = ", ".join(row.states) or row.unit or _KINDS.get(row.device_class, "")
    kind = row.platform.replace("_", " ")
    name = plain(row.name)
    return name, kind, shows, row.category, "on" if row.enabled else "off"


def setup(source: Source) -> Iterator[str]:
    """Yield the steps of the set-up, of signing in again and of changes."""
    yield from _steps(source.texts["config"])


def options(source: Source) -> Iterator[str]:
    """Yield the options."""
    yield from _steps(source.texts["options"])


def _steps(flow: dict[str, Any]) -> Iterator[str]:
    yield from table(
        ("Step", "Field or choice", "What it is"),
        (row for step in flow["step"].values() for row in _step(step)),
    )


def _step(step: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield a line for the step itself, and one for each of its fields and choices."""
    choices = step.get("menu_options", {}).values()
    fields = step.get("data", {})
    if choices or not fields or "description" in step:
        shown = ", ".join(f"*{choice}*" for choice in choices)
        yield f"**{step['title']}**", shown, plain(step.get("description", ""))
    title = "" if "description" in step else f"**{step['title']}**"
    for key, name in fields.items():
        yield title, f"*{name}*", plain(step["data_description"][key])
        title = ""


def actions(source: Source) -> Iterator[str]:
    """Yield the actions with their fields."""
    texts = source.texts.get("services", {})
    yield from table(
        ("Action", "What it does", "Fields (**bold**: has to be given)"),
        (
            (
                f"`{source.domain}.{name}`",
                texts[name]["description"],
                "<br>".join(_fields(fields, texts[name].get("fields", {}))) or "none",
            )
            for name, fields in source.actions.items()
        ),
    )


def _fields(fields: dict[str, Any], texts: dict[str, Any]) -> Iterator[str]:
    for key, field in fields.items():
        name = f"**`{key}`**" if (field or {}).get("required") else f"`{key}`"
        yield f"{name}: {texts[key]['description']}{_choices(field or {})}"


def _choices(field: dict[str, Any]) -> str:
    """Return the values that a field can have, if they are few."""
    select = (field.get("selector") or {}).get("select") or {}
    values = ", ".join(f"`{value}`" for value in select.get("options", ()))
    left_out = "default" in field and not field.get("required")
    usual = f"; `{field['default']}` if it is left out" if left_out else ""
    return f" ({values}{usual})" if values else ""


def triggers(_: Source) -> Iterator[str]:
    """Yield what can start an automation."""
    yield from _offers("triggers", "Trigger")


def conditions(_: Source) -> Iterator[str]:
    """Yield what an automation can ask."""
    yield from _offers("conditions", "Condition")


def _offers(kind: str, title: str) -> Iterator[str]:
    """Yield what the integrations offer to automations of one kind."""
    yield from table(
        ("Integration", title, "In YAML", "What it does"),
        (
            (source.name, f"*{text['name']}*", f"`{name}`", text["description"])
            for source in Source.found().values()
            for key, text in source.texts.get(kind, {}).items()
            for name in (f"{source.domain}.{key}",)
        ),
    )


def repairs(source: Source) -> Iterator[str]:
    """Yield what the repairs page can show."""
    for key, issue in source.texts.get("issues", {}).items():
        confirm = issue.get("fix_flow", {}).get("step", {}).get("confirm", {})
        text = issue.get("description") or confirm["description"]
        anchor = f'<a id="{help_anchor(key)}"></a>'
        yield f"- {anchor}**{plain(issue['title'])}**: {plain(text)}"


def errors(source: Source) -> Iterator[str]:
    """Yield every text of an error, with what to do about it."""
    shown_by = {
        "In a form": _of_flows(source, "error"),
        "When a form closes": _of_flows(source, "abort"),
        "From an action or in the log": _messages(source),
    }
    if source.domain != CORE:
        shown_by["From any action, at an entry, or in the log"] = _messages(
            Source(CORE)
        )
    for place, texts in shown_by.items():
        if texts:
            yield f"**{place}**"
            yield ""
            yield from table(("You read", "What to do"), map(_cause_and_remedy, texts))
            yield ""


def _of_flows(source: Source, kind: str) -> list[str]:
    """Return the texts of the set-up and of the options, each once."""
    flows = (source.texts[flow].get(kind, {}) for flow in ("config", "options"))
    return list(dict.fromkeys(text for flow in flows for text in flow.values()))


def _messages(source: Source) -> list[str]:
    messages = source.texts.get("exceptions", {}).values()
    return [message["message"] for message in messages]


def _cause_and_remedy(text: str) -> tuple[str, str]:
    """Part a text: all of them say first what is wrong, then what to do."""
    cause, _, remedy = plain(text).partition(". ")
    return cause.removesuffix(".") + ".", remedy


def quality_levels(_: Source) -> Iterator[str]:
    """Yield how far each provider is on the quality scale."""
    head, body = levels(Source.found().values())
    yield from table(head, body)


def quality_rules(_: Source) -> Iterator[str]:
    """Yield every rule of the quality scale with each provider's answer."""
    head, body, notes = rules(Source.found().values())
    yield from table(head, body)
    yield ""
    yield from notes


BLOCKS: dict[str, Block] = {
    each.__name__: each
    for each in (
        actions,
        conditions,
        entities,
        errors,
        options,
        quality_levels,
        quality_rules,
        repairs,
        setup,
        triggers,
    )
}
PROVIDER_BLOCKS = ("setup", "options", "entities", "actions", "repairs", "errors")
"""What the page of a provider has to have."""
