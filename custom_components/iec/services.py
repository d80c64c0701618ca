"""All actions, by what they are about."""

from typing import Final

from .bill_actions import BILL_ACTIONS
from .code_actions import CODE_ACTIONS
from .public_actions import PUBLIC_ACTIONS
from .reading_actions import READING_ACTIONS
from .sharing_actions import SHARING_ACTIONS
from .supply_actions import SUPPLY_ACTIONS

ACTIONS: Final = (
    *BILL_ACTIONS,
    *CODE_ACTIONS,
    *PUBLIC_ACTIONS,
    *READING_ACTIONS,
    *SHARING_ACTIONS,
    *SUPPLY_ACTIONS,
)
