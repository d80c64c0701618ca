"""Long times of bad weather in one home with all providers: nothing lost, leaked or wasted."""

# First of all: it lets the clock of Home Assistant be stopped
import pytest_homeassistant_custom_component.patch_time  # noqa: F401
