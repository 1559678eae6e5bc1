"""schema.org in a web page: JSON-LD and microdata as plain nodes. Nothing here knows our records.

A node is a mapping with `@type` and properties without prefix; every property is read tolerantly,
because pages write one value, a list of them, or a node in its place. Source: schema.org,
JSON-LD 1.1 (without contexts from elsewhere: nothing is fetched), HTML microdata §5.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bs4 import BeautifulSoup, Tag

Node = Mapping[str, Any]

_DEPTH: Final = 12
_NODES: Final = 2_000
_PREFIXES: Final = ("https://schema.org/", "http://schema.org/", "schema:", "sdo:")
_ADDRESSES: Final = {"a": "href", "link": "href", "area": "href", "img": "src", "meta": "content"}


def nodes_in(html: BeautifulSoup) -> list[Node]:
    """Return every node of a page, JSON-LD before microdata, in the order of the page."""
    found: list[Node] = []
    for script in html.find_all("script", type="application/ld+json"):
        found += _walked(_parsed(script.get_text()))
    found += [_item(tag, 0) for tag in html.select("[itemscope][itemtype]")]
    return found[:_NODES]


def types_of(node: Node) -> tuple[str, ...]:
    """Return the types of a node without the prefix of schema.org."""
    return tuple(_local(one) for one in listed(node.get("@type")) if isinstance(one, str))


def listed(value: object) -> list[Any]:
    """Return one value or many as a list; nothing is an empty one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def node_in(node: Node, name: str) -> Node:
    """Return the first node under a property, or an empty one."""
    return next((one for one in listed(node.get(name)) if isinstance(one, Mapping)), {})


def text_in(node: Node, name: str) -> str:
    """Return the first text of a property; of a node its name, of a number its digits."""
    for one in listed(node.get(name)):
        text = _text(one)
        if text:
            return text
    return ""


def texts_in(node: Node, name: str) -> list[str]:
    """Return all texts of a property."""
    return [text for text in (_text(one) for one in listed(node.get(name))) if text]


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return next((t for key in ("@value", "name", "@id") if (t := _text(value.get(key)))), "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return _local(str(value).strip())
    return ""


def _local(text: str) -> str:
    """Enumerations of schema.org are addresses; only their last part says something."""
    for prefix in _PREFIXES:
        if text.startswith(prefix):
            return text.removeprefix(prefix)
    return text


def _parsed(text: str) -> object:
    """Return a script's JSON; pages put comments around it and line breaks into strings."""
    cleaned = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        return json.loads(cleaned, strict=False)
    except (ValueError, RecursionError):
        return None


def _walked(value: object, depth: int = 0) -> Iterator[Node]:
    """Give every typed node, outer ones first; what hangs in lists and graphs among them."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for one in value[:_NODES]:
            yield from _walked(one, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            if isinstance(value.get(name), list | dict):
                yield from _walked(value[name], depth + 1)


def _item(tag: Tag, depth: int) -> Node:
    node: dict[str, Any] = {"@type": [_local(one) for one in str(tag["itemtype"]).split()]}
    if tag.get("itemid"):
        node["@id"] = str(tag["itemid"])
    if depth <= _DEPTH:
        for inner, name in _properties(tag):
            value = _item(inner, depth + 1) if inner.has_attr("itemscope") else _content(inner)
            node.setdefault(name, []).append(value)
    return node


def _properties(tag: Tag) -> Iterator[tuple[Tag, str]]:
    """Give the property elements that belong to this item and not to one inside it."""
    for inner in tag.select("[itemprop]"):
        owner = next((one for one in inner.parents if one.has_attr("itemscope")), None)
        if owner is not tag:
            continue
        if inner.has_attr("itemscope") and not inner.has_attr("itemtype"):
            inner["itemtype"] = "Thing"
        for name in str(inner["itemprop"]).split():
            yield inner, _local(name)


def _content(tag: Tag) -> str:
    if tag.has_attr("content"):
        return str(tag["content"]).strip()
    if tag.name == "time" and tag.has_attr("datetime"):
        return str(tag["datetime"]).strip()
    address = _ADDRESSES.get(tag.name or "")
    if address and tag.has_attr(address):
        return str(tag[address]).strip()
    return tag.get_text(" ", strip=True)


def first_of(nodes: Sequence[Node], types: frozenset[str]) -> Node | None:
    """Return the first node of one of these types."""
    return next((node for node in nodes if types & set(types_of(node))), None)
