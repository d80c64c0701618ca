"""How the integrations answer the rules of Home Assistant's quality scale."""

from collections.abc import Iterable, Iterator
from itertools import groupby

# Home Assistant's own list of rules by level, as it is kept for the tests, too.
from tests.repository.rules import quality_scale

from .source import Source

LEVELS = {
    "Bronze": quality_scale.BRONZE.split(),
    "Silver": quality_scale.SILVER.split(),
    "Gold": quality_scale.GOLD.split(),
    "Platinum": quality_scale.PLATINUM.split(),
}
_SIGNS = {"done": "✓", "exempt": "–", "todo": "✗"}
_ADDRESS = (
    "https://developers.home-assistant.io/docs/core/integration-quality-scale/rules"
)

type Lines = list[tuple[str, ...]]


def levels(sources: Iterable[Source]) -> tuple[tuple[str, ...], Lines]:
    """Return head and body of a table: how many rules of each level are met."""
    body = [
        (source.name, *(_met(source, names) for names in LEVELS.values()))
        for source in sources
    ]
    return ("Integration", *LEVELS), body


def _met(source: Source, names: list[str]) -> str:
    given = [source.quality[name][0] for name in names]
    exempt = given.count("exempt")
    aside = f" ({exempt} not applicable)" if exempt else ""
    return f"{given.count('done')} of {len(given) - exempt}{aside}"


def rules(sources: Iterable[Source]) -> tuple[tuple[str, ...], Lines, list[str]]:
    """Return head and body of a table with every rule, and why some do not apply."""
    listed = list(sources)
    head = ("Level", "Rule", *(source.name for source in listed))
    body = [
        (
            level if name == names[0] else "",
            f"[{name}]({_ADDRESS}/{name})",
            *(_SIGNS[source.quality[name][0]] for source in listed),
        )
        for level, names in LEVELS.items()
        for name in names
    ]
    return head, body, [line for source in listed for line in _comments(source)]


def _comments(source: Source) -> Iterator[str]:
    """Yield the reasons, each with all rules that it is given for."""
    given = sorted(
        (comment, name) for name, (_, comment) in source.quality.items() if comment
    )
    yield f"**{source.name}**"
    yield ""
    for comment, group in groupby(given, key=lambda each: each[0]):
        yield f"- {', '.join(name for _, name in group)}: {comment}"
    yield ""
