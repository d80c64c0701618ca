"""Projects and sites, where the account has them (wire 4.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.models import Project, Site


@dataclass(frozen=True)
class Tree:
    """Which cabinet stands where."""

    sites: Mapping[str, Site] = field(default_factory=dict, repr=False)
    """By id."""
    site_of: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The id of a cabinet -> the id of its site."""


async def read_tree(client: ElecnovaClient, projects: Iterable[Project]) -> Tree:
    """Read the sites of projects.

    :raises CloudError: they can't be fetched now.
    """
    sites: dict[str, Site] = {}
    site_of: dict[str, str] = {}
    for project in projects:
        for site in await client.get_all_sites(project.id):
            sites[site.id] = site
            for device in await client.get_site_devices(site.id):
                if device.id:
                    site_of[device.id] = site.id
    return Tree(sites, site_of)
