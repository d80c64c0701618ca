"""Projects and sites, where the account has them (sheet 4.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from custom_components.cloud_energy.client.errors import ProviderError

from .api.client import ElecnovaClient, is_absent
from .api.models import Site


@dataclass(frozen=True)
class Tree:
    """Which cabinet stands where."""

    sites: Mapping[str, Site] = field(default_factory=dict)
    """By id."""
    site_of: Mapping[str, str] = field(default_factory=dict)
    """The id of a cabinet -> the id of its site."""


async def read_tree(client: ElecnovaClient) -> Tree:
    """Read all of it; older accounts and hosts have none.

    :raises CloudError: it can't be had now.
    """
    try:
        projects = await client.get_projects()
    except ProviderError as err:
        if is_absent(err):
            return Tree()
        raise
    sites: dict[str, Site] = {}
    site_of: dict[str, str] = {}
    for project in projects:
        for site in await client.get_all_sites(project.id):
            sites[site.id] = site
            for device in await client.get_site_devices(site.id):
                site_of[device.id] = site.id
    return Tree(sites, site_of)
