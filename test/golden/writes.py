"""Writes writes.json: what PyTorch's gradients are, or that it refuses, when something is written in place around an
operation, for test/ops/writes.test.ts. One row a line; a row is one call of PyTorch's operator database or of CALLS:

    { o: operator, f: 1 in its in-place form, a: arguments, k: named arguments (as opinfo.py writes them),
      p: outcome without a write,
      r: for each result, the outcomes of RESULT_WRITES to it, joined by blanks,
      b: for each set of wanted gradients (all of them, then each alone), the outcomes of writing each tensor among the
         arguments between forward and backward,
      x: for each floating tensor whose gradient is not wanted, in order, the outcome if it is wanted too,
      n: the name of each result's node,
      h: outcomes of second derivatives, without a write and with each of SECOND; left out where PyTorch has none }

An outcome is R (refused, at the write or in backward), - (nothing to differentiate), = (as without a write), or a sum
over results and gradients that no two elements, and no missing gradients, enter alike.
"""
import functools
import json
import math
import warnings

import opinfo
import torch
import torch.nn.functional as F
from common import write
from opinfo import LeftOut, bound, database, encode, leaves, positions, rounded, samples, walk

warnings.simplefilter('ignore')

MORE = '''aminmax bernoulli clamp_max clamp_min hstack vstack multinomial positive rot90 xlogy unique
uniform exponential geometric cauchy log_normal'''.split()
MORE_FUNCTIONAL = '''alpha_dropout batch_norm bilinear cosine_embedding_loss dropout gaussian_nll_loss hardshrink
hinge_embedding_loss margin_ranking_loss multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss
pairwise_distance poisson_nll_loss rrelu soft_margin_loss softshrink tanhshrink triplet_margin_loss'''.split()
# Nothing of them can be written, or their elements are arbitrary.
WITHOUT = set('''item allclose full_like full new_full new_ones new_zeros ones ones_like zeros zeros_like arange linspace
eye searchsorted bucketize isclose isfinite isinf isnan empty empty_like'''.split())
NAMES = (opinfo.WANTED | set(MORE) | {'nn.functional.' + name for name in MORE_FUNCTIONAL}) - WITHOUT
# PyTorch's database gives these a seed of their own.
SEEDED = {'nn.functional.dropout', 'nn.functional.alpha_dropout', 'nn.functional.rrelu', 'bernoulli', 'multinomial'}
RANDOM = {'uniform', 'exponential', 'geometric', 'cauchy', 'log_normal'}
# How many samples are taken of an operator, and how large their tensors may be.
SAMPLES = 6
LARGEST = 130


def first(x):
    return x.unsqueeze(0).select(0, 0) if x.dim() == 0 else x.select(0, 0)


def assign(x):
    x[...] = 2


def copy(x):
    x.copy_(torch.ones_like(x).requires_grad_())


RESULT_WRITES = [
    lambda x: x.add_(1),
    lambda x: x.mul_(2),
    lambda x: x.fill_(0.5),
    lambda x: x.zero_(),
    lambda x: x.sin_(),
    lambda x: first(x).mul_(3),
    assign,
    copy,
    lambda x: x.bernoulli_(1),
    lambda x: F.leaky_relu(x, 0.5, inplace=True),
    lambda x: x.detach().add_(1),
    lambda x: x.gt_(0),
    lambda x: x.masked_fill_(x.detach() > 0, 2),
    lambda x: x.unsqueeze_(0),
]
SECOND = [lambda x: x.sin_(), lambda x: first(x).mul_(first(x).detach()), lambda x: x.fill_(0.5)]


def touch(x):
    """A write that keeps indices what they are and changes any other number."""
    if x.dtype == torch.bool:
        return x.logical_not_()
    return x.add_(1 if x.is_floating_point() else 0)


INDEX_WRITES = [touch, lambda x: x.zero_()]


def weigh(x, start=0):
    return (x.reshape(-1) * torch.arange(start, start + x.numel(), dtype=torch.float64).cos().to(x.dtype)).sum().double()


def show(value):
    return str(value) if not math.isfinite(value) else f'{value:.7g}'


def listed(result):
    return [result] if isinstance(result, torch.Tensor) else list(leaves(list(result)))


class Call:
    """One call on fresh inputs; `wanted` has the places, among all tensors, of those whose gradient is wanted."""

    def __init__(self, op, args, kwargs, wanted):
        torch.manual_seed(0)
        self.leaves, self.given = [], []

        def fresh(value):
            if not isinstance(value, torch.Tensor):
                return value
            leaf = value.detach().clone()
            given = leaf
            if len(self.given) in wanted:
                self.leaves.append(leaf.requires_grad_())
                given = leaf.clone()
            self.given.append(given)
            return given

        args, kwargs = walk(args, fresh), walk(kwargs, fresh)
        self.results = listed(op(*args, **kwargs))

    def total(self, inputs):
        """What is differentiated: all results, and all inputs, which a result may share its elements with."""
        results = [r for r in self.results if r.is_floating_point() and r.requires_grad]
        total = sum((weigh(r) for r in results), torch.zeros((), dtype=torch.float64))
        if inputs:
            total = total + sum((x * x).sum().double() for x in self.given if x.requires_grad)
        return total

    def outcome(self, inputs, second=False):
        total = self.total(inputs)
        if not total.requires_grad:
            return '-'
        grads = torch.autograd.grad(total, self.leaves, allow_unused=True, create_graph=second)
        value = total.item()
        if second:
            again = sum((weigh(g * g, 2) for g in grads if g is not None), torch.zeros((), dtype=torch.float64))
            if not again.requires_grad:
                return '-'
            grads = torch.autograd.grad(again, self.leaves, allow_unused=True)
            value += again.item()
        return show(value + sum(0.37 * (i + 1) if g is None else weigh(g, 1 + 7 * i).item()
                                for i, g in enumerate(grads)))


def attempt(run):
    try:
        return run()
    except (RuntimeError, IndexError, TypeError, ValueError, NotImplementedError):
        return 'R'


def row(name, op, args, kwargs, inplace):
    tensors = leaves([args, kwargs])
    floats = [i for i, x in enumerate(tensors) if x.requires_grad]
    if not floats:
        raise LeftOut('nothing to differentiate')
    plain = Call(op, args, kwargs, floats)
    out = {'o': name, 'a': encode(args)}
    if inplace:
        out['f'] = 1
    if kwargs:
        out['k'] = {key: encode(value) for key, value in kwargs.items()}
    out['p'] = attempt(lambda: plain.outcome(True))

    def result(i, write, second=False):
        call = Call(op, args, kwargs, floats)
        write(call.results[i])
        return call.outcome(True, second)

    out['r'] = []
    for i, each in enumerate(plain.results):
        writes = RESULT_WRITES if each.is_floating_point() else INDEX_WRITES
        out['r'].append(' '.join(attempt(lambda: result(i, write)) for write in writes))

    def operand(wanted, i):
        call = Call(op, args, kwargs, wanted)
        with torch.no_grad():
            touch(call.given[i])
        return call.outcome(False)

    out['n'] = [each.grad_fn and each.grad_fn.name().removeprefix('torch::autograd::') for each in plain.results]
    others = [i for i, each in enumerate(tensors) if each.is_floating_point() and i not in floats]
    if others:
        out['x'] = [attempt(lambda: Call(op, args, kwargs, [*floats, i]).outcome(False)) for i in others]
    out['b'] = []
    for wanted in [floats, *([i] for i in floats if len(floats) > 1)]:
        untouched = attempt(lambda: Call(op, args, kwargs, wanted).outcome(False))
        found = [attempt(lambda: operand(wanted, i)) for i in range(len(tensors))]
        out['b'].append(' '.join([untouched, *('=' if each == untouched else each for each in found)]))
    if plain.results[0].is_floating_point():
        second = attempt(lambda: Call(op, args, kwargs, floats).outcome(False, True))
        if second != 'R':
            out['h'] = ' '.join([second, *(attempt(lambda: result(0, write, True)) for write in SECOND)])
    return out


def kind(args, kwargs):
    """What tells samples of an operator apart."""
    return json.dumps([walk(args, lambda x: f'{x.dim() > 0} {x.dtype} {x.requires_grad}' if isinstance(x, torch.Tensor)
                            else type(x).__name__),
                       walk(kwargs, lambda x: 0 if isinstance(x, torch.Tensor) else str(x))], default=str)


def fresh_arguments(op):
    """Arguments of an operator, rounded, the smallest first; those of equal kind once."""
    found = []
    for sample in samples(op, torch.float64):
        change = functools.partial(rounded, digits=4, largest=LARGEST)
        try:
            args = walk([sample.input, *sample.args], change)
            kwargs = {**bound(op), **walk(dict(sample.kwargs), change)}
            encode([args, list(kwargs.values())])
        except LeftOut:
            continue
        tensors = leaves([args, kwargs])
        if not tensors or any(x.numel() == 0 or not x.double().isfinite().all() for x in tensors):
            continue
        if not any(x.requires_grad for x in tensors):
            for x in tensors:
                x.requires_grad_(x.is_floating_point())
        if op.name == 'clamp' and len({x.dim() for x in tensors}) > 1:
            continue  # PyTorch fails in backward where the bounds have more dimensions than each other
        found.append((sum(x.numel() for x in tensors), positions(op, args), kwargs))
    kinds = {}
    for _, args, kwargs in sorted(found, key=lambda each: each[0]):
        kinds.setdefault(kind(args, kwargs), (args, kwargs))
    return list(kinds.values())[:SAMPLES]


def by_hand():
    """Calls of in-place operators that the database has not."""
    x = lambda: torch.tensor([[0.3, -1.2, 2.5], [1.7, 0.4, -0.6]], dtype=torch.float64, requires_grad=True)  # noqa: E731
    row, single = x()[0].detach().mul(2).requires_grad_(), torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    rows, mask = torch.tensor([1, 0]), torch.tensor([[True, False, True], [False, False, True]])
    yield 'normal', [x()], {'mean': 1, 'std': 2}
    yield 'random', [x(), 2, 7], {}
    yield 'bernoulli', [x(), 0.4], {}
    yield 'copy', [x(), x()], {}
    yield 'copy', [x(), row], {}
    yield 'copy', [x(), mask], {}
    yield 'fill', [x(), 3], {}
    yield 'fill', [x(), single], {}
    yield 'zero', [x()], {}
    yield 'tril', [x()], {}
    yield 'masked_fill', [x(), mask, single], {}
    yield 'index_fill', [x(), 0, rows, single], {}
    yield 'index_add', [x(), 0, rows, x()], {'alpha': 3}
    yield 'index_copy', [x(), 0, rows, x()], {}
    yield 'scatter', [x(), 1, rows.reshape(2, 1), x()[:, :1].detach().requires_grad_()], {}
    yield 'scatter_add', [x(), 1, rows.reshape(2, 1), x()[:, :1].detach().requires_grad_()], {}
    yield 'lerp', [x(), row, single], {}
    yield 'addmm', [x(), torch.ones(2, 2, dtype=torch.float64, requires_grad=True), x()], {'beta': 0.5, 'alpha': 2}
    yield 'logical_not', [x()], {}
    for name in ['squeeze', 't']:
        yield name, [x()], {}


def set_item(x, *rest):
    x[tuple(rest[:-1])] = rest[-1]
    return x


def by_index():
    """Reading and writing by indices that are tensors."""
    x = lambda *shape: torch.linspace(-1, 2, 6, dtype=torch.float64).reshape(shape).requires_grad_()  # noqa: E731
    rows, mask = torch.tensor([1, 0, 1]), torch.tensor([[True, False, True], [False, False, True]])
    every = slice(None)
    for index in [[rows], [every, rows], [rows, rows], [mask], [every, mask[0]],
                  [every, torch.tensor([False, True, False])], [rows.int()], [None, rows], [Ellipsis, rows]]:
        yield '__getitem__', lambda y, *index: y[tuple(index)], [x(2, 3), *index], False
        for value in [torch.tensor(0.7, dtype=torch.float64, requires_grad=True), 3.0]:
            yield '__setitem__', set_item, [x(2, 3), *index, value], True


def calls():
    """(name, operator, arguments, named arguments, in place) of every operator, a few of each."""
    for op in database.op_db:
        if op.name not in NAMES or torch.float64 not in op.supported_dtypes('cpu'):
            continue
        for args, kwargs in fresh_arguments(op):
            if op.name == '__getitem__':
                yield op.name, lambda x, *index: x[tuple(index)], args, kwargs, False
            elif op.name in RANDOM:
                yield op.name, getattr(torch.Tensor, op.name + '_'), args, kwargs, True
            elif op.name in SEEDED:
                call = getattr(F if op.name.startswith('nn.') else torch, op.name.removeprefix('nn.functional.'))
                yield op.name, call, args, kwargs, False
                if op.name.startswith('nn.'):
                    yield op.name, functools.partial(call, inplace=True), args, kwargs, True
            else:
                yield op.name, op.op, args, kwargs, False
                if op.inplace_variant is not None and not op.name.endswith('_'):
                    yield op.name, op.inplace_variant, args, kwargs, True
    for name, op, args, inplace in by_index():
        yield name, op, args, {}, inplace
    for name, args, kwargs in by_hand():
        yield name, getattr(torch.Tensor, name + '_'), args, kwargs, True


def rows():
    found = []
    for name, op, args, kwargs, inplace in calls():
        try:
            found.append(row(name, op, args, kwargs, inplace))
        except LeftOut:
            pass
        except Exception as refusal:
            print(name, inplace, str(refusal).split('\n')[0][:150])
    return found


write(__file__, {'rows': rows})
