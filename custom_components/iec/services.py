"""All actions, by what they are about."""

from typing import Final

from .actions.appliances import PUBLIC_ACTIONS
from .actions.bills import BILL_ACTIONS
from .actions.codes import CODE_ACTIONS
from .actions.readings import READING_ACTIONS
from .actions.sharing import SHARING_ACTIONS
from .actions.supply import SUPPLY_ACTIONS

ACTIONS: Final = (
    *BILL_ACTIONS,
    *CODE_ACTIONS,
    *PUBLIC_ACTIONS,
    *READING_ACTIONS,
    *SHARING_ACTIONS,
    *SUPPLY_ACTIONS,
)
