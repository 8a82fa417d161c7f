"""`python test_model.py`: the parts of the network and its training that must hold exactly. Seconds, no data."""

import sys
from contextlib import redirect_stdout
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1]))

from mamba_unet.model import FACADES, NUCLEI, ConvBlock, MambaUNet, fold, ssd, ssd_sequential, unfold
from mamba_unet.muon import orthogonal
from mamba_unet.trainer import Length, Trainer, muon, train


def test_chunked_scan_is_the_recurrence():
    torch.manual_seed(0)
    for length in (1, 31, 32, 150):
        x, dt = torch.randn(2, length, 3, 8).double(), F.softplus(torch.randn(2, length, 3).double())
        A = -3 * torch.rand(3).double()
        B, C = torch.randn(2, 2, length, 5).double()
        assert (ssd(x, dt, A, B, C) - ssd_sequential(x, dt, A, B, C)).abs().max() < 1e-12


def test_folding_keeps_the_answer():
    torch.manual_seed(0)
    for shape, size in ((NUCLEI, (64, 96)), (FACADES, (16, 24))):
        model = MambaUNet(shape).eval()
        for module in model.modules():
            if isinstance(module, ConvBlock):
                module.bn.weight.data.uniform_(0.5, 1.5)
                module.bn.bias.data.normal_()
                module.bn.running_mean.normal_()
                module.bn.running_var.uniform_(0.5, 2)
        image = torch.randn(1, 3, 64, 96)
        with torch.no_grad():
            answer = model(image)
            assert answer.shape == (1, shape.maps, *size)
            assert (fold(model)(image) - answer).abs().max() < 1e-4


def test_training_goes_on_from_exported_weights():
    torch.manual_seed(0)
    folded = MambaUNet(FACADES, folded=True).eval()
    images = torch.randn(2, 3, 64, 64)
    model = unfold(folded.state_dict(), FACADES, images).eval()
    with torch.no_grad():
        assert (model(images) - folded(images)).abs().max() < 1e-4
        assert (fold(model)(images) - folded(images)).abs().max() < 1e-4


def test_the_controls_are_as_large():
    for shape, mixer in product((NUCLEI, FACADES), ("convolution", "attention")):
        control = MambaUNet(replace(shape, mixer=mixer))
        ours, theirs = (sum(p.numel() for p in model.parameters()) for model in (MambaUNet(shape), control))
        assert abs(theirs / ours - 1) < 0.02, (mixer, ours, theirs)
        assert control.eval()(torch.randn(1, 3, 64, 64)).shape[1] == shape.maps


class Noise(torch.utils.data.Dataset):
    def __len__(self) -> int:
        return 100

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.randn(2, 2, 3, 32, 32, generator=torch.Generator().manual_seed(index)).unbind()


def test_training_by_steps_is_the_same_in_one_go_and_resumed():
    def trainer(out: str) -> Trainer:
        torch.manual_seed(0)
        model = MambaUNet(replace(NUCLEI, widths=(8, 16, 32, 32, 32)))
        return Trainer(Path(out), model, F.mse_loss, muon(model, 1e-3, 0.05), warm_up=2, bfloat16=False)

    def go_on(trainer: Trainer, until: float) -> list[float]:
        return train(trainer, Noise(), lambda model: (0, "none"), Length(minutes=0, steps=6), save_every=1, validate_every=1, until=until)

    with TemporaryDirectory() as out, redirect_stdout(None):
        whole = go_on(trainer(out), 1)
        first = go_on(trainer(out), 0.5)
        resumed = trainer(out)
        resumed.resume(Path(out) / "last.pt")
        assert first + go_on(resumed, 1) == whole and len(first) == 3 and len(whole) == 6


def test_the_update_of_muon_is_nearly_orthogonal():
    torch.manual_seed(0)
    for rows, columns in ((40, 100), (100, 40)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(rows, columns)))
        assert 0.5 < values.min() and values.max() < 1.3, values


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: holds")
