"""What every test needs.

The test plugin's own configuration folder holds a package ``custom_components``,
which Home Assistant would import at its start. Importing ours first keeps it out.
"""

import custom_components  # noqa: F401  # imported for its place in sys.modules
