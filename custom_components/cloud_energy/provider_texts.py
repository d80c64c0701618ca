"""The keys of texts that the shared code needs in a provider's own translations."""

from custom_components.cloud_energy.texts import (
    AbortKey,
    ChoiceKey,
    ErrorKey,
    MessageKey,
    ResultKey,
    StepKey,
)


class SignInStep(StepKey):
    """The steps that every provider's flow has."""

    USER = "user"
    REAUTH_CONFIRM = "reauth_confirm"
    RECONFIGURE = "reconfigure"
    DASHBOARD = "dashboard"


class AccountStep(StepKey):
    """The choice between several accounts of one login."""

    ACCOUNT = "account"


class CodeStep(StepKey):
    """The steps of a one-time code."""

    DELIVERY = "delivery"
    CODE = "code"


class CodeFormError(ErrorKey):
    """What is wrong with a code beyond what the cloud says."""

    CODE_MISSING = "code_missing"
    TOO_MANY_CODES = "too_many_codes"
    LOGIN_EXPIRED = "login_expired"


class SignInAbort(AbortKey):
    """Why signing in makes no entry."""

    ALREADY_CONFIGURED = "already_configured"
    NO_ACCOUNTS = "no_accounts"
    WRONG_ACCOUNT = "wrong_account"


class DashboardChoice(ChoiceKey):
    """Whether to add to the Energy dashboard."""

    DASHBOARD_ADD = "dashboard_add"
    DASHBOARD_ADD_WITHOUT_GRID = "dashboard_add_without_grid"
    DASHBOARD_SKIP = "dashboard_skip"


class DashboardResult(ResultKey):
    """What became of the offer of the Energy dashboard."""

    ADDED_TO_DASHBOARD = "added_to_dashboard"
    PICK_STATISTICS = "pick_statistics"


class DownloadMessage(MessageKey):
    """Why a file could not be saved."""

    PATH_NOT_ALLOWED = "path_not_allowed"
    CANNOT_WRITE = "cannot_write"
