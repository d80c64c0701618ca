"""What a class shows of itself gets into logs and reports: no number of anything."""

from collections.abc import Iterator
import dataclasses
from importlib import import_module
from pkgutil import walk_packages
import re

import pytest

import custom_components

NUMBERS = re.compile(
    r"(?:.*_)?(?:gid|sn|serial|serials|serial_number|account_number|meter_number"
    r"|contract_number|customer_number|premise_number|bp_number|site_id|asset_id"
    r"|asset_owner_id|account_id|masa_id|client_id|user_id|stem)|id"
)
"""Fields that hold the number of a device, a place or a person."""
HARMLESS = {
    # Kinds and roles, the same for everybody
    "type_gid",
    "ChannelType.gid",
    # Entries of lists that everybody gets: cities, sizes of connections, ways to
    # get a code
    "City.id",
    "ConnectionSizeType.id",
    "Delivery.id",
    "LookupRegion.id",
    "MeterSetup.id",
    "OrderCategory.id",
    "OrderPurpose.id",
    "Region.id",
    "SizeName.id",
    # Of the recorder's table of rows
    "Stored.id",
    "VoltLevel.id",
}


def shown_fields() -> Iterator[tuple[str, str, str]]:
    """Yield module, class and name of all fields that are in a `repr`."""
    for found in walk_packages(custom_components.__path__, "custom_components."):
        module = import_module(found.name)
        for kind in vars(module).values():
            if not isinstance(kind, type) or kind.__module__ != module.__name__:
                continue
            if dataclasses.is_dataclass(kind) and "__repr__" in vars(kind):
                for field in dataclasses.fields(kind):
                    if field.repr:
                        yield module.__name__, kind.__name__, field.name


def test_no_number_is_shown() -> None:
    """Neither of a device, nor of a contract, nor of who owns it."""
    shown = [
        f"{module}: {kind}.{name}"
        for module, kind, name in shown_fields()
        if NUMBERS.fullmatch(name) and not {name, f"{kind}.{name}"} & HARMLESS
    ]
    assert not shown


@pytest.mark.parametrize(
    ("name", "is_found"),
    [("gid", True), ("load_gid", True), ("state_id", False), ("sn", True)],
)
def test_what_counts_as_a_number(name: str, is_found: bool) -> None:
    """A state has an id, too, but it is everybody's."""
    assert bool(NUMBERS.fullmatch(name)) == is_found
