"""Dates as requests write them; each function is a schema for voluptuous."""

from datetime import date, datetime

import voluptuous as vol


def iso_date(text: object) -> date:
    """A date `YYYY-MM-DD`.

    :raises voluptuous.Invalid: it is none
    """
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise vol.Invalid(f"{text!r} is not a date YYYY-MM-DD") from error


def us_date(text: object) -> date:
    """A date `MM/DD/YYYY`.

    :raises voluptuous.Invalid: it is none
    """
    try:
        return datetime.strptime(str(text), "%m/%d/%Y").date()  # a local date
    except ValueError as error:
        raise vol.Invalid(f"{text!r} is not a date MM/DD/YYYY") from error


def any_date(text: object) -> date:
    """A date in either form.

    :raises voluptuous.Invalid: it is none
    """
    return us_date(text) if "/" in str(text) else iso_date(text)
