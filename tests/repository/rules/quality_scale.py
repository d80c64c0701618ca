"""The self-assessment against Home Assistant's integration quality scale."""

from collections.abc import Iterator

import voluptuous as vol

from .integration import Integration
from .schema import refusals

BRONZE = """
action-setup appropriate-polling brands common-modules config-flow-test-coverage
config-flow dependency-transparency docs-actions docs-conditions
docs-high-level-description docs-installation-instructions docs-removal-instructions
docs-triggers entity-event-setup entity-unique-id has-entity-name runtime-data
test-before-configure test-before-setup unique-config-entry
"""
SILVER = """
action-exceptions config-entry-unloading docs-configuration-parameters
docs-installation-parameters entity-unavailable integration-owner
log-when-unavailable parallel-updates reauthentication-flow test-coverage
"""
GOLD = """
devices diagnostics discovery-update-info discovery docs-data-update docs-examples
docs-known-limitations docs-supported-devices docs-supported-functions
docs-troubleshooting docs-use-cases dynamic-devices entity-category
entity-device-class entity-disabled-by-default entity-translations
exception-translations icon-translations reconfiguration-flow repair-issues
stale-devices
"""
PLATINUM = "async-dependency inject-websession strict-typing"

RULES = [*BRONZE.split(), *SILVER.split(), *GOLD.split(), *PLATINUM.split()]

_ANSWER = vol.Any(
    "done",
    {
        vol.Required("status"): "exempt",
        vol.Required("comment"): vol.All(str, vol.Length(min=10)),
    },
    {vol.Required("status"): "done", vol.Optional("comment"): str},
    msg="has to be done, or exempt with a comment",
)
SCHEMA = vol.Schema(
    {"rules": {vol.Required(rule): _ANSWER for rule in RULES}}, required=True
)


def problems(integration: Integration) -> Iterator[str]:
    """Yield rules that are missing, unknown or not met."""
    if (integration.path / "quality_scale.yaml").exists():
        answers = integration.read_yaml("quality_scale.yaml")
        yield from refusals(SCHEMA, answers, "quality_scale.yaml")
    elif integration.manifest.get("integration_type") not in ("helper", "system"):
        yield "quality_scale.yaml: is missing"
