"""Rewrite the pages whose blocks are out of date and name them."""

import sys

from .entities import Forgotten
from .pages import pages
from .places import Homeless
from .source import ROOT


def main() -> int:
    """Fill all pages; tell what keeps one from being filled."""
    try:
        for path, text in pages():
            if text != path.read_text("utf-8"):
                path.write_text(text, "utf-8")
                print(f"filled {path.relative_to(ROOT)}", file=sys.stderr)
    except (Forgotten, Homeless) as err:
        print(f"scripts/docs: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
