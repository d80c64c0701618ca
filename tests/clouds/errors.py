"""Errors of the control address."""


class ControlError(ValueError):
    """A control call that makes no sense; its text says why."""
