"""Which room of the house may import what.

=============================================  ==============================
room                                           may not import
=============================================  ==============================
``<provider>/api``,                            anything but the standard
``<provider>/calculations``,                   library, a few libraries, the
``cloud_energy/client``,                       manifest's requirements and
``cloud_energy/readings``,                     each other
``cloud_energy/prices`` but for actions,
money and sources; of ``.../summary``
figures, habits and periods
``cloud_energy`` otherwise                     a provider
``<provider>`` otherwise                       another provider
=============================================  ==============================

No room reads environment variables: what differs between production and a test is
handed in from outside.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import sys

from packaging.requirements import Requirement

FOUNDATION = "cloud_energy"
LIBRARIES = {"aiohttp", "mashumaro", "yarl"}
_PACKAGE = "custom_components"
_PRICES = tuple(
    ("prices", name)
    for name in ("bill_check", "intervals", "price_plans", "reader", "units")
)
_SUMMARY = tuple(("summary", name) for name in ("figures", "habits", "periods"))
_CALCULATIONS = ("calculations",)
_VALUES = (("const",), ("snapshot",))
"""Names and plain values: a calculation may know those of its provider."""
_ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}


@dataclass(frozen=True)
class Module:
    """A production module by its dotted name below ``custom_components``."""

    parts: tuple[str, ...]
    tree: ast.Module
    is_package: bool

    @property
    def integration(self) -> str:
        """Return the domain it belongs to."""
        return self.parts[0]

    @property
    def name(self) -> str:
        """Return the dotted name without the leading package."""
        return ".".join(self.parts)

    @property
    def is_pure(self) -> bool:
        """Tell whether it knows nothing of Home Assistant."""
        return _is_pure(self.parts)

    def imports(self) -> Iterator[str]:
        """Yield the absolute dotted name of everything it imports."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                yield from (f"{origin}.{alias.name}" for alias in node.names)

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = (_PACKAGE, *self.parts) if self.is_package else self._parent
        base = package[: len(package) - node.level + 1]
        return ".".join((*base, node.module) if node.module else base)

    @property
    def _parent(self) -> tuple[str, ...]:
        return (_PACKAGE, *self.parts[:-1])


def _is_pure(parts: tuple[str, ...]) -> bool:
    if parts[:1] == (FOUNDATION,):
        rooms = (("client",), ("readings",))
        return parts[1:3] in _PRICES + _SUMMARY or parts[1:2] in rooms
    return parts[1:2] in (("api",), _CALCULATIONS)


def _is_value(module: Module, parts: Sequence[str]) -> bool:
    return module.parts[1:2] == _CALCULATIONS and tuple(parts[1:2]) in _VALUES


def modules(root: Path) -> Iterator[Module]:
    """Yield all production modules of a checkout."""
    base = root / _PACKAGE
    for file in sorted(base.rglob("*.py")):
        parts = file.relative_to(base).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        tree = ast.parse(file.read_text("utf-8"))
        yield Module(parts[:-1] if is_package else parts, tree, is_package)


def breaches(root: Path) -> Iterator[str]:
    """Yield every import and every reading of the environment that is not allowed."""
    for module in modules(root):
        for name in dict.fromkeys(module.imports()):
            if not _is_allowed(module, name, root):
                yield f"{module.name} imports {name}"
        if _reads_environment(module.tree):
            yield f"{module.name} reads the environment"


def _is_allowed(module: Module, name: str, root: Path) -> bool:
    package, *parts = name.split(".")
    if package == _PACKAGE:
        if not parts or parts[0] not in (module.integration, FOUNDATION):
            return False
        return not module.is_pure or _is_pure(tuple(parts)) or _is_value(module, parts)
    if not module.is_pure:
        return True
    libraries = LIBRARIES | _requirements(root / _PACKAGE / module.integration)
    return package in sys.stdlib_module_names | libraries


def _requirements(integration: Path) -> set[str]:
    """Return the packages that the manifest makes Home Assistant install."""
    manifest = integration / "manifest.json"
    if not manifest.exists():
        return set()
    facts = json.loads(manifest.read_text("utf-8"))
    named = (Requirement(text).name for text in facts.get("requirements", []))
    return {name.replace("-", "_").lower() for name in named}


def _reads_environment(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            if node.attr in _ENVIRONMENT:
                return True
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            if _ENVIRONMENT & {alias.name for alias in node.names}:
                return True
    return False
