"""How late letters are told: first and last letter of an utterance against the onset and end of its energy."""
import argparse
from pathlib import Path

import numpy as np
import torch

from dataset import Corpus, plain_batch
from export import load_model
from features import FLOOR
from text import BLANK

RISE_DB = 20            # speech: at least so far above the utterance's quiet tenth, or within 30 dB of its peak
FRAME_S, HOP_S = 0.02, 0.01


def speech_span(mel: torch.Tensor) -> tuple[float, float]:
    """Seconds at which the energy first and last stands out for 50 ms."""
    level = 10 * np.log10((mel.exp() - FLOOR).clamp(min=0).sum(-1).numpy() + 1e-9)
    threshold = max(np.percentile(level, 10) + RISE_DB, level.max() - 30)
    loud = np.convolve(level > threshold, np.ones(5), "valid") == 5
    at = np.flatnonzero(loud)
    return at[0] * HOP_S, (at[-1] + 5) * HOP_S


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--split", default="dev", choices=["train", "dev"])
    parser.add_argument("--set", default="an4")
    args = parser.parse_args()
    torch.set_num_threads(1)

    corpus, model = Corpus(args.work), load_model(args.weights)
    items = [i for i in corpus.select(args.split) if i["set"] == args.set and i["speed"] == 1.0]
    for words in ("one", "several"):
        first, last = [], []
        for item in items:
            if (" " in item["text"]) == (words == "one"):
                continue
            mel, (frames,) = plain_batch(corpus, [item], model.config.delay)
            best = model(mel)[0][0, 2 * model.config.delay :].argmax(-1)[:frames]
            told = torch.nonzero(best != BLANK).flatten()
            if len(told):
                onset, end = speech_span(corpus.mel(item))
                first.append(told[0].item() * FRAME_S - onset)
                last.append(told[-1].item() * FRAME_S - end)
        for name, values in (("first letter - onset", first), ("last letter - end", last)):
            low, middle, high = np.percentile(values, [25, 50, 75])
            print(f"{words} word(s), {len(values)} utterances, {name}: median {middle:+.3f} s, quartiles {low:+.3f} {high:+.3f}")


if __name__ == "__main__":
    main()
