"""mamba-unet: a U-Net whose two deepest levels hold bidirectional Mamba-2 blocks that scan the feature map as a sequence.

Glossary (Dao & Gu, "Transformers are SSMs", 2024, where a symbol is theirs)
  b      batch                                  L      tokens of a feature map, h*w
  C      channels of a level (block width)      E      inner width of a mixer, 2C
  P      head dimension, 64                     H      heads, E/P
  N      state size, 32 (one group: B and C are shared by the heads)
  z      gate                                   x      what enters the scan, [b, L, H, P]
  B, C   input and output maps of the state, [b, L, N]
  dt     step sizes, softplus(dt + dt_bias), [b, L, H]
  A      decay rates, -exp(A_log), [H]          D      direct term, [H]
  SSD    h_t = exp(dt_t A) h_{t-1} + dt_t B_t x_t^T,   y_t = C_t h_t + D x_t

The image [b, 3, height, width] has sides that are multiples of the deepest level's step, 16 or 32 pixels; the answer is raw.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

HEAD_DIM = 64
STATE = 32
ATTENTION_DIM = 32  # of a head of the control with attention
TAPS = 4
EPS = 1e-5


@dataclass(frozen=True)
class Shape:
    widths: tuple[int, int, int, int, int]  # channels of the levels; each has half the sides of the one before
    blocks: tuple[int, int]  # at the two deepest levels
    maps: int  # channels of the answer
    stem: int = 3  # side of the first kernel; an even one halves the sides
    finest: int = 0  # the level that gives the answer
    mixer: str = "mamba"  # what the blocks are made of, of MIXERS


NUCLEI = Shape(widths=(16, 32, 64, 128, 192), blocks=(2, 4), maps=3)  # foreground logit, distance, boundary logit
FACADES = Shape(widths=(24, 48, 96, 128, 224), blocks=(2, 4), maps=11, stem=4, finest=1)  # a logit for each class, at a quarter of the sides


class RMSNorm(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.float()
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPS) * self.weight


def causal_depthwise_conv(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """x [b, L, channels], weight [channels, 1, taps]: y_t = bias + sum_k weight_k x_{t - taps + 1 + k}, zeros before the start.
    As a convolution of maps of one row, which is faster than one of sequences."""
    length, taps = x.shape[1], weight.shape[-1]
    row = F.conv2d(x.transpose(1, 2)[:, :, None], weight[:, :, None], bias, padding=(0, taps - 1), groups=x.shape[2])
    return row[:, :, 0, :length].transpose(1, 2)


def decay_matrix(log_decay: torch.Tensor) -> torch.Tensor:
    """[..., n] -> [..., n, n]: entry (i, j) is exp(sum of log_decay over j+1..i), 0 above the diagonal."""
    total = log_decay.cumsum(-1)
    size = log_decay.shape[-1]
    later = torch.ones(size, size, dtype=torch.bool, device=log_decay.device).triu(1)
    return (total[..., :, None] - total[..., None, :]).masked_fill(later, -torch.inf).exp()


def ssd_sequential(x, dt, A, B, C):
    """The recurrence as it is written in the glossary, without D: the specification of `ssd`."""
    state = x.new_zeros(x.shape[0], x.shape[2], B.shape[-1], x.shape[3])
    y = []
    for t in range(x.shape[1]):
        write = B[:, t, None, :, None] * (dt[:, t, :, None] * x[:, t])[:, :, None, :]
        state = (dt[:, t] * A).exp()[..., None, None] * state + write
        y.append(torch.einsum("bn,bhnp->bhp", C[:, t], state))
    return torch.stack(y, 1)


def ssd(x, dt, A, B, C, chunk: int = 32):
    """The same in matrix products: quadratic inside a chunk, one state per chunk between them (section 6 of the paper).

    x [b, L, H, P], dt [b, L, H], A [H], B and C [b, L, N] -> [b, L, H, P]. Padding with dt = 0 leaves the state alone.
    """
    batch, length, heads, dim = x.shape
    pad = -length % chunk
    count = (length + pad) // chunk
    x = F.pad(x * dt[..., None], (0, 0, 0, 0, 0, pad)).view(batch, count, chunk, heads, dim).transpose(2, 3)
    log_decay = F.pad(dt * A, (0, 0, 0, pad)).view(batch, count, chunk, heads).transpose(2, 3)  # [b, count, H, chunk]
    B = F.pad(B, (0, 0, 0, pad)).view(batch, count, 1, chunk, -1)
    C = F.pad(C, (0, 0, 0, pad)).view(batch, count, 1, chunk, -1)
    total = log_decay.cumsum(-1)

    inside = (C @ B.transpose(-1, -2)) * decay_matrix(log_decay)  # [b, count, H, chunk, chunk]
    y = inside @ x

    to_end = (total[..., -1:] - total).exp()
    states = B.transpose(-1, -2) @ (to_end[..., None] * x)  # what each chunk adds, [b, count, H, N, P]
    across = decay_matrix(F.pad(total[..., -1].transpose(1, 2), (1, 0)))[..., :-1, 1:]  # [b, H, count, count]
    before = torch.einsum("bhij,bjhnp->bihnp", across, states)  # the state that enters each chunk
    y = y + total.exp()[..., None] * (C @ before)
    return y.transpose(2, 3).reshape(batch, count * chunk, heads, dim)[:, :length]


class BidirectionalMamba2(nn.Module):
    """Mamba-2 mixer that reads the sequence both ways; the projections are shared, as in Vim's bimamba v2."""

    def __init__(self, width: int):
        super().__init__()
        self.inner, self.heads = 2 * width, 2 * width // HEAD_DIM
        channels = self.inner + 2 * STATE
        self.in_proj = nn.Linear(width, self.inner + channels + self.heads, bias=False)
        self.conv1d = nn.Conv1d(channels, channels, TAPS, groups=channels)
        self.conv1d_b = nn.Conv1d(channels, channels, TAPS, groups=channels)
        for suffix in ("", "_b"):
            dt = torch.exp(torch.rand(self.heads) * math.log(100) + math.log(1e-3))  # log-uniform in [0.001, 0.1]
            self.register_parameter(f"dt_bias{suffix}", nn.Parameter(dt + torch.log(-torch.expm1(-dt))))
            self.register_parameter(f"A{suffix}_log", nn.Parameter(torch.empty(self.heads).uniform_(1, 16).log()))
            self.register_parameter(f"D{suffix}", nn.Parameter(torch.ones(self.heads)))
        self.norm = RMSNorm(self.inner)
        self.out_proj = nn.Linear(self.inner, width, bias=False)

    def scan(self, xBC, dt, conv, dt_bias, A_log, D):
        xBC = F.silu(causal_depthwise_conv(xBC, conv.weight, conv.bias))
        x, B, C = xBC.split([self.inner, STATE, STATE], -1)
        x = x.unflatten(-1, (self.heads, HEAD_DIM))
        y = ssd(x, F.softplus(dt + dt_bias), -A_log.exp(), B, C) + D[:, None] * x
        return y.flatten(-2)

    def forward(self, u: torch.Tensor) -> torch.Tensor:
        """[b, L, width] -> [b, L, width]; the scan is float32 whatever autocast says."""
        z, xBC, dt = self.in_proj(u).split([self.inner, self.inner + 2 * STATE, self.heads], -1)
        with torch.autocast(u.device.type, enabled=False):
            z, xBC, dt = (t if t.dtype == torch.float64 else t.float() for t in (z, xBC, dt))
            forward = self.scan(xBC, dt, self.conv1d, self.dt_bias, self.A_log, self.D)
            backward = self.scan(xBC.flip(1), dt.flip(1), self.conv1d_b, self.dt_bias_b, self.A_b_log, self.D_b)
            y = self.norm((forward + backward.flip(1)) * F.silu(z))
        return self.out_proj(y)


class ConvolutionBlock(nn.Module):
    """A control for `Block`, of nearly as many numbers (6 C^2 + 87 C): 9 x 9 pixels instead of all (Liu et al. 2022, ConvNeXt)."""

    def __init__(self, width: int):
        super().__init__()
        self.near = nn.Conv2d(width, width, 9, padding=4, groups=width)
        self.norm = RMSNorm(width)
        self.widen, self.narrow = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.narrow(F.silu(self.widen(self.norm(self.near(x).permute(0, 2, 3, 1))))).permute(0, 3, 1, 2)


class AttentionBlock(nn.Module):
    """A control for `Block`, of nearly as many numbers (6 C^2 + 80 C): every pixel looks at all (Vaswani et al. 2017); a depthwise convolution
    tells where they are (Chu et al. 2021, CPVT)."""

    def __init__(self, width: int):
        super().__init__()
        self.near = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.norm, self.norm_wide = RMSNorm(width), RMSNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, width + ATTENTION_DIM), nn.Linear(width + ATTENTION_DIM, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (x + self.near(x)).permute(0, 2, 3, 1)
        heads = self.qkv(self.norm(x)).flatten(1, 2).unflatten(-1, (-1, ATTENTION_DIM)).transpose(1, 2)  # [b, 3 H, L, P]
        x = x + self.out(F.scaled_dot_product_attention(*heads.chunk(3, 1)).transpose(1, 2).reshape(x.shape))
        return (x + self.narrow(F.silu(self.widen(self.norm_wide(x))))).permute(0, 3, 1, 2)


class Block(nn.Module):
    def __init__(self, width: int, columns: bool):
        super().__init__()
        self.columns = columns
        self.norm = RMSNorm(width)
        self.mixer = BidirectionalMamba2(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x [b, C, h, w]; row-major token order, or column-major where `columns`."""
        tokens = x.permute(0, 3, 2, 1) if self.columns else x.permute(0, 2, 3, 1)
        y = self.mixer(self.norm(tokens.flatten(1, 2))).unflatten(1, tokens.shape[1:3])
        return x + (y.permute(0, 3, 2, 1) if self.columns else y.permute(0, 3, 1, 2))


MIXERS = {  # a block by width and number; all but the first are controls of equal size
    "mamba": lambda width, i: Block(width, columns=i % 2 == 1),
    "convolution": lambda width, _: ConvolutionBlock(width),
    "attention": lambda width, _: AttentionBlock(width),
}


class ConvBlock(nn.Module):
    """SiLU(BatchNorm(Conv)), as it is trained."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, kernel: int = 3):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.silu(self.bn(self.conv(x)))


class FoldedConvBlock(nn.Conv2d):
    """The same with the normalisation folded into weight and bias, as it is exported."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, kernel: int = 3):
        super().__init__(inputs, outputs, kernel, stride, (kernel - 1) // 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.silu(super().forward(x))


class MambaUNet(nn.Module):
    def __init__(self, shape: Shape, folded: bool = False):
        super().__init__()
        conv = FoldedConvBlock if folded else ConvBlock
        c0, c1, c2, c3, c4 = shape.widths
        self.shape = shape
        self.enc0 = nn.Sequential(conv(3, c0, 1 if shape.stem % 2 else 2, shape.stem))
        self.enc1 = nn.Sequential(conv(c0, c1, 2), conv(c1, c1))
        self.enc2 = nn.Sequential(conv(c1, c2, 2), conv(c2, c2))
        self.enc3 = self.level_with_blocks(conv(c2, c3, 2), c3, shape.blocks[0])
        self.enc4 = self.level_with_blocks(conv(c3, c4, 2), c4, shape.blocks[1])
        for level in range(3, shape.finest - 1, -1):
            fine, coarse = shape.widths[level], shape.widths[level + 1]
            self.add_module(f"up{level}", nn.Conv2d(coarse, fine, 1))
            self.add_module(f"dec{level}", nn.Sequential(conv(fine, fine)))
        self.head = nn.Conv2d(shape.widths[shape.finest], shape.maps, 1)

    def level_with_blocks(self, down: nn.Module, width: int, blocks: int) -> nn.Module:
        level = nn.Sequential(down)
        level.add_module("blocks", nn.Sequential(*(MIXERS[self.shape.mixer](width, i) for i in range(blocks))))
        return level

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """[b, 3, height, width] -> [b, maps, height, width], or coarser: as the shape says."""
        maps = [self.enc0(image)]
        for level in range(1, 5):
            maps.append(self.get_submodule(f"enc{level}")(maps[-1]))
        d = maps.pop()
        for level in range(3, self.shape.finest - 1, -1):
            d = self.get_submodule(f"dec{level}")(double(self.get_submodule(f"up{level}")(d)) + maps[level])
        return self.head(d).float()


def double(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def fold(model: MambaUNet) -> MambaUNet:
    """The exported form of a trained model: each BatchNorm becomes part of its convolution."""
    tensors = dict(model.state_dict())
    for name, module in model.named_modules():
        if isinstance(module, ConvBlock):
            scale = module.bn.weight / torch.sqrt(module.bn.running_var + module.bn.eps)
            for key in [k for k in tensors if k.startswith(f"{name}.")]:
                del tensors[key]
            tensors[f"{name}.weight"] = module.conv.weight * scale[:, None, None, None]
            tensors[f"{name}.bias"] = module.bn.bias - module.bn.running_mean * scale
    folded = MambaUNet(model.shape, folded=True)
    folded.load_state_dict({key: value.detach().float() for key, value in tensors.items()})
    return folded.eval()


@torch.no_grad()
def unfold(tensors: dict[str, torch.Tensor], shape: Shape, images: torch.Tensor) -> MambaUNet:
    """The inverse of `fold`: a model to train on from exported weights. `images` [b, 3, height, width] give the means and variances that folding
    took out of each BatchNorm; the answer stays the same whatever they are."""
    model, folded = MambaUNet(shape), MambaUNet(shape, folded=True)
    folded.load_state_dict({key: value.float() for key, value in tensors.items()})
    state = model.state_dict() | {key: value for key, value in folded.state_dict().items() if key in model.state_dict()}

    def measure(name: str, conv: FoldedConvBlock):
        def before(_, inputs):
            norm = conv.weight.flatten(1).norm(dim=1).clamp_min(1e-6)
            kernel = conv.weight / norm[:, None, None, None]
            variance, mean = torch.var_mean(F.conv2d(*inputs, kernel, None, conv.stride, conv.padding), (0, 2, 3))
            state[f"{name}.conv.weight"], state[f"{name}.bn.running_mean"], state[f"{name}.bn.running_var"] = kernel, mean, variance
            state[f"{name}.bn.weight"] = norm * torch.sqrt(variance + EPS)
            state[f"{name}.bn.bias"] = conv.bias + norm * mean

        return before

    for name, module in folded.named_modules():
        if isinstance(module, FoldedConvBlock):
            module.register_forward_pre_hook(measure(name, module))
    folded(images)
    model.load_state_dict(state)
    return model
