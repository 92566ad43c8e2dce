"""
Writes testing.json: what torch.testing.assert_close says, which test/testing/assert-close.test.ts reads.

A row is what is compared, options, and PyTorch's message; null where it finds them close. A tensor is `{data, dtype}`.
"""
import math

import torch

from common import write

F, D, L, I, B = torch.float32, torch.float64, torch.int64, torch.int32, torch.bool
NAN, INF = math.nan, math.inf


def t(data, dtype=F):
    return torch.tensor(data, dtype=dtype)


CASES = [
    (t([1, 2, 3]), t([1, 2, 4]), {}),
    (t([1, 2, 3]), t([1, 2, 3]), {}),
    (t([1, 2.00001, 3]), t([1, 2, 3]), {}),
    (t([1, 2.0001, 3]), t([1, 2, 3]), {}),
    (t([1, 1 + 1e-6], D), t([1, 1], D), {}),
    (t([1, 1 + 1e-8], D), t([1, 1], D), {}),
    (t([[1, 2], [3, 4]]), t([[1, 2.5], [2, 4]]), {}),
    (t([[[1, 2], [3, 4]]]), t([[[1, 2], [0, 4]]]), {}),
    (t(1.0), t(2.0), {}),
    (t([1, 2], L), t([1, 3], L), {}),
    (t(1, L), t(3, L), {}),
    (t([], L), t([1], L), {}),
    (t([1, 5, 3], L), t([1, 3, 9], L), {'rtol': 0.1, 'atol': 1.0}),
    (t([1, 2], I), t([1, 0], I), {}),
    (t([True, False], B), t([True, True], B), {}),
    (t([1, 2]), t([1, 2, 3]), {}),
    (t([[1, 2]]), t([1, 2]), {}),
    (t([1, 2]), t([1, 2], D), {}),
    (t([1, 2]), t([1, 2], D), {'check_dtype': False}),
    (t([1, 2]), t([1, 2.1], D), {'check_dtype': False}),
    (t([1, 2]), t([1, 2], L), {'check_dtype': False}),
    (t([NAN, 1]), t([NAN, 1]), {}),
    (t([NAN, 1]), t([NAN, 1]), {'equal_nan': True}),
    (t([INF, 1]), t([INF, 1]), {}),
    (t([INF, 1]), t([-INF, 1]), {}),
    (t([1, 2]), t([1.5, 2.5]), {'rtol': 0.0, 'atol': 1.0}),
    (t([1, 2]), t([1.5, 2.5]), {'rtol': 0.0, 'atol': 0.0}),
    (t([1, 2]), t([1.5, 4]), {'rtol': 0.5, 'atol': 0.25}),
    (t([1.0, 0.0]), t([1.0, 0.5]), {'rtol': 0.1, 'atol': 1e-3}),
    (t([0.5, 0.5]), t([0.0, 0.5]), {}),
    (t([]), t([]), {}),
    (1.0, 1.5, {}),
    (1.0, 1.0, {}),
    (0.5, 0.0, {}),
    (NAN, NAN, {}),
    (NAN, NAN, {'equal_nan': True}),
    ([t([1, 2]), t([3, 4])], [t([1, 2]), t([3, 5])], {}),
    ([t([1])], [t([1]), t([2])], {}),
    ({'a': t([1]), 'b': t([2])}, {'a': t([1]), 'b': t([3])}, {}),
    ({'a': t([1])}, {'a': t([1]), 'b': t([3])}, {}),
    ({'a': t([1]), 'c': t([1])}, {'a': t([1]), 'b': t([3])}, {}),
    ({'a': [t([1]), t([2.5])]}, {'a': [t([1]), t([3.5])]}, {}),
    (t([1, 2]), t([1, 3]), {'msg': 'other words'}),
    (t([[1, 2], [3, 4]]).t(), t([[1, 3], [2, 4]]), {'check_stride': True}),
    (t([1, 2]), t([1, 3]), {'rtol': 0.1}),
    (t([1, 2]), t([1, 3]), {'atol': 0.1}),
]


def spelled(value):
    """A value as JSON has it."""
    if isinstance(value, torch.Tensor):
        transposed = value.dim() == 2 and not value.is_contiguous()
        return {'data': spelled(value.tolist()), 'dtype': str(value.dtype)[6:], 'transposed': transposed}
    if isinstance(value, list):
        return [spelled(each) for each in value]
    if isinstance(value, dict):
        return {key: spelled(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def said(actual, expected, options):
    try:
        torch.testing.assert_close(actual, expected, **options)
    except (AssertionError, ValueError) as error:
        return str(error)
    return None


def rows():
    for a, b, options in CASES:
        yield {'actual': spelled(a), 'expected': spelled(b), 'options': options, 'says': said(a, b, options)}


if __name__ == '__main__':
    write(__file__, {'cases': lambda: list(rows())})
