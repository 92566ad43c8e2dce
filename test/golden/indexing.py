"""Writes indexing.json: what PyTorch gives for random index expressions, for test/ops/indexing.test.ts.

A row is JSON: [program, arguments …, what came of it]. The programs:

    at      [base, indices]                 reads
    setAt_  [base, view, indices, value]    writes through a view of the base, `[]` for the base itself
    others  [base, arguments]               a method of the base that picks, writes or cuts

A base is 'f32 2,3 t': dtype, shape, layout. Its elements count from 0 (bool: every third is true). Layouts: c row-major,
t with reversed strides, s every second element of a row twice as long, o with an offset, e expanded along the first
dimension. Floating-point bases are `leaf.mul(1)`, laid out, of a leaf that requires grad. An argument is itself, a range
[start, stop, step], '12n' for a BigInt, or a tensor: '#i64 2: 0 1'; one that begins with '+' requires grad. A list in
place of a value to write is the base at these indices.

What came of it, joined by ' | ': '!' for a refusal, otherwise of each result dtype and shape, the strides if it is a
view of the base, or else 'copy' ('-' without elements), the name of its node ('+' of the base itself, whose name tells
how PyTorch takes views anew), elements; then the gradients of the leaf and of a value when the elements are weighed by
-2 … 2 in turn, '?' where PyTorch fails to compute them. Everything is a whole number, so everything is compared exactly.

Run: python test/golden/indexing.py (PyTorch 2.13) writes the file; with a seed and a number it prints other rows. Floats
of whole numbers as indices, which torchlet takes, are not here, for PyTorch refuses them.
"""

import json
import random
import re
import sys
import warnings

import torch
import torch.nn.functional as F

from common import write

warnings.simplefilter("ignore")

DTYPES = {
    "f32": torch.float32, "f64": torch.float64, "i64": torch.int64, "i32": torch.int32, "u8": torch.uint8,
    "b": torch.bool,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}

REFUSALS = (AttributeError, IndexError, RuntimeError, ValueError, TypeError, AssertionError, SystemError)


def count(dims):
    n = 1
    for size in dims:
        n *= size
    return n


def strided(values, dims, layout):
    """The values over a shape in one of the layouts."""
    if layout == "c" or not dims or not values.numel():
        return values.reshape(dims)
    if layout == "t":
        return values.reshape(dims[::-1]).permute(*range(len(dims) - 1, -1, -1))
    if layout == "s":
        return torch.stack([values, values], -1).reshape([*dims[:-1], dims[-1] * 2])[..., ::2]
    if layout == "o":
        return torch.cat([values, values])[values.numel():].reshape(dims)
    return values[: count(dims[1:])].reshape([1, *dims[1:]]).expand(dims)


def base_of(text):
    """The leaf and the base that a text stands for."""
    dtype, shape, layout = (text.split(" ") + [""])[:3]
    dims = [int(size) for size in shape.split(",") if size]
    n = count(dims)
    if dtype == "b":
        values = torch.arange(n) % 3 == 0
    else:
        values = torch.arange(n).to(DTYPES[dtype])
    if not values.is_floating_point():
        return None, strided(values, dims, layout)
    leaf = values.requires_grad_()
    return leaf, strided(leaf.mul(1), dims, layout)


def tensor_of(text):
    head, _, values = text.partition(":")
    dtype, _, shape = head.partition(" ")
    data = torch.tensor([float(v) for v in values.split()], dtype=torch.float64).to(DTYPES[dtype])
    return data.reshape([int(n) for n in shape.split(",") if n])


def value_of(arg):
    if not isinstance(arg, str):
        return arg
    if arg[:1] == "#":
        return tensor_of(arg[1:])
    if arg[:1] == "+":
        return tensor_of(arg[1:]).requires_grad_()
    if re.fullmatch(r"-?\d+n", arg):
        return int(arg[:-1])
    return arg


def index_of(arg):
    if arg == "...":
        return Ellipsis
    if arg == ":":
        return slice(None)
    if isinstance(arg, list):
        ends = [value_of(end) for end in arg]
        return slice(*(ends if len(ends) > 1 else [ends[0], None]))
    return value_of(arg)


def key_of(args):
    """What stands between the brackets: a tuple, or the only index."""
    return index_of(args[0]) if len(args) == 1 else tuple(index_of(a) for a in args)


def numbers(x):
    return " ".join(str(int(v)) if v == int(v) else str(v) for v in x.detach().flatten().tolist())


def show(x, base):
    shape = ",".join(map(str, x.shape))
    shares = x.untyped_storage().data_ptr() == base.untyped_storage().data_ptr()
    place = ",".join(map(str, x.stride())) if shares else "copy"
    node = "-" if not x.requires_grad else "+" if x is base else type(x.grad_fn).__name__
    return [f"{NAMES[x.dtype]} {shape}", place if x.numel() else "-", node, numbers(x)]


def pull(outs):
    """Sums the outputs, each weighed by -2 … 2 in turn, and goes back."""
    sum((x * (torch.arange(x.numel()) % 5 - 2).to(x.dtype).reshape(x.shape)).sum() for x in outs).backward()


def run(program, args):
    """What came of a row."""
    leaf, base = base_of(args[0])
    value = None
    try:
        if program == "at":
            outs = [base[key_of(args[1])]]
        elif program == "setAt_":
            view = base[key_of(args[1])] if args[1] else base
            value = base[key_of(args[3])] if isinstance(args[3], list) else value_of(args[3])
            view[key_of(args[2])] = value
            outs = [base]
        elif program == "embedding":
            rows, *rest = [value_of(a) for a in args[1]]
            outs = [F.embedding(rows, base, *rest)]
        else:
            values = [value_of(a) for a in args[1]]
            named = {re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), key): each
                     for value in values if isinstance(value, dict) for key, each in value.items()}
            values = [value for value in values if not isinstance(value, dict)]
            tensors = [v for v in values if isinstance(v, torch.Tensor) and v.requires_grad]
            value = tensors[0] if tensors else None
            out = getattr(base, re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), program))(*values, **named)
            outs = list(out) if isinstance(out, (tuple, list)) else [out]
    except REFUSALS:
        return "!"
    seen = []
    for out in outs:
        seen += show(out, base)
    tracked = [out for out in outs if out.requires_grad]
    if tracked:
        try:
            pull(tracked)
        except REFUSALS:
            return " | ".join([*seen, "?"])
        for x in [leaf, value]:
            if isinstance(x, torch.Tensor) and x.is_leaf and x.requires_grad:
                seen.append("none" if x.grad is None else numbers(x.grad))
    return " | ".join(seen)


class Maker:
    """Makes random rows from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, p):
        return self.random.random() < p

    def pick(self, *options):
        return self.random.choice(options)

    def between(self, low, high):
        return self.random.randint(low, high)

    def dims(self, low=0, high=5, most=40):
        while True:
            dims = [self.pick(1, 2, 2, 3, 3, 4, 5) for _ in range(self.between(low, high))]
            if dims and self.chance(0.05):
                dims[self.between(0, len(dims) - 1)] = 0
            if count(dims) <= most:
                return dims

    def base(self, dims, dtypes=("f32", "f32", "f32", "f64", "i64", "i32", "u8", "b"), layouts="ccccttsoe"):
        return f"{self.pick(*dtypes)} {','.join(map(str, dims))} {self.pick(*layouts)}"

    def tensor(self, dtype, dims, low, high):
        values = " ".join(str(self.between(low, high)) for _ in range(count(dims)))
        return f"#{dtype} {','.join(map(str, dims))}: {values}".rstrip()

    def integer(self, size):
        return self.between(-size - 1, size) if self.chance(0.03) or size == 0 else self.between(-size, size - 1)

    def end(self, size):
        """An end of a range."""
        return None if self.chance(0.35) else self.between(-size - 2, size + 2)

    def range(self, size):
        ends = [self.end(size), self.end(size)]
        if self.chance(0.4):
            ends.append(self.pick(None, 1, 2, 3, 0 if self.chance(0.1) else 2, -1 if self.chance(0.1) else 1))
        if self.chance(0.05):
            ends[0] = f"#i64 : {self.between(-size, size)}"
        if self.chance(0.1):
            ends = ends[:1]
        return ends

    def shape(self):
        """One of few shapes, so that they often broadcast."""
        return self.pick([], [1], [2], [2], [2], [3], [2, 1], [1, 2], [2, 2], [3, 1], [0] if self.chance(0.3) else [2])

    def picked(self, size):
        """An integer tensor as an index."""
        dims = self.shape()
        low, high = (-size, size - 1) if size else (0, 0)
        if self.chance(0.03):
            high += 1
        dtype = self.pick("i64", "i64", "i64", "i32")
        return self.tensor(dtype, dims, low, high)

    def mask(self, sizes):
        if self.chance(0.03):
            sizes = [size + 1 for size in sizes]
        return self.tensor(self.pick("b", "b", "b", "u8"), sizes, 0, 1)

    def indices(self, dims):
        """Indices for a shape; sometimes wrong ones."""
        kind = self.pick("plain", "mixed", "mixed", "tensors")
        out = []
        d = 0
        until = len(dims) if self.chance(0.6) else self.between(0, len(dims))
        if self.chance(0.03):
            until += 1
        while d < until:
            size = dims[d] if d < len(dims) else 2
            roll = self.random.random()
            if roll < 0.12:
                out.append(None)
                continue
            if roll < 0.16 and "..." not in out:
                out.append("...")
                d = max(d, self.between(d, len(dims)))
                continue
            if roll < 0.20:
                out.append(self.pick(True, True, False, "#b : 1", "#b : 0", "#u8 : 1") if kind != "plain" else None)
                continue
            if kind == "plain" or (kind == "mixed" and self.chance(0.5)):
                out.append(self.pick(self.integer(size), self.range(size), self.range(size), ":", f"#i64 : {self.integer(size)}"))
                d += 1
            elif self.chance(0.25):
                span = min(self.between(1, 3), max(1, len(dims) - d))
                out.append(self.mask(dims[d: d + span]))
                d += span
            else:
                out.append(self.picked(size))
                d += 1
        if self.chance(0.1):
            out.append("...")
        return out

    def at(self):
        dims = self.dims()
        return "at", [self.base(dims), self.indices(dims)]

    def value(self, dtype, dims):
        """A value for a place of a shape: numbers, tensors that broadcast, a part of the base, and what does not fit."""
        roll = self.random.random()
        if roll < 0.25:
            return self.pick(7, -3, 0, 2.5 if dtype[0] == "f" else 2, True, False)
        if roll < 0.3:
            return self.pick("9007199254740993n", "5n")
        if roll < 0.33 and dtype[0] != "f":
            return self.pick(300, -200, 2147483648, -0.5, 1e30)
        sizes = list(dims)
        for d in range(len(sizes)):
            if self.chance(0.2):
                sizes[d] = 1
        if self.chance(0.3):
            sizes = sizes[self.between(0, len(sizes)):]
        if self.chance(0.1):
            sizes = [1, *sizes]
        if self.chance(0.04):
            sizes = [2, *sizes]
        if self.chance(0.15):
            sizes = []
        if count(sizes) > 60:
            sizes = []
        own = self.pick(*DTYPES) if self.chance(0.2) else dtype
        text = self.tensor(own, sizes, 0 if own in ("b", "u8") else -9, 1 if own == "b" else 9)
        return "+" + text[1:] if own[0] == dtype[0] == "f" and self.chance(0.6) else text

    def setAt_(self):
        dims = self.dims()
        base = self.base(dims)
        _, x = base_of(base)
        view = []
        if self.chance(0.4):
            view = [each for each in self.indices(dims) if not (isinstance(each, str) and each[0] == "#")]
            try:
                x = x[key_of(view)] if view else x
            except REFUSALS:
                view = []
        indices = self.indices(list(x.shape))
        try:
            place = list(x[key_of(indices)].shape)
        except REFUSALS:
            place = []
        value = self.value(base.split(" ")[0], place)
        # What overlaps in a tensor with gaps PyTorch does not see: it gives what the order of its loops makes of it.
        if base[-1] in "cto" and self.chance(0.08):
            value = view if self.chance(0.3) else self.pick(indices, self.indices(dims))
        return "setAt_", [base, view, indices, value]


    def index(self, dims, size):
        """An int64 index; sometimes out of range."""
        high = size if self.chance(0.04) else size - 1
        return self.tensor("i64", dims, -1 if self.chance(0.04) else 0, max(high, 0))

    def dim(self, dims):
        rank = max(len(dims), 1)
        return self.between(-rank, rank - 1) if self.chance(0.96) else self.pick(rank, -rank - 1)

    def within(self, dims, d):
        """A shape of no more than `dims`, but for dimension d."""
        out = [self.between(1, size) if size > 1 and self.chance(0.3) else size for size in dims]
        if out:
            out[d] = self.pick(out[d], 1, 2, 3, 0 if self.chance(0.1) else 2)
        if self.chance(0.03):
            out = out[1:]
        return out

    def source(self, dtype, dims):
        own = self.pick(*DTYPES) if self.chance(0.06) else dtype
        text = self.tensor(own, dims, 0 if own in ("b", "u8") else -9, 1 if own == "b" else 9)
        return "+" + text[1:] if own[0] == dtype[0] == "f" and self.chance(0.7) else text

    def place(self, name):
        return name + "_" if self.chance(0.4) else name

    def along(self):
        """
        What reads and writes by an index along one dimension. Not here: fills of expanded tensors, which PyTorch says it
        will refuse, and sums into tensors without elements, where it does not look at the index.
        """
        dims = self.dims(0, 4)
        base = self.base(dims, layouts="cctso")
        dtype = base.split(" ")[0]
        dim = self.dim(dims)
        d = dim % max(len(dims), 1) if -max(len(dims), 1) <= dim < max(len(dims), 1) else 0
        size = dims[d] if dims else 1
        kind = self.pick("gather", "scatter", "scatterAdd", "indexSelect", "indexAdd", "indexCopy", "indexFill")
        if kind in ("gather", "scatter", "scatterAdd"):
            shape = self.within(dims, d)
            index = self.index(shape, size)
            if kind == "gather":
                return kind, [base, [dim, index]]
            if kind == "scatter" and self.chance(0.3):
                return self.place(kind), [base, [dim, index, self.pick(1, 2, 7, True)]]
            return self.place(kind), [base, [dim, index, self.source(dtype, shape)]]
        shape = self.pick([1], [2], [3], [0], [], [4])
        if self.chance(0.03):
            shape = [2, 1]
        index = self.index(shape, size)
        if kind == "indexSelect":
            return kind, [base, [dim, index]]
        if kind == "indexFill":
            return self.place(kind), [base, [dim, index, self.pick(1, 2, True, self.source(dtype, []))]]
        sizes = list(dims)
        if sizes:
            sizes[d] = count(shape)
        elif shape == [1] and self.chance(0.5):
            sizes = [1]
        if self.chance(0.03):
            sizes.append(2)
        if kind == "indexAdd" and count(dims) == 0:
            kind = "indexCopy"
        rest = [{"alpha": self.pick(1, 2, -3)}] if kind == "indexAdd" and self.chance(0.3) else []
        return self.place(kind), [base, [dim, index, self.source(dtype, sizes), *rest]]

    def picking(self):
        """
        What picks by position or by mask. Not here: takeAlongDim without dim of what has gaps, which PyTorch refuses.
        """
        dims = self.dims(0, 4)
        base = self.base(dims, layouts="cctso")
        dtype = base.split(" ")[0]
        kind = self.pick("take", "takeAlongDim", "takeAlongDim", "maskedSelect", "maskedFill", "maskedFill", "nonzero")
        n = count(dims)
        if kind == "take":
            high = n if self.chance(0.05) else max(n - 1, 0)
            return kind, [base, [self.tensor("i64", self.shape(), -n, high)]]
        if kind == "takeAlongDim":
            if base[-1] in "co" and self.chance(0.3):
                return kind, [base, [self.index(self.shape(), n)]]
            dim = self.dim(dims)
            d = dim % len(dims) if dims and -len(dims) <= dim < len(dims) else 0
            shape = [1 if self.chance(0.2) else size for size in dims]
            if shape:
                shape[d] = self.pick(1, 2, 3, shape[d])
            return kind, [base, [self.index(shape, dims[d] if dims else 1), dim]]
        if kind == "nonzero":
            return kind, [base, [{"asTuple": True}] if self.chance(0.5) else []]
        sizes = [1 if self.chance(0.15) else size for size in dims][self.pick(0, 0, 0, 1):]
        if self.chance(0.1):
            sizes = [self.pick(1, 2), *sizes]
        mask = self.tensor("b" if self.chance(0.95) else "u8", sizes, 0, 1)
        if kind == "maskedSelect":
            return kind, [base, [mask]]
        return self.place(kind), [base, [mask, self.pick(1, 7, True, self.source(dtype, []), self.source(dtype, [1]))]]

    def cutting(self):
        """Parts that are views."""
        dims = self.dims(0, 4)
        dim = self.dim(dims)
        d = dim % len(dims) if dims and -len(dims) <= dim < len(dims) else 0
        size = dims[d] if dims else 1
        kind = self.pick("select", "narrow", "split", "split", "chunk", "unbind")
        if kind == "select":
            rest = [dim, self.integer(size)]
        elif kind == "narrow":
            start = self.between(-size, size)
            start = f"#i64 : {start}" if self.chance(0.2) else start
            rest = [dim, start, self.between(0, size)]
        elif kind == "split":
            sizes = []
            while sum(sizes) < size:
                sizes.append(self.between(0, size - sum(sizes)))
            if self.chance(0.05):
                sizes.append(1)
            rest = [sizes if self.chance(0.5) else self.between(0 if self.chance(0.1) else 1, size + 1), dim]
        elif kind == "chunk":
            rest = [self.between(0 if self.chance(0.1) else 1, size + 1), dim]
        else:
            rest = [dim] if self.chance(0.7) else []
        return kind, [self.base(dims), rest]

    def embedding(self):
        rows = self.between(1, 5)
        dims = [rows, self.between(0 if self.chance(0.1) else 1, 4)]
        index = self.tensor(self.pick("i64", "i64", "i32"), self.shape(), 0, rows if self.chance(0.04) else rows - 1)
        padding = self.pick(None, None, 0, -1, rows - 1, rows if self.chance(0.1) else 0)
        return "embedding", [self.base(dims, ("f32", "f64"), "ccts"), [index, padding] if self.chance(0.8) else [index]]


def rows(seed, number):
    """So many rows of reading and of writing, and half as many of the others."""
    maker = Maker(seed)
    for make in [maker.at, maker.setAt_, maker.along, maker.picking, maker.cutting, maker.embedding]:
        for _ in range(number if make in (maker.at, maker.setAt_) else number // 2):
            program, args = make()
            yield [program, *args, run(program, args)]


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].isdigit():
        print(*map(json.dumps, rows(*map(int, sys.argv[1:]))), sep="\n")
    else:
        write(__file__, {"rows": lambda: list(rows(1, 300))})
