"""Which electricity sites consume and which produce (pure functions, wire 4.5, 4.7).

The rows of a site don't say what they count: only an agreement names the sites.
"""

from collections.abc import Mapping
from enum import StrEnum

from custom_components.flowerhub.api.models import ElectricityAgreement


class SiteRole(StrEnum):
    """What the rows of a site count."""

    CONSUMPTION = "consumption"
    PRODUCTION = "production"


def site_roles(
    agreement: ElectricityAgreement | None, known: Mapping[str, str]
) -> dict[str, str]:
    """Return the role of each site that an agreement has ever named, by its number.

    `known`: what earlier ones have named. It stays, since an answer may lack a half,
    and the rows of a site are told when its contract is over.
    """
    named = dict(known)
    if agreement and agreement.production and agreement.production.site_id is not None:
        named[str(agreement.production.site_id)] = SiteRole.PRODUCTION.value
    if (
        agreement
        and agreement.consumption
        and agreement.consumption.site_id is not None
    ):
        named[str(agreement.consumption.site_id)] = SiteRole.CONSUMPTION.value
    return named


def sites_of[T](
    role: SiteRole,
    rows: Mapping[str, T],
    roles: Mapping[str, str],
    agreement: ElectricityAgreement | None,
) -> dict[str, T]:
    """Return the rows of the sites with a role.

    A site without one counts for neither: its rows may be either. Only where the
    agreement is about consumption and does not say of which site, it consumes.
    """
    role_of_others = None
    if (
        agreement
        and agreement.consumption
        and SiteRole.CONSUMPTION not in roles.values()
    ):
        role_of_others = SiteRole.CONSUMPTION
    return {
        site: own
        for site, own in rows.items()
        if roles.get(site, role_of_others) == role
    }
