"""Writes data.json: the order in which PyTorch's DataLoader, samplers and random_split give samples after a seed.

A case of "loaders" is read for some epochs, the last of which may stop early; "default" and
"own_after" are what the default generator and the loader's own give afterwards, so that a draw too many or too few
shows. "scalers", "minMax" and "labels" are scikit-learn's definitions (population standard deviation; a range of 0 taken
as 1; the sorted unique labels) reckoned by NumPy.
"""

import itertools

import numpy
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    IterableDataset,
    RandomSampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    random_split,
)

from common import write


def after(generator=None):
    """The next integers of a generator."""
    return torch.randint(1000, (3,), generator=generator).tolist()


def own_generator(seed):
    return None if seed is None else torch.Generator().manual_seed(seed)


def loader(n, batch, shuffle, drop_last, own, seed=0, epochs=3, stop=None):
    torch.manual_seed(seed)
    generator = own_generator(own)
    data = DataLoader(
        TensorDataset(torch.arange(n)), batch, shuffle=shuffle, drop_last=drop_last, generator=generator
    )
    order = []
    for epoch in range(epochs):
        last = epoch == epochs - 1
        order.append([x.tolist() for (x,) in itertools.islice(data, stop if last else None)])
    return {
        "n": n, "batch": batch, "shuffle": shuffle, "dropLast": drop_last, "own": own and str(own),
        "seed": seed, "stop": stop,
        "length": len(data), "order": order, "default": after(), "own_after": generator and after(generator),
    }


def sampler(n, replacement, count, own, seed):
    torch.manual_seed(seed)
    generator = own_generator(own)
    source = RandomSampler(range(n), replacement, count, generator)
    batches = [list(BatchSampler(source, 5, drop)) for drop in (False, True)]
    return {
        "n": n, "replacement": replacement, "count": count, "own": own and str(own), "seed": seed,
        "batches": batches, "default": after(), "own_after": generator and after(generator),
    }


def subset_sampler(own):
    torch.manual_seed(3)
    generator = own_generator(own)
    source = SubsetRandomSampler(range(100, 120), generator)
    return {"own": own and str(own), "epochs": [list(source), list(source)], "default": after()}


def weighted_sampler(weights, count, replacement, own):
    torch.manual_seed(17)
    generator = own_generator(own)
    source = WeightedRandomSampler(weights, count, replacement, generator)
    return {
        "weights": weights, "count": count, "replacement": replacement, "own": own and str(own),
        "epochs": [list(source), list(source)], "default": after(), "own_after": generator and after(generator),
    }


class Stream(IterableDataset):
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))


def stream(n, batch, drop_last):
    torch.manual_seed(2)
    data = DataLoader(Stream(n), batch, drop_last=drop_last)
    epochs = [[x.tolist() if batch else x for x in data] for _ in range(2)]
    return {"n": n, "batch": batch, "dropLast": drop_last, "epochs": epochs, "default": after()}


def min_max(values, low, high, clip, later):
    x, new = (numpy.array(v, dtype=numpy.float64) for v in (values, later))
    least, greatest = numpy.nanmin(x, axis=0), numpy.nanmax(x, axis=0)
    width = numpy.where(greatest == least, 1, greatest - least)
    scale = (high - low) / width
    shift = low - least * scale
    z = new * scale + shift
    exact = {
        "x": x, "later": new, "scale": scale, "min": shift, "z": numpy.clip(z, low, high) if clip else z,
        "back": (z - shift) / scale,
    }
    return {
        "range": [low, high], "clip": clip,
        **{key: numpy.where(numpy.isnan(v), None, v).tolist() for key, v in exact.items()},
    }


def split(n, lengths, own, seed=5):
    torch.manual_seed(seed)
    generator = own_generator(own)
    parts = random_split(range(n), lengths, **({"generator": generator} if generator else {}))
    return {
        "n": n, "lengths": lengths, "own": own and str(own), "seed": seed,
        "parts": [p.indices for p in parts], "default": after(),
    }


def scaler(values):
    x = numpy.array(values, dtype=numpy.float64)
    mean, var = numpy.nanmean(x, axis=0), numpy.nanvar(x, axis=0)
    scale = numpy.where(var == 0, 1, numpy.sqrt(var))
    exact = {"x": x, "mean": mean, "var": var, "scale": scale, "z": (x - mean) / scale}
    return {key: numpy.where(numpy.isnan(v), None, v).tolist() for key, v in exact.items()}


def labels(values):
    classes, numbers = numpy.unique(numpy.array(values), return_inverse=True)
    return {"y": values, "classes": classes.tolist(), "numbers": numbers.tolist()}


CASES = {
    "loaders": [
        *(
            loader(11, 4, shuffle, drop, own)
            for shuffle in (True, False) for drop in (True, False) for own in (None, 7)
        ),
        *(loader(n, 3, True, False, own, seed=2**40 + 3) for n in (1, 9, 40) for own in (None, 2**63 - 1)),
        *(
            loader(10, 4, True, drop, own, stop=stop)
            for drop in (True, False) for own in (None, 1) for stop in (0, 1, 2, 3)
        ),
        loader(300, 300, True, False, None, seed=9, epochs=1),
        loader(2, 1, True, False, None, seed=1, epochs=12),
    ],
    "samplers": [
        sampler(n, replacement, count, own, seed=11)
        for n, replacement, count in [
            (6, False, None), (6, False, 15), (6, False, 12), (6, False, 4), (6, True, None), (6, True, 70), (6, True, 64),
        ]
        for own in (None, 4)
    ],
    "subsetSamplers": [subset_sampler(None), subset_sampler(8)],
    "weighted": [
        weighted_sampler(weights, count, replacement, own)
        for weights, count, replacement in [
            ([0.1, 0.9, 0.4, 0.7, 3, 0.6], 5, True), ([0.1, 0.9, 0.4, 0.7, 3, 0.6], 1, True), ([5, 1, 2], 40, True),
            ([0.1, 0.9, 0.4, 0.7, 3, 0.6], 6, False), ([4, 1, 9, 0.5], 1, False),
        ]
        for own in (None, 6)
    ],
    "streams": [
        stream(n, batch, drop) for n, batch in [(7, 3), (6, 3), (2, 5), (0, 2)] for drop in (False, True)
    ] + [stream(3, None, False)],
    "minMax": [
        min_max([[1, 5], [3, 15], [2, 5]], 0, 1, False, [[5, 10], [0, 0]]),
        min_max([[1, 5], [3, 15], [2, 5]], -1, 3, True, [[5, 10], [0, 5]]),
        min_max([[2.5, float("nan")], [2.5, -3], [2.5, 1]], 0, 1, False, [[3.5, 0], [2.5, float("nan")]]),
    ],
    "splits": [
        split(n, lengths, own)
        for n, lengths in [
            (10, [7, 3]), (10, [0.8, 0.2]), (101, [0.7, 0.15, 0.15]), (7, [1 / 3, 1 / 3, 1 / 3]), (11, [0.5, 0.5]),
            (12, [0.1] * 10), (5, [1.0]), (1, [1]), (4, [1, 3, 0]), (13, [0.6, 0.3, 0.1]),
        ]
        for own in (None, 42)
    ],
    "scalers": [
        scaler([[1, 5], [3, 5]]),
        scaler([[2.5]]),
        scaler([[1e6 + 1, -3.25, 0], [1e6 + 2, 7, 0], [1e6 + 4, 0.125, 0], [1e6 - 1, 2, 0]]),
        scaler([[1, float("nan")], [2, 4], [4, 8]]),
    ],
    "labels": [
        labels(["dog", "cat", "dog", "ant"]),
        labels(["b", "B", "a", "", "é", "z", "10", "9"]),
        labels(["\U0001f600", "\ufffd", "a\U0001f600", "a"]),
        labels([10, 9, -1, 10, 2]),
        labels([0.5, -0.25, 2, 0.5]),
    ],
}

write(__file__, {name: lambda cases=cases: cases for name, cases in CASES.items()})
