"""Occupations of two standards as one tree: ISCO-08 groups above ESCO's occupations.

ISCO groups are shipped; an import adds their names in further languages, and what ESCO puts below
them. Where codes are addresses (posts, people), an ISCO group is written as ESCO writes it:
`http://data.europa.eu/esco/isco/C2512`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.platform.work import Reading
from server.vocabularies.catalogue import LANGUAGES, Catalogue
from server.vocabularies.imported import Imported
from server.vocabularies.terms import Match

_ISCO: Final = "http://data.europa.eu/esco/isco/C"


def isco_uri(code: str) -> str:
    """Return the address of an ISCO-08 group: 2512 → http://data.europa.eu/esco/isco/C2512."""
    return _ISCO + code


def isco_code(uri: str) -> str | None:
    """Return the code of an ISCO-08 group by its address; None for any other address."""
    return uri.removeprefix(_ISCO) if uri.startswith(_ISCO) else None


@dataclass(frozen=True, slots=True)
class IscoGroups:
    """The shipped groups, with imported names in languages that are not shipped."""

    shipped: Catalogue
    imported: Imported

    def labels(self, r: Reading, codes: Sequence[str], tags: Sequence[str]) -> Mapping[str, str]:
        """Return the label of each known code in the first of the languages that has one."""
        first = next((place for place, tag in enumerate(tags) if tag in LANGUAGES), len(tags))
        shipped = self.shipped.labels(r, codes, tags)
        if not first:
            return shipped
        return {**shipped, **self.imported.labels_in(r, list(shipped), tags[:first])}

    def parents(self, r: Reading, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the group above each known group."""
        return self.shipped.parents(r, codes)

    def children(self, r: Reading, code: str | None) -> Sequence[str]:
        """Return the groups right below a group, or the ten major groups."""
        return self.shipped.children(r, code)

    def has(self, r: Reading, code: str) -> bool:
        """Tell whether this is a group of ISCO-08."""
        return self.shipped.has(r, code)

    def matches(self, r: Reading, wanted: str, tags: Sequence[str], limit: int) -> Sequence[Match]:
        """Return the best matches among shipped and imported names."""
        shipped = self.shipped.matches(r, wanted, tags, limit)
        further = self.imported.matches(r, wanted, tags, limit)
        return merged([*shipped, *(one for one in further if self.has(r, one.code))], limit)


@dataclass(frozen=True, slots=True)
class Occupations:
    """ESCO's occupations, below ISCO groups that can be chosen too when `with_groups`."""

    groups: IscoGroups
    imported: Imported
    with_groups: bool

    def labels(self, r: Reading, codes: Sequence[str], tags: Sequence[str]) -> Mapping[str, str]:
        """Return the label of each known code in the first of the languages that has one."""
        isco, esco = _parted(codes)
        named = self.groups.labels(r, list(isco.values()), tags)
        said = {uri: named[code] for uri, code in isco.items() if code in named}
        return {**said, **self.imported.labels(r, esco, tags)}

    def parents(self, r: Reading, codes: Sequence[str]) -> Mapping[str, str]:
        """Return the address above each known address."""
        isco, esco = _parted(codes)
        above = self.groups.parents(r, list(isco.values()))
        found = {uri: isco_uri(above[code]) for uri, code in isco.items() if code in above}
        return {**found, **self.imported.parents(r, esco)}

    def children(self, r: Reading, code: str | None) -> Sequence[str]:
        """Return groups and occupations right below an address, or the ten major groups."""
        group = None if code is None else isco_code(code)
        if code is not None and group is None:
            return self.imported.children(r, code)
        groups = [isco_uri(one) for one in self.groups.children(r, group)]
        return [*(groups if self.with_groups else []), *self.imported.children(r, code)]

    def has(self, r: Reading, code: str) -> bool:
        """Tell whether an address may be chosen, or could in an earlier edition."""
        group = isco_code(code)
        if group is not None:
            return self.with_groups and self.groups.has(r, group)
        return self.imported.has(r, code)

    def matches(self, r: Reading, wanted: str, tags: Sequence[str], limit: int) -> Sequence[Match]:
        """Return the best matches among occupations, and groups where they can be chosen."""
        found = list(self.imported.matches(r, wanted, tags, limit))
        if self.with_groups:
            groups = self.groups.matches(r, wanted, tags, limit)
            found += [one._replace(code=isco_uri(one.code)) for one in groups]
        return merged(found, limit)


def merged(found: Sequence[Match], limit: int) -> list[Match]:
    """Return the best match of each code, the best codes first."""
    best: dict[str, Match] = {}
    for one in found:
        best[one.code] = min(one, best.get(one.code, one))
    return sorted(best.values())[:limit]


def _parted(uris: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return ISCO groups as address → code, and all other addresses."""
    isco = {uri: code for uri in uris if (code := isco_code(uri)) is not None}
    return isco, [uri for uri in uris if uri not in isco]
