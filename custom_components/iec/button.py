"""A button that asks the provider for everything now."""

from .provider import PROVIDER

PARALLEL_UPDATES = 1

async_setup_entry = PROVIDER.async_setup_buttons
