"""`python test_recipe.py`: the parts of the recipe that must hold exactly. Seconds, no data."""

import numpy as np
import torch
import torch.nn.functional as F

from data import boundary_map, distance_map, generated
from model import ConvBlock, MambaUNet, fold, ssd, ssd_sequential
from postprocess import Parameters, instances, watershed
from score import average_precision, counts


def test_chunked_scan_is_the_recurrence():
    torch.manual_seed(0)
    for length in (1, 31, 32, 150):
        x, dt = torch.randn(2, length, 3, 8).double(), F.softplus(torch.randn(2, length, 3).double())
        A = -3 * torch.rand(3).double()
        B, C = torch.randn(2, 2, length, 5).double()
        assert (ssd(x, dt, A, B, C) - ssd_sequential(x, dt, A, B, C)).abs().max() < 1e-12


def test_folding_keeps_the_answer():
    torch.manual_seed(0)
    model = MambaUNet().eval()
    for module in model.modules():
        if isinstance(module, ConvBlock):
            module.bn.weight.data.uniform_(0.5, 1.5)
            module.bn.bias.data.normal_()
            module.bn.running_mean.normal_()
            module.bn.running_var.uniform_(0.5, 2)
    image = torch.randn(1, 3, 32, 48)
    with torch.no_grad():
        assert (fold(model)(image) - model(image)).abs().max() < 1e-4


def test_targets_of_touching_squares():
    labels = np.zeros((7, 12), np.int32)
    labels[1:6, 1:6], labels[1:6, 6:11] = 1, 2
    assert boundary_map(labels).sum() == 2 * 16
    distance = distance_map(labels)
    assert distance[3, 3] == distance[3, 8] == 1 and distance[0].max() == 0
    assert np.isclose(distance[1, 1], 1 / 3)


def test_flood_goes_to_the_greatest_first_and_to_the_earliest_among_equals():
    foreground = np.ones((3, 3), bool)
    seeds = np.array([[1, 0, 0], [0, 0, 0], [0, 0, 2]], np.int32)
    ridge = np.array([[9, 1, 1], [5, 6, 1], [1, 1, 9]], np.float32)
    assert watershed(ridge, seeds, foreground).tolist() == [[1, 1, 1], [1, 1, 2], [1, 2, 2]]


def test_perfect_maps_give_the_nuclei_back():
    sample = generated(1, seed=3)[0]
    maps = np.stack([(sample.labels > 0) * 20.0 - 10, sample.distance, boundary_map(sample.labels) * 20.0 - 10]).astype(np.float32)
    ap = average_precision(counts(instances(maps, Parameters()), sample.labels))
    assert ap[0] > 0.9, ap


def test_counts_of_a_known_case():
    truth = np.zeros((4, 8), np.int32)
    truth[:, :4], truth[:2, 5:] = 3, 9
    found = np.zeros_like(truth)
    found[:, :3], found[3, 6] = 1, 2
    assert counts(found, truth)[0].tolist() == [1, 1, 1] and counts(found, truth)[-1].tolist() == [0, 2, 2]


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: holds")
