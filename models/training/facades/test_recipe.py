"""`python test_recipe.py`: the parts of the recipe that must hold exactly. Seconds, no data."""

import numpy as np
import torch
from PIL import Image

from bias import shifts_for
from compare import mean_iou
from data import OUTSIDE, class_weights, generated, look, random_homography, random_pixel, random_view, sampling_weights, shares
from predict import fitted
from score import confusion, iou
from train import CLASSES, SPARSE, dice, loss_with, lovasz


def test_a_straight_view_is_the_picture():
    sample = generated(1, seed=3)[0]
    h, w = sample.classes.shape
    straight = np.array([[w / 2, 0, w / 2], [0, h / 2, h / 2], [0, 0, 1]])
    assert (look(Image.fromarray(sample.classes), straight, h, Image.Resampling.NEAREST, 0) == sample.classes).all()
    beyond = look(Image.fromarray(sample.classes + 1), np.diag([2, 2, 1]) @ straight, h, Image.Resampling.NEAREST, 0)
    assert (beyond[:, h // 2 :] == 0).all() and (beyond[: h // 2, : h // 2] > 0).all()


def test_views_depend_on_the_seed_alone_and_know_the_outside():
    sample = generated(1, seed=3)[0]
    views = [random_view(sample, 64, np.random.default_rng(seed)) for seed in (1, 1, 2, 3, 4, 5, 6, 7)]
    (image, classes), (again, same) = views[:2]
    assert image.shape == (3, 64, 64) and classes.shape == (32, 32) and (image == again).all() and (classes == same).all()
    seen = np.unique([c for _, c in views])
    assert OUTSIDE in seen and set(seen) <= {*range(CLASSES), OUTSIDE}


def test_rare_classes_count_and_are_drawn_more():
    share = np.array([[0.9, 0.1, 0], [0.9, 0.1, 0], [0.9, 0.1, 0], [0.8, 0.1, 0.1]])
    weights = class_weights(share)
    assert weights[0] < weights[1] < weights[2] and np.isclose((weights * share.mean(0)).sum(), 1)
    drawn = sampling_weights(share)
    assert drawn[3] > drawn[0] == drawn[1] and np.isclose(drawn.sum(), 1)


def test_views_around_a_pixel_show_it():
    sample = generated(1, seed=3)[0]
    for seed in range(20):
        rng = np.random.default_rng(seed)
        y, x = random_pixel(sample, rng)
        view = random_homography(sample.classes.shape, rng, (y, x))
        seen = np.linalg.solve(view, [x, y, 1])
        assert (np.abs(seen[:2] / seen[2]) < 1.01).all(), (seed, seen)


def test_loss_is_least_where_the_answer_is_right_and_blind_outside():
    truth = torch.randint(0, CLASSES, (2, 8, 8), generator=torch.manual_seed(0)).repeat_interleave(4, 1).repeat_interleave(4, 2)
    right = 20 * torch.nn.functional.one_hot(truth[:, ::2, ::2], CLASSES).permute(0, 3, 1, 2).float()
    outside = truth.clone()
    outside[:, :, 16:] = OUTSIDE
    wrong_there = right.clone()
    wrong_there[:, :, :, 10:] = right.roll(1, 1)[:, :, :, 10:]
    for overlap in (dice, lovasz):
        loss = loss_with(torch.ones(CLASSES), overlap)
        assert loss(right, truth) < loss(right.roll(1, 1), truth) / 2
        torch.manual_seed(0)  # of the pixels that lovasz looks at
        there = loss(right, outside)
        torch.manual_seed(0)
        assert torch.isclose(there, loss(wrong_there, outside))


def test_lovasz_of_certain_answers_is_what_lacks_to_the_iou():
    truth, found = torch.randint(0, 4, (2, 50), generator=torch.manual_seed(0)).repeat_interleave(SPARSE, 1)
    p = torch.nn.functional.one_hot(found, CLASSES).T.float()
    lacks = 1 - np.nanmean(iou(confusion(found.numpy(), truth.numpy(), CLASSES)))
    assert np.isclose(lovasz(p, truth, torch.ones_like(truth, dtype=torch.bool)).item(), lacks)


def test_iou_worked_out_by_hand():
    counts = confusion(np.array([[0, 1, 1, 1]]), np.array([[0, 0, 1, 1]]), 3)
    assert np.allclose(iou(counts), [1 / 2, 2 / 3, np.nan], equal_nan=True)


def test_a_photograph_that_is_drawn_twice_counts_twice():
    tables = np.stack([confusion(np.array([found]), np.array([[0, 0, 1, 1]]), 2) for found in ((0, 1, 1, 1), (1, 1, 1, 1))])
    pooled = mean_iou(tables, np.array([[1, 1], [0, 2], [2, 0]]))
    assert np.allclose(pooled, [np.mean([1 / 4, 4 / 7]), np.mean([0, 1 / 2]), np.mean([1 / 2, 2 / 3])])


def test_shifts_find_what_is_found_too_often():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 3000)
    scores = np.eye(3)[truth].T + rng.normal(0, 0.4, (3, 3000)) + np.array([0, 0, 1.0])[:, None]
    shifts = shifts_for(scores.astype(np.float32), truth)
    assert -1.4 < shifts[2] - shifts[:2].mean() < -0.6, shifts


def test_sizes_fit():
    assert fitted(480, 480) == (480, 480) and fitted(8192, 8192) == (480, 480) and fitted(64, 64) == (480, 480)
    assert fitted(3000, 4000) == (480, 640) and fitted(64, 8192) == (32, 2048)


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: holds")
