"""Every module of torchlet's that PyTorch's own `module_db` has samples for, and a few that it has not, as real PyTorch
computes them: forward, gradients of inputs and parameters, train and eval mode, state dict, printed form.

The file is kept small: inputs are rounded to multiples of 2^-11 where that fits 16 bits (or are kept as float32), and of a
large result its first 24 values stand with three weighted sums of all.
"""

import inspect
import math

import torch
from torch import nn

from common import agreed, packed, write
from torch.testing._internal.common_modules import FunctionInput, ModuleInput, module_db

HAVE = """ELU CELU SELU SiLU Mish GELU ReLU ReLU6 RReLU LeakyReLU PReLU Hardtanh Hardswish Threshold Sigmoid LogSigmoid Tanh
Tanhshrink Hardshrink Softshrink Softplus Softsign GLU Softmax Softmin Softmax2d LogSoftmax Linear Bilinear Embedding LayerNorm
BatchNorm1d L1Loss SmoothL1Loss MSELoss HuberLoss KLDivLoss PoissonNLLLoss GaussianNLLLoss NLLLoss CrossEntropyLoss BCELoss
BCEWithLogitsLoss CosineEmbeddingLoss MarginRankingLoss HingeEmbeddingLoss MultiMarginLoss MultiLabelMarginLoss
SoftMarginLoss MultiLabelSoftMarginLoss""".split()

def coarse(x):
    """The sample's numbers on a grid that 16 bits hold; what lies outside stays as it is. Zero stays apart from others."""
    if not isinstance(x, torch.Tensor) or x.dtype != torch.float32:
        return x
    y = (x.detach().double() * 2048).round() / 2048
    y = torch.where((y == 0) & (x.detach() != 0), torch.full_like(y, 2**-11), y)
    y = y if y.numel() == 0 or y.abs().max() < 16 else x.detach().double()
    y = torch.tensor(agreed(y.flatten().tolist()), dtype=torch.float64).reshape(x.shape)
    return y.float().requires_grad_(x.requires_grad)


def seen(x):
    """A result: all of it, or its first values and three sums that every element is part of."""
    if x is None:
        return None
    x = x.detach()
    if x.numel() <= 32:
        return packed(x)
    flat = x.double().flatten()
    at = torch.arange(len(flat), dtype=torch.float64)
    sums = [float((flat * w).sum()) for w in (torch.ones_like(at), torch.cos(at), torch.sin(at * 0.7))]
    size = float(flat.abs().sum())
    kept = [float(f"{s:.9g}") if math.isfinite(s) else None for s in [*sums, size]]
    return [list(x.shape), packed(x.flatten()[:24]), kept]


def value(x):
    if isinstance(x, torch.Tensor):
        return {"t": packed(x), "g": int(x.requires_grad)}
    if isinstance(x, (tuple, list, torch.Size)):
        return [value(each) for each in x]
    if x is None or isinstance(x, (bool, int, float, str)):
        return x
    if isinstance(x, torch.dtype):
        return None
    raise TypeError(x)


def arguments(name, entry):
    """Constructor arguments by name, in PyTorch's spelling, without device and dtype."""
    signature = inspect.signature(getattr(nn, name).__init__)
    bound = signature.bind(None, *entry.args, **entry.kwargs)
    given = dict(list(bound.arguments.items())[1:])
    for extra in given.pop("kwargs", {}).items():
        given[extra[0]] = extra[1]
    for key in ("device", "dtype", "size_average", "reduce"):
        given.pop(key, None)
    return given


def run(module, inputs):
    for p in module.parameters():
        p.grad = None
    leaves = [x for x in inputs if isinstance(x, torch.Tensor)]
    for x in leaves:
        x.grad = None
    torch.manual_seed(3)
    out = module(*inputs)
    result = {"out": seen(out)}
    if out.requires_grad:
        weights = torch.cos(torch.arange(out.numel(), dtype=torch.float64)).reshape(out.shape)
        (out * weights.to(out.dtype)).sum().backward()
        result["dx"] = [seen(x.grad) for x in leaves]
        result["dp"] = [seen(p.grad) for p in module.parameters()]
    return result


def sample(name, given, inputs, spread=False):
    torch.manual_seed(1)
    module = getattr(nn, name)(**{k: coarse(v) for k, v in given.items()})
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(coarse(p))
    state = {key: packed(x) for key, x in module.state_dict().items()}
    inputs = [coarse(x) for x in inputs]
    # A leaf of a sample may be the output of an operation.
    inputs = [x.detach().requires_grad_(x.requires_grad) if isinstance(x, torch.Tensor) else x for x in inputs]
    case = {
        "c": {key: value(x) for key, x in given.items()},
        "x": [value(x) for x in inputs],
        "state": state,
        "repr": repr(module),
        "train": None,
        "eval": None,
    }
    try:
        case["train"] = run(module.train(), inputs)
    except Exception as error:
        case["train"] = str(error)
    case["after"] = {key: packed(x) for key, x in module.state_dict().items()
                     if packed(x) != state[key]}
    try:
        evaluated = run(module.eval(), inputs)
    except Exception as error:
        evaluated = str(error)
    case["eval"] = None if evaluated == case["train"] else evaluated
    return case


def from_db():
    out = {}
    for info in module_db:
        name = info.name.split(".")[-1]
        if name not in HAVE:
            continue
        cases = []
        torch.manual_seed(0)
        samples = info.module_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=True, training=True)
        for each in samples:
            assert isinstance(each, ModuleInput)
            forward = each.forward_input
            assert isinstance(forward, FunctionInput)
            inputs = [*forward.args, *forward.kwargs.values()]
            cases.append(sample(name, arguments(name, each.constructor_input), inputs))
        out[name] = cases
    return out


def more():
    """Modules without samples in module_db, and options that its samples leave out."""
    g = torch.Generator().manual_seed(5)

    def x(*shape):
        return torch.randn(*shape, generator=g).requires_grad_()

    c = {}

    def add(name, given, *inputs):
        c.setdefault(name, []).append(sample(name, given, list(inputs)))

    for given in ({}, {"margin": 0.5, "swap": True}, {"p": 1, "reduction": "sum"}, {"p": 3.0, "reduction": "none"}):
        add("TripletMarginLoss", given, x(4, 5), x(4, 5), x(4, 5))
    add("TripletMarginLoss", {}, x(5), x(5), x(5))
    for given in ({}, {"p": 1.0, "keepdim": True}, {"p": math.inf}, {"p": 3.0, "eps": 1e-3}):
        add("PairwiseDistance", given, x(4, 5), x(4, 5))
    for given in ({}, {"dim": 0}, {"dim": -1, "eps": 1e-6}):
        add("CosineSimilarity", given, x(4, 5), x(4, 5))
    add("Unflatten", {"dim": 1, "unflattened_size": (2, 3)}, x(2, 6))
    add("Unflatten", {"dim": -1, "unflattened_size": (2, -1)}, x(2, 6))
    add("Flatten", {}, x(2, 3, 2))
    add("Flatten", {"start_dim": 0, "end_dim": 1}, x(2, 3, 2))
    add("Identity", {}, x(3))
    for p in (0.0, 0.3, 1.0):
        add("Dropout", {"p": p}, x(4, 5))
        add("Dropout1d", {"p": p}, x(4, 3, 5))
        add("AlphaDropout", {"p": p}, x(4, 5))
    add("Dropout1d", {}, x(6, 5))
    add("Hardsigmoid", {}, x(4, 5) * 4)
    for given in ({}, {"lower": 0.2, "upper": 0.9}, {"lower": 0.25, "upper": 0.25}):
        add("RReLU", given, x(5, 7))
        add("RReLU", given, x(2, 3, 3))
    add("Softmax2d", {}, x(3, 2, 4))
    add("Softmax2d", {}, x(2, 2))
    for given in ({"num_embeddings": 5, "embedding_dim": 3, "padding_idx": -2},
                  {"num_embeddings": 5, "embedding_dim": 3, "max_norm": 1.0},
                  {"num_embeddings": 5, "embedding_dim": 3, "max_norm": 1.0, "norm_type": 1.0},
                  {"num_embeddings": 5, "embedding_dim": 3, "scale_grad_by_freq": True, "padding_idx": 1}):
        add("Embedding", given, torch.tensor([[0, 3, 3], [1, 4, 0]]))
    for given in ({"num_features": 3, "momentum": None}, {"num_features": 3, "affine": False, "momentum": 0.5},
                  {"num_features": 3, "track_running_stats": False}, {"num_features": 3, "eps": 0.1},
                  {"num_features": 3, "bias": False}):
        add("BatchNorm1d", given, x(4, 3))
        add("BatchNorm1d", given, x(4, 3, 5))
    for given in ({"normalized_shape": 5, "bias": False}, {"normalized_shape": (3, 5), "elementwise_affine": False},
                  {"normalized_shape": (5,), "eps": 0.1}):
        add("LayerNorm", given, x(2, 3, 5))
    for given in ({"full": True}, {"reduction": "sum", "eps": 0.5}):
        add("GaussianNLLLoss", given, x(4, 3), x(4, 3), (x(4, 1).detach().abs() + 0.1).requires_grad_())
    add("MultiMarginLoss", {"p": 2, "weight": torch.tensor([1.0, 0.5, 2.0]), "reduction": "none"}, x(4, 3),
        torch.tensor([0, 2, 1, 1]))
    add("MultiLabelMarginLoss", {"reduction": "none"}, x(2, 4), torch.tensor([[1, 1, -1, 0], [-1, 2, 3, 0]]))
    add("PReLU", {"num_parameters": 3, "init": 0.1}, x(2, 3, 4))
    add("Bilinear", {"in1_features": 2, "in2_features": 3, "out_features": 4, "bias": False}, x(2, 5, 2), x(2, 5, 3))
    return c


def collections():
    lin = lambda: nn.Linear(2, 2)  # noqa: E731
    return {
        "list": repr(nn.ModuleList([lin(), lin(), nn.ReLU(), nn.Sequential(lin(), nn.ReLU())])),
        "emptyList": repr(nn.ModuleList()),
        "dict": repr(nn.ModuleDict({"a": lin(), "b": nn.ReLU()})),
        "parameters": repr(nn.ParameterList([torch.ones(2, 3), torch.ones(()).double()])),
        "parameterDict": repr(nn.ParameterDict({"a": torch.ones(2, 3), "b": torch.ones(1).double()})),
    }


def inits():
    out = []

    def add(name, shape, dtype=torch.float32, **kwargs):
        torch.manual_seed(9)
        x = torch.empty(*shape, dtype=dtype)
        getattr(nn.init, name)(x, **kwargs)
        after = float(torch.rand(1, dtype=torch.float64))
        out.append({"name": name, "kwargs": kwargs, "want": packed(x), "after": after})

    add("eye_", (3, 5))
    add("eye_", (5, 3))
    add("dirac_", (4, 3, 3))
    add("dirac_", (4, 2, 2, 3), groups=2)
    add("dirac_", (3, 4, 1, 2, 3))
    for shape in ((3, 5), (5, 3), (4, 4), (3, 2, 2), (1, 7), (7, 1), (20, 20)):
        add("orthogonal_", shape)
    add("orthogonal_", (4, 6), gain=2.5)
    add("orthogonal_", (4, 6), torch.float64)
    for kwargs in ({}, {"std": 0.02}, {"mean": 1.0, "std": 2.0, "a": 0.0, "b": 3.0}, {"a": 0.5, "b": 3.0},
                   {"a": 1.5, "b": 4.0}, {"a": -4.0, "b": -1.0}, {"mean": 5.0, "a": 0.0, "b": 3.5, "std": 2.0}):
        add("trunc_normal_", (6, 7), **kwargs)
    add("trunc_normal_", (5, 4), torch.float64, a=-0.5, b=0.5)
    add("trunc_normal_", (5, 4), torch.float64, a=1.0, b=3.0)
    for name, build in [("Embedding", lambda: nn.Embedding(7, 4, padding_idx=2)), ("Bilinear", lambda: nn.Bilinear(3, 2, 4)),
                        ("PReLU", lambda: nn.PReLU(3))]:
        torch.manual_seed(9)
        out.append({"name": name, "kwargs": {}, "want": packed(build().weight), "after": float(torch.rand(1, dtype=torch.float64))})
    return out


def clips():
    out = []
    for norm_type in (2.0, 1.0, math.inf, 3.0):
        for most in (0.5, 100.0):
            torch.manual_seed(2)
            ps = [torch.zeros(3, 4), torch.zeros(5)]
            for p in ps:
                p.grad = coarse(torch.randn(p.shape))
            before = [packed(p.grad) for p in ps]
            total = nn.utils.clip_grad_norm_(ps, most, norm_type=norm_type)
            out.append({"p": str(norm_type), "max": most, "grads": before, "total": float(total),
                        "want": [packed(p.grad) for p in ps]})
    return out


def cases():
    """One row a sample, those of a module together."""
    book = from_db()
    for name, found in more().items():
        book.setdefault(name, []).extend(found)
    return [{"m": name, **each} for name, found in book.items() for each in found]


write(__file__, {"cases": cases, "collections": collections, "init": inits, "clip": clips})
