"""The providers of a run, one account each."""

from typing import Final

from .dominion_energy import Dominion
from .elecnova import Elecnova
from .emporia import Emporia
from .flowerhub import Flowerhub
from .iec import Iec
from .resident import Resident

RESIDENTS: Final[dict[str, type[Resident]]] = {
    each.domain: each for each in (Iec, Dominion, Flowerhub, Emporia, Elecnova)
}
"""By domain."""
