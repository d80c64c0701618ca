"""The keys of the texts of this integration."""

from custom_components.cloud_energy.texts import (
    ErrorKey,
    IssueKey,
    MessageKey,
    OptionErrorKey,
    OptionStepKey,
    StepKey,
)


class Message(MessageKey):
    """Messages of exceptions."""

    NO_NUMBER = "no_number"
    RATE_OUT_OF_RANGE = "rate_out_of_range"
    DEVICE_NOT_FOUND = "device_not_found"
    CHANNEL_NOT_FOUND = "channel_not_found"
    RATES_NOT_FOUND = "rates_not_found"
    NOTHING_TO_SET = "nothing_to_set"
    RANGE_ENDS_BEFORE_IT_STARTS = "range_ends_before_it_starts"


class Issue(IssueKey):
    """What only the user can put right."""

    RATE_IS_CONTROLLED = "rate_is_controlled"
    PLAN_IS_OVERRULED = "plan_is_overruled"
    COMMAND_WITHOUT_EFFECT = "command_without_effect"


class Step(StepKey):
    """Two ways to sign in."""

    SIGN_IN = "sign_in"
    TOKEN = "token"


class FormError(ErrorKey):
    """What ends signing in besides the common errors."""

    FINISH_IN_APP = "finish_in_app"
    PROVIDER_CHANGED = "provider_changed"


class OptionError(OptionErrorKey):
    """What is wrong with an option."""

    UNKNOWN_ACTION = "unknown_action"


class OptionStep(OptionStepKey):
    """The steps of the options flow."""

    INIT = "init"
    PRICE_ENTRY = "price_entry"
    PRICE_ENTITIES = "price_entities"
    PRICE_ACTION = "price_action"
    PRICE_RATE = "price_rate"
