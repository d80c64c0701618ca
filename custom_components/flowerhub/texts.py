"""The keys of the texts of this integration."""

from custom_components.cloud_energy.texts import (
    ErrorKey,
    IssueKey,
    MessageKey,
    OptionStepKey,
)


class Message(MessageKey):
    """Messages of exceptions."""

    PERIOD_NOT_AVAILABLE = "period_not_available"


class Issue(IssueKey):
    """What the user should know to put right."""

    SERVER_UPDATE_FAILURES = "server_update_failures"
    BILL_DIFFERS = "bill_differs"


class FormError(ErrorKey):
    """Why a login has nothing to show."""

    NO_ASSET_OWNER = "no_asset_owner"
    NO_ASSET = "no_asset"


class OptionStep(OptionStepKey):
    """The steps of the options flow."""

    INIT = "init"
