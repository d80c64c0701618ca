"""The manifest: closed schema, order of keys, version, dependencies."""

import ast
from collections.abc import Iterator
import re

from awesomeversion import (
    AwesomeVersion,
    AwesomeVersionException,
    AwesomeVersionStrategy as Strategy,
)
from homeassistant.const import Platform
from packaging.requirements import InvalidRequirement, Requirement
import voluptuous as vol

from .integration import Integration
from .schema import refusals

VERSIONS = [
    Strategy.CALVER,
    Strategy.SEMVER,
    Strategy.SIMPLEVER,
    Strategy.BUILDVER,
    Strategy.PEP440,
]

# Components that may be imported without being named as a dependency
ALWAYS_THERE = {platform.value for platform in Platform} | {
    "automation",
    "device_automation",
    "frontend",
    "homeassistant",
    "persistent_notification",
    "system_health",
    "webhook",
    "websocket_api",
    "zone",
}


def https(value: str) -> str:
    """Accept an address that is served over TLS."""
    if not value.startswith("https://"):
        raise vol.Invalid("is no https address")
    return value


def version(value: str) -> str:
    """Accept a version that Home Assistant's loader accepts."""
    try:
        AwesomeVersion(value, ensure_strategy=VERSIONS)
    except AwesomeVersionException as err:
        raise vol.Invalid("is no valid version") from err
    return value


def requirement(value: str) -> str:
    """Accept a pip requirement that names a version."""
    try:
        named = Requirement(value)
    except InvalidRequirement as err:
        raise vol.Invalid("is no valid requirement") from err
    if not named.specifier or named.url:
        raise vol.Invalid("names no version")
    return value


SCHEMA = vol.Schema(
    {
        vol.Required("domain"): vol.Match(r"^[a-z0-9]+(_[a-z0-9]+)*$"),
        vol.Required("name"): vol.All(str, vol.Length(min=1)),
        vol.Optional("after_dependencies"): [str],
        vol.Required("codeowners"): vol.All([vol.Match(r"^@\S+$")], vol.Length(min=1)),
        vol.Optional("config_flow"): bool,
        vol.Optional("dependencies"): [str],
        vol.Required("documentation"): https,
        vol.Optional("import_executor"): bool,
        vol.Required("integration_type"): vol.In(
            ["device", "entity", "hardware", "helper", "hub", "service", "system"]
        ),
        vol.Required("iot_class"): vol.In(
            [
                "assumed_state",
                "calculated",
                "cloud_polling",
                "cloud_push",
                "local_polling",
                "local_push",
            ]
        ),
        vol.Required("issue_tracker"): https,
        vol.Optional("loggers"): [str],
        vol.Optional("quality_scale"): vol.In(["bronze", "silver", "gold", "platinum"]),
        vol.Optional("requirements"): [requirement],
        vol.Optional("single_config_entry"): bool,
        vol.Required("version"): version,
    }
)


def problems(integration: Integration) -> Iterator[str]:
    """Yield what is wrong with the manifest."""
    manifest = integration.manifest
    yield from refusals(SCHEMA, manifest, "manifest.json")
    if manifest.get("domain") != integration.domain:
        yield f"manifest.json: domain differs from the folder {integration.domain}"
    order = ["domain", "name", *sorted(manifest.keys() - {"domain", "name"})]
    if list(manifest) != order:
        yield f"manifest.json: the keys' order has to be {', '.join(order)}"
    has_flow = (integration.path / "config_flow.py").exists()
    if manifest.get("config_flow", False) != has_flow:
        yield "manifest.json: config_flow and config_flow.py have to go together"
    yield from _unnamed_dependencies(integration)


def _unnamed_dependencies(integration: Integration) -> Iterator[str]:
    manifest = integration.manifest
    named = {
        *manifest.get("dependencies", []),
        *manifest.get("after_dependencies", []),
        integration.domain,
    }
    for file, component in sorted(set(_imported_components(integration))):
        own_platform = (integration.path / f"{component}.py").exists()
        if component not in named | ALWAYS_THERE and not own_platform:
            yield f"{file}: imports {component}, which manifest.json does not depend on"


def _imported_components(integration: Integration) -> Iterator[tuple[str, str]]:
    component = re.compile(r"(?:homeassistant\.components|custom_components)\.(\w+)")
    for file, node in integration.nodes(ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names if not node.level else []:
            if found := component.match(name):
                yield file, found[1]
    for file, imported in integration.nodes(ast.Import):
        for alias in imported.names:
            if found := component.match(alias.name):
                yield file, found[1]
