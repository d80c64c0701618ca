"""What the cloud reports, one file per family of endpoints."""

from .cabinet import Cabinet, Component
from .pv import PvPoint, read_points
from .tree import Device, Project, Site

__all__ = [
    "Cabinet",
    "Component",
    "Device",
    "Project",
    "PvPoint",
    "Site",
    "read_points",
]
