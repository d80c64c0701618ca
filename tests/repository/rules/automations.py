"""What is offered to automations: described, named and drawn, each exactly once."""

from collections.abc import Iterator

from .integration import Integration

_MODULES = {"triggers": "trigger.py", "conditions": "condition.py"}


def problems(integration: Integration) -> Iterator[str]:
    """Yield triggers and conditions that lack their module, a text or an icon."""
    for kind, module in _MODULES.items():
        described = integration.read_yaml(f"{kind}.yaml").keys()
        if bool(described) != (integration.path / module).exists():
            yield f"{kind}.yaml: goes together with {module}"
        for file, found in (
            ("en.json", integration.english.get(kind, {})),
            ("icons.json", integration.read_json("icons.json").get(kind, {})),
        ):
            for key in sorted(described ^ found.keys()):
                yield f"{file}: {kind}.{key}: is in one of this and {kind}.yaml only"
