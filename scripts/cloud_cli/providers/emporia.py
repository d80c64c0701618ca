"""Emporia: monitors, plugs, batteries and car chargers."""

from scripts.cloud_cli.emporia import charging, reports
from scripts.cloud_cli.emporia.provider import group

__all__ = ["charging", "group", "reports"]
