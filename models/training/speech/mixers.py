"""What the blocks of mamba-ctc mix positions with: Mamba-2, and controls of as many parameters (within 2 %) for comparisons.

Symbols are those of model.py. A mixer takes and gives [B, T, D], T a multiple of its chunk_length.

Sources: Mamba-2 and its chunked scan: Dao and Gu 2024, "Transformers are SSMs", listing 1. Both ways with shared projections: Zhu et al. 2024, "Vision Mamba".
Rotary positions: Su et al. 2021, "RoFormer". Gated linear layers after attention: Shazeer 2020, "GLU variants improve Transformer".
Mamba without its state: Yu and Wang 2024, "MambaOut".
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPS = 1e-5        # of every RMSNorm
MAX_CHUNK = 64
WINDOW = 250      # positions to which attention looks back: 10 s
TAPS = 31         # of the control with convolutions: 1.24 s in a block


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

    def __init__(self, width: int, heads: int, state: int):
        super().__init__()
        D, E, N, H = width, 2 * width, state, heads
        self.sizes = (E, E + 2 * N, H)
        self.state, self.heads = N, H
        self.in_proj = nn.Linear(D, 2 * E + 2 * N + H, bias=False)
        self.add_direction()
        self.norm = RMSNorm(E)
        self.out_proj = nn.Linear(E, D, bias=False)

    def add_direction(self, suffix: str = "") -> None:
        """What a scan has of its own, under names with this suffix."""
        _, channels, H = self.sizes
        self.add_module("conv1d" + suffix, nn.Conv1d(channels, channels, 4, groups=channels))
        dt = torch.exp(torch.empty(H).uniform_(-6.9, -2.3))                                            # 0.001 to 0.1
        self.register_parameter("dt_bias" + suffix, nn.Parameter(dt + torch.log(-torch.expm1(-dt))))   # inverse of softplus
        self.register_parameter("A_log" + suffix, nn.Parameter(torch.empty(H).uniform_(1, 16).log()))
        self.register_parameter("D" + suffix, nn.Parameter(torch.ones(H)))

    def scan(self, xBC: Tensor, dt: Tensor, suffix: str = "") -> Tensor:
        """xBC [B, T, E + 2N], dt [B, T, H] -> [B, T, E]"""
        batch, length, _ = xBC.shape
        conv1d, dt_bias, A_log, D = (getattr(self, name + suffix) for name in ("conv1d", "dt_bias", "A_log", "D"))
        xBC = F.silu(causal_depthwise(xBC, conv1d.weight) + conv1d.bias.to(xBC.dtype))
        x, B, C = xBC.split((xBC.shape[-1] - 2 * self.state, self.state, self.state), -1)
        x = x.reshape(batch, length, self.heads, -1)
        dt = F.softplus(dt.float() + dt_bias)
        y = ssd_chunked(x, dt, -torch.exp(A_log), B, C) + D[:, None].to(x.dtype) * x
        return y.reshape(batch, length, -1)

    def mix(self, xBC: Tensor, dt: Tensor) -> Tensor:
        return self.scan(xBC, dt)

    def forward(self, u: Tensor) -> Tensor:
        z, xBC, dt = self.in_proj(u).split(self.sizes, -1)
        return normed_product(self.mix(xBC, dt) * F.silu(z), self.norm, self.out_proj)


def normed_product(x: Tensor, norm: RMSNorm, product: nn.Linear) -> Tensor:
    """product(norm(x)), with the norm's scales moved to where the tensors are small."""
    return F.linear(x, product.weight * norm.weight) * inverse_rms(x)


class BidirectionalMixer(Mixer):
    """A second scan reads from the end to the beginning; the projections are shared. Not for streams."""

    def __init__(self, width: int, heads: int, state: int):
        super().__init__(width, heads, state)
        self.add_direction("_b")

    def mix(self, xBC: Tensor, dt: Tensor) -> Tensor:
        return self.scan(xBC, dt) + self.scan(xBC.flip(1), dt.flip(1), "_b").flip(1)


class Convolution(nn.Module):
    """Mamba's mixer with more taps, and a few more channels, in place of the state."""

    def __init__(self, width: int, heads: int, state: int):
        super().__init__()
        inner = 2 * width + 3 * state // 8
        self.in_proj = nn.Linear(width, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, TAPS, groups=inner)
        self.norm = RMSNorm(inner)
        self.out_proj = nn.Linear(inner, width, bias=False)

    def forward(self, u: Tensor) -> Tensor:
        z, x = self.in_proj(u).chunk(2, -1)
        x = F.silu(causal_depthwise(x, self.conv1d.weight) + self.conv1d.bias.to(x.dtype))
        return normed_product(x * F.silu(z), self.norm, self.out_proj)


def rotated(x: Tensor) -> Tensor:
    """Pairs of channels are turned by angles that grow with the position, so that products of two tell how far apart they are; x [B, T, H, P]."""
    half = x.shape[-1] // 2
    angles = torch.arange(x.shape[1], device=x.device)[:, None, None] * 10_000 ** (-torch.arange(half, device=x.device) / half)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def windowed_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Each position attends to itself and the WINDOW before it; [B, T, H, P] each. In chunks of queries, so that time and memory grow as T."""
    batch, length, heads, channels = q.shape
    chunk = chunk_length(length)
    n, before = length // chunk, min(WINDOW, length - chunk)
    q = q.reshape(batch, n, chunk, heads, channels).permute(1, 0, 3, 2, 4).flatten(1, 2)                                              # [n, B H, Q, P]
    k, v = (F.pad(t, (0, 0, 0, 0, before, 0)).unfold(1, before + chunk, chunk).permute(1, 0, 2, 4, 3).flatten(1, 2) for t in (k, v))  # [n, B H, before + Q, P]
    query, key = torch.arange(chunk, device=q.device)[:, None], torch.arange(-before, chunk, device=q.device)                         # places in the chunk
    starts = chunk * torch.arange(n, device=q.device)[:, None, None, None]
    seen = (key <= query) & (key >= query - WINDOW) & (starts + key >= 0)
    y = F.scaled_dot_product_attention(q, k, v, seen)
    return y.unflatten(1, (batch, heads)).permute(1, 0, 3, 2, 4).reshape(batch, length, heads, channels)


class Attention(nn.Module):
    """Multi-head self-attention; a block of it has `GatedLinear` too."""

    def __init__(self, width: int, heads: int, state: int):
        super().__init__()
        self.heads = heads
        self.in_proj = nn.Linear(width, 3 * width, bias=False)
        self.out_proj = nn.Linear(width, width, bias=False)

    def forward(self, u: Tensor) -> Tensor:
        q, k, v = self.in_proj(u).unflatten(-1, (3, self.heads, -1)).unbind(2)
        return self.out_proj(windowed_attention(rotated(q), rotated(k), v).flatten(2))


class GatedLinear(nn.Module):
    """What follows attention: two linear layers, the first one gated (SwiGLU)."""

    def __init__(self, width: int, state: int):
        super().__init__()
        inner = 2 * width // 3 + 3 * state // 4
        self.in_proj = nn.Linear(width, 2 * inner, bias=False)
        self.out_proj = nn.Linear(inner, width, bias=False)

    def forward(self, u: Tensor) -> Tensor:
        z, x = self.in_proj(u).chunk(2, -1)
        return self.out_proj(x * F.silu(z))


MIXERS = {"mamba": Mixer, "attention": Attention, "convolution": Convolution, "bidirectional": BidirectionalMixer}
