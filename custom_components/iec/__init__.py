"""IEC: Israel's grid operator and supplier."""

from homeassistant.helpers import config_validation as cv

from .const import DOMAIN
from .migration import ADOPTION
from .provider import PROVIDER

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

async_migrate_entry = ADOPTION.async_migrate
async_setup = PROVIDER.async_setup
async_setup_entry = PROVIDER.async_setup_entry
async_unload_entry = PROVIDER.async_unload_entry
async_remove_entry = PROVIDER.async_remove_entry
async_remove_config_entry_device = PROVIDER.async_remove_config_entry_device
