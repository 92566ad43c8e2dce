"""Writes sampling.json: PyTorch's exponential_, geometric_, log_normal_, cauchy_, multinomial, normal, rand*_like and
generator states, for test/ops/random.test.ts.

A program is a seed and draws one after the other. A row of `draws` is the program's place among the `seeds`, the draw and
what it gave: numbers as such (JSON's decimals name a float32 exactly), a state as the SHA-256 of its bytes.
"""

import hashlib

import torch

from common import write

DTYPES = ["float32", "float64"]


def weights(kind, dtype):
    torch_dtype = getattr(torch, dtype)
    return {
        "six": torch.tensor([0.5, 3, 0.25, 0, 1, 2], dtype=torch_dtype),
        "rows": torch.tensor([[1, 2, 3, 4], [0, 0.125, 0, 0], [9, 1, 1, 9]], dtype=torch_dtype),
        "many": (torch.arange(1, 301, dtype=torch_dtype) * 37 % 101),
    }[kind]


def means(kind, dtype):
    torch_dtype = getattr(torch, dtype)
    return {
        "row": torch.tensor([1, -2, 30], dtype=torch_dtype),
        "column": torch.tensor([[0.5], [4]], dtype=torch_dtype),
        "long": torch.arange(20, dtype=torch_dtype),
    }[kind]


def fill(name):
    return lambda dtype, n, *args: getattr(torch.empty(n, dtype=getattr(torch, dtype)), name)(*args)


def argument(x, dtype):
    return means(x, dtype) if isinstance(x, str) else x


OPS = {
    "exponential_": fill("exponential_"),
    "geometric_": fill("geometric_"),
    "logNormal_": fill("log_normal_"),
    "cauchy_": fill("cauchy_"),
    "multinomial": lambda dtype, kind, n, again: torch.multinomial(weights(kind, dtype), n, again),
    "normal": lambda dtype, mean, std: torch.normal(argument(mean, dtype), argument(std, dtype)),
    "normalSize": lambda dtype, mean, std, size: torch.normal(mean, std, size, dtype=getattr(torch, dtype)),
    "rand": lambda dtype, n: torch.rand(n, dtype=getattr(torch, dtype)),
    "randn": lambda dtype, n: torch.randn(n, dtype=getattr(torch, dtype)),
    "randLike": lambda dtype, *size: torch.rand_like(torch.zeros(size, dtype=getattr(torch, dtype))),
    "randnLike": lambda dtype, *size: torch.randn_like(torch.zeros(size, dtype=getattr(torch, dtype))),
    "randintLike": lambda dtype, low, high: torch.randint_like(torch.zeros(7, dtype=getattr(torch, dtype)), low, high),
}


def draw(op, dtype, *args):
    if op == "state":
        return [op, dtype, args, hashlib.sha256(bytes(torch.get_rng_state().tolist())).hexdigest()]
    return [op, dtype, args, OPS[op](dtype, *args).tolist()]


def fills():
    for dtype in DTYPES:
        yield from (("exponential_", dtype, n, *args) for n in (1, 7, 40) for args in ((), (2.5,), (1e-3,)))
        yield from (("logNormal_", dtype, n, *args) for n in (1, 7, 40) for args in ((), (0.5, 0.25)))
        yield from (("cauchy_", dtype, n, *args) for n in (1, 7, 40) for args in ((), (-3, 0.5)))
    for dtype in [*DTYPES, "int64", "int32", "uint8"]:
        yield from (("geometric_", dtype, n, p) for n in (1, 40) for p in (0.05, 0.3, 0.99))


def multinomials():
    for dtype in DTYPES:
        for kind, most in (("six", 5), ("rows", 1), ("many", 290)):
            for n in sorted({1, 2, most}):
                if n <= most:
                    yield ("multinomial", dtype, kind, n, False)
            yield from (("multinomial", dtype, kind, n, True) for n in (1, 2, 50))
        yield ("rand", dtype, 3)


def normals():
    for dtype in DTYPES:
        for mean, std in (("row", 2), (1.5, "column"), ("column", 0), ("long", 0.5)):
            yield ("normal", dtype, mean, std)
        yield ("normal", dtype, "row", "column")
        yield ("normal", dtype, "column", "long")
        yield ("normalSize", dtype, 2, 0.5, [3, 2])
        yield ("normalSize", dtype, -1, 3, [20])
        yield from (("randLike", dtype, 2, 3), ("randnLike", dtype, 3), ("randnLike", dtype, 4, 5))
    for dtype in [*DTYPES, "int64", "uint8"]:
        yield from (("randintLike", dtype, 0, 10), ("randintLike", dtype, 3, 200))


def states():
    return [
        ("state", ""), ("rand", "float32", 1), ("state", ""), ("rand", "float32", 622), ("state", ""),
        ("rand", "float32", 1), ("state", ""), ("rand", "float32", 1), ("state", ""), ("randn", "float32", 3),
        ("state", ""), ("randn", "float32", 1), ("state", ""), ("exponential_", "float64", 3), ("state", ""),
    ]


PROGRAMS = [(seed, make) for seed in (0, 42, 2**31 - 1) for make in (fills, multinomials, normals)]
PROGRAMS += [(seed, states) for seed in (0, 7, 2**40 + 5)]


def draws():
    for i, (seed, make) in enumerate(PROGRAMS):
        torch.manual_seed(seed)
        yield from ([i, *draw(*each)] for each in make())


write(__file__, {"seeds": lambda: [str(seed) for seed, _ in PROGRAMS], "draws": lambda: list(draws())})
