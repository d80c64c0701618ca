"""The Israel Electric Corporation."""

from scripts.cloud_cli.iec import calculator, portal, reports
from scripts.cloud_cli.iec.provider import group

__all__ = ["calculator", "group", "portal", "reports"]
