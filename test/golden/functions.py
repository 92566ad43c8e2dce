"""
Writes functions.json: what PyTorch gives for operations with a derivative of the user's own (`custom`), for
torch.autograd.functional (`functional`), for test/engine/function.test.ts and test/engine/functional.test.ts. The
programs stand there again under the same names; a row is a name and the lists of numbers that its program gives, or `!`
where it is refused. Float64 is rounded to 12 digits: its last bits are the C library's.
"""
import warnings

import torch

from common import write

warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
Function = torch.autograd.Function
functional = torch.autograd.functional


def numbers(value):
    if isinstance(value, torch.Tensor):
        return numbers(value.tolist())
    if isinstance(value, (list, tuple)):
        return [numbers(each) for each in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * 3 * x ** 2


class Exp(Function):
    @staticmethod
    def forward(x):
        return x.exp()

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]


class Scale(Function):
    @staticmethod
    def forward(ctx, x, by, w):
        ctx.by = by
        ctx.save_for_backward(x, w)
        return x * by * w, x + w

    @staticmethod
    def backward(ctx, g, h):
        x, w = ctx.saved_tensors
        return g * ctx.by * w + h, None, g * ctx.by * x + h


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g * 2


class SortLike(Function):
    @staticmethod
    def forward(ctx, x):
        values, at = x.sort()
        mask = (x > 0).to(x.dtype)
        ctx.mark_non_differentiable(at, mask)
        ctx.save_for_backward(at)
        return values, at, mask

    @staticmethod
    def backward(ctx, g, *_):
        at, = ctx.saved_tensors
        return torch.zeros_like(g).scatter(0, at, g)


class Two(Function):
    @staticmethod
    def forward(ctx, x, materialize):
        ctx.set_materialize_grads(materialize)
        return x * 2, x * 3

    @staticmethod
    def backward(ctx, g, h):
        missing = 100. if h is None else 10.
        return g * 2 + missing, None


class Same(Function):
    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, g):
        return g * 7


class Wrong(Function):
    @staticmethod
    def forward(ctx, x, gives):
        ctx.gives = gives
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return {"few": lambda: (), "many": lambda: (g, None, g), "nulls": lambda: (g, None, None),
                "number": lambda: (g, g), "shape": lambda: (torch.ones(5), None), "kind": lambda: (1.5, None),
                "wide": lambda: (torch.ones(4, 3), None), "none": lambda: (None, None)}[ctx.gives]()


def x():
    return torch.tensor([0.5, -1.25, 2.0], requires_grad=True)


def cube():
    a = x()
    y = Cube.apply(a)
    d, = torch.autograd.grad(y.sum(), a, create_graph=True)
    e, = torch.autograd.grad(d.sum(), a, create_graph=True)
    return y, d, e, torch.autograd.grad(e.sum(), a)


def exp():
    a = x()
    y = Exp.apply(a)
    d, = torch.autograd.grad(y.sum(), a, create_graph=True)
    return y, d, torch.autograd.grad((d * d).sum(), a)


def scale():
    a, w = x(), torch.tensor(3.0, requires_grad=True)
    y, z = Scale.apply(a, 2, w)
    (y * y + z).sum().backward()
    return y, z, a.grad, w.grad


def double():
    a = x()
    b = a * 1
    y = Double.apply(b)
    (y * b).sum().backward()
    return y is b, y, a.grad


def double_leaf():
    return Double.apply(x())


def sort_like():
    a = x()
    y, at, mask = SortLike.apply(a)
    (y * torch.tensor([1.0, 10.0, 100.0])).sum().backward()
    return y, at, mask, y.requires_grad, at.requires_grad, mask.requires_grad, a.grad


def two(materialize):
    a = x()
    Two.apply(a, materialize)[0].sum().backward()
    return a.grad


def same():
    a = x()
    y = Same.apply(a)
    y.sum().backward()
    return y is a, a.requires_grad, a.is_leaf, a.grad


def wrong(gives):
    a = x()
    Wrong.apply(a, gives).sum().backward()
    return a.grad if a.grad is not None else []


def twice():
    a = x()
    y = Cube.apply(a).sum()
    y.backward()
    y.backward()
    return a.grad


def written():
    a = x()
    b = a * 1
    y = Cube.apply(b)
    b.add_(1)
    y.sum().backward()
    return a.grad


def unrecorded():
    a = x()
    with torch.no_grad():
        y = Cube.apply(a)
    return y, y.requires_grad


CUSTOM = {"cube": cube, "exp": exp, "scale": scale, "double": double, "double of a leaf": double_leaf, "sort": sort_like,
          "zeros": lambda: two(True), "nulls": lambda: two(False), "same": same, "twice": twice, "written": written,
          "unrecorded": unrecorded, **{f"wrong {gives}": lambda gives=gives: wrong(gives) for gives in
          ("few", "many", "nulls", "number", "shape", "kind", "wide", "none")}}

A = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
B = torch.tensor([1.0, -2.0, 0.5])
V = torch.tensor([0.5, 2.0, -1.0])


def one(b):
    return (b ** 3).sum() + b[0] * b[1]


def pair(a, b):
    return (a * b).sin().sum(1), b.exp()


def scalar(a, b):
    return ((a * b) ** 3).sum() + (b ** 2).prod()


FUNCTIONAL = {
    "jacobian": lambda: functional.jacobian(lambda b: b.exp() * b.sum(), B),
    "jacobian of two": lambda: functional.jacobian(pair, (A, B)),
    "jacobian of one in two": lambda: functional.jacobian(scalar, (A, B)),
    "jacobian, unused": lambda: functional.jacobian(lambda a, b: b * 2, (A, B)),
    "jacobian, unused, strict": lambda: functional.jacobian(lambda a, b: b * 2, (A, B), strict=True),
    "jacobian of a constant": lambda: functional.jacobian(lambda b: torch.ones(2), B),
    "jacobian of a constant, strict": lambda: functional.jacobian(lambda b: torch.ones(2), B, strict=True),
    "jacobian of a number": lambda: functional.jacobian(lambda b: 3, B),
    "hessian": lambda: functional.hessian(one, B),
    "hessian of two": lambda: functional.hessian(scalar, (A, B)),
    "hessian, linear": lambda: functional.hessian(lambda b: b.sum(), B),
    "hessian of several": lambda: functional.hessian(lambda b: b * 2, B),
    "vjp": lambda: functional.vjp(lambda b: b.exp() * b.sum(), B, V),
    "vjp, no v": lambda: functional.vjp(one, B),
    "vjp, v missing": lambda: functional.vjp(lambda b: b * 2, B),
    "vjp, v of another shape": lambda: functional.vjp(lambda b: b * 2, B, A),
    "vjp of two": lambda: functional.vjp(pair, (A, B), (torch.tensor([1.0, 2.0]), V)),
    "jvp": lambda: functional.jvp(lambda b: b.exp() * b.sum(), B, V),
    "jvp of two": lambda: functional.jvp(pair, (A, B), (A * 2, V)),
    "jvp, unused": lambda: functional.jvp(lambda a, b: b * 2, (A, B), (A, V)),
    "hvp": lambda: functional.hvp(one, B, V),
    "hvp of two": lambda: functional.hvp(scalar, (A, B), (A * 2, V)),
    "vhp": lambda: functional.vhp(one, B, V),
    "vhp of two": lambda: functional.vhp(scalar, (A, B), (A * 2, V)),
    "vhp, linear": lambda: functional.vhp(lambda b: b.sum(), B, V),
}


def answers(programs):
    for name, program in programs.items():
        try:
            yield [name, numbers(program())]
        except (RuntimeError, TypeError, ValueError):
            yield [name, "!"]


write(__file__, {"custom": lambda: list(answers(CUSTOM)), "functional": lambda: list(answers(FUNCTIONAL))})
