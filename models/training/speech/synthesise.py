"""Reads sentences of the text collection with flite's voices: more words than the recordings have. Writes WAV files and a manifest like the recordings'.

Needs `flite` (BSD-like licence) on the PATH. Sentences are drawn with a seed; voice, rate and pitch vary from one to the next.
"""
import argparse
import csv
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from features import SAMPLE_RATE
from prepare import read_manifest
from text import normalise

VOICES = ["slt", "rms", "awb", "kal16"]
SHARE = [0.3, 0.3, 0.25, 0.15]
WORDS = (4, 24)                 # of a sentence that is read
SET = "synthetic"
DEMO = "ASK NOT WHAT YOUR COUNTRY"   # the demo recording's passage is no training text


def sentences(texts: Path, excluded: set[str]) -> list[str]:
    """Distinct sentences of a speakable length, without digits, in the order of the files; none that a dev or test utterance has."""
    found: dict[str, None] = {}
    for path in sorted(texts.glob("*.txt")):
        running = re.sub(r"\s+", " ", path.read_text(encoding="utf-8", errors="ignore"))
        for sentence in re.split(r"(?<=[.!?;:])[\"')]* ", running):
            plain = normalise(sentence)
            if plain and WORDS[0] <= len(plain.split()) <= WORDS[1] and plain not in excluded and DEMO not in plain:
                found.setdefault(plain)
    return list(found)


def read_aloud(job: tuple[str, str, float, float, Path]) -> float:
    """One sentence to `path`, unless an earlier run has read it; returns its seconds."""
    text, voice, stretch, pitch, path = job
    if not path.exists():
        spoken = path.with_suffix(".part")
        subprocess.run(["flite", "-voice", voice, "--setf", f"duration_stretch={stretch:.3f}", "-t", text.lower(), "-o", spoken], check=True)
        pcm, rate = soundfile.read(spoken, dtype="float32")
        # played faster or slower than it was made: another pitch and vocal tract
        pcm = resample_poly(pcm, SAMPLE_RATE // 100, round(rate * pitch / 100)).astype(np.float32)
        soundfile.write(spoken, pcm, SAMPLE_RATE, "PCM_16", format="WAV")
        spoken.rename(path)
    return soundfile.info(path).duration


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True, help="folder of .txt files")
    parser.add_argument("--data", type=Path, required=True, help="the recordings, whose dev and test sentences are left out")
    parser.add_argument("--out", type=Path, required=True, help="folder to write: manifest.tsv and synthetic/*.wav")
    parser.add_argument("--count", type=int, default=3200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    (args.out / SET).mkdir(parents=True, exist_ok=True)

    held_out = {row["text"] for row in read_manifest(args.data) if row["split"] != "train"}
    rng = np.random.default_rng(args.seed)
    pool = sentences(args.texts, held_out)
    jobs, rows = [], []
    for number, at in enumerate(rng.permutation(len(pool))[: args.count]):
        voice, stretch, pitch = rng.choice(VOICES, p=SHARE), rng.uniform(0.85, 1.15), rng.uniform(0.88, 1.14)
        utterance = f"{voice}-{number:05d}"
        jobs.append((pool[at], voice, stretch, pitch, args.out / SET / f"{utterance}.wav"))
        rows.append({"set": SET, "split": "train", "utt": utterance, "speaker": voice, "text": pool[at]})
    with ThreadPoolExecutor(args.workers) as threads:
        for row, seconds in zip(rows, threads.map(read_aloud, jobs)):
            row["seconds"] = f"{seconds:.2f}"
    with open(args.out / "manifest.tsv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["set", "split", "utt", "speaker", "seconds", "text"], delimiter="\t", quoting=csv.QUOTE_NONE)
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} of {len(pool)} sentences, {sum(float(r['seconds']) for r in rows) / 3600:.1f} h")


if __name__ == "__main__":
    main()
