"""Phone error rates on dev of networks that were trained alike, and how far the first one's is below each other's.

`python compare.py --work WORK --pronunciations WORK/pronunciations.txt mamba=RUN/last.pt attention=CONTROL/last.pt`
Intervals are 95 %, bootstrap over utterances; all networks get the same draws, so that differences are paired.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

sys.path.append(str(Path(__file__).resolve().parents[1]))

from dataset import Corpus
from evaluate import phone_error_counts, transcribe
from export import load_model
from mamba_unet.compare import ROUNDS, interval
from pronunciations import Pronunciations


class Joined(Corpus):
    """Utterances of one speaker one after the other, as recordings of at least so many seconds where there are enough."""

    def join(self, items: list[dict], seconds: float) -> list[dict]:
        joined: list[dict] = []
        for item in sorted(items, key=lambda item: (item["set"], item["speaker"], item["utt"])):
            last = joined[-1] if joined else None
            if last and (last["set"], last["speaker"]) == (item["set"], item["speaker"]) and last["frames"] < 100 * seconds:
                last["parts"].append(item)
                last["frames"] += item["frames"]
                last["text"] += " " + item["text"]
            else:
                joined.append(item | {"parts": [item]})
        return joined

    def mel(self, item: dict) -> Tensor:
        return torch.cat([super(Joined, self).mel(part) for part in item["parts"]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pronunciations", type=Path, required=True)
    parser.add_argument("--join", type=float, default=0, metavar="SECONDS", help="read utterances of a speaker together, in recordings of so many seconds")
    parser.add_argument("networks", nargs="+", metavar="NAME=CHECKPOINT")
    args = parser.parse_args()
    torch.set_num_threads(1)

    corpus, pronunciations = Joined(args.work), Pronunciations(args.pronunciations)
    items = corpus.join(corpus.select("dev"), args.join)
    pairs = {name: transcribe(load_model(Path(path)), corpus, items, pronunciations) for name, path in (network.split("=", 1) for network in args.networks)}
    for chosen in sorted({item["set"] for item in items}):
        counts = {name: phone_error_counts([p for p in said if p.set == chosen], pronunciations) for name, said in pairs.items()}
        count = len(next(iter(counts.values()))[0])
        draws = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), ROUNDS)
        weights = np.concatenate([np.ones((1, count), int), draws])       # the utterances as they are, then the draws
        rates = {name: weights @ errors / (weights @ phones) for name, (errors, phones) in counts.items()}
        first = next(iter(rates))
        for name, rate in rates.items():
            below = "" if name == first else f", {first} below by {interval(rate - rates[first])}, a share of {interval(1 - rates[first] / rate)}"
            print(f"{chosen}, {count} recordings, {name}: {interval(rate)}{below}", flush=True)


if __name__ == "__main__":
    main()
