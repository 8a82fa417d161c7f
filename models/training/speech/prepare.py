"""Reads the manifest, computes log-mel features once (three speeds for training) and stores them as float16."""
import argparse
import csv
import json
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
import torch
from scipy.signal import resample_poly

from features import BANDS, SAMPLE_RATE, log_mel, pad_to_block
from text import normalise

SPEEDS = {"train": [(1, 1), (10, 9), (10, 11)], "dev": [(1, 1)], "test": [(1, 1)],  # (up, down): 1.0, 0.9, 1.1
          "synthetic": [(1, 1)]}                                                    # made at many speeds already
LONGEST_S = 22.0           # longer training utterances are left out
HELD_OUT_EVERY = 20        # every 20th an4 training speaker goes to dev


def read_manifest(data: Path) -> list[dict]:
    """Rows of manifest.tsv with normalised text, the final split and the path; rows that cannot be used are dropped."""
    with open(data / "manifest.tsv", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    an4 = sorted({r["speaker"] for r in rows if r["set"] == "an4" and r["split"] == "train"})
    held_out = set(an4[HELD_OUT_EVERY // 2 :: HELD_OUT_EVERY])
    kept = []
    for row in rows:
        row["text"] = normalise(row["text"])
        row["path"] = next(path for suffix in (".opus", ".wav") if (path := data / row["set"] / (row["utt"] + suffix)).exists())
        if row["speaker"] in held_out:
            row["split"] = "dev"
        if row["text"] and not (row["split"] == "train" and float(row["seconds"]) > LONGEST_S):
            kept.append(row)
    return kept


def speeds(row: dict) -> list[tuple[int, int]]:
    return SPEEDS.get(row["set"]) or SPEEDS[row["split"]]


def utterance_features(job: tuple[Path, list[tuple[int, int]]]) -> list[np.ndarray]:
    torch.set_num_threads(1)
    path, speeds = job
    pcm, rate = soundfile.read(path, dtype="float32")
    assert rate == SAMPLE_RATE, f"{path}: expected {SAMPLE_RATE} Hz, got {rate}"
    versions = [pcm if up == down else resample_poly(pcm, up, down).astype(np.float32) for up, down in speeds]
    return [log_mel(torch.from_numpy(pad_to_block(v))).half().numpy() for v in versions]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="folders with manifest.tsv and <set>/<utt>.opus or .wav")
    parser.add_argument("--work", type=Path, required=True, help="where the features go (about 2 GB)")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)

    rows = [row for data in args.data for row in read_manifest(data)]
    jobs = [(r["path"], speeds(r)) for r in rows]
    index, offset = [], 0
    total, total_square, count = np.zeros(BANDS), np.zeros(BANDS), 0
    with open(args.work / "features.f16", "wb") as out, ProcessPoolExecutor(args.workers) as pool:
        for row, versions in zip(rows, pool.map(utterance_features, jobs, chunksize=16)):
            for (up, down), mel in zip(speeds(row), versions):
                mel.tofile(out)
                index.append({k: row[k] for k in ("set", "split", "utt", "speaker", "text")}
                             | {"speed": round(down / up, 2), "offset": offset, "frames": len(mel)})
                offset += len(mel)
            if row["split"] == "train":
                x = versions[0].astype(np.float64)
                total, total_square, count = total + x.sum(0), total_square + (x * x).sum(0), count + len(x)
    mean = total / count
    std = np.sqrt(total_square / count - mean**2)
    (args.work / "index.json").write_text(json.dumps({"mean": mean.tolist(), "std": std.tolist(), "items": index}))
    print(f"{len(rows)} utterances, {len(index)} items, {offset / 360000:.1f} h of features")


if __name__ == "__main__":
    main()
