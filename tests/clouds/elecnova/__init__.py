"""A simulated ECO EMS Cloud of Elecnova."""

from .cloud import ElecnovaCloud

__all__ = ["ElecnovaCloud"]
