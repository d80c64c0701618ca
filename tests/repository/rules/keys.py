"""The keys of texts: declared, used, and with a text in every language.

A key is a member of a class that derives from one of the kinds in
`cloud_energy/texts.py`. What the code needs is so known without running it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import homeassistant

from .integration import Integration

# Home Assistant itself has the texts for these reasons to end a flow
_CORE = Integration(Path(homeassistant.__file__).parent / "components/homeassistant")
_COMMON_ABORTS = _CORE.english["config"]["abort"].keys()

SHARED = "cloud_energy"
_LENT = "provider_texts.py"

# Kind -> where its texts are
KINDS = {
    "MessageKey": ("exceptions",),
    "IssueKey": ("issues",),
    "StepKey": ("config.step",),
    "ErrorKey": ("config.error",),
    "AbortKey": ("config.abort",),
    "ResultKey": ("config.create_entry",),
    "OptionStepKey": ("options.step",),
    "OptionErrorKey": ("options.error",),
    "OptionAbortKey": ("options.abort",),
    "AnyStepKey": ("config.step", "options.step"),
    "AnyErrorKey": ("config.error", "options.error"),
    "AnyAbortKey": ("config.abort", "options.abort"),
    "ActionErrorKey": ("exceptions", "options.error"),
    "CloudErrorKey": ("config.error",),
    "ChoiceKey": (),
    "RepairAbortKey": (),
}
_CATEGORIES = sorted({place for places in KINDS.values() for place in places})

# What a provider uses of the shared code -> the keys that come with it
_COME_WITH = {
    "CloudConfigFlow": (
        "SignInStep",
        "CloudErrorText",
        "SignInAbort",
        "DashboardResult",
    ),
    "CodeRequired": ("CodeStep", "CodeErrorText", "CodeFormError"),
    "async_download": ("DownloadMessage",),
}


@dataclass(frozen=True)
class Keys:
    """A class of keys."""

    name: str
    kind: str
    module: str
    members: dict[str, str]
    """Name -> key."""


class Declared:
    """The keys of an integration, and how its code uses them."""

    def __init__(self, integration: Integration) -> None:
        """Look at an integration."""
        self.integration = integration

    @cached_property
    def classes(self) -> dict[str, Keys]:
        """The classes of keys by their names."""
        found = {}
        for module, node in self.integration.nodes(ast.ClassDef):
            kinds = [ast.unparse(base) for base in node.bases]
            if node.name not in KINDS and kinds and kinds[0] in KINDS:
                found[node.name] = Keys(node.name, kinds[0], module, _members(node))
        return found

    @cached_property
    def names(self) -> set[str]:
        """Every name that the code mentions, imports aside."""
        return {node.id for _, node in self.integration.nodes(ast.Name)}

    @cached_property
    def members_used(self) -> set[tuple[str, str]]:
        """The members that are written out, such as `Issue.NO_NEW_DATA`."""
        return {
            (node.value.id, node.attr)
            for _, node in self.integration.nodes(ast.Attribute)
            if isinstance(node.value, ast.Name)
        }

    @cached_property
    def classes_used(self) -> set[str]:
        """The classes that are used as a whole, such as in `for key in Issue`."""
        with_member = {
            id(node.value) for _, node in self.integration.nodes(ast.Attribute)
        }
        return {
            node.id
            for _, node in self.integration.nodes(ast.Name)
            if id(node) not in with_member
        }


def problems(integration: Integration) -> Iterator[str]:
    """Yield keys without a text, texts without a key, and keys nobody declared."""
    declared = Declared(integration)
    shared = Declared(Integration(integration.path.parent / SHARED))
    needed = _needed(declared, shared)
    yield from _differences(integration, needed)
    yield from _unused(declared)
    yield from _undeclared(declared, shared)
    yield from _steps_without_method(declared, shared)
    yield from _wrong_menus(declared, shared)


def _members(node: ast.ClassDef) -> dict[str, str]:
    return {
        target.id: statement.value.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    }


def _needed(declared: Declared, shared: Declared) -> dict[str, set[str]]:
    """Return category -> the keys that need a text there."""
    needed: dict[str, set[str]] = {category: set() for category in _CATEGORIES}
    is_shared = declared.integration.domain == SHARED
    for keys in _own(declared) + ([] if is_shared else _lent(declared, shared)):
        is_message = is_shared and keys.kind == "CloudErrorKey"
        for place in KINDS["MessageKey" if is_message else keys.kind]:
            needed[place].update(keys.members.values())
    return needed


def _own(declared: Declared) -> list[Keys]:
    return [keys for keys in declared.classes.values() if keys.module != _LENT]


def _lent(declared: Declared, shared: Declared) -> list[Keys]:
    """Return the classes of the shared code that a provider shows."""
    names = set(declared.names)
    for use, come_with in _COME_WITH.items():
        if use in declared.names:
            names.update(come_with)
    return [
        keys
        for name, keys in shared.classes.items()
        if name in names and (keys.module == _LENT or keys.kind == "CloudErrorKey")
    ]


def _differences(
    integration: Integration, needed: dict[str, set[str]]
) -> Iterator[str]:
    files = {file.name for file in integration.path.glob("translations/*.json")}
    for file in sorted({"en.json", *files}):
        texts = integration.read_json(f"translations/{file}")
        for category, keys in needed.items():
            there = texts
            for part in category.split("."):
                there = there.get(part, {})
            for key in sorted(keys - there.keys()):
                yield f"{file}: no text {category}.{key}, which the code declares"
            unknown = there.keys() - keys
            if category == "config.abort":
                unknown -= _COMMON_ABORTS
            for key in sorted(unknown):
                yield f"{file}: {category}.{key}: the code declares no such key"


def _unused(declared: Declared) -> Iterator[str]:
    for keys in declared.classes.values():
        if keys.name in declared.classes_used:
            continue
        for member in keys.members:
            if (keys.name, member) not in declared.members_used:
                yield f"{keys.module}: {keys.name}.{member}: no code uses it"


def _undeclared(declared: Declared, shared: Declared) -> Iterator[str]:
    """Yield texts in the code where a key has to be a member of a class."""
    known = declared.classes.keys() | shared.classes.keys()
    for file, call in declared.integration.nodes(ast.Call):
        for name, value in _naming(call):
            if not _is_declared(value, known):
                yield (
                    f"{file}:{value.lineno}: {name}: {ast.unparse(value)} has to be"
                    " declared in texts.py"
                )
    for file, name in _typed_as_text(declared.integration):
        yield f"{file}: {name} names a text: its type has to be a kind of texts.py"
    for file, texts in _form_errors(declared.integration):
        for text in (node for value in texts for node in ast.walk(value)):
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield (
                    f"{file}:{text.lineno}: the error {text.value!r} has to be"
                    " declared in texts.py"
                )


def _typed_as_text(integration: Integration) -> Iterator[tuple[str, str]]:
    """Yield the parameters that name a text, and could be any."""
    functions: list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]] = [
        *integration.nodes(ast.FunctionDef),
        *integration.nodes(ast.AsyncFunctionDef),
    ]
    for file, function in functions:
        plain = {
            each.arg
            for each in (*function.args.args, *function.args.kwonlyargs)
            if each.annotation and ast.unparse(each.annotation) == "str"
        }
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
        for _, value in (named for call in calls for named in _naming(call)):
            if isinstance(value, ast.Name) and value.id in plain:
                yield file, f"{function.name}({value.id})"


def _naming(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the arguments of a call that name a text, and their parameters."""
    function = ast.unparse(call.func).split(".")[-1]
    keywords = {each.arg: each.value for each in call.keywords if each.arg}
    if "translation_domain" in keywords and "translation_key" in keywords:
        yield "translation_key", keywords["translation_key"]
    if function.startswith(("async_show_", "async_abort")):
        for name in ("step_id", "reason"):
            if name in keywords:
                yield name, keywords[name]
        options = keywords.get("menu_options")
        if isinstance(options, ast.List):
            yield from (("menu_options", option) for option in options.elts)
    if function == "async_create_issue":
        yield "translation_key", keywords["translation_key"]


def _is_declared(value: ast.expr, known: set[str]) -> bool:
    """Tell whether an expression is a member of a class, or typed as one elsewhere.

    Names and calls are typed: the functions that take a key take nothing else, which
    mypy sees to.
    """
    match value:
        case ast.Constant():
            return False
        case ast.IfExp(body=body, orelse=orelse):
            return _is_declared(body, known) and _is_declared(orelse, known)
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr.isupper():
            return name in known
    return True


def _form_errors(integration: Integration) -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield the values of what is assigned to, or returned as, the errors of a form."""
    for file, node in integration.nodes(ast.Assign):
        for target in node.targets:
            is_item = isinstance(target, ast.Subscript)
            holder = target.value if isinstance(target, ast.Subscript) else target
            if ast.unparse(holder).endswith("errors"):
                yield file, [node.value] if is_item else _values(node.value)
    for file, call in integration.nodes(ast.Call):
        for keyword in call.keywords:
            if keyword.arg == "errors":
                yield file, _values(keyword.value)
    for file, function in integration.nodes(ast.FunctionDef):
        if function.name.endswith("_errors"):
            for each in ast.walk(function):
                if isinstance(each, ast.Return):
                    yield file, _values(each.value)


def _values(value: ast.expr | None) -> list[ast.expr]:
    return value.values if isinstance(value, ast.Dict) else []


def _steps_without_method(declared: Declared, shared: Declared) -> Iterator[str]:
    methods = {
        node.name
        for each in (declared, shared)
        for _, node in each.integration.nodes(ast.AsyncFunctionDef)
    }
    for keys in _own(declared):
        if "Step" in keys.kind:
            for key in keys.members.values():
                if f"async_step_{key}" not in methods:
                    yield f"{keys.module}: {keys.name}: there is no async_step_{key}"


def _wrong_menus(declared: Declared, shared: Declared) -> Iterator[str]:
    """Yield choices of menus without a text, and texts without a choice."""
    texts = declared.integration.english
    classes = shared.classes | declared.classes
    lent = [shared] if "CloudConfigFlow" in declared.names else []
    for each in (declared, *lent):
        for _, call in each.integration.nodes(ast.Call):
            if ast.unparse(call.func).endswith("async_show_menu"):
                step, choices = _menu(call, classes)
                yield from _wrong_menu(texts, step, choices)


def _wrong_menu(texts: dict[str, Any], step: str, choices: set[str]) -> Iterator[str]:
    for flow in ("config", "options"):
        shown = texts.get(flow, {}).get("step", {}).get(step)
        if shown is None:
            continue
        for key in sorted(choices ^ shown.get("menu_options", {}).keys()):
            place = f"{flow}.step.{step}.menu_options.{key}"
            yield f"en.json: {place}: a choice and its text go together"


def _menu(call: ast.Call, classes: dict[str, Keys]) -> tuple[str, set[str]]:
    """Return the step of a menu, and its choices."""

    def key(member: ast.expr) -> str:
        name, _, attr = ast.unparse(member).rpartition(".")
        return classes[name].members[attr] if name in classes else attr

    keywords = {each.arg: each.value for each in call.keywords}
    options = keywords["menu_options"]
    assert isinstance(options, ast.List)
    members: list[ast.expr] = []
    for option in options.elts:
        # What is offered only at times is listed in brackets of its own.
        at_times = isinstance(option, ast.Starred)
        parts = ast.walk(option) if at_times else [option]
        members += [x for x in parts if isinstance(x, ast.Attribute)]
    return key(keywords["step_id"]), {key(member) for member in members}
