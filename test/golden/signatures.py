"""
What PyTorch lets its callers name: test/golden/signatures.json.gz, read by test/ops/signatures.test.ts.

`names`: by function, as 'torch.add', 'Tensor.add' or 'F.relu', the parameter names of every overload, without a method's
self.
`calls`: [function, positions, named arguments, the positions' names]: small calls by position, all of whose arguments
PyTorch takes by these names as well, with the same result. They are the smallest of the operator database's samples
(golden/opinfo) and, for what the database does not have, the calls below.
"""
import inspect
import pathlib
import warnings

import torch

from common import read, write_files

warnings.simplefilter('ignore')

HERE = pathlib.Path(__file__).parent
PLACES = {'torch': torch, 'Tensor': torch.Tensor, 'F': torch.nn.functional}
DTYPES = {
    'd': torch.float64, 'f': torch.float32, 'l': torch.int64, 'i': torch.int32, 'b': torch.bool, 'u': torch.uint8,
}
CODES = {dtype: code for code, dtype in DTYPES.items()}
# Without a schema, and without a signature that Python shows.
UNSHOWN = {
    'tensor': 'data dtype device requires_grad', 'as_tensor': 'data dtype device',
    'new_tensor': 'data dtype device requires_grad', 'requires_grad_': 'requires_grad',
}
# Of a function's samples, so many that differ in what is given, of at most so many elements.
SAMPLES, ELEMENTS = 3, 60

X = torch.tensor([[1.5, -2.0, 0.5], [0.25, 3.0, -1.0]])
Y = torch.tensor([[0.5, 1.0, -1.5], [2.0, -0.5, 0.75]])
P = torch.tensor([[0.5, 0.25, 0.75], [0.125, 0.5, 0.875]])
S = torch.tensor([[2.0, 1.0], [1.0, 3.0]])
B = torch.tensor([[[1.0, 2.0], [0.5, -1.0]], [[0.0, 1.0], [2.0, 1.5]]])
V = torch.tensor([1.0, -2.0, 0.5])
I = torch.tensor([[0, 2], [1, 0]])
J = torch.tensor([1, 0])
M = torch.tensor([[True, False, True], [False, True, False]])
SIGNS = torch.tensor([1.0, -1.0])


def calls_beyond():
    """Calls of what the operator database does not have: the function, and what it is given by position."""
    for name in 'index_add', 'index_copy':
        yield f'Tensor.{name}_', X, 1, J, torch.ones(2, 2)
    yield 'Tensor.index_fill_', X, 1, J, 2
    for place in 'torch.hardshrink', 'Tensor.hardshrink':
        yield place, X, 0.75
    yield 'torch.clip_', X, -1, 2
    yield 'torch.clamp_min_', X, 0.25
    yield 'torch.clamp_max_', X, 0.25
    for place in 'torch.scatter_add', 'Tensor.scatter_add', 'Tensor.scatter_add_', 'Tensor.scatter_':
        yield place, X, 1, I, torch.ones(2, 2)
    yield 'Tensor.scatter_', X, 1, I, 2
    for place in 'Tensor.masked_fill_', 'Tensor.masked_fill', 'torch.masked_fill':
        yield place, X, M, 7
    for place in 'Tensor.transpose_', 'Tensor.transpose', 'torch.transpose':
        yield place, X, 0, 1
    yield 'Tensor.squeeze_', X.unsqueeze(0), 0
    yield 'Tensor.unsqueeze_', X, 0
    for name in 'multiply', 'subtract', 'divide':
        for place in f'torch.{name}', f'Tensor.{name}', f'Tensor.{name}_':
            yield place, X, Y
    for place in 'torch.bincount', 'Tensor.bincount':
        yield place, J, SIGNS, 4
    for name in 'concat', 'concatenate':
        yield f'torch.{name}', [X, Y], 1
    for name in 'hstack', 'vstack':
        yield f'torch.{name}', [X, Y]
    yield 'torch.absolute', X
    yield 'torch.numel', X
    for name in 'add', 'sub', 'mul', 'div', 'pow', 'true_divide', 'atan2', 'hypot':
        yield f'Tensor.{name}_', X, P
    for name in 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'logical_and', 'logical_or', 'logical_xor', 'floor_divide', 'fmod', \
            'remainder', 'xlogy', 'copy':
        yield f'Tensor.{name}_', X, Y
    for name in 'clamp_min', 'clamp_max':
        for place in f'torch.{name}', f'Tensor.{name}', f'Tensor.{name}_':
            yield place, X, 1
    for place in 'torch.clip', 'Tensor.clip', 'Tensor.clip_', 'Tensor.clamp_':
        yield place, X, 0, 1
    for place in 'torch.nan_to_num_', 'Tensor.nan_to_num_':
        yield place, X, 1, 2, 3
    for name in 'cumsum', 'cumprod', 'tril', 'triu':
        yield f'Tensor.{name}_', X, 1
    yield 'Tensor.lerp_', X, Y, 0.5
    yield 'Tensor.addmm_', S, S, S
    yield 'Tensor.baddbmm_', B, B, B
    yield 'Tensor.fill_', X, 3
    yield 'Tensor.uniform_', X, 1, 2
    yield 'Tensor.normal_', X, 1, 2
    yield 'Tensor.log_normal_', X, 1, 2
    yield 'Tensor.cauchy_', X, 1, 2
    yield 'Tensor.random_', X, 1, 9
    yield 'Tensor.exponential_', X, 2
    yield 'Tensor.geometric_', X, 0.5
    yield 'Tensor.bernoulli_', X, 0.5
    yield 'Tensor.bernoulli', P, 0.5
    yield 'torch.bernoulli', P, 0.5
    for place in 'torch.multinomial', 'Tensor.multinomial':
        yield place, P, 2, True
    yield 'Tensor.requires_grad_', X, True
    for name in 'type_as', 'view_as', 'expand_as':
        yield f'Tensor.{name}', X, Y
    yield 'Tensor.new_empty', X, [0, 2]
    yield 'torch.full', [2, 3], 4
    yield 'torch.linspace', 0, 1, 5
    yield 'torch.arange', 1, 9, 2
    yield 'torch.eye', 2, 3
    yield 'torch.zeros', [2, 3]
    yield 'torch.ones', [2, 3]
    yield 'torch.empty', [0, 3]
    yield 'torch.rand', [2, 3]
    yield 'torch.randn', [2, 3]
    yield 'torch.randint', 1, 9, [2, 3]
    yield 'torch.randperm', 5
    for name in 'zeros_like', 'ones_like', 'rand_like', 'randn_like':
        yield f'torch.{name}', X
    yield 'torch.full_like', X, 3
    yield 'torch.randint_like', X, 1, 9
    yield 'torch.normal', X, P
    yield 'torch.normal', 1, 2, [2, 3]
    yield 'torch.tensor', [1.5, 2]
    yield 'torch.as_tensor', [1.5, 2]
    yield 'Tensor.new_tensor', X, [1.5, 2]
    yield 'torch.cat', [X, Y], 1
    yield 'torch.stack', [X, Y], 1
    yield 'torch.split', X, 2, 1
    yield 'torch.tensordot', S, S, 1
    for place in 'torch.diagonal', 'Tensor.diagonal':
        yield place, X, 1, 0, 1
    for place in 'torch.dist', 'Tensor.dist':
        yield place, X, Y, 2
    for place in 'torch.movedim', 'Tensor.movedim':
        yield place, X, 0, 1
    for place in 'torch.isclose', 'Tensor.isclose', 'torch.allclose', 'Tensor.allclose':
        yield place, X, Y, 0.1, 0.1, True
    for place in 'torch.equal', 'Tensor.equal':
        yield place, X, Y
    for place in 'torch.aminmax', 'Tensor.aminmax', 'torch.repeat_interleave', 'Tensor.repeat_interleave':
        yield (place, X, 2, 1) if 'repeat' in place else (place, X)
    yield 'torch.bucketize', X, torch.tensor([0.0, 1.0])
    yield 'torch.searchsorted', torch.tensor([0.0, 1.0, 2.0]), X
    yield 'torch.cosine_similarity', X, Y, 1, 1e-8
    yield 'torch.layer_norm', X, [3], V, V, 1e-5
    yield 'torch.threshold', X, 0, 1
    yield 'torch.celu', X, 2
    yield 'torch.celu_', X, 2
    yield 'torch.prelu', X, V
    yield 'torch.xlogy_', P, 2
    yield 'torch.clamp_', X, 0, 1
    for name in 'addmm', 'baddbmm', 'mm', 'matmul', 'bmm', 'mv', 'dot', 'outer', 'inner', 'cross':
        args = {
            'addmm': (S, S, S), 'baddbmm': (B, B, B), 'bmm': (B, B), 'mv': (X, V), 'dot': (V, V), 'outer': (V, V),
            'inner': (V, V), 'cross': (X, Y),
        }.get(name, (S, S))
        for place in 'torch', 'Tensor':
            yield f'{place}.{name}', *args
    for place in 'torch.rot90', 'Tensor.rot90':
        yield place, X, 1, [1, 0]
    yield 'Tensor.split', X, 2, 1
    yield 'Tensor.size', X, 1
    yield 'Tensor.stride', X, 1
    yield 'Tensor.prelu', X, V
    yield 'torch.detach', X
    yield 'torch.positive', X
    yield 'torch.empty_like', torch.empty(0, 2)
    yield 'F.hardswish', X, False
    yield 'F.tanhshrink', X
    yield 'F.linear', X, Y, SIGNS
    yield 'F.bilinear', X, Y, torch.ones(2, 3, 3), SIGNS
    yield 'F.batch_norm', X, V, V * V, V, V, False, 0.1, 1e-5
    yield 'F.layer_norm', X, [3], V, V, 1e-5
    yield 'F.dropout', X, 0.5, True, False
    yield 'F.dropout1d', X, 0.5, False, False
    yield 'F.alpha_dropout', X, 0.5, False, False
    yield 'F.rrelu', X, 0.1, 0.3, False, False
    yield 'F.hardshrink', X, 0.5
    yield 'F.softshrink', X, 0.5
    yield 'F.threshold', X, 0, 1, False
    yield 'F.threshold_', X, 0, 1
    yield 'F.elu_', X, 0.5
    yield 'F.celu_', X, 0.5
    yield 'F.hardtanh_', X, -0.5, 0.5
    yield 'F.leaky_relu_', X, 0.5
    yield 'F.leaky_relu', X, 0.5, False
    yield 'F.relu', X, False
    yield 'F.gelu', X
    yield 'F.prelu', X, V
    yield 'F.softplus', X, 1, 20
    yield 'F.softmax', X, 1
    yield 'F.log_softmax', X, 1
    yield 'F.softmin', X, 1
    yield 'F.glu', S, 1
    yield 'F.one_hot', J, 3
    yield 'F.embedding', J, X
    yield 'F.pad', X, [1, 1], 'constant', 2
    yield 'F.normalize', X, 2, 1, 1e-12
    yield 'F.cosine_similarity', X, Y, 1, 1e-8
    yield 'F.pairwise_distance', X, Y, 2, 1e-6, True
    yield 'F.mse_loss', X, Y
    yield 'F.l1_loss', X, Y
    yield 'F.smooth_l1_loss', X, Y
    yield 'F.huber_loss', X, Y, 'sum', 2
    yield 'F.kl_div', X, P
    yield 'F.cross_entropy', X, J, V * V
    yield 'F.nll_loss', X, J, V * V
    yield 'F.binary_cross_entropy', P, torch.flip(P, [0]), P
    yield 'F.binary_cross_entropy_with_logits', X, P, P
    yield 'F.poisson_nll_loss', X, P, True, False
    yield 'F.gaussian_nll_loss', X, Y, P, False, 1e-6, 'sum'
    yield 'F.soft_margin_loss', X, Y.sign()
    yield 'F.hinge_embedding_loss', X, Y.sign(), 0.5
    yield 'F.margin_ranking_loss', X, Y, Y.sign(), 0.5
    yield 'F.cosine_embedding_loss', X, Y, SIGNS, 0.5
    yield 'F.triplet_margin_loss', X, Y, P, 1, 2, 1e-6, False
    yield 'F.multi_margin_loss', X, J, 1, 1
    yield 'F.multilabel_margin_loss', X, torch.tensor([[0, 2, -1], [1, -1, 0]])
    yield 'F.multilabel_soft_margin_loss', X, M.float()


def public():
    """The public functions of every place, by name."""
    api = read(HERE / 'api.json')['names']
    lists = {'torch': api['torch'], 'Tensor': api['torch.Tensor'], 'F': api['torch.nn.functional']}
    for place, names in lists.items():
        for name in names:
            for each in (name, name + '_'):
                function = getattr(PLACES[place], each, None)
                if callable(function) and not inspect.isclass(function):
                    yield place, each


def entry(place, name):
    """The place, the function, and the names of its overloads."""
    function = getattr(PLACES[place], name)
    return place, function, overloads(place, name, function)


def overloads(place, name, function):
    """The parameter names of every overload; a method's self is left out."""
    if name in UNSHOWN:
        return [UNSHOWN[name].split()]
    try:
        if isinstance(function, type(torch.functional.split)):
            parameters = list(inspect.signature(function).parameters.values())
            names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
            # A function that may be called in several ways says so by *args alone.
            if names and not hasattr(function, '_torch_variadic'):
                return [names[1:] if place == 'Tensor' else names]
    except (TypeError, ValueError):
        pass
    found = []
    for schema in torch._C._jit_get_schemas_for_operator(f'aten::{name}'):
        arguments = [argument for argument in schema.arguments if not argument.is_out]
        types = ' '.join(str(each.type) for each in [*arguments, *schema.returns])
        if 'Dimname' in types or 'Tensor' not in types:
            continue
        names = ['input' if a.name == 'self' else a.name for a in arguments if place != 'Tensor' or a.name != 'self']
        if names not in found:
            found.append(names)
    return found


def decode(value):
    """What golden/opinfo.py wrote, as PyTorch's own."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if 's' in value and 'v' in value:
        flat = [item == '1' for item in value['v']] if isinstance(value['v'], str) else [float(x) if isinstance(
            x, str) and value['t'] in 'fd' else int(x) if isinstance(x, str) else x for x in value['v']]
        return torch.tensor(flat, dtype=DTYPES[value['t']]).reshape(value['s'])
    if 'T' in value:
        return DTYPES[value['T']]
    if 'n' in value:
        return float(value['n'])
    raise KeyError('not of a call')


def encode(value):
    """PyTorch's own, as golden/opinfo.py writes it."""
    if isinstance(value, torch.Tensor):
        flat = value.reshape(-1).tolist()
        written = ''.join(map(str, map(int, flat))) if value.dtype == torch.bool else [
            int(x) if x == int(x) else x for x in flat]
        return {'t': CODES[value.dtype], 's': list(value.shape), 'v': written}
    return [encode(item) for item in value] if isinstance(value, list) else value


def size(value):
    """The number of elements in what a call is given."""
    if isinstance(value, torch.Tensor):
        return value.numel()
    return sum(size(item) for item in value) if isinstance(value, list) else 0


def fresh(value):
    """Copies, since a call may write what it is given."""
    if isinstance(value, torch.Tensor):
        return value.clone()
    return [fresh(item) for item in value] if isinstance(value, list) else value


def run(function, args, named):
    torch.manual_seed(0)
    result = function(*fresh(args), **{key: fresh(value) for key, value in named.items()})
    return list(result) if isinstance(result, tuple) else result


def same(left, right):
    try:
        torch.testing.assert_close(left, right, rtol=0, atol=0, equal_nan=True)
        return True
    except (AssertionError, TypeError, ValueError):
        return False


def names_of(place, function, lists, args, named):
    """The names under which PyTorch takes the positions of a call, or None."""
    try:
        want = run(function, args, named)
    except Exception:  # a sample of another overload or form
        return None
    own = 1 if place == 'Tensor' else 0
    # Several integers may be one list.
    spread = [[*args[:own + at], args[own + at:]] for at in range(2) if len(args) > own + at + 1 and all(
        isinstance(x, int) for x in args[own + at:])]
    for given in [args, *spread]:
        for names in lists:
            mine = names[:len(given) - own]
            if len(mine) < len(given) - own or set(mine) & set(named):
                continue
            try:
                if same(run(function, given[:own], {**dict(zip(mine, given[own:])), **named}), want):
                    return given, mine
            except Exception:  # not this overload
                continue
    return None


def homes(operator):
    """The places and names of an operator of the database."""
    short = operator.replace('nn.functional.', '')
    for place in PLACES if short == operator else ('torch', 'F'):
        yield place, short
        yield place, short + '_'


def build():
    every = {f'{place}.{name}': entry(place, name) for place, name in public()}
    pool = {}
    for group in 'unary', 'binary', 'reduction', 'functional', 'other':
        for case in read(HERE / 'opinfo' / f'{group}.json.gz')['cases']:
            if case['o'] == '__getitem__' or case.get('w'):
                continue
            try:
                args, named = decode(case['a']), {key: decode(value) for key, value in case.get('k', {}).items()}
            except KeyError:
                continue
            if size([args, list(named.values())]) > ELEMENTS or not case['a']:
                continue
            for place, name in homes(case['o']):
                pool.setdefault(f'{place}.{name}', []).append((args, named, case['a'], case.get('k', {})))
    calls = []
    for key, samples in pool.items():
        if key not in every:
            continue
        place, function, lists = every[key]
        taken = []
        for args, named, written, written_named in sorted(samples, key=lambda s: (-len(s[0]) - len(s[1]), size(s[0]) or 99)):
            if len(taken) == SAMPLES:
                break
            shape = [len(args), sorted(named), [type(x).__name__ for x in args]]
            if shape in taken:
                continue
            bound = names_of(place, function, lists, args, named)
            if bound is None:
                continue
            given, mine = bound
            taken.append(shape)
            positions = written if given is args else [*written[:len(given) - 1], written[len(given) - 1:]]
            calls.append([key, strip(positions), strip(written_named), mine])
    for key, *args in calls_beyond():
        if key not in every:
            every[key] = entry(*key.split('.'))
        place, function, lists = every[key]
        bound = names_of(place, function, lists, list(args), {})
        if bound is None:
            print('not by name:', key)
            continue
        given, mine = bound
        calls.append([key, encode(given), {}, mine])
    names = {key: [' '.join(each) for each in lists] for key, (*_, lists) in every.items() if any(lists)}
    return {'signatures.json.gz': {'names': names, 'calls': calls}}


def strip(value):
    """A written argument without the mark that its gradient is wanted."""
    if isinstance(value, list):
        return [strip(item) for item in value]
    return {key: strip(item) for key, item in value.items() if key != 'g'} if isinstance(value, dict) else value


write_files(__file__, build)
