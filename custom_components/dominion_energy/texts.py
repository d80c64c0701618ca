"""The keys of the texts of this integration."""

from typing import Final

from custom_components.cloud_energy.provider_texts import AccountStep
from custom_components.cloud_energy.texts import (
    AnyStepKey,
    ErrorKey,
    IssueKey,
    MessageKey,
    StepKey,
)

SHARED: Final = (AccountStep,)
"""What the shared code shows here besides what it shows everywhere."""


class Message(MessageKey):
    """What exceptions say."""

    RANGE_ENDS_BEFORE_IT_STARTS = "range_ends_before_it_starts"


class Issue(IssueKey):
    """What only the user can put right."""

    ACCOUNT_CLOSED = "account_closed"
    NO_NEW_DATA = "no_new_data"
    COST_DIFFERS = "cost_differs"


class Step(StepKey):
    """Two ways to sign in."""

    SIGN_IN = "sign_in"
    TOKENS = "tokens"


class CostForm(AnyStepKey):
    """The forms of the cost modes, in both flows."""

    COST = "cost"
    FIXED = "fixed"
    TIME_OF_USE = "time_of_use"


class FormError(ErrorKey):
    """What the portal wants to be done first."""

    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_NOT_READY = "account_not_ready"
    CAPTCHA_REQUIRED = "captcha_required"
    PASSWORD_CHANGE_REQUIRED = "password_change_required"
    SECOND_FACTOR_NOT_ENROLLED = "second_factor_not_enrolled"
