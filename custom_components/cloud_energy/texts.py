"""The keys of texts: a test compares them with every language, both ways.

Home Assistant shows a key itself where its text is missing. So each key is a member of
one of these kinds, and code that needs a text takes nothing else.
"""

from enum import StrEnum


class MessageKey(StrEnum):
    """What an exception says: `exceptions`."""


class IssueKey(StrEnum):
    """A repair issue: `issues`."""


class StepKey(StrEnum):
    """A step of the config flow: `config.step`."""


class ErrorKey(StrEnum):
    """What a form of the config flow says is wrong: `config.error`."""


class AbortKey(StrEnum):
    """Why the config flow ends without an entry: `config.abort`."""


class RepairAbortKey(StrEnum):
    """Why the flow of a repair ends without a fix: `issues.*.fix_flow.abort`."""


class ResultKey(StrEnum):
    """What the config flow says at its end: `config.create_entry`."""


class OptionStepKey(StrEnum):
    """A step of the options flow: `options.step`."""


class OptionErrorKey(StrEnum):
    """What a form of the options flow says is wrong: `options.error`."""


class OptionAbortKey(StrEnum):
    """Why the options flow ends without a change: `options.abort`."""


class ChoiceKey(StrEnum):
    """A choice of a menu that shows nothing else: its text is the menu's."""


class AnyStepKey(StepKey):
    """A step of both flows."""


class AnyErrorKey(ErrorKey):
    """What a form of either flow says is wrong."""


class AnyAbortKey(AbortKey):
    """Why either flow ends without anything."""


class ActionErrorKey(MessageKey):
    """What an action or a form of the options says: `exceptions`, `options.error`."""


class CloudErrorKey(ErrorKey):
    """An error of a cloud: in `exceptions` here, in `config.error` of each provider."""


class CloudErrorText(CloudErrorKey):
    """What any cloud may answer."""

    TIMED_OUT = "timed_out"
    CANNOT_CONNECT = "cannot_connect"
    BUDGET_SPENT = "budget_spent"
    RATE_LIMITED = "rate_limited"
    MAINTENANCE = "maintenance"
    MALFORMED = "malformed"
    PROVIDER_ERROR = "provider_error"
    INVALID_AUTH = "invalid_auth"
    NOT_PERMITTED = "not_permitted"


class CodeErrorText(CloudErrorKey):
    """What a cloud with one-time codes may answer besides."""

    ACCOUNT_LOCKED = "account_locked"
    CODE_REQUIRED = "code_required"
    SESSION_EXPIRED = "session_expired"
    INVALID_CODE = "invalid_code"
    CODE_EXPIRED = "code_expired"


class Message(MessageKey):
    """What Cloud Energy itself says."""

    NOT_A_LOADED_ENTRY = "not_a_loaded_entry"
    PARTLY_FAILED = "partly_failed"
    REFRESH_FAILED = "refresh_failed"
    RECORDER_FAILED = "recorder_failed"
    RECORDER_UNREADABLE = "recorder_unreadable"
    FILE_EXISTS = "file_exists"
    UNKNOWN_ENDPOINT = "unknown_endpoint"
    ALREADY_CONFIGURED = "already_configured"
    NOT_CONVERTIBLE = "not_convertible"
    NO_BILLING_PERIOD = "no_billing_period"
    NO_PRICES = "no_prices"
    WRONG_RANGE_OF_PRICES = "wrong_range_of_prices"
    NOT_OUR_STATISTIC = "not_our_statistic"
    NOT_AN_ENERGY = "not_an_energy"
    IMPORT_UNDER_WAY = "import_under_way"


class CopyIssue(IssueKey):
    """What may be wrong with a copy that is in its place."""

    OUTDATED = "outdated"
    IN_USE = "in_use"
    RESTART = "restart"


class DashboardIssue(IssueKey):
    """What is wrong on the Energy dashboard."""

    SAME_GRID = "same_grid"


class InstallerStep(StepKey):
    """The step that asks for the providers to install."""

    USER = "user"


class InstallerError(ErrorKey):
    """What is wrong with the choice."""

    NOTHING_CHOSEN = "nothing_chosen"


class InstallerOptionStep(OptionStepKey):
    """The step that changes the installed providers."""

    INIT = "init"


class InstallerOptionError(OptionErrorKey):
    """What is wrong with another choice."""

    IN_USE = "in_use"


class Obstacle(AnyAbortKey):
    """Why there is nothing to choose."""

    INSTALLED_BY_HAND = "installed_by_hand"
    REMOVED = "removed"
    RESTART_FIRST = "restart_first"


class RepairAbort(RepairAbortKey):
    """Why the flow of a repair ends without a fix."""

    OPTIONS_OPENED = "options_opened"
