"""Writes kernels.json: powers, ranges, spreads and selections by their bits.

Tensors stand as packed() has them, long results as the first twelve digits of their MD5. Powers other than those that ATen
multiplies out, and roots, come from vector libraries that differ in the last place from one processor to the next: those
rows say how many ULP they allow. Everything else has the same bits under avx2 and avx512. (`default` multiplies and adds
with two roundings, so that its float64 ranges differ.)

`spread` also has the exact values, from numpy's long double.
"""

import hashlib
import math

import numpy as np
import torch

from common import HIDDEN, packed, write

F32, F64, I64, I32, U8 = torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8
NAMES = {F32: "float32", F64: "float64", I64: "int64", I32: "int32", U8: "uint8"}
INF, NAN = float("inf"), float("nan")


def raw(x):
    """The elements' bytes, with one NaN for all."""
    x = x.detach().clone(memory_format=torch.contiguous_format)
    return (torch.where(x.isnan(), torch.tensor(NAN, dtype=x.dtype), x) if x.is_floating_point() else x).numpy().tobytes()


def digest(x):
    return hashlib.md5(raw(x)).hexdigest()[:12]


def sample(y):
    """What of a range of floats is compared between settings."""
    return {HIDDEN: y[:: max(1, y.numel() // 1000)].tolist()} if y.is_floating_point() else {HIDDEN: []}


def noise(n, seed):
    """What noise() of kernels.test.ts gives: 32-bit integers."""
    out, state = [], seed
    for _ in range(n):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out.append(state - (1 << 32) if state >> 31 else state)
    return out


SPECIAL = [INF, -INF, NAN, 0.0, -0.0, 1.0, -1.0, 1e-40, -1e-40, 3e38, -3e38, 1e-13, 1e13, 0.1, -0.1, 7.0]


def power_inputs():
    return {F32: SPECIAL + [v / 2**30 for v in noise(100, 1)], F64: SPECIAL + [v / 2**30 for v in noise(100, 2)],
            I64: [0, 1, -1, 2, -3, 10, -11, 2**31, -(2**40), 3**39], I32: [0, 1, -1, 2, -3, 10, 46341, -70000, 1291],
            U8: [0, 1, 2, 3, 7, 16, 17, 100, 200, 255] * 4}


def powers():
    rows = []
    for dtype, values in power_inputs().items():
        x = torch.tensor(values, dtype=dtype)
        exact = [0, 1, 2, 3, -1, -2] if dtype.is_floating_point else [0, 1, 2, 3, 4, 5, 6, 7, 10, 63]
        near = [4, 5, 6, 7, 8, 10, 17, -3, -4, -7, 0.5, -0.5, 1.5, 2.5, -1.5, 0.25] if dtype.is_floating_point else []
        for exponent in exact + near:
            rows.append([NAMES[dtype], exponent, "number", int(exponent in near), packed(x.pow(exponent))])
        for exponent in [0, 1, 2, 3, 4, 5] + ([0.5, -0.5, -1, -2, -3] if dtype.is_floating_point else []):
            e = torch.tensor(exponent, dtype=dtype)
            rows.append([NAMES[dtype], exponent, "tensor", int(dtype.is_floating_point), packed(x.pow(e))])
    return rows


def power_gradients():
    """[dtype, base, exponent, gradient]: each a number or a list; then the bits of the result and both gradients."""
    rows = []
    points = [0.0, -0.0, 2.0, -3.0, INF, -INF, 0.5, -1.0, NAN]
    for dtype in (F32, F64):
        for g in (1.0, -1.0, 2.5):
            cases = [(b, points) for b in (0, 1, 2, -2, 0.5)] + [(points, e) for e in (0, 1, 2, 3, 4, -1, -2, 0.5, -0.5)]
            cases += [(points, [e] * len(points)) for e in (0.0, -0.0, 1.0, 2.0, 3.0, -1.0, 0.5, -2.0, INF, NAN)]
            for base, exponent in cases:
                made = [torch.tensor(v, dtype=dtype, requires_grad=True) if isinstance(v, list) else v for v in (base, exponent)]
                y = torch.pow(*made)
                y.backward(torch.full_like(y, g))
                grads = [packed(v.grad) if isinstance(v, torch.Tensor) else None for v in made]
                rows.append([NAMES[dtype], spell(base), spell(exponent), g, packed(y), *grads])
    return rows


def spell(value):
    """Numbers as text, which JSON can hold."""
    return " ".join(map(repr, value)) if isinstance(value, list) else value


def ranges():
    rows = []
    counts = [[0, 37, 1], [5, -30, -1], [-1, 2, 0.1], [0.3, 20, 0.7], [1e6, 1e6 + 50, 0.3], [0, 1, 1 / 77], [-0.5, -40, -1.25],
              [3, 3, 1], [0, 16777230, 999999], [1e-3, 1e-2, 1e-4], [250, 262, 1], [-3, 3, 1], [0.9, 7.5, 1.5], [10, 0, -2.5],
              [0, 100003, 1], [0, 1, 1e-5], [2, 1e5, 1.1]]
    for args in counts:
        for dtype in NAMES:
            if dtype is U8 and min(args[:2]) < 0 and not all(float(a).is_integer() for a in args):
                continue
            try:
                y = torch.arange(*args, dtype=dtype)
            except (RuntimeError, ValueError):
                continue
            rows.append(["arange", args, NAMES[dtype], y.numel(), digest(y), sample(y)])
    ends = [[0, 1], [-3, 7], [0.1, 0.7], [1e7, 1e7 + 1], [10, 0], [-1.5, -200.25], [0, 0], [3, 250], [-3e38, 3e38], [1e-40, 1e-38]]
    for a, b in ends:
        for steps in (0, 1, 2, 3, 10, 11, 33, 100, 1001, 100003):
            for dtype in NAMES:
                try:
                    y = torch.linspace(a, b, steps, dtype=dtype)
                except RuntimeError:
                    continue
                rows.append(["linspace", [a, b, steps], NAMES[dtype], y.numel(), digest(y), sample(y)])
    return rows


def spreads():
    """[dtype, name of the input, shape, operation, dim, correction, bits of PyTorch's result, of the exact one]."""
    rows = []
    cloud = [v / 2**31 for v in noise(240, 3)]
    inputs = {"unit": cloud, "1e20": [v * 1e20 for v in cloud], "1e-20": [v * 1e-20 for v in cloud], "3e38": [v * 3e38 for v in cloud],
              "offset": [1e4 + v for v in cloud], "far": [1e7 + math.floor(v * 20) for v in cloud], "equal": [0.1] * 240, "outlier": [3e7 if i % 40 == 0 else v for i, v in enumerate(cloud)],
              "whole": [float(math.floor(v * 9)) for v in cloud]}
    wide = {"1e150": [v * 1e150 for v in cloud], "farther": [1e9 + v for v in cloud], "1e-150": [v * 1e-150 for v in cloud]}
    for dtype in (F32, F64):
        for kind, values in (inputs if dtype is F32 else {**inputs, **wide}).items():
            for shape, dim in (([240], None), ([240], 0), ([40, 6], 0), ([6, 40], 1), ([4, 30, 2], 1), ([4, 5, 12], [0, 2])):
                x = torch.tensor(values, dtype=dtype).view(shape)
                for name, correction in (("var", 1), ("std", 1), ("std", 0), ("var", 2)):
                    y = getattr(x, name)(dim=dim, correction=correction)
                    exact = np.var(x.numpy().astype(np.longdouble), axis=tuple(dim) if isinstance(dim, list) else dim, ddof=correction)
                    exact = np.sqrt(exact) if name == "std" else exact
                    with np.errstate(over="ignore"):
                        want = torch.from_numpy(np.atleast_1d(exact).astype(np.float32 if dtype is F32 else np.float64))
                    rows.append([NAMES[dtype], kind, shape, name, dim, correction, packed(y), packed(want)])
    return rows


def selections():
    """[n, modulus, NaN, dtype, operation, arguments, digest of the values, of the indices]."""
    rows = []
    for n in (1, 2, 3, 4, 5, 16, 17, 18, 40, 63, 64, 65, 200, 640, 3200):
        for modulus in (2, 7, 1000003):
            for dtype, nans in ((F32, 0), (F32, 5), (F64, 0), (I64, 0), (U8, 0)):
                if dtype is not F32 and n not in (5, 65, 640):
                    continue
                x = selection(n, modulus, dtype, nans)
                for k in sorted({1, 2, n // 64, n // 3, n - 1, n} - {0, -1}):
                    if k > n:
                        continue
                    for largest in (True, False):
                        for order in (True, False):
                            y = x.topk(k, 0, largest, order)
                            rows.append([n, modulus, nans, NAMES[dtype], "topk", [k, 0, largest, order], digest(y.values), digest(y.indices)])
                    y = x.kthvalue(k, 0)
                    rows.append([n, modulus, nans, NAMES[dtype], "kthvalue", [k, 0], digest(y.values), digest(y.indices)])
                y = x.median(0)
                rows.append([n, modulus, nans, NAMES[dtype], "median", [0], digest(y.values), digest(y.indices)])
    return rows


def selection(n, modulus, dtype, nans):
    values = [v % modulus if modulus > 100 or dtype is U8 else v % modulus - modulus // 2 for v in noise(n, n + modulus)]
    if dtype is U8:
        values = [v % 256 for v in values]
    if nans:
        values = [NAN if v % nans == 0 else v for v in values]
    return torch.tensor(values, dtype=dtype)


write(__file__, {
    "powerInputs": lambda: {NAMES[dtype]: packed(torch.tensor(values, dtype=dtype)) for dtype, values in power_inputs().items()},
    "powers": powers, "powerGradients": power_gradients, "ranges": ranges, "spreads": spreads, "selections": selections,
})
