"""Processor time and memory of a forward pass, state-space blocks beside the controls of equal size: `python controls.py facades` or `nuclei`.

The weights are random; neither depends on them. A pass is one picture on one thread. Networks take turns; times are medians, and in brackets the medians of the
ratios to the state-space blocks. Linux only, by how a process tells its peak in memory.
"""

import argparse
import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))

from mamba_unet.model import FACADES, MIXERS, NUCLEI, MambaUNet

SHAPES = {"facades": FACADES, "nuclei": NUCLEI}


@torch.no_grad()
def seconds(network: MambaUNet, image: torch.Tensor) -> float:
    began = time.process_time()
    network(image)
    return time.process_time() - began


def memory(network: MambaUNet, image: torch.Tensor) -> float:
    """MiB by which a pass, in a process of its own, adds to what the process had before."""
    fork = multiprocessing.get_context("fork")
    answer = fork.SimpleQueue()

    def run() -> None:
        before = peak()
        seconds(network, image)
        answer.put(peak() - before)

    child = fork.Process(target=run)
    child.start()
    child.join()
    return answer.get()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--sides", type=int, nargs="+", default=(512, 1024, 2048), help="of the picture, pixels")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    networks = {mixer: MambaUNet(replace(SHAPES[options.shape], mixer=mixer), folded=True).eval().to(memory_format=torch.channels_last) for mixer in MIXERS}
    images = {side: torch.randn(1, 3, side, side).contiguous(memory_format=torch.channels_last) for side in options.sides}
    most = {(side, mixer): memory(network, image) for side, image in images.items() for mixer, network in networks.items()}  # before any pass here
    for side, image in images.items():
        rounds = [{mixer: seconds(network, image) for mixer, network in networks.items()} for _ in range(options.rounds)]
        for mixer in MIXERS:
            time_ratio = statistics.median(taken[mixer] / taken["mamba"] for taken in rounds)
            memory_ratio = most[side, mixer] / most[side, "mamba"]
            print(f"{side} pixels, {mixer}: {statistics.median(taken[mixer] for taken in rounds):.3f} s ({time_ratio:.2f}), {most[side, mixer]:.0f} MiB ({memory_ratio:.2f})", flush=True)


if __name__ == "__main__":
    main()
