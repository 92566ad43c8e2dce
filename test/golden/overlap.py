"""Writes overlap.json: what PyTorch says of writes in place whose operand shares elements with what is written, for
test/ops/overlap.test.ts.

A row is JSON: [operation, place, dtype, what came of it]. x counts from 1 in 4 rows of 4. The operation is called on a
part of x with another part of x, by place; what came of it is '!' where PyTorch refuses, and otherwise x's elements
after the same with a copy of the other part: PyTorch reads what it wrote before in parts with gaps and in products, so
that it gives what the order of its loops makes of it, where torchlet reads first.
"""

import re

import torch

from common import write

PLACES = {
    "itself": (lambda x: x, lambda x: x),
    "an alias": (lambda x: x, lambda x: x[:]),
    "its transpose": (lambda x: x, lambda x: x.t()),
    "rows below": (lambda x: x[1:], lambda x: x[:-1]),
    "other rows": (lambda x: x[:2], lambda x: x[2:]),
    "columns beside": (lambda x: x[:, 1:], lambda x: x[:, :-1]),
    "a row": (lambda x: x, lambda x: x[1]),
    "a row expanded": (lambda x: x, lambda x: x[1].expand(4, 4)),
    "one element": (lambda x: x, lambda x: x[1, 1]),
    "of one element": (lambda x: x[1, 1], lambda x: x[1, 1]),
    "transposed by itself": (lambda x: x.t(), lambda x: x.t()),
    "nothing": (lambda x: x[4:], lambda x: x[:0]),
}
PAIRS = ["add_", "sub_", "mul_", "div_", "pow_", "remainder_", "floorDivide_", "fmod_", "atan2_", "hypot_", "xlogy_",
         "clampMin_", "clampMax_", "eq_", "ne_", "lt_", "le_", "gt_", "ge_", "logicalAnd_", "logicalOr_", "logicalXor_",
         "copy_", "trueDivide_", "multiply_", "subtract_", "divide_"]
INDEX = torch.tensor([0, 1, 2, 3])
MASK = INDEX % 2 == 0
# What else they take: the operand stands where `other` does.
CALLS = {
    **{name: lambda x, name, y: getattr(x, snake(name))(y) for name in PAIRS},
    "lerp_": lambda x, name, y: x.lerp_(y, 0.5),
    "lerp_ weight": lambda x, name, y: x.lerp_(torch.ones_like(x), y),
    "clamp_": lambda x, name, y: x.clamp_(y, None),
    "addmm_ input": lambda x, name, y: x.addmm_(y, torch.ones(4, x.shape[-1], dtype=x.dtype)),
    "addmm_ product": lambda x, name, y: x.addmm_(torch.ones(x.shape[0], y.shape[0], dtype=x.dtype), y),
    "indexAdd_": lambda x, name, y: x.index_add_(0, first(INDEX, y), y),
    "indexCopy_": lambda x, name, y: x.index_copy_(0, first(INDEX, y), y),
    "indexFill_": lambda x, name, y: x.index_fill_(0, first(INDEX, x), y),
    "maskedFill_": lambda x, name, y: x.masked_fill_(first(MASK, x, -1), y),
    "scatter_": lambda x, name, y: x.scatter_(0, torch.zeros(y.shape, dtype=torch.int64), y),
    "scatterAdd_": lambda x, name, y: x.scatter_add_(0, torch.zeros(y.shape, dtype=torch.int64), y),
    "setAt_ all": lambda x, name, y: x.__setitem__(slice(None), y),
    "setAt_ rows": lambda x, name, y: x.__setitem__(first(INDEX, x), y),
    "setAt_ mask": lambda x, name, y: x.__setitem__(first(MASK, x), y),
    "fill_": lambda x, name, y: x.fill_(y),
}


def first(of, y, d=0):
    """As many elements as y's dimension d has, or one."""
    return of[: y.shape[d]] if y.dim() else of[:1]


def snake(name):
    return re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), name)


def run(name, place, dtype, prepare):
    """x's elements after the operation on a part and on what `prepare` makes of the other; None for a refusal."""
    x = torch.arange(1, 17, dtype=getattr(torch, dtype)).reshape(4, 4)
    left, right = PLACES[place]
    try:
        CALLS[name](left(x), name, prepare(right(x)))
    except (RuntimeError, IndexError, TypeError, ValueError) as error:
        # A remainder by what the loop had made zero is no refusal.
        return "zero" if "ZeroDivision" in str(error) else None
    return " ".join(f"{v:.12g}" for v in x.flatten().tolist())


def rows():
    for name in CALLS:
        for place in PLACES:
            for dtype in ["float64", "int64"]:
                taken = run(name, place, dtype, lambda y: y)
                want = taken and run(name, place, dtype, torch.clone)
                yield [name, place, dtype, want or "!"]


write(__file__, {"rows": lambda: list(rows())})
