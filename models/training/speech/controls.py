"""Processor time and memory of a forward pass over a recording, Mamba-2 beside the controls of equal size, as `../mamba_unet/controls.py` measures them."""
import argparse
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from dataset import collate
from features import BANDS
from mamba_unet.controls import print_costs
from mixers import MIXERS
from model import Config, MambaCTC


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, nargs="+", default=(10, 60, 600), help="of the recording")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    networks = {mixer: MambaCTC(Config(mixer=mixer)).eval() for mixer in MIXERS}
    print_costs(networks, {f"{seconds} s": collate([torch.randn(100 * seconds, BANDS)]) for seconds in options.seconds}, options.rounds)


if __name__ == "__main__":
    main()
