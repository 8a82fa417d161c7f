"""What the application reads of a trained network: folded weights in float16, and a golden answer to test the application's network against."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from .model import MambaUNet, Shape, fold


def load_checkpoint(shape: Shape, path: Path) -> MambaUNet:
    """The averaged weights of a training checkpoint."""
    model = MambaUNet(shape)
    model.load_state_dict(torch.load(path, weights_only=True)["average"])
    return model.eval()


def load_exported(shape: Shape, path: Path) -> MambaUNet:
    """The network as the application computes it: float16 weights, float32 arithmetic."""
    model = MambaUNet(shape, folded=True)
    model.load_state_dict({key: value.float() for key, value in load_file(path).items()})
    return model.eval()


def export(shape: Shape, checkpoint: Path, model: Path, golden: Path, image: torch.Tensor) -> None:
    """The weights of a checkpoint as the application reads them, and the golden answer to an image [1, 3, h, w]."""
    torch.set_num_threads(1)
    tensors = fold(load_checkpoint(shape, checkpoint)).state_dict()
    save_file({key: value.half().contiguous() for key, value in tensors.items()}, model)
    print(f"{model}: {sum(t.numel() for t in tensors.values()):,} numbers")
    write_golden(shape, model, golden, image)


def write_golden(shape: Shape, model: Path, golden: Path, image: torch.Tensor) -> None:
    """What an exported model answers to an image [1, 3, h, w]."""
    with torch.no_grad():
        maps = load_exported(shape, model)(image)
    save_file({"image": image, "maps": maps.contiguous()}, golden)
    print(f"{golden}: maps {list(maps.shape)}")
