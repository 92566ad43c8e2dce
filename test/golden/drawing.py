"""
Writes drawing.json: what PyTorch draws into tensors of every memory order, and in which order, for
test/ops/drawing.test.ts.

One row is a call, the seed before it, and what it gave: the strides, the elements in logical order, and one number
drawn after it, which tells whether the generator stands where it must; `!` where PyTorch refuses it (and then draws
nothing). A call is [name, dtype, memory order, shape, arguments]; order.py says what the letters of the memory orders
mean. Floats are short decimals that name a float32 exactly; float64 is rounded to 12 digits, since its last bits are
the C library's.
"""
import warnings

import torch

from common import write
from order import laid_out

warnings.simplefilter('ignore')
F = torch.nn.functional
ORDERS = 'ctrnsgefu'
FLOATS = ['float32', 'float64']
INTEGERS = ['int64', 'int32', 'uint8', 'bool']


def chances(x, dtype):
    """Probabilities of x's shape, or of a shape that broadcasts to it."""
    return torch.arange(x.numel(), dtype=getattr(torch, dtype)).reshape(x.shape) / (x.numel() + 1)


def numbers(x):
    return (torch.arange(x.numel()).reshape(x.shape) % 7 - 3).to(x.dtype)


def like(name):
    """A function of a tensor of the shape, dtype and memory order."""
    return lambda x, order, *args: getattr(torch, name)(laid_out(numbers(x), order), *args)


def method(name):
    """A fill of a tensor laid out in that order."""
    return lambda x, order, *args: getattr(laid_out(x, order), name)(*args)


def functional(name, **named):
    return lambda x, order, *args: getattr(F, name)(laid_out(numbers(x), order), *args, **named)


def init(name):
    return lambda x, order, *args: getattr(torch.nn.init, name)(laid_out(x, order), *args)


CALLS = {
    **{name: method(name) for name in (
        'uniform_', 'normal_', 'exponential_', 'geometric_', 'cauchy_', 'log_normal_', 'bernoulli_', 'random_')},
    # The probabilities have an order and a dtype of their own.
    'bernoulli_p': lambda x, order, by, dtype: laid_out(x, order).bernoulli_(laid_out(chances(x, dtype), by)),
    'bernoulli_row': lambda x, order, dtype: laid_out(x, order).bernoulli_(chances(x[0], dtype)),
    'bernoulli': lambda x, order: torch.bernoulli(laid_out(chances(x, str(x.dtype)[6:]), order)),
    'bernoulli_of': lambda x, order, p: torch.bernoulli(laid_out(x, order), p),
    **{name: like(name) for name in ('rand_like', 'randn_like', 'randint_like')},
    'multinomial': lambda x, order, *args: torch.multinomial(laid_out(chances(x, str(x.dtype)[6:]) + 0.1, order), *args),
    'normal_mean': lambda x, order, std: torch.normal(laid_out(numbers(x), order), std),
    'normal_std': lambda x, order, mean: torch.normal(mean, laid_out(chances(x, str(x.dtype)[6:]), order)),
    'normal_both': lambda x, order: torch.normal(laid_out(numbers(x), order), chances(x[0], str(x.dtype)[6:])),
    **{name: functional(name, training=True) for name in ('dropout', 'alpha_dropout', 'dropout1d', 'rrelu')},
    'dropout_in_place': lambda x, order, p: F.dropout(laid_out(numbers(x), order), p, True, True),
    **{name: init(name) for name in (
        'xavier_uniform_', 'xavier_normal_', 'kaiming_uniform_', 'kaiming_normal_', 'trunc_normal_')},
    'init_uniform_': init('uniform_'), 'init_normal_': init('normal_'),
    'randint': lambda x, order, low, high: torch.randint(low, high, x.shape, dtype=x.dtype),
    'randperm': lambda x, order: torch.randperm(x.numel(), dtype=x.dtype),
    'full_random_': lambda x, order, low: laid_out(x, order).random_(low, None),
}


def shown(x):
    digits = 12 if x.dtype == torch.float64 else 9
    flat = x.detach().reshape(-1).tolist()
    return [float(f'{v:.{digits}g}') if isinstance(v, float) else int(v) for v in flat]


def row(seed, call):
    name, dtype, order, shape, args = call
    torch.manual_seed(seed)
    with torch.no_grad():
        try:
            x = CALLS[name](torch.zeros(shape, dtype=getattr(torch, dtype)), order, *args)
            what = [list(x.stride()), shown(x)]
        except (RuntimeError, ValueError, TypeError, NotImplementedError, IndexError):
            what = '!'
    return [seed, call, what, shown(torch.rand(1))[0]]


def calls():
    fills = {
        'uniform_': [[], [-0.3, 0.7]], 'normal_': [[], [2, 3]], 'exponential_': [[2.5]], 'geometric_': [[0.3]],
        'cauchy_': [[-3, 0.5]], 'log_normal_': [[0.5, 0.25]], 'bernoulli_': [[0.3]], 'random_': [[], [3, 9]],
    }
    # Fewer than 16 elements, and more: normal_ has two ways.
    for shape in ([2, 3, 2], [2, 3, 4]):
        for name, choices in fills.items():
            for args in choices:
                yield from ([name, 'float32', order, shape, args] for order in ORDERS)
    for name, choices in fills.items():
        for dtype in ['float64', *INTEGERS]:
            yield from ([name, dtype, order, [3, 6], choices[-1]] for order in 'cts')
            yield [name, dtype, 'c', [], choices[-1]]
        yield [name, 'float32', 'c', [0, 3], choices[-1]]
    for dtype in ('float32', 'float64', 'int64', 'uint8', 'bool'):
        yield from (['bernoulli_p', dtype, order, [2, 3, 4], [by, p]] for order, by in ('ct', 'tc', 'tr', 'sg', 'fc', 'ne')
                    for p in FLOATS)
        yield from (['bernoulli_row', dtype, order, [3, 4], [p]] for order in 'cts' for p in FLOATS)
    for dtype in FLOATS:
        for order in ORDERS:
            yield ['bernoulli', dtype, order, [2, 3, 4], []]
            yield ['bernoulli_of', dtype, order, [2, 3, 4], [0.3]]
            yield from ([name, dtype, order, [2, 3, 4], []] for name in ('rand_like', 'randn_like'))
            yield from ([name, dtype, order, [3, 2], []] for name in ('rand_like', 'randn_like'))
            yield from (['multinomial', dtype, order, [3, 4], args] for args in ([1], [2], [5, True]))
            yield ['normal_mean', dtype, order, [4, 5], [0.5]]
            yield ['normal_std', dtype, order, [4, 5], [0.5]]
            yield ['normal_both', dtype, order, [4, 5], []]
            yield from ([name, dtype, order, [2, 3, 4], [0.4]] for name in (
                'dropout', 'alpha_dropout', 'dropout1d', 'dropout_in_place'))
            yield ['rrelu', dtype, order, [2, 3, 4], [0.1, 0.3]]
        for order in 'ctsge':
            yield from ([name, dtype, order, [4, 6], []] for name in (
                'init_uniform_', 'init_normal_', 'xavier_uniform_', 'xavier_normal_', 'kaiming_uniform_',
                'kaiming_normal_', 'trunc_normal_'))
            yield from ([name, dtype, order, [3, 4], []] for name in ('init_normal_', 'xavier_normal_'))
    for dtype in ('float32', 'int64', 'uint8'):
        yield from (['randint_like', dtype, order, [2, 3, 4], [2, 9]] for order in ORDERS)
    bounds = [(0, 10), (-3, 4), (0, 2), (0, 1), (0, 256), (0, 257), (250, 260), (-1, 5), (2**24 - 1, 2**24 + 5),
              (2**25 + 1, 2**25 + 4), (2**24 + 1, 2**24 + 2), (-2**24 - 5, -2**24 + 1), (-2**25 - 3, -2**25 - 1),
              (0, 2**28), (0, 2**31), (0, 2**31 + 1), (-2**31, 0), (-2**31 - 1, 0), (0, 2**53 - 1), (-2**53 + 1, 2**53 - 1), (5, 5)]
    for dtype in [*FLOATS, *INTEGERS]:
        for low, high in bounds:
            yield ['random_', dtype, 't', [2, 3], [low, high]]
            yield ['randint', dtype, 'c', [2, 3], [low, high]]
        yield from (['full_random_', dtype, 's', [2, 3], [low]] for low in (0, 1, 5, 200, -3, 2**24 + 1))
        yield ['randperm', dtype, 'c', [7], []]
        yield ['randperm', dtype, 'c', [300], []]


write(__file__, {'rows': lambda: [row(seed, call) for seed, call in enumerate(calls())]})
