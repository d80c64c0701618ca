"""Importing the embedded clients without Home Assistant.

They know nothing of it, but they are inside of integrations whose packages import it
first, which takes seconds.
"""

from pathlib import Path
import sys
from types import ModuleType

_PACKAGE = "custom_components"
_ROOT = Path(__file__).parents[2] / _PACKAGE


def enter() -> None:
    """Let each integration be a mere folder of modules, for this whole process."""
    for folder in _ROOT.iterdir():
        if (folder / "manifest.json").exists():
            name = f"{_PACKAGE}.{folder.name}"
            package = ModuleType(name)
            package.__path__ = [str(folder)]
            sys.modules.setdefault(name, package)
