"""The keys of the texts of this integration."""

from custom_components.cloud_energy.texts import (
    AnyErrorKey,
    ErrorKey,
    IssueKey,
    MessageKey,
    OptionAbortKey,
    OptionErrorKey,
    OptionStepKey,
    StepKey,
)


class Message(MessageKey):
    """Messages of exceptions."""

    NOT_AN_INVERTER = "not_an_inverter"
    LIVE_IS_OFF = "live_is_off"
    RANGE_ENDS_BEFORE_IT_STARTS = "range_ends_before_it_starts"
    RANGE_TOO_LONG = "range_too_long"


class Issue(IssueKey):
    """What only the user can put right about the cloud."""

    IP_NOT_ALLOWED = "ip_not_allowed"
    CLOCK_SKEW = "clock_skew"


class Step(StepKey):
    """The steps behind the credentials."""

    SETTINGS = "settings"
    NO_CABINETS = "no_cabinets"


class FormError(ErrorKey):
    """What is wrong with the credentials or the address."""

    IP_NOT_ALLOWED = "ip_not_allowed"
    CLOCK_SKEW = "clock_skew"
    EMPTY_ANSWER = "empty_answer"
    INVALID_ADDRESS = "invalid_address"


class BrokerError(AnyErrorKey):
    """What is wrong with the way to the broker, in both flows."""

    INVALID_BROKER_HOST = "invalid_broker_host"


class OptionStep(OptionStepKey):
    """The steps of the options flow."""

    INIT = "init"
    HISTORY = "history"
    LIVE = "live"
    POINTS = "points"
    POINT = "point"


class OptionError(OptionErrorKey):
    """What is wrong with a point's role."""

    WRONG_UNIT = "wrong_unit"
    ROLE_TAKEN = "role_taken"


class OptionAbort(OptionAbortKey):
    """Why there is nothing to assign."""

    NO_POINTS = "no_points"
