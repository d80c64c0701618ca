"""A simulated Israel Electric Corporation."""

from .cloud import IecCloud

__all__ = ["IecCloud"]
