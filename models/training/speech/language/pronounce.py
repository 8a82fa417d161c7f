"""Pronunciations of the language model's words, written into its file, and of those and the transcripts' for the training.

From the CMU dictionary as Debian's festlex-cmu has it; words that it lacks as flite says them, by its letter-to-sound rules. Needs `flite` on the PATH.
"""
import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from safetensors.numpy import load_file, save_file

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))

from build import OUT as LANGUAGE
from packages import member
from pack import as_bytes
from prepare import read_manifest

PAUSE = "pau"
NAMELESS = 2        # <s> and <unk> begin the list of words


def dictionary_ways(package: Path) -> dict[str, list[str]]:
    """WORD -> ways without stress, in the order of the file."""
    ways: dict[str, list[str]] = {}
    for line in member(package, "/cmudict-0.4.out").decode("latin-1").splitlines():
        entry = re.match(r'\("([a-z\']+)" \S+ \((.*)\)\)$', line)
        if entry:
            phones = " ".join(re.findall(r"[a-z]+", entry[2]))
            known = ways.setdefault(entry[1].upper(), [])
            if phones and phones not in known:
                known.append(phones)
    return {word: known for word, known in ways.items() if known}


def by_rule(word: str) -> str:
    spoken = subprocess.run(["flite", "-t", word.lower(), "-ps", "-o", "none"], check=True, capture_output=True, text=True).stdout
    return " ".join(phone for phone in spoken.split() if phone != PAUSE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, nargs="+", help="folders with manifest.tsv")
    parser.add_argument("--packages", type=Path, required=True, help="folder with festlex-cmu_*.deb")
    parser.add_argument("--language", type=Path, default=LANGUAGE, help="the language model that they are written into")
    parser.add_argument("--out", type=Path, required=True, help="text file for train.py")
    args = parser.parse_args()

    language = load_file(args.language)
    listed = language["words"].tobytes().decode().upper().split("\n")
    spoken = {word for data in args.speech for row in read_manifest(data) for word in row["text"].split()}
    ways = dictionary_ways(next(args.packages.glob("festlex-cmu_*.deb")))
    unlisted = sorted({*listed[NAMELESS:], *spoken} - {*ways})
    with ThreadPoolExecutor() as threads:
        ways |= {word: [said] for word, said in zip(unlisted, threads.map(by_rule, unlisted)) if said}

    language["pronunciations"] = as_bytes("\n".join("|".join(ways.get(word, [])) for word in listed))
    save_file(language, args.language)
    args.out.write_text("".join(f"{word}\t{'|'.join(ways[word])}\n" for word in sorted({*listed[NAMELESS:], *spoken} & {*ways})))
    phones = {phone for known in ways.values() for way in known for phone in way.split()}
    print(f"{args.language}: {args.language.stat().st_size} bytes; {len(listed) - NAMELESS} words, {len({*listed} & {*unlisted})} by rule; phones {' '.join(sorted(phones))}")


if __name__ == "__main__":
    main()
