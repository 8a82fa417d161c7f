"""Reads a file out of a Debian package, which is an `ar` archive of tar archives."""
import io
import tarfile
from pathlib import Path

MEMBER_HEADER = 60


def member(package: Path, suffix: str) -> bytes:
    """The first file whose path ends in `suffix`."""
    raw = package.read_bytes()
    at = 8
    while at < len(raw):
        name, size = raw[at : at + 16].decode().strip(), int(raw[at + 48 : at + 58])
        if name.startswith("data.tar"):
            with tarfile.open(fileobj=io.BytesIO(raw[at + MEMBER_HEADER : at + MEMBER_HEADER + size])) as archive:
                found = next((m for m in archive if m.isfile() and m.name.endswith(suffix)), None)
                if found:
                    return archive.extractfile(found).read()
        at += MEMBER_HEADER + size + size % 2
    raise FileNotFoundError(f"{package} holds no file {suffix}")
