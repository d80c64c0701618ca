"""From parsed JSON to models (pure functions, wire 4).

They are lenient with what is missing or sent in another form, but never make
something up: an answer in which nothing can be recognized is `Malformed`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import WireModel

from .errors import NoAsset
from .models import (
    AgreementState,
    Asset,
    AssetOwner,
    AssetOwnerDetails,
    AssetOwnerProfile,
    Battery,
    ConsumptionRecord,
    ElectricityAgreement,
    FlowerHubStatus,
    Inverter,
    Invoice,
    LoginResponse,
    Revenue,
    UptimeHistoryEntry,
    UptimeMonth,
    UptimePie,
)
from .models.asset import WireAsset
from .models.fields import parts
from .models.uptime import UptimeSlice
from .values import safe_int


def parse_login(data: Any) -> LoginResponse:
    """Read the answer to a login.

    :raises Malformed: it has no user.
    """
    response = LoginResponse.read(data)
    if response.user is None:
        raise Malformed("The login was answered without a user")
    return response


def parse_refreshed_owner(data: Any) -> int | None:
    """Return the asset owner's id of a refresh, whose body has three shapes.

    A user, a user inside of `user`, or something without one (wire 3.3).
    """
    user = data.get("user", data) if isinstance(data, dict) else None
    return safe_int(user.get("assetOwnerId")) if isinstance(user, dict) else None


def parse_asset_id(data: Any) -> int | None:
    """Read the discovery's answer; None where no hub is installed yet.

    :raises Malformed: there is no asset id in it, not even null.
    """
    owner = AssetOwner.read(data)
    if "assetId" not in data:
        raise Malformed("The discovery has no asset id")
    if data["assetId"] is not None and (owner.asset_id is None or owner.asset_id <= 0):
        raise Malformed("The asset id is not the number of a hub")
    return owner.asset_id


def require_asset_id(asset_id: int | None) -> int:
    """Return the id of a hub that is installed.

    :raises NoAsset: it is not.
    """
    if asset_id is None:
        raise NoAsset("No hub is installed yet")
    return asset_id


def parse_asset(data: Any, received: datetime | None = None) -> Asset:
    """Read the asset as it was received at a time (UTC; now if none is given).

    :raises Malformed: the hub's status is missing or blank.
    """
    asset = WireAsset.read(data)
    if asset.status is None or not asset.status.status:
        raise Malformed("The asset has no status of the hub")
    return Asset(
        id=asset.id,
        inverter=asset.inverter or Inverter(),
        battery=asset.battery or Battery(),
        # 0 stands for a fuse that nobody has entered (wire 4.2)
        fuse_size=asset.fuse_size or None,
        is_installed=asset.is_installed,
        status=FlowerHubStatus(
            status=asset.status.status,
            message=asset.status.message,
            updated_at=received or datetime.now(UTC),
        ),
    )


def parse_details(data: Any) -> AssetOwnerDetails:
    """Read an owner's details.

    :raises Malformed: the id is missing or no number.
    """
    return _with_id(AssetOwnerDetails.read(data))


def parse_profile(data: Any) -> AssetOwnerProfile:
    """Read an owner's profile.

    :raises Malformed: the id is missing or no number.
    """
    return _with_id(AssetOwnerProfile.read(data))


def parse_revenue(data: Any) -> Revenue | None:
    """Read the revenue; None for an owner without a settlement.

    :raises Malformed: the id is missing or no number.
    """
    return None if data is None else _with_id(Revenue.read(data))


def parse_agreement(data: Any) -> ElectricityAgreement:
    """Read an agreement; either half may be missing.

    :raises Malformed: it is no object, or nothing in it can be recognized.
    """
    agreement = ElectricityAgreement.read(data)
    halves = (agreement.consumption, agreement.production)
    if any(half is not None and not _says_something(half) for half in halves):
        raise Malformed("The agreement has another shape")
    return agreement


def parse_invoices(data: Any) -> list[Invoice] | None:
    """Read invoices, the latest first; None for an empty answer.

    :raises Malformed: it is no list, or holds nothing like an invoice.
    """
    invoices = _list(data, Invoice, lambda each: each.id and each.total is not None)
    return invoices and sorted(invoices, key=lambda each: each.written, reverse=True)


def parse_consumption(data: Any) -> list[ConsumptionRecord] | None:
    """Read billed volumes; None for an empty answer.

    :raises Malformed: it is no list, or holds nothing like a billed volume.
    """
    return _list(
        data,
        ConsumptionRecord,
        lambda each: each.site_id and (each.valid_from or each.month),
    )


def parse_uptime_months(data: Any) -> list[UptimeMonth] | None:
    """Read the months with figures; None for an empty answer.

    :raises Malformed: it is no list, or holds nothing like a month.
    """
    return _list(data, UptimeMonth, lambda each: each.value[:1].isdigit())


def parse_uptime_history(data: Any) -> list[UptimeHistoryEntry] | None:
    """Read the uptime of all months; None for an empty answer.

    :raises Malformed: it is no list, or holds nothing like a month.
    """
    return _list(data, UptimeHistoryEntry, lambda each: each.month)


def parse_uptime_pie(data: Any, month: date) -> UptimePie | None:
    """Read the slices of a month (its first day); None for an empty answer.

    :raises Malformed: it is no list, or holds nothing like a slice.
    """
    slices = _list(data, UptimeSlice, lambda each: each.name and each.value is not None)
    if slices is None:
        return None
    seconds = {each.name: each.value for each in slices}
    return UptimePie(
        month=month,
        uptime=seconds.get("uptime"),
        downtime=seconds.get("downtime"),
        no_data=seconds.get("noData"),
    )


def parse_notification(data: Any) -> Any:
    """Return a notice as it is, of whatever kind; None if there is none."""
    return data or None


def _with_id[ModelT: (AssetOwnerDetails, AssetOwnerProfile, Revenue)](
    found: ModelT,
) -> ModelT:
    if found.id is None:
        raise Malformed(f"{type(found).__name__}: missing or invalid id")
    return found


def _says_something(half: AgreementState) -> bool:
    return bool(half.state_category or half.site_id is not None)


def _list[ModelT: WireModel](
    data: Any, model: type[ModelT], is_known: Callable[[ModelT], object]
) -> list[ModelT] | None:
    """Read a list; items that can't be recognized are passed over.

    :raises Malformed: it is no list, or none of its items can be recognized.
    """
    if data is None:
        return None
    if not isinstance(data, list):
        raise Malformed(f"{model.__name__}: a list was expected")
    known = [each for each in parts(data, model) if is_known(each)]
    if data and not known:
        raise Malformed(f"{model.__name__}: nothing in the list can be recognized")
    return known
