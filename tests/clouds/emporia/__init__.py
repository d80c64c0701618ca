"""A simulated Emporia Energy."""

from .cloud import EmporiaCloud

__all__ = ["EmporiaCloud"]
