"""The repair of a bill that differs from what the metered energy costs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.prices.bill_check import BillCheck
from custom_components.cloud_energy.texts import IssueKey

from .bill_checks import CONF_BILL_LIMIT, DEFAULT_BILL_LIMIT, BillToCheck
from .issues import RepairIssue
from .runtime import CloudRuntime

_NO_CAUSE: Final = "no_cause"


def bill_issues[RuntimeT: CloudRuntime[Any]](
    entry: ConfigEntry[RuntimeT], key: IssueKey
) -> Iterator[RepairIssue]:
    """Yield the bills that differ by more than the user accepts."""
    limit = entry.options.get(CONF_BILL_LIMIT, DEFAULT_BILL_LIMIT)
    checks = entry.runtime_data.bill_checks
    for about, checked in enumerate(checks.bills.values()):
        check = checked.check
        if limit and check and abs(check.percent or 0) > limit:
            yield RepairIssue(
                key=key,
                about=about,
                is_fixable=True,
                placeholders=_placeholders(checks.texts, checked.to_check, check),
            )


def _placeholders(
    texts: Mapping[str, str], to_check: BillToCheck, check: BillCheck
) -> dict[str, str]:
    bill, currency = check.bill, to_check.currency
    energies = {
        "billed": f"{bill.energy or 0:.0f}",
        "metered": f"{check.metered or 0:.0f}",
    }
    calculated = bill.amount - (check.difference or 0)
    return {
        "billed": f"{bill.amount:.2f} {currency}",
        "calculated": f"{calculated:.2f} {currency}",
        "percent": f"{check.percent or 0:+.0f}",
        "causes": "\n".join(
            f"- {texts.get(cause, cause).format_map(energies)}"
            for cause in (*check.causes,) or (_NO_CAUSE,)
        ),
    }
