"""Files on disk: written whole or not at all, under names that nobody can guess."""

import os
import re
import secrets
from pathlib import Path

_NAME = re.compile(r"[a-z0-9]{2,64}\.(?:jpg|png|webp|gif|bin)")


class FileStore:
    """One folder of files; a file's name decides its subfolder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @staticmethod
    def new_name(extension: str) -> str:
        """Return a random name, unguessable like a password."""
        return f"{secrets.token_hex(16)}.{extension}"

    def path_of(self, name: str) -> Path | None:
        """Return where a file lies, or None for a name that is none of ours."""
        if not _NAME.fullmatch(name):
            return None
        return self._root / name[:2] / name

    def write(self, name: str, content: bytes) -> None:
        """Write a file durably: temporary name, flush, rename, flush of the folder."""
        path = self.path_of(name)
        if path is None:
            raise ValueError(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone already is fine."""
        path = self.path_of(name)
        if path is not None:
            path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
