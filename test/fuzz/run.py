"""Runs programs (program.ts says what they are) in PyTorch: one in a line of JSON comes in, what was observed goes out.

A line is { "program": [...], "given": {...}, "exact": false }. `given` says, for steps of a program that ran in
torchlet, which bits its floats had there: they are written over PyTorch's, so that the rounding of one step is not taken
for a fault of the next. `exact` asks for float64 instead of float32, to see which of two rounded results is the better.
"""

import base64
import json
import math
import re
import sys
import types
import warnings

import numpy as np
import torch
from torch.utils import data as torch_data

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

SPACES = {
    "torch": torch,
    "F": torch.nn.functional,
    "special": torch.special,
    "init": torch.nn.init,
    "nn": torch.nn,
    "utils": torch.nn.utils,
    "optim": torch.optim,
    "lr": torch.optim.lr_scheduler,
    "data": torch_data,
    "autograd": torch.autograd,
}
MODES = {"noGrad": torch.no_grad, "enableGrad": torch.enable_grad, "inferenceMode": torch.inference_mode}
NUMBERS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "-0": -0.0}


FUNCTIONS = {"double": lambda x: x.mul(2), "decay": lambda epoch: 1 / (1 + epoch), "constant": lambda epoch: 0.9}


def snake(name):
    if re.match(r"T[A-Z\d]", name):
        return "T_" + name[1:].lower()
    if name == "mT" or name[:1].isupper():
        return name
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda m: "_" + m[0].lower(), name)


def is_variable(value):
    return isinstance(value, str) and re.fullmatch(r"\$\d+", value) is not None


def numeral(x):
    if isinstance(x, int):
        return str(x)
    if math.isnan(x) or math.isinf(x):
        return str(x)
    return str(int(x)) if x == int(x) else repr(x)


def see_tensor(x, with_grad=False):
    plain = x.detach()
    seen = {
        "dtype": str(x.dtype)[len("torch.") :],
        "shape": list(x.shape),
        "strides": list(x.stride()),
        "requiresGrad": x.requires_grad,
        "isLeaf": x.is_leaf,
        "data": base64.b64encode(plain.contiguous().resolve_conj().numpy().tobytes()).decode(),
    }
    if with_grad:
        grad = x.grad if x.is_leaf or x.retains_grad else None
        seen["grad"] = None if grad is None else see_tensor(grad)
    return seen


def see_dict(items, with_grad):
    def entry(key, value):
        # torchlet keeps an optimizer's counts as numbers.
        counts = isinstance(value, torch.Tensor) and key in ("step", "mu_product")
        return [snake(str(key)), see(value.item() if counts else value, with_grad)]

    return {"dict": [entry(key, value) for key, value in items]}


def see(value, with_grad=False):
    if value is None:
        return {"nothing": True}
    if isinstance(value, torch.Tensor):
        try:
            return see_tensor(value, with_grad)
        except RuntimeError as error:
            # Some views may not be asked anything after their base was written.
            return {"unusable": str(error)}
    if isinstance(value, bool):
        return {"flag": value}
    if isinstance(value, (int, float)):
        return {"number": numeral(value)}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, torch.dtype):
        return {"text": str(value)}
    if isinstance(value, torch.nn.Module):
        parameters = [(f"parameter {name}", parameter) for name, parameter in value.named_parameters()]
        return see_dict([("training", value.training), *value.state_dict().items(), *parameters], with_grad)
    if isinstance(value, torch.optim.Optimizer):
        known = value.state_dict()
        return see_dict([*known["state"].items(), *enumerate(known["param_groups"])], with_grad)
    if isinstance(value, torch.optim.lr_scheduler.LRScheduler):
        # A chain of several has no count of its own.
        epoch = [("last_epoch", value.last_epoch)] if hasattr(value, "last_epoch") else []
        return see_dict([*epoch, ("last_lr", value.get_last_lr())], with_grad)
    if isinstance(value, dict):
        return see_dict(value.items(), with_grad)
    if isinstance(value, (list, tuple)):
        return {"list": [see(each, with_grad) for each in value]}
    return {"other": type(value).__name__}


def is_leaf(x):
    try:
        return isinstance(x, torch.Tensor) and x.is_leaf
    except RuntimeError:
        return False  # It may not be asked: see above.


class Machine:
    def __init__(self):
        self.variables = {}
        self.aliased = False

    def look_for_aliases(self, given):
        """PyTorch may keep a view of a tensor that was handed to `backward` as a leaf's gradient."""
        places = {x.untyped_storage().data_ptr() for x in given if x.numel() > 0}
        leaves = [x for x in self.variables.values() if is_leaf(x)]
        self.aliased |= any(x.grad is not None and x.grad.untyped_storage().data_ptr() in places for x in leaves)

    def decode(self, value, index=False):
        if is_variable(value):
            return self.variables[int(value[1:])]
        if index and value in (":", "..."):
            return slice(None) if value == ":" else Ellipsis
        if isinstance(value, list):
            return [self.decode(each, index) for each in value]
        if not isinstance(value, dict):
            return value
        ((kind, inner),) = value.items()
        if kind == "number":
            return NUMBERS[inner]
        if kind == "big":
            return int(inner)
        if kind == "dtype":
            return getattr(torch, inner)
        if kind == "function":
            return FUNCTIONS[inner]
        if kind == "range":
            return slice(*inner) if len(inner) > 1 else slice(inner[0], None)
        return self.options(inner)

    def options(self, given):
        return {snake(key): self.decode(value) for key, value in given.items()}

    def call(self, step):
        call, args = step["call"], step["args"]
        if call == ".at":
            return self.decode(args[0])[tuple(self.decode(each, index=True) for each in args[1:])]
        if call == ".setAt_":
            x = self.decode(args[0])
            places = args[1] if isinstance(args[1], list) else [args[1]]
            x[tuple(self.decode(each, index=True) for each in places)] = self.decode(args[2])
            return x
        given = [self.decode(each) for each in args]
        named = self.options(step.get("named") or {})
        if call == "()":
            return given[0](*given[1:], **named)
        if call == "get":
            return given[0][given[1]] if isinstance(given[1], int) else getattr(given[0], snake(given[1]))
        if call == "set":
            setattr(given[0], snake(given[1]), given[2])
            return None
        if call == "all":
            return list(given[0])
        if call == "str":
            return str(given[0])
        space, name = call.split(".")
        if space == "":
            return getattr(given[0], snake(name))(*given[1:], **named)
        return getattr(SPACES[space], snake(name))(*given, **named)

    def run(self, step):
        try:
            if "mode" in step:
                with MODES[step["mode"]]():
                    result = self.call(step)
            else:
                result = self.call(step)
            if isinstance(result, types.GeneratorType):
                result = list(result)
            self.variables[step["out"]] = result
            return {"seen": see(result)}, result
        except KeyError as error:
            if isinstance(error.args[0], int) and error.args[0] not in self.variables:
                return {"missing": True}, None
            return {"error": f"KeyError: {error}"}, None
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}, None


def handed_over(machine, step):
    """The tensors that a step is given besides its first argument."""
    given = [*step["args"][1:], *(step.get("named") or {}).values()]
    return tensors_in([machine.decode(value) for value in given])


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        return [value]
    return [x for each in value for x in tensors_in(each)] if isinstance(value, (list, tuple)) else []


def overwrite(x, data):
    """Writes bits behind autograd's back: no version is counted."""
    target = x.detach().numpy()
    bits = base64.b64decode(data)
    if x.is_floating_point() and len(bits) in (target.nbytes, target.nbytes // 2):
        of = target.dtype if len(bits) == target.nbytes else np.float32
        target[...] = np.frombuffer(bits, dtype=of).reshape(target.shape)


def widened(value):
    """A program with float64 in the place of float32."""
    if isinstance(value, list):
        return [widened(each) for each in value]
    if isinstance(value, dict):
        return {key: widened(each) for key, each in value.items()}
    return {"float32": "float64", ".float": ".double"}.get(value, value) if isinstance(value, str) else value


def run(program, given, exact):
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64 if exact else torch.float32)
    if exact:
        program = widened(program)
    machine = Machine()
    steps = []
    for i, step in enumerate(program):
        outcome, result = machine.run(step)
        steps.append(outcome)
        if step["call"] in (".backward", "autograd.backward") and "seen" in outcome:
            machine.look_for_aliases(handed_over(machine, step))
        for x, data in zip(tensors_in(result), given.get(str(i), [])):
            overwrite(x, data)
    end = {str(key): see(value, True) for key, value in machine.variables.items()}
    return {"steps": steps, "end": end, **({"aliased": True} if machine.aliased else {})}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(run(asked["program"], asked.get("given", {}), asked.get("exact", False))), flush=True)
