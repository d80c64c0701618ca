"""The repair of a bill that differs from what the metered energy costs."""

from collections.abc import Iterator
from typing import Any

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.texts import IssueKey

from .bill_checks import (
    CONF_BILL_LIMIT,
    DEFAULT_BILL_LIMIT,
    BillChecks,
    BillToCheck,
    CheckedBill,
)
from .issues import Problem
from .runtime import CloudRuntime


def bill_problems[RuntimeT: CloudRuntime[Any]](
    entry: ConfigEntry[RuntimeT], key: IssueKey
) -> Iterator[Problem]:
    """Yield the bills that differ by more than the user accepts."""
    limit = entry.options.get(CONF_BILL_LIMIT, DEFAULT_BILL_LIMIT)
    checks = entry.runtime_data.bill_checks
    for about, checked in enumerate(checks.bills.values()):
        percent = checked.check.percent if checked.check else None
        if limit and percent is not None and abs(percent) > limit:
            yield Problem(
                key=key,
                about=about,
                is_fixable=True,
                placeholders=_placeholders(checks, checked),
            )


def _placeholders(checks: BillChecks, checked: CheckedBill) -> dict[str, str]:
    to_check, check = checked.to_check, checked.check
    if check is None or check.charges is None or check.percent is None:
        return {}
    return {
        "billed": _money(to_check, check.bill.amount),
        "calculated": _money(to_check, check.charges.total),
        "percent": f"{check.percent:+.0f}",
        "causes": "\n".join(
            f"- {_cause(checks, checked, cause)}"
            for cause in (*check.causes,) or (_NONE,)
        ),
    }


_NONE = "no_cause"


def _cause(checks: BillChecks, checked: CheckedBill, cause: str) -> str:
    bill, check = checked.to_check.bill, checked.check
    metered = check.metered if check else None
    return checks.texts.get(cause, cause).format(
        billed=f"{bill.energy or 0:.0f}", metered=f"{metered or 0:.0f}"
    )


def _money(to_check: BillToCheck, amount: float) -> str:
    return f"{amount:.2f} {to_check.currency}"
