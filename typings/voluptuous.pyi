# Home Assistant puts probatio in place of voluptuous when it starts; what it is
# at run time it shall be for the type checker, whatever else is installed.
from probatio import *
