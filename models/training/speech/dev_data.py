"""Lays out the recipe's dev split, the held-out AN4 speakers included, as a data folder for `mamba-studio eval --split dev`."""
import argparse
import csv
from pathlib import Path

from prepare import read_manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.tsv and <set>/<utt>.opus")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows = [row for row in read_manifest(args.data) if row["split"] == "dev"]
    args.out.mkdir(parents=True, exist_ok=True)
    for name in {row["set"] for row in rows}:
        if not (args.out / name).exists():
            (args.out / name).symlink_to((args.data / name).resolve())
    with open(args.out / "manifest.tsv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{args.out}: {len(rows)} utterances")


if __name__ == "__main__":
    main()
