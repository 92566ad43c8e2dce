"""Writes printing.json: what PyTorch prints of a tensor, for test/tensor/format.test.ts.

A case is {"dtype", "shape", "values", …, "text"}, and `text` is the tensor's repr. `values` are the elements in
row-major order, separated by spaces, each to be rounded to the dtype, or [times, modulo, over, plus]: element i is then
(i * times % modulo) / over + plus, in float64. Further keys, where they apply: `gradFn` (the name of its grad_fn),
`requiresGrad`, `parameter` (it is an nn.Parameter), `options` (of set_printoptions, camelCase), `defaultDtype`.
"""

import math

import torch
import torch.nn.functional as F

from common import write
from torch import float32, float64, int32, int64, uint8

inf, nan = math.inf, math.nan
cases = []


def camel(name):
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def case(values, shape=None, dtype=float32, *, grad=None, parameter=False, default=float32, **options):
    """Records one tensor. `grad` is True for a leaf that requires grad, or a function from that leaf to what is
    printed, which must leave shape and values alone."""
    shape = [len(values)] if shape is None else list(shape)
    count = math.prod(shape)
    entry = {"dtype": str(dtype).removeprefix("torch."), "shape": shape}
    if isinstance(values, tuple):
        times, modulo, over, plus = entry["values"] = values
        values = [i * times % modulo / over + plus for i in range(count)]
    else:
        entry["values"] = " ".join(repr(int(v) if dtype == torch.bool else v) for v in values)
    if not dtype.is_floating_point:
        values = [int(v) for v in values]
    torch.set_default_dtype(default)
    leaf = x = torch.tensor(values, dtype=dtype).reshape(shape)
    if parameter:
        x = torch.nn.Parameter(x, requires_grad=grad is True)
        entry["parameter"] = True
    elif grad is not None:
        leaf.requires_grad_()
        x = leaf if grad is True else grad(leaf)
        assert x.shape == leaf.shape and torch.equal(x.detach().nan_to_num(), leaf.detach().nan_to_num())
    if x.grad_fn is not None:
        entry["gradFn"] = type(x.grad_fn).__name__
    elif x.requires_grad:
        entry["requiresGrad"] = True
    if default != float32:
        entry["defaultDtype"] = str(default).removeprefix("torch.")
    if options:
        entry["options"] = {camel(key): "inf" if value == inf else value for key, value in options.items()}
    torch.set_printoptions(**options)
    entry["text"] = repr(x)
    torch.set_printoptions(profile="default")
    torch.set_default_dtype(float32)
    cases.append(entry)


def arange(count):
    return 1, count, 1, 0


def wave(over=64, plus=-7.5):
    """Scattered values of one magnitude."""
    return 7919, 1009, over, plus


def addmm(x):
    zeros = torch.zeros_like(x)
    return torch.addmm(x, zeros, torch.zeros(x.shape[1], x.shape[1], dtype=x.dtype))


def custom(name):
    """An operation whose grad_fn is called `name` + 'Backward'."""
    steps = {"forward": staticmethod(lambda ctx, x: x.clone()), "backward": staticmethod(lambda ctx, g: g)}
    return type(name, (torch.autograd.Function,), steps).apply


def scalars():
    for value in [0.0, -0.0, 1.0, -3.0, 3.14159265, 0.1, 1e-4, 0.99e-4, 1e8, 100000008.0, 1.5e-8, -2.5e10, 12345.678]:
        case([value], ())
    for value in [nan, inf, -inf, 1e-45, 3.4028235e38, 0.00005, 99999.99]:
        case([value], ())
    for value in [1e22, 1.7976931348623157e308, 5e-324, 0.1, 2.0]:
        case([value], (), float64)
    case([-(2**63)], (), int64)
    case([7], (), int32)
    case([255], (), uint8)
    case([True], (), torch.bool)
    case([False], (), torch.bool)
    case([2.5], (), grad=True)
    case([0.6931472], (), grad=lambda x: F.mse_loss(x, torch.zeros(()), reduction="sum").sqrt())
    case([1.0], (), grad=torch.clone)


def vectors():
    case([1.0, 2.0, 3.0])
    case([1.0, 2.5, -3.0])
    case([0.1, 0.25, 100.0])
    case([1e-8, 1.0, 1e10])
    case([0.001, 1.0])
    case([0.001, 1.001])
    case([1.0, 1000.0])
    case([1.0, 1001.0])
    case([0.5, 500.5])
    case([1.0, -1e8])
    case([123456.0, 7.0, -99.0])
    case([0.0, 0.0])
    case([0.0, -0.0, 1.0])
    case([0.0, -0.0, 1.5])
    case([0.0, -0.0, 1.5e-7, 2.0])
    case([-0.0, -0.0])
    case([nan, 1.0, -2.0])
    case([nan, 1.5, -2.0])
    case([nan, inf, -inf])
    case([inf, 1.0, -inf, 2.0, nan])
    case([inf, 1.25, -inf, nan])
    case([inf, 1e-9, -inf, nan, 3.0])
    case([nan] * 3)
    case([-inf, 0.0, 3.0])
    case([0.0, nan])
    case([-0.00001, 0.5], sci_mode=False)
    case([1e-7, 1e-6, -0.0], sci_mode=False)
    case([9.99995, 9.99994])
    case([99999.5, 200.0])
    case([0.1, 0.2, 0.3], dtype=float64)
    case([1e-300, 1e300, -1.0], dtype=float64)
    case([1e22, 1e21, 123.0], dtype=float64, sci_mode=False)
    case([1.5e22, 0.5], dtype=float64, sci_mode=False)
    case([2.0**63, 1.0], sci_mode=False)
    case([1.0], dtype=float64, grad=True)
    case([2**53 + 1, -(2**63), 2**63 - 1], dtype=int64)
    case([5, -10, 100], dtype=int64)
    case([5, -10, 100], dtype=int32)
    case([2**31 - 1, -(2**31)], dtype=int32)
    case([0, 9, 255], dtype=uint8)
    case([True, False, True], dtype=torch.bool)
    case([True, True], dtype=torch.bool)


def ties():
    """Exact binary ties at the last digit shown: Python rounds them to even."""
    case([0.03125, 1.03125, 2.03125, -0.03125, 0.09375, 3.71875])
    case([k + 1 / 32 for k in range(-6, 6)])
    case([k / 32 for k in range(1, 64, 2)])
    case([1023.96875, 4095.90625])
    case([0.00625, 0.00635, 1.00005, 2.00015], dtype=float64)
    case([0.5, 1.5, 2.5, 3.5, -0.5, -1.5], precision=0)
    case([0.125, 0.375, 1.625, -2.875], precision=2)
    case([0.25, 0.75, 0.35, 0.45], dtype=float64, precision=1)
    case([2.5, 3.5, 9.5, 95.0, 25.0, 35.0, 0.25], precision=0, sci_mode=True)
    case([100005.0, 100015.0, 99999.5, 1000050000.0, 1000150000.0], dtype=float64, sci_mode=True)
    case([1.03125, 0.1015625, 1.2345e9, 12345.5, 1.00005e15, 1.00015e15], dtype=float64)
    case([0.1, 1 / 3, 2.0**-30], dtype=float64, precision=20)
    case([0.1, 1 / 3, 1e16], dtype=float64, precision=25)
    case([2.0**-40], dtype=float64, precision=39)


def shapes():
    case([1.0, 2.0, 3.0, 4.0], (2, 2))
    case([-0.5322, 0.1088], (1, 2))
    case(wave(), (3, 4))
    case(wave(), (4, 1))
    case(wave(), (2, 3, 4))
    case(wave(), (2, 1, 2, 3))
    case(wave(), (1, 2, 1, 2, 2))
    case(arange(6), (2, 3), int64)
    case(arange(24), (2, 3, 4), int32)
    case(arange(8), (2, 2, 2), uint8)
    case([True, False, False, True, True, True], (2, 3), torch.bool)
    case([nan, 1.0, inf, -2.0], (2, 2))
    case([1e-5, 1.0, 20.0, -300.0], (2, 2))
    case([3.0], (1, 1, 1))
    case([False], (1, 1), torch.bool)


def empties():
    for shape in [(0,), (2, 0), (0, 3), (2, 0, 4)]:
        case([], shape)
    for dtype in [float64, int64, int32, uint8, torch.bool]:
        case([], (0,), dtype)
        case([], (0, 2), dtype)
    case([], (0,), grad=True)
    case([], (3, 0), float64, grad=torch.clone)
    case([], (0, 2), float32, default=float64)
    case([], (0, 2), float64, default=float64)


def summaries():
    case((1, 10, 1, 0), (1000,), int64)
    case(arange(1001), (1001,), int64)
    case(arange(1001), (1001,))
    case(arange(10000), (100, 100))
    case(arange(10000), (100, 100), int64)
    case(wave(), (20, 20, 20))
    case(wave(), (2, 600))
    case(wave(), (600, 2))
    case(wave(), (7, 2, 1, 90))
    case(wave(), (2, 1, 7, 80))
    case(wave(1, -500), (40, 30), int32)
    case((3, 256, 1, 0), (1100,), uint8)
    case((5, 2, 1, 0), (1200,), torch.bool)
    case((7919, 1009, 1e12, 0.0), (30, 50))
    case((1, 10**6, 1, 0), (1000, 1000))
    case(wave(), (1, 1001))
    case(wave(), (1001, 1))
    case((1, 2000, 4, 0), (2000,), float64)
    case(arange(2000), (2, 1000), float64, grad=True)
    case(wave(), (50, 50), grad=addmm)
    case(wave(), (1500,), parameter=True, grad=True)


def wrapping():
    for count in [10, 11, 12, 13, 25]:
        case(wave(), (count,))
    case(wave(), (2, 20))
    case(wave(), (2, 2, 17))
    case(arange(60), (60,), int64)
    case(arange(40), (40,))
    case([True, False] * 14, dtype=torch.bool)
    case((7919, 1009, 1e12, 1.0), (15,))
    case(arange(30), (2, 15), int32)
    case([10**15 + i for i in range(6)], dtype=int64)


def suffixes():
    """Lines and names of many lengths, so that each suffix falls on either side of the limit."""
    for count in [7, 8]:
        case(wave(), (count,), grad=True)
        case(wave(), (count,), float64, grad=True)
        case(wave(), (count,), float64, grad=torch.clone)
    for name in ["Four", "Fiver", "Sixsix", "Seventh", "Eighthly"]:
        case(wave(), (5,), grad=custom(name))
        case(wave(), (2, 5), grad=custom(name))
    for name in ["A", "AnUncommonlyLongNameForAFunction", "LongerThanALine" * 5]:
        case(wave(), (2, 2), float64, grad=custom(name))
    case([-0.5322, 0.1088], (1, 2), grad=addmm)
    case(wave(), (3, 7), grad=addmm)
    case(wave(), (2, 3, 2), grad=lambda x: x.unsqueeze(0).squeeze(0))
    case(wave(), (1, 1, 2, 3), grad=lambda x: F.max_pool2d(x, 1))
    case(wave(), (1, 1, 2, 4), grad=lambda x: F.interpolate(x, scale_factor=1.0, mode="bilinear"))
    case(wave(), (2, 5), grad=lambda x: x.t().contiguous().t())
    case(wave(), (11,), grad=lambda x: x * 1)
    case(wave(), (2, 2), parameter=True, grad=True)
    case(wave(), (3,), parameter=True)
    case(wave(), (3,), float64, parameter=True, grad=True)
    case([1.0, 2.5], dtype=float32, default=float64)
    case([1.0, 2.5], dtype=float64, default=float64)
    case([1, 2], dtype=int64, default=float64)


def options():
    case([1.12345, 2.0], precision=2)
    case([1.12345, 2.0, 1e-6], precision=8)
    case([1.12345, -22.75], precision=0)
    case([1.0, 2.0], precision=0)
    case([1.0, 2.0, nan, 0.0], sci_mode=True)
    case([0.0, nan], sci_mode=True)
    case([1e-8, 1.0, 1e10], sci_mode=False)
    case(arange(10), (10,), int64, threshold=5)
    case(arange(10), (10,), threshold=9, edgeitems=1)
    case(arange(10), (10,), threshold=10)
    case(arange(36), (6, 6), threshold=5, edgeitems=2)
    case(arange(12), (12,), int64, threshold=5, edgeitems=0)
    case(arange(12), (3, 4), int64, threshold=5, edgeitems=0)
    case(arange(4), (2, 2), edgeitems=0, grad=torch.clone)
    case([2.5], (), edgeitems=0)
    case([2.5], (), threshold=0)
    case([2.5, 3.0], threshold=0, edgeitems=1)
    case(wave(), (2, 9), linewidth=40)
    case(wave(), (9,), linewidth=120, grad=True)
    case(wave(), (3,), linewidth=5, grad=True)
    case((1, 7, 1, 0), (1003,), uint8, threshold=inf, linewidth=300)
    case(arange(1002), (2, 501), linewidth=30)
    case(wave(), (1001,), profile="short")
    case(wave(), (4,), profile="short", precision=3)
    case((1, 2, 1, 0), (1001,), uint8, profile="full", linewidth=200)


def everything():
    for section in [scalars, vectors, ties, shapes, empties, summaries, wrapping, suffixes, options]:
        section()
    return cases


write(__file__, {"cases": everything})
