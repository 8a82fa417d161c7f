"""Processor time and memory of a forward pass, state-space blocks beside the controls of equal size: `python controls.py facades` or `nuclei`.

The weights are random; neither depends on them. A pass is one input on one thread. Networks take turns; times are medians, and in brackets the medians of the
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
def seconds(network: torch.nn.Module, x: torch.Tensor) -> float:
    began = time.process_time()
    network(x)
    return time.process_time() - began


def memory(network: torch.nn.Module, x: torch.Tensor) -> float:
    """MiB by which a pass, in a process of its own, adds to what the process had before."""
    fork = multiprocessing.get_context("fork")
    answer = fork.SimpleQueue()

    def run() -> None:
        before = peak()
        seconds(network, x)
        answer.put(peak() - before)

    child = fork.Process(target=run)
    child.start()
    child.join()
    return answer.get()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def print_costs(networks: dict[str, torch.nn.Module], inputs: dict[str, torch.Tensor], rounds: int) -> None:
    """Of networks by their mixers, the state-space one as `mamba`, on inputs by what they are called."""
    most = {(what, mixer): memory(network, x) for what, x in inputs.items() for mixer, network in networks.items()}  # before any pass here
    for what, x in inputs.items():
        taken = [{mixer: seconds(network, x) for mixer, network in networks.items()} for _ in range(rounds)]
        for mixer in networks:
            time_ratio = statistics.median(times[mixer] / times["mamba"] for times in taken)
            memory_ratio = most[what, mixer] / most[what, "mamba"]
            print(f"{what}, {mixer}: {statistics.median(times[mixer] for times in taken):.3f} s ({time_ratio:.2f}), {most[what, mixer]:.0f} MiB ({memory_ratio:.2f})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--sides", type=int, nargs="+", default=(512, 1024, 2048), help="of the picture, pixels")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    networks = {mixer: MambaUNet(replace(SHAPES[options.shape], mixer=mixer), folded=True).eval().to(memory_format=torch.channels_last) for mixer in MIXERS}
    print_costs(networks, {f"{side} pixels": torch.randn(1, 3, side, side).contiguous(memory_format=torch.channels_last) for side in options.sides}, options.rounds)


if __name__ == "__main__":
    main()
