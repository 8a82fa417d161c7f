"""mamba-ctc: a strictly causal Mamba-2 recogniser trained with CTC.

Glossary
  B  utterances in a batch        T  positions (40 ms each)     D  model width
  E  inner width of the mixer     H  heads                      P  E / H, channels of a head
  N  state size                   Q  chunk length of the scan   V  characters, blank included
  R  sum of the look-ahead delays, in positions: output position t + R tells of input position t

Sources: Mamba-2: Dao and Gu 2024, "Transformers are SSMs". CTC: Graves et al. 2006.
Delayed depthwise convolution as look-ahead: Wang et al. 2016, "Lookahead convolution layer", made causal by delay.
"""
import re
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from features import BANDS
from mixers import MIXERS, GatedLinear, RMSNorm, causal_depthwise
from text import VOCABULARY


@dataclass(frozen=True)
class Config:
    width: int = 192                             # D
    blocks: int = 8
    heads: int = 6                               # H
    state: int = 64                              # N
    lookahead_kernel: int = 9                    # K: delay (K - 1) / 2
    lookahead_blocks: tuple[int, ...] = (0, 3, 6)
    dropout: float = 0.02
    phones: int = 0                              # classes of the second head, blank included; 0: none
    mixer: str = "mamba"                         # of MIXERS; all but this one are for comparisons

    @property
    def inner(self) -> int:                      # E
        return 2 * self.width

    @property
    def delay(self) -> int:                      # R
        return self.delay_after(self.blocks)

    def delay_after(self, blocks: int) -> int:
        return sum(i < blocks for i in self.lookahead_blocks) * (self.lookahead_kernel - 1) // 2

    @staticmethod
    def of(state: dict[str, Tensor]) -> "Config":
        """The sizes of a state dictionary of MambaCTC."""
        heads, width = len(state["blocks.0.mixer.A_log"]), len(state["norm_f.weight"])
        looking = [key for key in state if key.endswith(".lookahead.weight")]
        phones = len(state["phones.bias"]) // 2 if "phones.bias" in state else 0
        return Config(width=width, phones=phones, blocks=len({key.split(".")[1] for key in state if key.startswith("blocks.")}), heads=heads,
                      state=(len(state["blocks.0.mixer.in_proj.weight"]) - 4 * width - heads) // 2,
                      lookahead_kernel=state[looking[0]].shape[-1], lookahead_blocks=tuple(sorted(int(key.split(".")[1]) for key in looking)))


class Lookahead(nn.Module):
    """A learned filter around a pure delay: initialised to pass position t - (K - 1) / 2 through."""

    def __init__(self, width: int, kernel: int):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(width, 1, kernel) * 0.02)
        self.weight.data[:, :, (kernel - 1) // 2] += 1

    def forward(self, x: Tensor) -> Tensor:
        return causal_depthwise(x, self.weight)


class Block(nn.Module):
    def __init__(self, config: Config, index: int):
        super().__init__()
        if index in config.lookahead_blocks:
            self.lookahead = Lookahead(config.width, config.lookahead_kernel)
        self.norm = RMSNorm(config.width)
        self.mixer = MIXERS[config.mixer](config.width, config.heads, config.state)
        if config.mixer == "attention":
            self.linear_norm = RMSNorm(config.width)
            self.linear = GatedLinear(config.width, config.state)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.lookahead(x) if hasattr(self, "lookahead") else x
        channels = self.dropout(x.new_ones(len(x), 1, x.shape[-1]))   # whole channels of an utterance are dropped
        x = x + self.mixer(self.norm(x)) * channels
        return x + self.linear(self.linear_norm(x)) * channels if hasattr(self, "linear") else x


class Features(nn.Module):
    """Normalisation with the training set's statistics."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(BANDS))
        self.register_buffer("std", torch.ones(BANDS))

    def forward(self, mel: Tensor) -> Tensor:
        return (mel - self.mean) / self.std


class Subsampling(nn.Module):
    """[B, 4T, 80] -> [B, T, D]: two stride-2 convolutions over time and frequency, causal in time."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, stride=2)
        self.conv2 = nn.Conv2d(32, 32, 3, stride=2)
        self.out = nn.Linear(32 * BANDS // 4, width)

    def forward(self, mel: Tensor) -> Tensor:
        x = F.relu(self.conv1(F.pad(mel[:, None], (1, 1, 1, 0))))
        x = F.relu(self.conv2(F.pad(x, (1, 1, 1, 0))))      # [B, 32, T, 20]
        return self.out(x.transpose(1, 2).flatten(2))


class MambaCTC(nn.Module):
    """mel [B, 4T, 80], T a multiple of its chunk_length -> log probabilities of letters [B, 2T, V] and, with such a head, of phones; the first 2R frames tell of nothing.

    `halfway`: after them what the same heads say after half of the blocks, for a loss there (Lee and Watanabe 2021, "Intermediate loss regularization for CTC-based speech recognition")."""

    def __init__(self, config: Config = Config()):
        super().__init__()
        self.config = config
        self.features = Features()
        self.subsample = Subsampling(config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(Block(config, i) for i in range(config.blocks))
        self.norm_f = RMSNorm(config.width)
        self.head = nn.Linear(config.width, 2 * VOCABULARY)   # two frames of 20 ms in a position
        if config.phones:
            self.phones = nn.Linear(config.width, 2 * config.phones)
        for name, module in self.blocks.named_modules():      # the residual sum keeps its scale with depth
            if name.endswith("out_proj"):
                module.weight.data /= (2 * config.blocks) ** 0.5

    def forward(self, mel: Tensor, halfway: bool = False) -> list[Tensor]:
        x = self.dropout(self.subsample(self.features(mel)))
        half = []
        for i, block in enumerate(self.blocks, 1):
            x = block(x)
            if halfway and i == len(self.blocks) // 2:
                half = self.read(x)
        return self.read(x) + half

    def read(self, x: Tensor) -> list[Tensor]:
        x = self.norm_f(x)
        heads = [self.head, self.phones] if self.config.phones else [self.head]
        return [F.log_softmax(head(x).float().reshape(len(x), 2 * x.shape[1], -1), -1) for head in heads]


def deepened(model: MambaCTC, blocks: int) -> MambaCTC:
    """The same function with more blocks, spread among those of `model`: new ones add nothing until they have learnt to."""
    old = model.config
    at = [i * blocks // old.blocks for i in range(old.blocks)]          # where the old blocks go
    deep = MambaCTC(replace(old, blocks=blocks, lookahead_blocks=tuple(at[i] for i in old.lookahead_blocks)))
    for block in deep.blocks:
        block.mixer.out_proj.weight.data.zero_()
    moved = {re.sub(r"^blocks\.(\d+)", lambda m: f"blocks.{at[int(m[1])]}", key): value for key, value in model.state_dict().items()}
    deep.load_state_dict(deep.state_dict() | moved)
    return deep
