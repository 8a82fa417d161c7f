"""mamba-ctc: a strictly causal Mamba-2 recogniser trained with CTC.

Glossary
  B  utterances in a batch        T  positions (40 ms each)     D  model width
  E  inner width of the mixer     H  heads                      P  E / H, channels of a head
  N  state size                   Q  chunk length of the scan   V  characters, blank included
  R  sum of the look-ahead delays, in positions: output position t + R tells of input position t

Sources: Mamba-2 and its chunked scan: Dao and Gu 2024, "Transformers are SSMs", listing 1. CTC: Graves et al. 2006.
Delayed depthwise convolution as look-ahead: Wang et al. 2016, "Lookahead convolution layer", made causal by delay.
"""
import re
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from features import BANDS
from text import VOCABULARY


EPS = 1e-5        # of every RMSNorm
MAX_CHUNK = 64


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


def inverse_rms(x: Tensor) -> Tensor:
    """1 / sqrt(mean(x^2) + eps) over the last axis, float32, that axis kept."""
    return torch.rsqrt(torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32).square() / x.shape[-1] + EPS)


class RMSNorm(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x * inverse_rms(x) * self.weight


class CausalDepthwise(torch.autograd.Function):
    """y[t] = sum_s weight[:, 0, K - 1 - s] x[t - s]; x [B, T, C], weight [C, 1, K]. In place, so that few passes are made."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        taps = weight[:, 0].flip(-1).to(x.dtype).T.contiguous()       # [K, C], the present first
        y = x * taps[0]
        for s in range(1, len(taps)):
            y[:, s:].addcmul_(x[:, :-s], taps[s])
        return y

    @staticmethod
    def backward(ctx, dy: Tensor) -> tuple[Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        taps = weight[:, 0].flip(-1).to(x.dtype).T.contiguous()
        dx = dy * taps[0]
        dtaps = [(dy * x).sum((0, 1))]
        for s in range(1, len(taps)):
            dx[:, :-s].addcmul_(dy[:, s:], taps[s])
            dtaps.append((dy[:, s:] * x[:, :-s]).sum((0, 1)))
        return dx, torch.stack(dtaps[::-1], -1)[:, None].to(weight.dtype)


causal_depthwise = CausalDepthwise.apply


def ssd_recurrence(x: Tensor, dt: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
    """The definition: h = exp(dt A) h + dt B x^T, y = C h. x [B,T,H,P], dt [B,T,H], A [H], B and C [B,T,N]."""
    h = x.new_zeros(x.shape[0], x.shape[2], x.shape[3], B.shape[-1])
    ys = []
    for t in range(x.shape[1]):
        h = torch.exp(dt[:, t] * A)[..., None, None] * h + torch.einsum("bh,bn,bhp->bhpn", dt[:, t], B[:, t], x[:, t])
        ys.append(torch.einsum("bn,bhpn->bhp", C[:, t], h))
    return torch.stack(ys, 1)


def chunk_length(length: int) -> int:
    """The scan's chunks: as few as cover `length` positions with at most 64 each, all of one size."""
    return length // -(-length // MAX_CHUNK)


def ssd_chunked(x: Tensor, dt: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
    """The same, as matrix products within chunks and a short recurrence between them. x, B and C may be bfloat16."""
    batch, length, heads, channels = x.shape
    chunk = chunk_length(length)
    n = length // chunk
    dt = dt.view(batch, n, chunk, heads).transpose(2, 3)                            # [B, n, H, Q]
    log_decay = torch.cumsum(dt * A[:, None], -1)                                   # from the chunk's start
    x = x.view(batch, n, chunk, heads, channels).transpose(2, 3) * dt[..., None].to(x.dtype)  # [B, n, H, Q, P]
    B = B.reshape(batch, n, chunk, -1)
    C = C.reshape(batch, n, chunk, -1)

    later = torch.ones(chunk, chunk, dtype=torch.bool, device=x.device).triu(1)
    between = (log_decay[..., :, None] - log_decay[..., None, :]).masked_fill(later, -torch.inf).exp().to(x.dtype)
    within = (between * (C @ B.transpose(-1, -2))[:, :, None]) @ x                  # [B, n, H, Q, P]
    if n > 1:
        to_end = (log_decay[..., -1:] - log_decay).exp().to(x.dtype)
        added = (x * to_end[..., None]).transpose(-1, -2) @ B[:, :, None]           # [B, n, H, P, N]
        chunk_decay = log_decay[..., -1].exp()[..., None, None]
        h, starts = torch.zeros_like(added[:, 0], dtype=dt.dtype), []
        for i in range(n):
            starts.append(h.to(x.dtype))
            h = chunk_decay[:, i] * h + added[:, i]
        carried = C[:, :, None] @ torch.stack(starts, 1).transpose(-1, -2)          # [B, n, H, Q, P]
        within = within + carried * log_decay.exp()[..., None].to(x.dtype)
    return within.transpose(2, 3).reshape(batch, length, heads, channels)


class Mixer(nn.Module):
    """Mamba-2 mixer with one group."""

    def __init__(self, config: Config):
        super().__init__()
        D, E, N, H = config.width, config.inner, config.state, config.heads
        self.sizes = (E, E + 2 * N, H)
        self.state, self.heads = N, H
        self.in_proj = nn.Linear(D, 2 * E + 2 * N + H, bias=False)
        self.conv1d = nn.Conv1d(E + 2 * N, E + 2 * N, 4, groups=E + 2 * N)
        dt = torch.exp(torch.empty(H).uniform_(-6.9, -2.3))                          # 0.001 to 0.1
        self.dt_bias = nn.Parameter(dt + torch.log(-torch.expm1(-dt)))               # inverse of softplus
        self.A_log = nn.Parameter(torch.empty(H).uniform_(1, 16).log())
        self.D = nn.Parameter(torch.ones(H))
        self.norm = RMSNorm(E)
        self.out_proj = nn.Linear(E, D, bias=False)

    def forward(self, u: Tensor) -> Tensor:
        batch, length, _ = u.shape
        z, xBC, dt = self.in_proj(u).split(self.sizes, -1)
        xBC = F.silu(causal_depthwise(xBC, self.conv1d.weight) + self.conv1d.bias.to(xBC.dtype))
        x, B, C = xBC.split((xBC.shape[-1] - 2 * self.state, self.state, self.state), -1)
        x = x.reshape(batch, length, self.heads, -1)
        dt = F.softplus(dt.float() + self.dt_bias)
        y = ssd_chunked(x, dt, -torch.exp(self.A_log), B, C) + self.D[:, None].to(x.dtype) * x
        gated = y.reshape(batch, length, -1) * F.silu(z)
        # RMSNorm and out_proj, with the norm's scales moved to where the tensors are small
        return F.linear(gated, self.out_proj.weight * self.norm.weight) * inverse_rms(gated)


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
        self.mixer = Mixer(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.lookahead(x) if hasattr(self, "lookahead") else x
        channels = self.dropout(x.new_ones(len(x), 1, x.shape[-1]))   # whole channels of an utterance are dropped
        return x + self.mixer(self.norm(x)) * channels


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
        for block in self.blocks:                             # the residual sum keeps its scale with depth
            block.mixer.out_proj.weight.data /= (2 * config.blocks) ** 0.5

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
