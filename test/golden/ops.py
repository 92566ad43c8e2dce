"""Writes ops-*.json: what PyTorch computes for torchlet's operations, for test/ops/golden.test.ts.

A case is a program that both languages run: a list of steps [result, operation, ...arguments], where the operation is
'torch.add', 'F.mseLoss', '.add' (a method or attribute of the first argument) in torchlet's spelling. Arguments:

    '$x'            a variable: a result of an earlier step, or a tensor of INPUTS
    '#f64 2,2: 1 2 3 4'   a tensor; dtypes f32 f64 i64 i32 u8 b
    '@float64'      a dtype
    '%inf'          a number that JSON lacks
    '~12'           a BigInt, which is an int here
    {...}           last: named arguments, camelCase
    anything else   itself

'first' is the first of a list; 'pull' is backward() of sum(x * cos(0 … n-1)); 'noGrad' runs the steps of its argument without recording.

A group is a program with holes: names in capitals, each filled by every value of its list (a name after '*' is filled
by several arguments). For each combination, the last hole varying fastest, `want` has the number of a text in the group's
`texts`: what the expressions of `see` are then, joined by ' | ', or '!k' if step k fails, as PyTorch refuses it; or -1
where the call does not fit Python's signature, which says nothing about JavaScript. Floats have enough digits for the
tolerance they are compared with; in a book that is `precise` they have all, and a step that PyTorch refuses for a number
that the dtype cannot hold is written '!k value'.

The cases stand in ops_*.py and other scripts, a file for each file written; this one writes those of ops_*.py.
"""

import itertools
import json
import math
import operator
import re
import warnings

import torch
import torch.nn.functional as F

from common import write_files

warnings.simplefilter("ignore")

DTYPES = {
    "f32": torch.float32, "f64": torch.float64, "i64": torch.int64, "i32": torch.int32, "u8": torch.uint8,
    "b": torch.bool,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
DIGITS = {torch.float32: 8, torch.float64: 9}
ALL_DIGITS = {torch.float32: 9, torch.float64: 17}
UNHELD = re.compile(r"overflow|cannot convert float|out of bounds|too (large|small) to convert", re.I)

SPECIAL = "-inf -2.5 -1 -0.5 -0 0 0.5 1 1.5 2.5 3.75 inf nan"
INPUTS = {
    "f32": f"f32 13: {SPECIAL}",
    "f64": f"f64 13: {SPECIAL}",
    "i64": "i64 7: -8 -3 -1 0 1 2 7",
    "i32": "i32 7: -8 -3 -1 0 1 2 7",
    "u8": "u8 5: 0 1 2 100 200",
    "b": "b 2: 0 1",
    "mf32": "f32 2,3: 1.5 -2 0.25 4 -1 3",
    "mf64": "f64 2,3: 1.5 -2 0.25 4 -1 3",
    "mi64": "i64 2,3: 3 -2 5 4 -1 3",
    "mi32": "i32 2,3: 3 -2 5 4 -1 3",
    "mu8": "u8 2,3: 3 200 5 100 1 3",
    "mb": "b 2,3: 1 0 1 1 1 0",
    "nan": "f32 2,3: nan 2 inf 4 nan -inf",
    "ties": "f64 3,4: 1 5 5 2 7 7 7 7 -1 -1 0 -1",
    "empty": "f32 0",
    "empty2": "f32 2,0",
    "empty3": "f64 0,3",
    "emptyi": "i64 0",
    "s": "f64 : 2.5",
    "s32": "f32 : -1.5",
    "si": "i64 : 3",
    "sb": "b : 1",
    "cube": "f64 2,3,4: " + " ".join(str((i * 7) % 24 / 4 - 2.5) for i in range(24)),
    "long": "f32 70: " + " ".join(str((i * 37) % 70 / 8 - 4) for i in range(70)),
    "longi": "u8 70: " + " ".join(str((i * 37) % 251) for i in range(70)),
}


def snake(name):
    return re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), name)


def decode(text):
    """The tensor that a text such as 'f32 2,2: 1 2 nan -0' stands for."""
    head, _, values = text.partition(":")
    dtype, _, shape = head.partition(" ")
    convert = float if dtype[0] == "f" else int
    data = torch.tensor([convert(v) for v in values.split()], dtype=torch.float64 if dtype[0] == "f" else torch.int64)
    # Not a view: what is a leaf here has no base that is none.
    return data.to(DTYPES[dtype]).reshape([int(n) for n in shape.split(",") if n]).clone()


def show_number(value, digits):
    if not isinstance(value, float):
        return str(int(value))
    if math.isnan(value):
        return "nan"
    text = f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + (f"e{int(exponent)}" if exponent else "")


def show(value, digits=DIGITS):
    if isinstance(value, torch.Tensor):
        value = value.detach()
        shape = ",".join(map(str, value.shape))
        numbers = [show_number(v, digits.get(value.dtype)) for v in value.flatten().tolist()]
        return f"{NAMES[value.dtype]} {shape}: {' '.join(numbers)}".rstrip()
    if isinstance(value, torch.autograd.graph.Node):
        return type(value).__name__
    if isinstance(value, (tuple, list, torch.Size)):
        return "[" + ", ".join(show(v, digits) for v in value) + "]"
    if isinstance(value, torch.dtype):
        return f"@{str(value).removeprefix('torch.')}"
    if isinstance(value, float):
        return show_number(value, 9)
    return json.dumps(value)


ON_THE_LEFT = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow,
    "floorDivide": operator.floordiv, "remainder": operator.mod, "eq": operator.eq, "ne": operator.ne,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}


class Machine:
    """Runs one program."""

    def __init__(self):
        self.env = {}
        self.error = None

    def value(self, arg):
        if isinstance(arg, list):
            return [self.value(a) for a in arg]
        if not isinstance(arg, str):
            return arg
        if arg[:1] == "$":
            name = arg[1:]
            if name not in self.env:
                self.env[name] = decode(INPUTS[name])
            return self.env[name]
        if arg[:1] == "#":
            return decode(arg[1:])
        if arg[:1] == "@":
            return getattr(torch, arg[1:])
        if arg[:1] == "~":
            return int(arg[1:])
        return float(arg[1:]) if arg[:1] == "%" else arg

    def index(self, arg):
        if arg == "...":
            return Ellipsis
        if arg == ":":
            return slice(None)
        if isinstance(arg, list):
            return slice(*(arg if len(arg) > 1 else [arg[0], None]))
        return self.value(arg)

    def call(self, operation, args):
        if operation == "noGrad":
            with torch.no_grad():
                return self.run(args[0])
        if operation == ".at":
            return self.value(args[0])[tuple(self.index(a) for a in args[1:])]
        if operation == ".setAt_":
            target = self.value(args[0])
            target[tuple(self.index(a) for a in args[1])] = self.value(args[2])
            return target
        named = {}
        if args and isinstance(args[-1], dict):
            named = {snake(k): self.value(v) for k, v in args[-1].items()}
            args = args[:-1]
        values = [self.value(a) for a in args]
        if operation == "pull":
            (y,) = values
            weights = torch.arange(y.numel(), dtype=torch.float64).cos().to(y.dtype).reshape(y.shape)
            return (y * weights).sum().backward(**named)
        if operation == "list":
            return values
        if operation == "first":
            return values[0][0]
        if operation in ("autograd.grad", "autograd.backward"):
            return getattr(torch.autograd, operation.partition(".")[2])(*values, **named)
        if operation == "torch.einsum":
            values = [[Ellipsis if v == "..." else v for v in value] if isinstance(value, list) else value
                      for value in values]
        place, _, name = operation.partition(".")
        if place == "torch" and name in ON_THE_LEFT and isinstance(values[0], (int, float)):
            return ON_THE_LEFT[name](*values)
        if place:
            return getattr({"torch": torch, "F": F, "init": torch.nn.init}[place], snake(name))(*values, **named)
        member = getattr(values[0], snake(name) if len(name) > 1 and name != "mT" else name)
        return member(*values[1:], **named) if callable(member) and name != "gradFn" else member

    def run(self, steps):
        for at, (result, operation, *args) in enumerate(steps):
            try:
                self.env[result] = self.call(operation, args)
            except Exception as error:
                self.error = error
                return at
        return None


def fill(template, holes):
    if isinstance(template, list):
        filled = []
        for each in template:
            if isinstance(each, str) and each[:1] == "*" and each[1:] in holes:
                filled.extend(holes[each[1:]])
            else:
                filled.append(fill(each, holes))
        return filled
    if isinstance(template, dict):
        return {key: fill(value, holes) for key, value in template.items()}
    return holes.get(template, template) if isinstance(template, str) else template


class Book:
    """The groups of one file."""

    def __init__(self, write, precise=False):
        self.groups = []
        self.inputs = {}
        self.precise = precise
        write(self.group)

    def group(self, name, steps, see, **each):
        answers = []
        for values in itertools.product(*each.values()):
            machine = Machine()
            holes = dict(zip(each, values))
            failed = machine.run(fill(steps, holes))
            self.inputs |= {name: INPUTS[name] for name in machine.env if name in INPUTS}
            if isinstance(machine.error, TypeError):
                answers.append(None)
                continue
            if failed is not None:
                text = f"!{failed}" + (" value" if self.precise and UNHELD.search(str(machine.error)) else "")
            else:
                digits = ALL_DIGITS if self.precise else DIGITS
                text = " | ".join(show(machine.value(v), digits) for v in fill(see, holes))
            answers.append(text)
        self.groups.append({"name": name, "each": each, "do": steps, "see": see, "answers": answers})

    def sections(self):
        return {**({"options": {"precise": True}} if self.precise else {}), "inputs": self.inputs, "groups": self.groups}


def write_books(script, **books):
    """Writes ops-<name>.json for each name: [the function that writes its groups, whether it is precise]."""
    write_files(script, lambda: {f"ops-{name}.json": Book(*book).sections() for name, book in books.items()})


if __name__ == "__main__":
    import ops_autograd
    import ops_elementwise
    import ops_losses
    import ops_shapes
    import ops_tracking

    modules = [ops_elementwise, ops_shapes, ops_losses, ops_autograd, ops_tracking]
    write_books(__file__, **{module.__name__.removeprefix("ops_"): [module.write] for module in modules})
