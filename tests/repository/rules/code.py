"""What the code and the files beside it have to agree on."""

import ast
from collections.abc import Iterator
from pathlib import Path

import homeassistant
from homeassistant.const import Platform

from .integration import Integration

PLATFORMS = {platform.value for platform in Platform}

# Home Assistant itself has the texts for these reasons to end a flow
_CORE = Integration(Path(homeassistant.__file__).parent / "components/homeassistant")
_COMMON_ABORTS = _CORE.english["config"]["abort"].keys()


def problems(integration: Integration) -> Iterator[str]:
    """Yield what the code names and the texts or platforms lack."""
    yield from _platforms_without_limit(integration)
    yield from _unknown_messages(integration)
    yield from _unused_messages(integration)
    yield from _unknown_issues(integration)
    yield from _unknown_flow_texts(integration)


def _platforms_without_limit(integration: Integration) -> Iterator[str]:
    for name, module in integration.modules.items():
        platform = name.removesuffix("/__init__.py").removesuffix(".py")
        if platform in PLATFORMS and not _assigns(module, "PARALLEL_UPDATES"):
            yield f"{name}: sets no PARALLEL_UPDATES"


def _assigns(module: ast.Module, name: str) -> bool:
    targets: list[ast.expr] = []
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            targets += statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets.append(statement.target)
    return any(isinstance(each, ast.Name) and each.id == name for each in targets)


def _unknown_messages(integration: Integration) -> Iterator[str]:
    known = integration.english.get("exceptions", {}).keys()
    for file, call in integration.nodes(ast.Call):
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        if not _is_own(keywords.get("translation_domain"), integration):
            continue
        for key in _texts(keywords.get("translation_key")):
            if key not in known:
                yield f"{file}:{call.lineno}: no text exceptions.{key} in en.json"


def _is_own(domain: ast.expr | None, integration: Integration) -> bool:
    """Tell whether a message is the integration's, written as DOMAIN or as text."""
    if isinstance(domain, ast.Constant):
        return domain.value == integration.domain
    return isinstance(domain, ast.Name) and domain.id == "DOMAIN"


def _unused_messages(integration: Integration) -> Iterator[str]:
    # Messages may be raised by the code shared in cloud_energy
    shared = Integration(integration.path.parent / "cloud_energy")
    written = {
        constant.value
        for each in (integration, shared)
        for _, constant in each.nodes(ast.Constant)
    }
    for category in ("exceptions", "issues"):
        for key in integration.english.get(category, {}):
            if key not in written:
                yield f"en.json: {category}.{key}: no code uses it"


def _unknown_issues(integration: Integration) -> Iterator[str]:
    known = integration.english.get("issues", {}).keys()
    for file, call in integration.nodes(ast.Call):
        if ast.unparse(call.func).split(".")[-1] == "async_create_issue":
            for key in _keyword_texts(call, "translation_key"):
                if key not in known:
                    yield f"{file}:{call.lineno}: no text issues.{key} in en.json"


def _unknown_flow_texts(integration: Integration) -> Iterator[str]:
    texts = integration.english
    flows = [texts.get("config", {}), texts.get("options", {})]
    flows += texts.get("config_subentries", {}).values()
    steps = {key for flow in flows for key in flow.get("step", {})}
    aborts = {key for flow in flows for key in flow.get("abort", {})} | _COMMON_ABORTS
    for file, call in integration.nodes(ast.Call):
        if file != "config_flow.py":
            continue
        for key in _keyword_texts(call, "step_id"):
            if key not in steps:
                yield f"{file}:{call.lineno}: no text for the step {key} in en.json"
        for key in _keyword_texts(call, "reason"):
            if key not in aborts:
                yield f"{file}:{call.lineno}: no text for the abort {key} in en.json"


def _keyword_texts(call: ast.Call, name: str) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == name:
            yield from _texts(keyword.value)


def _texts(value: ast.expr | None) -> Iterator[str]:
    """Yield the texts an expression can be: a text, or a choice between texts."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)
