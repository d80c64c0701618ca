"""The keys of the texts of this integration."""

from typing import Final

from custom_components.cloud_energy.provider_texts import AccountStep
from custom_components.cloud_energy.texts import (
    AbortKey,
    ErrorKey,
    IssueKey,
    MessageKey,
    OptionStepKey,
    StepKey,
)

SHARED: Final = (AccountStep,)
"""What the shared code shows here besides what it shows everywhere."""


class Message(MessageKey):
    """Messages of exceptions."""

    NAME_THE_ENTRY = "name_the_entry"
    NAME_THE_DEVICE = "name_the_device"
    METHOD_NOT_OFFERED = "method_not_offered"
    NO_CODE_AWAITED = "no_code_awaited"
    NO_INVOICE = "no_invoice"
    BAD_RANGE = "bad_range"
    REPORT_NOT_SENT = "report_not_sent"
    APPLIANCE_NOT_FOUND = "appliance_not_found"
    CANNOT_ESTIMATE = "cannot_estimate"
    NOT_CONFIRMED = "not_confirmed"
    CONNECTION_NOT_FOUND = "connection_not_found"
    CANNOT_SHARE = "cannot_share"


class Issue(IssueKey):
    """What only the user can put right."""

    CONTRACT_ENDED = "contract_ended"
    METERS_GATED = "meters_gated"
    BILL_DIFFERS = "bill_differs"
    NO_NEW_DATA = "no_new_data"
    NO_TIME_OF_USE_PRICES = "no_time_of_use_prices"


class Step(StepKey):
    """The steps besides those of every flow."""

    SIGN_IN = "sign_in"
    CONTRACTS = "contracts"


class FormError(ErrorKey):
    """What is wrong with the ID number or the choice."""

    INVALID_ID = "invalid_id"
    NOT_REGISTERED = "not_registered"
    NO_CODE_METHOD = "no_code_method"
    NO_CONTRACT_CHOSEN = "no_contract_chosen"


class Abort(AbortKey):
    """Why contracts can't be chosen."""

    NOT_LOADED = "not_loaded"


class OptionStep(OptionStepKey):
    """The steps of the options flow."""

    INIT = "init"
    DISCOUNT = "discount"
