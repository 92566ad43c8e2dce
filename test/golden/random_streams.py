"""Writes random.json: what PyTorch's CPU generator gives, for test/core/random.test.ts.

(A script called random.py would hide Python's own module from every script in this folder.)

A program is torch.manual_seed of one of `seeds`, then its draws one after the other. A row of `draws` is [place of the seed,
op, dtype, n, args, bits, sha]. `bits` are elements 0, 37, 74 … as hexadecimal words of the element's width (at most
17 of them), and `sha` begins the SHA-256 of all n elements, little-endian. In float64 normals, where the last bits are the C library's, `sha`
is empty and up to 17 elements are given in full. Integers in `args` are decimal strings.
"""

import hashlib
import math

import torch

from common import HIDDEN, write

SEEDS = [0, 1, 42, 2**31 - 1, 2**32 + 5, 1234567890123]
SIZES = [*range(1, 18), 31, 32, 33, 100, 1000]
DTYPES = ["float32", "float64", "int64", "int32", "uint8", "bool"]


def probabilities(n, dtype):
    return torch.arange(n, dtype=dtype) / n


OPS = {
    "uniform": lambda n, dtype, low, high: torch.empty(n, dtype=dtype).uniform_(low, high),
    "normal": lambda n, dtype, mean, std: torch.empty(n, dtype=dtype).normal_(mean, std),
    "randint": lambda n, dtype, low, high: torch.empty(n, dtype=dtype).random_(int(low), int(high)),
    "all64": lambda n, dtype: torch.empty(n, dtype=dtype).random_(-(2**63), None),
    "randomFull": lambda n, dtype: torch.empty(n, dtype=dtype).random_(),
    "randperm": lambda n, dtype: torch.randperm(n, dtype=dtype),
    "bernoulli": lambda n, dtype, p: torch.empty(n, dtype=dtype).bernoulli_(p),
    "bernoulliTensor": lambda n, dtype: torch.bernoulli(probabilities(n, dtype)),
}


def draw(op, dtype, n, *args):
    values = OPS[op](n, getattr(torch, dtype), *args).numpy()
    near = op == "normal" and dtype == "float64"
    words = values.view(f"<u{values.itemsize}")[:: 1 if near and n <= 17 else 37][:17]
    bits = [f"{word:0{2 * values.itemsize}x}" for word in words.tolist()]
    sha = "" if near else hashlib.sha256(values.tobytes()).hexdigest()[:12]
    return [op, dtype, n, args, " ".join(bits), sha, {HIDDEN: values.tolist()}]


def over_sizes(op, dtype, *args):
    return [(op, dtype, n, *args) for n in SIZES]


def mixed():
    """Draws of every kind in turn: each starts where the one before it left the generator."""
    return [
        ("uniform", "float32", 5, 0, 1),
        ("normal", "float32", 3, 0, 1),
        ("randint", "int64", 7, "0", "10"),
        ("normal", "float32", 20, 0, 1),
        ("randperm", "int64", 10),
        ("normal", "float32", 33, 2, 3),
        ("uniform", "float32", 17, -0.3, 0.7),
        ("uniform", "float32", 200, -0.1, 0.2),
        ("normal", "float32", 1, -1, 0.5),
        ("bernoulli", "float32", 33, 0.3),
        ("normal", "float32", 1, -1, 0.5),
        ("randomFull", "int64", 1),
        ("normal", "float64", 15, 2, 3),
        ("randint", "int64", 3, "-5", "9000000000"),
        ("uniform", "float64", 9, -0.1, 0.2),
        ("normal", "float64", 40, 2, 3),
        ("bernoulliTensor", "float32", 21),
        ("normal", "float32", 2, 0, 1),
        ("bernoulliTensor", "float64", 21),
        ("randperm", "int64", 2),
        ("normal", "float32", 16, 0, 0.02),
        ("uniform", "float32", 64, -1 / math.sqrt(784), 1 / math.sqrt(784)),
    ]


def integers():
    bounds = {
        "float32": [(0, 10), (-3, 4), (0, 2**24)],
        "float64": [(0, 10), (-3, 4), (0, 2**53), (-(2**53), 2**53)],
        "int64": [(0, 1), (0, 10), (-3, 4), (0, 2**28 - 1), (0, 2**28), (0, 2**32), (-(2**63), 2**63 - 1), (5, 2**40)],
        "int32": [(0, 10), (-3, 4), (0, 2**28 - 1), (0, 2**28), (-(2**31), 2**31 - 1)],
        "uint8": [(0, 10), (3, 256)],
        "bool": [(0, 2)],
    }
    draws = [("randint", dtype, 50, str(low), str(high)) for dtype in bounds for low, high in bounds[dtype]]
    draws += [("all64", dtype, 50) for dtype in ("int64", "float32", "float64")]
    return draws + [("randomFull", dtype, 50) for dtype in DTYPES]


def bounds():
    """A width of one ULP, where values round to the upper bound, no width at all, and widths near overflow."""
    return [
        ("uniform", "float32", 50, 1, 1 + 2**-23),
        ("uniform", "float64", 50, 1, 1 + 2**-52),
        ("uniform", "float32", 3, 0.5, 0.5),
        ("uniform", "float64", 3, 0.5, 0.5),
        ("uniform", "float32", 50, -1e38, 2e38),
        ("uniform", "float64", 50, -0.3, 0.7),
        ("uniform", "float64", 500, -1 / 3, 1e6),
        ("uniform", "float64", 5, -1e307, 1e308),
    ]


def programs():
    for seed in SEEDS:
        yield seed, *over_sizes("uniform", "float32", 0, 1)
        yield seed, *over_sizes("normal", "float32", 0, 1)
        yield seed, *mixed()
    for seed in SEEDS[::2]:
        yield seed, *over_sizes("uniform", "float64", 0, 1)
        yield seed, *over_sizes("normal", "float64", 0, 1)
    yield 3, *integers()
    yield 4, *[("randperm", "int64", n) for n in (0, 1, 2, 10, 1000, 40000)]
    yield 5, *[("bernoulli", dtype, 500, p) for dtype in DTYPES for p in (0.0, 1e-3, 0.5, 0.9, 1.0)]
    yield 6, *bounds()
    yield 7, ("uniform", "float32", 20000, -0.1, 0.2), ("normal", "float32", 100003, 0, 1)


PROGRAMS = list(programs())


def draws():
    for i, (seed, *each) in enumerate(PROGRAMS):
        torch.manual_seed(seed)
        yield from ([i, *draw(*one)] for one in each)


write(__file__, {"seeds": lambda: [str(seed) for seed, *_ in PROGRAMS], "draws": lambda: list(draws())}, "random.json")
