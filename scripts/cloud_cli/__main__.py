"""Run the command line: `python -m scripts.cloud_cli`."""

import sys

from .light import enter

# Before anything imports the clients
enter()

from .app import main  # noqa: E402  # see above

sys.exit(main())
