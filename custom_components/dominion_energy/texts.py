"""The keys of the texts of this integration."""

from typing import Final

from custom_components.cloud_energy.provider_texts import AccountStep
from custom_components.cloud_energy.texts import (
    ActionErrorKey,
    AnyStepKey,
    ErrorKey,
    IssueKey,
    MessageKey,
    OptionErrorKey,
    OptionStepKey,
    StepKey,
)

SHARED: Final = (AccountStep,)
"""What the shared code shows here besides what it shows everywhere."""


class Message(MessageKey):
    """Messages of exceptions."""

    FILE_NOT_ALLOWED = "file_not_allowed"
    RANGE_ENDS_BEFORE_IT_STARTS = "range_ends_before_it_starts"


class FileError(ActionErrorKey):
    """What is wrong with a file of history."""

    FILE_DOES_NOT_MATCH = "file_does_not_match"
    FILE_MISSING = "file_missing"
    FILE_TOO_LARGE = "file_too_large"
    FILE_UNREADABLE = "file_unreadable"


class Issue(IssueKey):
    """What only the user can put right."""

    ACCOUNT_CLOSED = "account_closed"
    NO_NEW_DATA = "no_new_data"
    BILL_DIFFERS = "bill_differs"


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


class OptionStep(OptionStepKey):
    """What came of a file of history."""

    GREEN_BUTTON = "green_button"


class OptionError(OptionErrorKey):
    """Why a file of history can't be imported now."""

    NOT_LOADED = "not_loaded"
    RECORDER_FAILED = "recorder_failed"
