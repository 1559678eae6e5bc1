"""One person's data as one archive (GDPR art. 15 and 20).

Every feature answers with sections; a section named `*.json` keeps its name, the others are put
together in `data.json`. A readable index says what is in it, and pictures lie beside.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from server.media.store import FileStore
from server.people.queries import person_of
from server.people.rules import HOUSE
from server.platform.errors import NotFound
from server.platform.feature import Feature
from server.platform.instance import Instance
from server.platform.work import Reading


def sections(r: Reading, features: Sequence[Feature], person_id: int) -> dict[str, Any]:
    """Return everything the features hold about one of our people, by section.

    Raises NotFound for somebody who is not of this instance.
    """
    if not person_of(r, HOUSE, person_id).is_local:
        raise NotFound
    found: dict[str, Any] = {}
    for feature in features:
        if feature.personal_data != "nothing":
            found.update(feature.personal_data.export(r, person_id))
    return found


async def write_archive(instance: Instance, person_id: int, path: Path) -> Mapping[str, int]:
    """Write the archive; return its sections and how many entries each has."""
    found = await instance.read(sections, instance.features, person_id)
    counts = {
        name: len(part) if isinstance(part, list | dict) else 1 for name, part in found.items()
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        rest: dict[str, Any] = {}
        for name, part in found.items():
            if name.endswith(".json"):
                archive.writestr(name, _json(part))
            else:
                rest[name] = part
        archive.writestr("data.json", _json(rest))
        archive.writestr("README.txt", _index(instance, counts))
        for picture in found.get("media", []):
            file = instance.part(FileStore).path_of(picture["file"])
            if file is not None and file.exists():
                archive.write(file, f"media/{picture['file']}")
    return counts


def _json(part: object) -> bytes:
    return orjson.dumps(part, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)


def _index(instance: Instance, counts: Mapping[str, int]) -> str:
    lines = [
        f"Your data at {instance.site.name} ({instance.site.base_url})",
        f"Written {instance.clock.now().isoformat(timespec='seconds')}",
        "",
        "actor.json and outbox.json are ActivityStreams 2.0 documents; data.json has the rest.",
        "Pictures are in the folder media.",
        "",
        *(f"{name}: {count}" for name, count in sorted(counts.items())),
        "",
    ]
    return "\n".join(lines)
