"""Writes creation.json: what PyTorch makes of random data, for test/ops/creation.test.ts.

A row is JSON: [maker, data, dtype or null, result]. Makers are torch.tensor, torch.asTensor, torch.fromNumpy, torch.Tensor and
torch.LongTensor and its like. Numbers in the data are JavaScript's: Python's floats, but whole ones are ints where the
dtype is said; '5n' is a BigInt, Python's int; '#f64 1: 2' a tensor; '@Float64Array 1 2' a typed array, NumPy's array; lists are lists. The result is dtype, shape and
elements, or '!' where PyTorch refuses.

Run: python test/golden/creation.py (PyTorch 2.13) writes the file; with a seed and a number it prints other rows. Typed
arrays whose type torchlet lacks are not here, nor lists whose first list alone is empty, which PyTorch takes for all, nor
tensors and typed arrays within the data of a said dtype, which PyTorch takes or refuses by way of its own casts.
"""

import json
import random
import sys
import warnings

import numpy
import torch

from common import write

warnings.simplefilter("ignore")

DTYPES = {
    "f32": torch.float32, "f64": torch.float64, "i64": torch.int64, "i32": torch.int32, "u8": torch.uint8,
    "b": torch.bool,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
ARRAYS = {
    "Float32Array": numpy.float32, "Float64Array": numpy.float64, "BigInt64Array": numpy.int64,
    "Int32Array": numpy.int32, "Uint8Array": numpy.uint8,
}
MAKERS = {
    "tensor": torch.tensor, "asTensor": torch.as_tensor, "fromNumpy": torch.from_numpy, "Tensor": torch.Tensor,
    "FloatTensor": torch.FloatTensor, "DoubleTensor": torch.DoubleTensor, "LongTensor": torch.LongTensor,
    "IntTensor": torch.IntTensor, "ByteTensor": torch.ByteTensor, "BoolTensor": torch.BoolTensor,
}


def value(data, said):
    if isinstance(data, list):
        return [value(each, said) for each in data]
    if isinstance(data, bool):
        return data
    if isinstance(data, (int, float)):
        return int(data) if said and data == int(data) else float(data)
    if data[0] == "#":
        head, numbers = data[1:].split(":")
        dtype, shape = head.split(" ")
        made = torch.tensor([float(v) for v in numbers.split()], dtype=torch.float64).to(DTYPES[dtype])
        return made.reshape([int(size) for size in shape.split(",") if size])
    if data[0] == "@":
        name, *numbers = data[1:].split(" ")
        return numpy.array([float(v) for v in numbers]).astype(ARRAYS[name])
    return int(data[:-1])


def said(maker, dtype):
    return dtype is not None or maker[0].isupper()


def run(maker, data, dtype):
    try:
        given = value(data, said(maker, dtype))
        out = MAKERS[maker](given, dtype=DTYPES[dtype]) if dtype else MAKERS[maker](given)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return "!"
    shown = " ".join(repr(v) if isinstance(v, float) else str(int(v)) for v in out.flatten().tolist())
    return f"{NAMES[out.dtype]} {','.join(map(str, out.shape))}: {shown}".rstrip()


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def leaf(self, kinds):
        pick = self.random.choice
        kind = pick(kinds)
        if kind == "number":
            return pick([0, 1, 2.5, -3, 100, 0.1, 1e10])
        if kind == "bool":
            return pick([True, False])
        if kind == "big":
            return pick(["0n", "7n", "-2n", "255n", "9007199254740993n", "4611686018427387904n"])
        dtype = pick(list(DTYPES))
        return f"#{dtype} {pick(['', '', '1', '1,1', '2'])}: {pick([0, 1, 3])}" if pick([0, 1, 1]) else f"#{dtype} : 1"

    def array(self, n):
        return " ".join([f"@{self.random.choice(list(ARRAYS))}", *(str(self.random.randint(0, 9)) for _ in range(n))])

    def lists(self, dims, kinds, arrays):
        if not dims:
            return self.leaf(kinds)
        if len(dims) == 1 and dims[0] and self.random.random() < arrays:
            return self.array(dims[0])
        return [self.lists(dims[1:], kinds, arrays) for _ in range(dims[0])]

    def ragged(self, data):
        """A list somewhere in the data gets longer, shorter, or no list any more."""
        place = data
        while isinstance(place, list) and place and isinstance(place[-1], list) and self.random.random() < 0.7:
            place = place[-1]
        if not isinstance(place, list) or len(place) < 2:
            return
        change = self.random.choice(["longer", "shorter", "leaf", "list"])
        if change == "longer" and place is not data:
            place.append(place[-1])
        elif change == "shorter" and place is not data:
            place.pop()
        elif change == "leaf":
            place[-1] = 1
        else:
            place[-1] = [place[-1]]

    def row(self):
        chance = self.random.random
        maker = self.random.choice(["tensor"] * 6 + ["asTensor"] * 3 + list(MAKERS))
        kinds = self.random.choice([["number"], ["bool"], ["big"], ["number", "bool"], ["big", "bool"],
                                    ["number", "big", "bool"], ["number", "big", "bool", "tensor"], ["tensor"]])
        dtype = self.random.choice(list(DTYPES)) if maker in ("tensor", "asTensor") and chance() < 0.4 else None
        dims = [self.random.choice([1, 2, 2, 3, 0 if chance() < 0.2 else 2]) for _ in range(self.random.randint(0, 3))]
        if said(maker, dtype):
            kinds = [kind for kind in kinds if kind != "tensor"] or ["number"]
            dims = dims or [2]
        if chance() < 0.15 or maker == "fromNumpy":
            data = self.array(self.random.randint(0, 4))
        else:
            data = self.lists(dims, kinds, 0 if said(maker, dtype) else 0.12)
            if chance() < 0.15 and 0 not in dims:
                self.ragged(data)
        return [maker, data, dtype, run(maker, data, dtype)]


def rows(seed, number):
    maker = Maker(seed)
    for _ in range(number):
        yield maker.row()


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].isdigit():
        print(*map(json.dumps, rows(*map(int, sys.argv[1:]))), sep="\n")
    else:
        write(__file__, {"rows": lambda: list(rows(1, 400))})
