"""`python test_recipe.py`: the parts of the recipe that must hold exactly. Seconds, no data."""

import numpy as np

from data import boundary_map, distance_map, generated
from postprocess import Parameters, basins, instances
from score import average_precision, counts


def test_targets_of_touching_squares():
    labels = np.zeros((7, 12), np.int32)
    labels[1:6, 1:6], labels[1:6, 6:11] = 1, 2
    assert boundary_map(labels).sum() == 2 * 16
    distance = distance_map(labels)
    assert distance[3, 3] == distance[3, 8] == 1 and distance[0].max() == 0
    assert np.isclose(distance[1, 1], 1 / 3)


def test_hills_meet_in_the_valley_and_join_where_it_is_shallow():
    ridge = np.array([[9, 6, 5, 4, 3, 2, 8, 7]])
    everywhere = np.ones_like(ridge, bool)
    assert basins(ridge, everywhere, 1, 6).tolist() == [[11, 11, 11, 11, 11, 17, 17, 17]]  # places in a raster with a rim of one pixel
    assert basins(ridge, everywhere, 1, 7).tolist() == [[11] * 8] == basins(ridge, everywhere, 8, 6).tolist()
    assert basins(ridge, ridge != 2, 8, 6).tolist() == [[11] * 5 + [-1] * 3]


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
