"""
What PyTorch's own operator database (torch.testing._internal.common_methods_invocations.op_db) samples for the
operators that torchlet has, with what PyTorch answers: test/golden/opinfo/<group>.json.gz, read by test/opinfo.

A case is { o: operator, d: the dtype it is sampled for, a: arguments, k: named arguments, r: result,
g: gradients of sum(result * cos(0, 1, 2, ...)), w: 1 where a Python float that is a whole number decides the result,
i: 1 where the in-place form gives the same }.
Inputs are rounded to a few digits first (short files), then PyTorch runs on the rounded ones.
"""
import functools
import json
import math
import pathlib
import random
import re
import sys
import warnings
from collections import Counter

import numpy as np
import torch

import apart
from common import agreed, write_files
from torch.testing._internal import common_methods_invocations as database

warnings.simplefilter('ignore')

# Operators of the database that other golden files hold against PyTorch: what draws or leaves its elements open, losses
# and layers (nn.py, ops_losses.py, modules.py), names that PyTorch has twice.
ELSEWHERE = set('''bernoulli multinomial normal rand_like randint randint_like randn randn_like nn.functional.alpha_dropout
nn.functional.dropout nn.functional.rrelu empty empty_like new_empty
nn.functional.batch_norm nn.functional.bilinear nn.functional.cosine_embedding_loss nn.functional.gaussian_nll_loss
nn.functional.hardshrink nn.functional.hinge_embedding_loss nn.functional.margin_ranking_loss
nn.functional.multi_margin_loss nn.functional.multilabel_margin_loss nn.functional.multilabel_soft_margin_loss
nn.functional.pairwise_distance nn.functional.poisson_nll_loss nn.functional.soft_margin_loss nn.functional.softshrink
nn.functional.tanhshrink nn.functional.triplet_margin_loss
T aminmax bincount bool byte clamp_max clamp_min equal hstack int mT positive rot90 vstack zero_'''.split())
# `node build.mjs core` writes which operations there are.
HERE = json.loads(pathlib.Path(__file__).with_name('operations.generated.json').read_text())


def is_here(name):
    """Whether torchlet has an operator of the database."""
    short = name.removeprefix('nn.functional.')
    spelt = re.sub('(?<=[a-zA-Z0-9])_([a-z0-9])', lambda found: found[1].upper(), short)
    places = ['F'] if short != name else ['torch', 'Tensor']
    return name in ('__getitem__', 'item') or any(spelt in HERE[place] for place in places)


WANTED = {op.name for op in database.op_db if is_here(op.name)} - ELSEWHERE
DTYPES = [torch.float64, torch.float32, torch.int64, torch.bool]
CODES = {
    torch.float64: 'd', torch.float32: 'f', torch.int64: 'l', torch.int32: 'i', torch.bool: 'b', torch.uint8: 'u',
}
# The largest tensor of a case, by the dtype it is sampled for.
LARGEST = {dtype: 4000 for dtype in DTYPES}
# How many reference inputs are taken of an operator for one dtype.
REFERENCES = 60
# Layouts that torchlet need not be told.
ONLY = (torch.strided, torch.contiguous_format, torch.preserve_format)
SORTS = {'sort', 'argsort', 'topk', 'kthvalue', 'median', 'mode', 'max', 'min', 'amax', 'amin', 'argmax', 'argmin'}


class LeftOut(Exception):
    """A case that is not written, and why."""


def number(value, digits):
    """A float as JSON, with the digits that the tolerance needs."""
    if math.isnan(value):
        return 'nan'
    if math.isinf(value):
        return 'inf' if value > 0 else '-inf'
    short = float(f'{value:.{digits}g}')
    if math.isinf(short):
        short = value
    return -0.0 if short == 0 and math.copysign(1, short) < 0 else int(short) if short == int(short) and abs(
        short) < 1e15 else short


def tensor(value, digits=17):
    """A tensor: dtype, shape, values in order."""
    if value.dtype not in CODES:
        raise LeftOut(f'a dtype that torchlet does not compute in ({str(value.dtype)[6:]})')
    if value.layout != torch.strided:
        raise LeftOut('a layout other than strided')
    flat = value.detach().resolve_neg().reshape(-1).tolist()
    if value.dtype == torch.bool:
        flat = ''.join('1' if item else '0' for item in flat)
    elif value.is_floating_point():
        flat = [number(item, digits) for item in flat]
    else:
        flat = [item if abs(item) < 2**53 else str(item) for item in flat]
    out = {'t': CODES[value.dtype], 's': list(value.shape), 'v': flat}
    if value.requires_grad and value.is_leaf:
        out['g'] = 1
    return out


def encode(value, digits=17):
    """Anything an operator takes or gives."""
    if isinstance(value, torch.Tensor):
        return tensor(value, digits)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (complex, np.complexfloating)):
        raise LeftOut('complex numbers')
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(value) < 2**53 else {'big': str(int(value))}
    if isinstance(value, (float, np.floating)):
        short = number(float(value), digits)
        return {'n': short} if isinstance(short, str) else short
    if isinstance(value, (list, tuple, torch.Size)):
        return [encode(item, digits) for item in value]
    if isinstance(value, slice):
        return {'slice': [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return {'ellipsis': 1}
    if isinstance(value, torch.dtype):
        if value not in CODES:
            raise LeftOut(f'a dtype that torchlet does not compute in ({str(value)[6:]})')
        return {'T': CODES[value]}
    if isinstance(value, torch.device):
        return str(value)
    if isinstance(value, (torch.layout, torch.memory_format)):
        raise LeftOut('a layout or a memory format')
    raise LeftOut(f'an argument of type {type(value).__name__}')


def walk(value, change):
    """`value` with `change` applied to every leaf."""
    if isinstance(value, torch.Size):
        return value
    if isinstance(value, (list, tuple)):
        return type(value)(walk(item, change) for item in value)
    if isinstance(value, dict):
        return {key: walk(item, change) for key, item in value.items()}
    return change(value)


def leaves(value):
    """Every tensor in nested arguments, in order."""
    found = []
    walk(value, lambda leaf: found.append(leaf) if isinstance(leaf, torch.Tensor) else None)
    return found


def rounded(value, digits, largest):
    """A fresh, rounded leaf in place of a sampled tensor; a short number in place of a long one."""
    if isinstance(value, float) and not isinstance(value, bool) and math.isfinite(value):
        return float(f'{value:.6g}')
    if not isinstance(value, torch.Tensor):
        return value
    if value.numel() > largest:
        raise LeftOut(f'a tensor of more than {largest} elements')
    if value.layout != torch.strided or value.dtype not in CODES:
        tensor(value)
    fresh = value.detach().clone(memory_format=torch.contiguous_format)
    if value.dtype in (torch.float64, torch.float32):
        flat = [float(f'{item:.{digits}g}') for item in fresh.reshape(-1).tolist()]
        fresh = torch.tensor(agreed(flat), dtype=value.dtype).reshape(value.shape)
    return fresh.requires_grad_(value.requires_grad)


def outputs(result):
    """The floating results of an operator, that can carry a gradient."""
    return [leaf for leaf in leaves([result] if isinstance(result, torch.Tensor) else list(result) if isinstance(
        result, (list, tuple)) else []) if leaf.is_floating_point() and leaf.requires_grad]


def gradients(result, inputs):
    """The gradient of sum(out * cos(0, 1, 2, ...)) over all results."""
    total = sum((out.reshape(-1) * torch.arange(out.numel(), dtype=torch.float64).cos().to(out.dtype)).sum()
                for out in outputs(result))
    return torch.autograd.grad(total, inputs, allow_unused=True)


def same(left, right):
    """Whether two results have the same structure, dtypes and shapes, and nearly the same values."""
    try:
        torch.testing.assert_close(left, right, rtol=1e-5, atol=1e-6, equal_nan=True)
        return True
    except (AssertionError, TypeError, ValueError):
        return False


def whole(value):
    """An int in place of a Python float that is a whole number."""
    return int(value) if isinstance(value, float) and math.isfinite(value) and value == int(value) else value


def decided_by_float(call, args, kwargs, result):
    """Whether PyTorch answers otherwise when whole floats are ints, which is all that JavaScript can say."""
    ints = walk(args, whole), walk(kwargs, whole)
    if not any(type(a) is not type(b) for a, b in zip(flat_scalars((args, kwargs)), flat_scalars(ints))):
        return False
    try:
        return not same(call(*ints[0], **ints[1]), result)
    except Exception:  # PyTorch refuses the int form: it decides
        return True


def flat_scalars(value):
    """Every leaf in order."""
    found = []
    walk(value, found.append)
    return found


def bound(op):
    """Named arguments that a partial or a variant of an operator carries."""
    call = op.op
    return dict(call.keywords) if isinstance(call, functools.partial) else {}


def positions(op, args):
    """The arguments as they are written: an index that is a tuple is several indices."""
    if op.name == '__getitem__' and isinstance(args[1], tuple):
        return [args[0], *args[1]]
    return args


# Beside NaN these give one gradient where they compute a row in vectors and another in the rest of it; how much that is
# depends on the processor. '?' stands for either.
UNSETTLED_AT_NAN = {f'nn.functional.{name}' for name in ('celu', 'elu', 'hardtanh', 'relu6', 'selu')}


def settled(op, x, numbers):
    """The numbers of a gradient of x, without those that PyTorch does not agree with itself about."""
    if op.name not in UNSETTLED_AT_NAN:
        return numbers
    return ['?' if nan else number for nan, number in zip(x.isnan().flatten().tolist(), numbers)]


def case_of(op, sample, dtype):
    """One sample as a case."""
    digits = 6 if op.name in SORTS else 4
    args = [sample.input, *sample.args]
    change = functools.partial(rounded, digits=digits, largest=LARGEST[dtype])
    args, kwargs = walk(args, change), walk(dict(sample.kwargs), change)
    written = {'o': op.name, 'd': CODES[dtype], 'a': encode(positions(op, args))}
    named = {**bound(op), **kwargs}
    named = {key: value for key, value in named.items() if not any(value is layout for layout in ONLY)}
    if named:
        written['k'] = {key: encode(value) for key, value in named.items()}
    torch.manual_seed(0)
    try:
        result = op.op(*args, **kwargs)
    except Exception as refusal:  # whatever class
        raise LeftOut('a sample that PyTorch refuses once its numbers are rounded') from refusal
    if any(out.numel() > 2 * LARGEST[dtype] for out in leaves([result])):
        raise LeftOut(f'a tensor of more than {LARGEST[dtype]} elements')
    written['r'] = encode(result, 10 if dtype == torch.float64 else 8)
    inputs = [leaf for leaf in leaves([args, kwargs]) if leaf.requires_grad]
    if inputs and outputs(result):
        digits = 10 if dtype == torch.float64 else 7
        try:
            grads = gradients(result, inputs)
        except RuntimeError as failure:
            raise LeftOut('a gradient that PyTorch itself fails to compute') from failure
        written['g'] = [None if grad is None else settled(op, x, tensor(grad, digits)['v']) for x, grad in zip(inputs, grads)]
    with torch.no_grad():
        if decided_by_float(op.op, args, kwargs, result):
            written['w'] = 1
        inplace = op.inplace_variant
        if inplace is not None and isinstance(args[0], torch.Tensor):
            try:
                if same(inplace(args[0].detach().clone(), *args[1:], **kwargs), result):
                    written['i'] = 1
            except Exception:  # not in place: a result of another shape or dtype
                pass
    return written


def forms_of(name):
    """The places where PyTorch has the operator, an underscore for its in-place form."""
    short = name.replace('nn.functional.', '')
    homes = {'torch': torch, 'Tensor': torch.Tensor, 'F': torch.nn.functional}
    return [f'{home}.{short}{suffix}' for home, place in homes.items() for suffix in ('', '_')
            if '__' not in short and callable(getattr(place, short + suffix, None))]


def group_of(op):
    """The file that an operator's cases are written to."""
    if op.name.startswith('nn.functional.'):
        return 'functional'
    return {'UnaryUfuncInfo': 'unary', 'BinaryUfuncInfo': 'binary', 'ReductionOpInfo': 'reduction'}.get(
        type(op).__name__, 'other')


def seed():
    """The same draws whatever ran before."""
    torch.manual_seed(7)
    random.seed(7)
    np.random.seed(7)


def samples(op, dtype):
    """What PyTorch samples, and the first small ones of its reference inputs that are not among them."""
    seed()
    differentiable = dtype in (torch.float64, torch.float32) and op.supports_autograd
    yield from op.sample_inputs('cpu', dtype, requires_grad=differentiable)
    if op.reference_inputs_func is not None:
        seed()
        small = (sample for sample in op.reference_inputs('cpu', dtype)
                 if all(leaf.numel() <= 40 for leaf in leaves([sample.input, sample.args, sample.kwargs])))
        for _, sample in zip(range(REFERENCES), small):
            # With requires_grad=True some of these samplers fail on integer arguments.
            for leaf in leaves([sample.input]) if differentiable else []:
                if leaf.is_floating_point():
                    leaf.requires_grad_()
            yield sample


def refusals(op):
    """The arguments that PyTorch refuses for an operator."""
    seed()
    for error in op.error_inputs('cpu'):
        sample = error.sample_input
        args = [sample.input, *sample.args]
        kwargs = {**bound(op), **sample.kwargs}
        if 'out' in kwargs:
            yield LeftOut('an out= argument')
            continue
        try:
            if any(leaf.dim() > 64 for leaf in leaves([args])):
                raise LeftOut('more than 64 dimensions')
            if any(leaf.numel() > 2000 for leaf in leaves([args, kwargs])):
                raise LeftOut('a tensor of more than 2000 elements')
            named = {key: encode(item, 3) for key, item in kwargs.items()}
            written = {'o': op.name, 'a': encode(positions(op, args), 3), 'k': named}
        except LeftOut as reason:
            yield reason
            continue
        try:
            op.op(*args, **sample.kwargs)
        except Exception as refusal:  # whatever class: PyTorch refuses
            written['e'] = str(refusal).split('\n')[0][:160]
            yield written
        else:
            yield LeftOut('PyTorch does not refuse it on CPU')


def build():
    groups, left_out, errors, errors_left_out = {}, {}, [], {}
    methods, forms, gradgrad = {}, {}, {}
    for op in database.op_db:
        if op.name not in WANTED:
            continue
        cases = groups.setdefault(group_of(op), [])
        reasons = left_out.setdefault(op.name, Counter())
        methods[op.name] = int(op.method_variant is not None and '__' not in op.name)
        forms[op.name] = forms_of(op.name)
        gradgrad[op.name] = int(op.supports_autograd and op.supports_gradgrad) & gradgrad.get(op.name, 1)
        seen = set()
        for dtype in DTYPES:
            if dtype not in op.supported_dtypes('cpu'):
                continue
            try:
                for sample in samples(op, dtype):
                    try:
                        case = case_of(op, sample, dtype)
                    except LeftOut as reason:
                        reasons[str(reason)] += 1
                        continue
                    text = json.dumps({**case, 'd': ''})
                    if text not in seen:
                        seen.add(text)
                        cases.append(case)
            except (RuntimeError, IndexError, ValueError, TypeError) as failure:
                print('sampling', op.name, op.variant_test_name, dtype, repr(failure)[:200], file=sys.stderr)
                raise
        if op.error_inputs_func is not None:
            for item in refusals(op):
                if isinstance(item, LeftOut):
                    errors_left_out.setdefault(op.name, Counter())[str(item)] += 1
                elif item not in errors:
                    errors.append(item)
    missing = WANTED - set(left_out)
    about = {
        'methods': methods, 'forms': forms, 'gradgrad': gradgrad,
        'leftOut': {name: dict(c) for name, c in left_out.items() if c},
        'errorsLeftOut': {name: dict(c) for name, c in errors_left_out.items()}, 'notInDatabase': sorted(missing),
    }
    files = {**{name: {'cases': cases} for name, cases in groups.items()}, 'errors': {'cases': errors}, 'about': about}
    return {f'opinfo/{name}.json.gz': sections for name, sections in files.items()}


if __name__ == '__main__':
    apart.least = 1.0
    write_files(__file__, build)
