"""Figures of what the integrations cost, measured against their aims."""

# First of all: it lets the clock of Home Assistant be stopped
import pytest_homeassistant_custom_component.patch_time  # noqa: F401
