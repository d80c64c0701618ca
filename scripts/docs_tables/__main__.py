"""Rewrite the pages whose blocks are out of date and name them."""

import sys

from .pages import pages
from .source import ROOT


def main() -> None:
    """Fill all pages."""
    for path, text in pages():
        if text != path.read_text("utf-8"):
            path.write_text(text, "utf-8")
            print(f"filled {path.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
