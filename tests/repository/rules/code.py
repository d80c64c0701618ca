"""What Home Assistant asks of the code."""

import ast
from collections.abc import Iterator

from homeassistant.const import Platform

from .integration import Integration

PLATFORMS = {platform.value for platform in Platform}


def problems(integration: Integration) -> Iterator[str]:
    """Yield platforms that don't say how many entities update at a time."""
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
