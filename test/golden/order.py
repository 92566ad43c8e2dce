"""
Writes order.json, the strides of what PyTorch's operators give for operands of every memory order, which
test/ops/order.test.ts reads.

One row is a case, and the strides of its results for each combination of memory orders: a letter for all tensors of
the call, or one for the first and one for the others. `!` says that PyTorch refuses. A case is one of opinfo's (its
file, its place there, its operator) or one of EXTRA below (`extra`, the case, its operator); a tensor of those has a dtype
and a shape, and `value_of` says what is in it.

    c  row-major                         g  column-major, every second element
    t  column-major                      e  repeated along the first dimension that is larger than 1
    r  the first dimension innermost     f  column-major, repeated along the last dimension that is larger than 1
    n  the second dimension innermost    u  a part of a column-major tensor with 3 in place of every size of 1
    s  every second element
"""
import json
import pathlib
import warnings

import torch

from common import read, write
from torch.testing._internal import common_methods_invocations as database

warnings.simplefilter('ignore')
HERE = pathlib.Path(__file__).parent
GROUPS = ['unary', 'binary', 'reduction', 'functional', 'other']
DTYPES = {
    'd': torch.float64, 'f': torch.float32, 'l': torch.int64, 'i': torch.int32, 'b': torch.bool, 'u': torch.uint8,
}
ONE = ['c', 't', 'r', 'n', 's', 'g', 'e', 'f', 'u']
TWO = ['ct', 'tc', 'tr', 'rt', 'cn', 'nc', 'et', 'te', 'se', 'es', 'ft', 'ue', 'fr']
# Cases taken of an operator.
MOST = 5
# Their results are of no one shape, or in no memory.
LEFT_OUT = {'empty', 'empty_like', 'item', 'allclose'}


def reversed_(x):
    return x.permute(list(reversed(range(x.dim()))))


def laid_out(x, letter):
    """x, or a part of it repeated, in a memory order."""
    large = [d for d, size in enumerate(x.shape) if size > 1]
    if letter == 't':
        return reversed_(reversed_(x).contiguous())
    if letter == 'r' and x.dim() > 1:
        return x.movedim(0, -1).contiguous().movedim(-1, 0)
    if letter == 'n' and x.dim() > 2:
        return x.movedim(1, -1).contiguous().movedim(-1, 1)
    if letter == 's':
        return torch.stack([x, x], -1).select(-1, 1)
    if letter == 'g':
        return reversed_(torch.stack([reversed_(x)] * 2, -1).select(-1, 1))
    if letter == 'e' and large:
        return x.narrow(large[0], 0, 1).expand(x.shape)
    if letter == 'f' and large:
        return laid_out(x.narrow(large[-1], 0, 1), 't').expand(x.shape)
    if letter == 'u':
        whole = reversed_(x.repeat([3 if size == 1 else 1 for size in x.shape]))
        part = reversed_(whole.contiguous())
        for d, size in enumerate(x.shape):
            if size == 1:
                part = part.narrow(d, 1, 1)
        return part
    return x


def value_of(dtype, i):
    """Element i of a tensor of EXTRA: all are domain of every function."""
    return i % 3 % 2 if dtype in 'bl' else (i % 7 + 1) / 8


def number(value):
    return float(value) if isinstance(value, str) else value


def build(arg, combination, seen):
    """An argument as opinfo.py wrote it."""
    if isinstance(arg, list):
        return [build(each, combination, seen) for each in arg]
    if not isinstance(arg, dict):
        return arg
    if 't' in arg and 's' in arg:
        given = arg['v'] if 'v' in arg else [value_of(arg['t'], i) for i in range(torch.Size(arg['s']).numel())]
        values = [int(c) if isinstance(given, str) else number(c) for c in given]
        if DTYPES[arg['t']] in (torch.int64, torch.int32, torch.uint8):
            values = [int(v) for v in values]
        x = torch.tensor(values, dtype=DTYPES[arg['t']]).reshape(arg['s'])
        seen.append(x)
        return laid_out(x, combination[0 if len(seen) == 1 else -1])
    if 'T' in arg:
        return DTYPES[arg['T']]
    if 'n' in arg:
        return float(arg['n'])
    if 'slice' in arg:
        return slice(*arg['slice'])
    if 'ellipsis' in arg:
        return ...
    raise ValueError(arg)


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    return [each for item in value for each in tensors(item)] if isinstance(value, (list, tuple)) else []


def call(op, case, combination, seen):
    args = build(case['a'], combination, seen)
    named = {key: build(value, combination, seen) for key, value in case.get('k', {}).items()}
    if case['o'] == '__getitem__':
        args = [args[0], tuple(args[1:])] if len(args) != 2 else args
    return op(*args, **named)


def strides(op, case, combination):
    try:
        result = call(op, case, combination, [])
    except (RuntimeError, IndexError, ValueError, TypeError):
        return '!'
    return ';'.join('.'.join(map(str, x.stride())) for x in tensors(result))


def row(op, case):
    seen = []
    call(op, case, 'c', seen)
    combinations = ONE + TWO if len(seen) > 1 else ONE
    return ' '.join(f'{each}={strides(op, case, each)}' for each in combinations)


def ranks(arg):
    """The shapes of the tensors among arguments."""
    if isinstance(arg, dict) and 's' in arg and 't' in arg:
        return [arg['s']]
    items = arg.values() if isinstance(arg, dict) else arg if isinstance(arg, list) else []
    return [each for item in items for each in ranks(item)]


def chosen(cases):
    """The most telling cases: many dimensions, few elements, each another."""
    def weight(entry):
        sizes = ranks([entry[1]['a'], entry[1].get('k', {})])
        dims = max(map(len, sizes))
        wide = max(sum(size > 1 for size in each) for each in sizes)
        count = sum(torch.Size(each).numel() for each in sizes)
        return (-min(wide, 3), -min(dims, 4), -len({len(each) for each in sizes}), count)
    # Strides of nothing mean nothing.
    able = [(i, case) for i, case in cases
            if all(torch.Size(each).numel() > 0 for each in ranks([case['a'], case.get('k', {})]))
            and any(sum(size > 1 for size in each) > 1 for each in ranks([case['a'], case.get('k', {})]))
            and sum(torch.Size(each).numel() for each in ranks(case['a'])) < 600]
    found, seen = [], set()
    for i, case in sorted(able, key=weight):
        sizes = ranks([case['a'], case.get('k', {})])
        what = json.dumps([sizes, sorted(case.get('k', {}))])
        if what not in seen and len(found) < MOST:
            seen.add(what)
            found.append((i, case))
    return found


def t(*sizes, dtype='d'):
    return {'t': dtype, 's': list(sizes)}


F = 'nn.functional.'
EXTRA = [
    # Elementwise, with shapes that opinfo has not.
    *(('exp', t(*sizes)) for sizes in ((2, 3, 4), (2, 3, 4, 5), (2, 3, 1, 1), (2, 1, 4, 1), (1, 3, 1, 4, 2))),
    *(('clone', t(*sizes)) for sizes in ((2, 3, 4, 5), (2, 3, 1, 1), (1, 3, 1, 4, 2))),
    *((name, t(2, 3, 4, 5), t(2, 3, 4, 5)) for name in ('add', 'lt', 'maximum', 'atan2')),
    *(('add', t(*a), t(*b)) for a, b in (
        ((2, 3, 4, 5), (3, 1, 1)), ((2, 1, 4), (3, 1)), ((4,), (2, 3, 4)), ((2, 3, 4), ()), ((), (2, 3, 4)),
        ((1, 3, 1), (2, 1, 4)), ((3, 1), (3, 1)), ((2, 3, 1, 1), (2, 3, 1, 1)), ((2, 3, 1, 1), (4, 5)))),
    *(('mul', t(*sizes), 2) for sizes in ((2, 3, 4), (2, 3, 4, 5), (3, 1), (2, 3, 1, 1))),
    ('add', t(2, 3, 4, dtype='l'), t(2, 3, 4)), ('add', t(2, 3, 4), t(3, 4, dtype='f')), ('pow', 2, t(2, 3, 4)),
    ('add', t(2, 3, 4, dtype='l'), t(4, dtype='d')), ('sub', t(2, 3, 4), t(2, 3, 4), {'alpha': 2}),
    ('exp', t(2, 3, 4, dtype='l')), ('floor', t(2, 3, 4, dtype='l')), ('relu', t(2, 3, 4, dtype='l')),
    # The samples of opinfo put the condition second, and the weight of an embedding first.
    ('where', t(2, 3, 4), t(2, 3, 4, dtype='b'), t(2, 3, 4)), ('where', t(2, 3, 4), t(3, 1, dtype='b'), 0),
    ('where', t(4), t(2, 3, 4, dtype='b'), t(3, 1, dtype='f')), ('where', 1, t(2, 3, 4, dtype='b'), 0),
    ('lerp', t(2, 3, 4), t(2, 3, 4), 0.25), ('lerp', t(2, 3, 4), t(2, 3, 4), 0.75), ('lerp', t(4), t(2, 3, 4), t(3, 1)),
    ('clamp', t(2, 3, 4), 0.25, 0.5), ('clamp', t(2, 3, 4), t(2, 3, 4), t(3, 1)), ('clip', t(2, 3, 4), t(4)),
    ('clamp_min', t(2, 3, 4), 0.5), ('clamp_max', t(2, 3, 4), t(3, 1)), ('positive', t(2, 3, 4)),
    ('round', t(2, 3, 4), {'decimals': 1}), ('div', t(2, 3, 4), t(2, 3, 4), {'rounding_mode': 'floor'}),
    ('float', t(2, 3, 4)), ('long', t(2, 3, 4, 5)), ('logical_not', t(2, 3, 4, 5)), ('isclose', t(2, 3, 4), t(2, 3, 4)),
    ('xlogy', t(2, 3, 4), 2), ('xlogy', 2, t(2, 3, 4)), ('remainder', 2, t(2, 3, 4)),
    # Activations and losses.
    *((F + name, t(2, 3, 4)) for name in (
        'hardshrink', 'softshrink', 'tanhshrink', 'rrelu', 'gelu', 'silu', 'mish', 'celu', 'softplus', 'leaky_relu',
        'hardtanh', 'logsigmoid', 'softsign', 'hardswish', 'hardsigmoid', 'threshold:0.5:0')),
    (F + 'rrelu', t(2, 3, 4), {'training': True}), (F + 'prelu', t(2, 3, 4), t(3)), (F + 'prelu', t(2, 3, 4), t(1)),
    (F + 'glu', t(2, 3, 4)), (F + 'gelu', t(2, 3, 4), {'approximate': 'tanh'}),
    *((F + name, t(2, 3, 4), t(2, 3, 4), {'reduction': 'none'}) for name in (
        'mse_loss', 'l1_loss', 'smooth_l1_loss', 'huber_loss', 'binary_cross_entropy', 'soft_margin_loss', 'kl_div',
        'binary_cross_entropy_with_logits', 'hinge_embedding_loss', 'poisson_nll_loss')),
    (F + 'gaussian_nll_loss', t(2, 3, 4), t(2, 3, 4), t(2, 3, 4), {'reduction': 'none'}),
    (F + 'margin_ranking_loss', t(2, 3, 4), t(2, 3, 4), t(2, 3, 4), {'reduction': 'none'}),
    (F + 'multilabel_soft_margin_loss', t(4, 3), t(4, 3), {'reduction': 'none'}),
    (F + 'cosine_embedding_loss', t(4, 3), t(4, 3), t(4), {'reduction': 'none'}),
    (F + 'triplet_margin_loss', t(2, 4, 3), t(2, 4, 3), t(2, 4, 3), {'reduction': 'none'}),
    (F + 'pairwise_distance', t(2, 3, 4), t(2, 3, 4)),
    (F + 'cross_entropy', t(2, 3, 4), t(2, 4, dtype='l'), {'reduction': 'none'}),
    (F + 'nll_loss', t(2, 3, 4), t(2, 4, dtype='l'), {'reduction': 'none'}),
    (F + 'cross_entropy', t(2, 3, 4), t(2, 3, 4), {'reduction': 'none'}),
    # Draws.
    *((F + name, t(2, 3, 4), 0.5, True) for name in ('dropout', 'alpha_dropout', 'dropout1d')),
    ('bernoulli', t(2, 3, 4)), ('multinomial', t(3, 4), 2), ('multinomial', t(3, 4), 5, True),
    ('rand_like', t(2, 3, 4)), ('randn_like', t(2, 3, 4, 5)), ('randint_like', t(2, 3, 1, 4), 0, 5),
    ('normal', t(2, 3, 4), t(3, 1)), ('normal', t(2, 3, 4), 1), ('normal', 1, t(2, 3, 4)),
    # As another tensor.
    ('zeros_like', t(2, 3, 4)), ('ones_like', t(1, 3, 1, 4)), ('full_like', t(2, 3, 4, 5), 2),
    ('empty_like', t(2, 3, 4)), ('zeros_like', t(2, 3, 4), {'dtype': {'T': 'l'}}),
    # Not elementwise.
    *((name, t(2, 3, 4), dim) for name in (
        'sum', 'mean', 'prod', 'amax', 'argmax', 'max', 'cumsum', 'softmax', 'log_softmax', 'sort', 'logsumexp', 'std',
        'var_mean', 'median', 'mode', 'all', 'any', 'count_nonzero', 'norm:2') for dim in (0, 1, 2)),
    *((name, t(2, 3, 4), 1, True) for name in ('sum', 'mean', 'amax', 'max', 'argmax', 'all')), ('sum', t(2, 3, 4, 5), [1, 3]),
    ('aminmax', t(2, 3, 4), {'dim': 1}), ('topk', t(2, 3, 4), 2, 1), ('kthvalue', t(2, 3, 4), 2, 1),
    ('rot90', t(2, 3, 4), 0), *(('rot90', t(2, 3, 4), k, [0, 2]) for k in (1, 2, 3)),
    ('flip', t(2, 3, 4), [1]), ('roll', t(2, 3, 4), 1, 1), ('roll', t(2, 3, 4), 1), ('tril', t(2, 3, 4)),
    *(('cat', [t(*sizes), t(*sizes)], dim) for sizes in ((2, 3, 4), (2, 3, 4, 5)) for dim in (0, 1, -1)),
    *(('stack', [t(2, 3, 4), t(2, 3, 4)], dim) for dim in (0, -1)), ('hstack', [t(2, 3), t(2, 3)]),
    ('vstack', [t(2, 3), t(2, 3)]), ('meshgrid', t(3), t(4)), ('outer', t(3), t(4)), ('diag', t(3, 4)),
    ('matmul', t(3, 4), t(4, 5)), ('matmul', t(2, 3, 4), t(4, 5)), ('matmul', t(2, 3, 4), t(2, 4, 5)), ('matmul', t(2, 3, 4), t(4)),
    ('matmul', t(4), t(2, 4, 5)), ('matmul', t(3, 4), t(2, 4, 5)), ('bmm', t(2, 3, 4), t(2, 4, 5)), ('mv', t(3, 4), t(4)),
    ('addmm', t(3, 5), t(3, 4), t(4, 5)), ('baddbmm', t(2, 3, 5), t(2, 3, 4), t(2, 4, 5)), (F + 'linear', t(2, 3, 4), t(5, 4), t(5)),
    (F + 'bilinear', t(2, 3, 4), t(2, 3, 5), t(6, 4, 5)), ('tensordot', t(2, 3, 4), t(4, 3, 5), 1), ('cross', t(2, 3, 4), t(2, 3, 4), 1),
    ('gather', t(2, 3, 4), 1, t(2, 3, 4, dtype='l')), ('scatter', t(2, 3, 4), 1, t(2, 3, 4, dtype='l'), t(2, 3, 4)),
    ('scatter_add', t(2, 3, 4), 1, t(2, 3, 4, dtype='l'), t(2, 3, 4)), ('index_select', t(2, 3, 4), 1, t(2, dtype='l')),
    ('take', t(2, 3, 4), t(3, 2, dtype='l')), ('masked_fill', t(2, 3, 4), t(2, 3, 4, dtype='b'), 1),
    ('masked_fill', t(2, 3, 4), t(3, 1, dtype='b'), 1), ('masked_select', t(2, 3, 4), t(2, 3, 4, dtype='b')),
    (F + 'layer_norm', t(2, 3, 4), [4]), (F + 'batch_norm', t(2, 3, 4), t(3), t(3)), (F + 'batch_norm', t(2, 3, 4), None, None, None, None, True),
    (F + 'normalize', t(2, 3, 4)), (F + 'embedding', t(5, 4), t(2, 3, dtype='l')), (F + 'one_hot', t(2, 3, dtype='l'), 3),
    (F + 'pad', t(2, 3, 4), [1, 1]), (F + 'pad', t(2, 3, 4), [1, 1], 'reflect'), ('repeat_interleave', t(2, 3, 4), 2, 1),
    ('tile', t(2, 3, 4), [2, 1, 2]), ('broadcast_to', t(2, 3, 4), [5, 2, 3, 4]), ('reshape', t(2, 3, 4), [6, 4]), ('reshape', t(2, 3, 4), [3, 8]),
    ('reshape', t(2, 3, 4, 5), [2, 12, 5]), ('flatten', t(2, 3, 4)), ('flatten', t(2, 3, 4, 5), 2), ('view', t(2, 3, 4, 5), [6, 4, 5]),
    ('view', t(2, 3, 4, 5), [2, 3, 20]), ('view', t(2, 3, 4), [2, 1, 3, 4]), ('unflatten', t(2, 12, 3), 1, [3, 4]), ('squeeze', t(2, 1, 3)),
]


def extra(item):
    *args, last = item[1:]
    named = isinstance(last, dict) and 't' not in last
    # `norm:2` takes 2 after the tensor.
    name, *more = item[0].split(':')
    args = args if named else [*args, last]
    return {'o': name, 'a': [args[0], *(float(x) for x in more), *args[1:]], 'k': last if named else {}}


def called(name):
    if name == 'where':
        return lambda x, condition, other: torch.where(condition, x, other)
    if name == F + 'embedding':
        return lambda weight, at: torch.nn.functional.embedding(at, weight)
    home = torch
    for part in name.split('.'):
        home = getattr(home, part, None)
    return home if callable(home) else getattr(torch.Tensor, name)


def rows():
    ops = {}
    for op in database.op_db:
        ops.setdefault(op.name, op.op)
    for group in GROUPS:
        by_name = {}
        for i, case in enumerate(read(HERE / 'opinfo' / f'{group}.json.gz')['cases']):
            if case['o'] not in LEFT_OUT:
                by_name.setdefault(case['o'], []).append((i, case))
        for name, cases in by_name.items():
            for i, case in chosen(cases):
                yield [group, i, name, row(ops[name], case)]
    for item in EXTRA:
        case = extra(item)
        yield ['extra', case, case['o'], row(called(case['o']), case)]


if __name__ == '__main__':
    write(__file__, {'rows': lambda: list(rows())})
