"""Writes special.json: elementwise operations beyond ops_elementwise.py, as programs of ops.py, and their second
derivatives.

A row of `second` is [operation, arguments, x, gradient, second derivative]: x and the results as in ops.py, the
gradient that of sum(y * cos(0 ... n-1)), the second derivative that of sum(gradient * sin(1 ... n)).

`exact` has, for each function of float32 values that are written as doubles, PyTorch's values in double precision.
"""

import torch

import ops
from common import write_files

UNARY = ["tan", "asin", "acos", "atan", "sinh", "cosh", "erfc"]
QUESTIONS = ["isnan", "isinf", "isfinite", "logicalNot"]
PAIRS = ["atan2", "hypot", "xlogy", "logaddexp", "fmax", "fmin", "fmod", "clampMin", "clampMax"]
PLAIN = ["F.celu", "F.elu", "F.gelu", "F.hardshrink", "F.hardsigmoid", "F.hardswish", "F.hardtanh", "F.leakyRelu", "F.mish", "F.relu",
         "F.relu6", "F.selu", "F.silu", "F.softplus", "F.softshrink", "F.softsign", "F.tanhshrink"]
NO_PLACE = ("F.gelu", "F.softplus", "F.softsign", "F.hardshrink", "F.softshrink", "F.tanhshrink")
IN_PLACE = [name for name in PLAIN if name not in NO_PLACE]
KINDS = ["$f32", "$f64", "$i64", "$i32", "$u8", "$b", "$s", "$si", "$sb", "$empty", "$emptyi", "$long", "$longi"]
FEW = ["$f32", "$f64", "$i64", "$u8", "$b", "$s", "$empty", "$mf32"]
SOME = "#f64 9: -4.5 -3 -1 -0.25 0 0.75 1 3 7.5"
POINTS = "#f64 8: -3.7 -1.3 -0.6 -0.2 0.3 0.9 1.7 5.5"
UNIT = "#f64 6: -0.9 -0.4 -0.1 0.2 0.5 0.8"
SPECIAL = "-inf -2.5 -1 -0 0 0.5 2 3 inf nan".split()
GRID_A = " ".join(a for a in SPECIAL for _ in SPECIAL)
GRID_B = " ".join(SPECIAL * len(SPECIAL))
VIEWS = {
    "transposed": [["v", ".t", "$mf32"]],
    "sliced": [["v", ".at", "$mf64", ":", [0, None, 2]]],
    "expanded": [["v", ".expand", "#f32 2,1: 0.5 -0.75", 2, 3]],
}


def methods(names, suffix=""):
    return ["." + name + suffix for name in names]


def values(group):
    group("unary", [["y", "OP", "X"]], ["$y"], OP=methods(UNARY + QUESTIONS), X=KINDS)
    group("unary functions", [["y", "OP", "$mf64"]], ["$y"],
          OP=["torch." + name for name in UNARY + QUESTIONS])
    group("unary in place", [["y", "OP", "X"]], ["X", "$y"], OP=methods(UNARY + ["logicalNot"], "_"), X=KINDS)
    for name, take in VIEWS.items():
        group(f"unary, {name}", [*take, ["y", "OP", "$v"]], ["$y"], OP=methods(UNARY + QUESTIONS) + PLAIN)
    # PyTorch's vector code gives NaN for gelu of infinity, its scalar code infinity.
    group("activations", [["y", "OP", "X"]], ["$y"], OP=[name for name in PLAIN if name != "F.gelu"], X=KINDS)
    finite = ["#f32 7: -9 -2.5 -1 -0 0.5 3 nan", "#f64 7: -9 -2.5 -1 -0 0.5 3 nan", *KINDS[2:]]
    group("gelu", [["y", "F.gelu", "X", "*HOW"]], ["$y"], X=finite, HOW=[[], [{"approximate": "none"}], [{"approximate": "tanh"}], [{"approximate": "other"}]])
    group("activations in place", [["y", "OP", "X", {"inplace": True}]], ["X", "$y"], OP=IN_PLACE,
          X=["$f32", "$f64", "$s", "$empty", "$i64"])
    group("activations with an underscore", [["y", "OP", "X"]], ["X", "$y"], X=["$f64", "$i64"],
          OP=["F.celu_", "F.elu_", "F.selu_", "F.relu_", "F.hardtanh_", "F.leakyRelu_"])
    group("alpha", [["y", "OP", "X", "*A"]], ["$y"], OP=["F.celu", "F.elu"], X=["$f32", SOME, "$s", "$i64"],
          A=[[0.5], [2], [-1.5], [{"alpha": 0.3}], [0.7, True], [0]])
    group("hardtanh", [["y", "F.hardtanh", "X", "*A"]], ["$y"], X=["$f32", SOME, "$i64", "$u8", "$b"],
          A=[[-2, 0.5], [0, 3], [{"minVal": -0.5, "maxVal": 0.25}], [1, 0], [-1.5, 1.5], [1, 1]])
    group("threshold", [["y", "F.threshold", "X", "*A"]], ["$y"], X=["$f32", SOME, "$i64", "$u8", "$b", "$empty"],
          A=[[0.75, 9], [1, 0.5], [{"threshold": 0, "value": 5}], [0, 1, True]])
    group("softplus", [["y", "F.softplus", "X", "*A"]], ["$y"], X=["$f32", "$f64", SOME, "$i64"],
          A=[[2], [1, 0.5], [{"beta": 0.5, "threshold": 2}], [-1], [3, 10]])
    group("lambd", [["y", "OP", SOME, "*A"]], ["$y"], OP=["F.hardshrink", "F.softshrink"], A=[[1], [{"lambd": 0}], [-1]])
    group("softmin", [["y", "F.softmin", "X", "*A"]], ["$y"], X=["$mf32", "$cube", "$i64"],
          A=[[0], [{"dim": 1}], [{"dim": 0, "dtype": "@float64"}]])
    group("glu", [["y", "F.glu", "X", "*A"]], ["$y"], X=["$cube", "#f32 4: 1 -2 0.5 3", "#f32 3: 1 2 3", "$s", "$i64", "#f64 0"],
          A=[[], [0], [{"dim": -1}], [1], [5]])
    group("prelu", [["y", "OP", "X", "W"]], ["$y"], OP=["F.prelu", "torch.prelu", ".prelu"],
          X=["$mf64", "#f64 2,3,2: 1 -2 3 -4 5 -6 7 -8 9 -1 2 -3", "#f64 3: -1 0 2", "$s", "$mf32", "$mi64", "#f64 : -3"],
          W=["#f64 1: 0.25", "#f64 3: 0.1 0.2 0.3", "#f64 2: 1 2", "#f64 : 0.5", "#f64 1,3: 1 2 3", "#f32 3: 1 2 3"])

    for dtype in ["f32", "f64"]:
        group(f"binary, {dtype}", [["y", "OP", "A", "B"]], ["$y"], OP=methods(PAIRS), A=[f"#{dtype} 100: {GRID_A}"],
              B=[f"#{dtype} 100: {GRID_B}"])
    group("binary, dtypes", [["y", "OP", "A", "B"]], ["$y"], OP=methods(PAIRS) + ["torch.fmod", "torch.hypot"],
          A=["#f32 2: 7 -2", "#f64 2: 7 -2", "#i64 2: 7 -2", "#i32 2: 7 -2", "#u8 2: 7 2", "#f64 : 7", "#i64 : 7"],
          B=["#f32 2: 2 3", "#f64 2: 2 3", "#i64 2: 2 3", "#i32 2: 2 -3", "#u8 2: 2 3", "#b 2: 1 1", "#f64 : 3"])
    group("binary, bool", [["y", "OP", "#b 2: 1 0", "B"]], ["$y"],
          OP=methods(["atan2", "hypot", "xlogy", "logaddexp", "fmax", "fmin", "fmod"]), B=["#b 2: 1 1", "#f32 2: 2 3"])
    group("numbers on the right", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["fmod", "xlogy", "clampMin", "clampMax"]),
          A=["$f32", "$f64", "$i64", "$u8"], B=[2, 2.5, 0.5])
    group("numbers for tensors", [["y", "OP", "$f64", 2]], ["$y"], OP=methods(["atan2", "hypot", "logaddexp", "fmax", "isclose"]))
    group("numbers on the left", [["y", "OP", "N", "B"]], ["$y"], OP=["torch.xlogy", "torch.fmod"], N=[2, 0.5, 0],
          B=["$f32", "$f64", "#i64 3: 1 2 3"])
    group("division by zero", [["y", ".fmod", "A", "B"]], ["$y"], A=["$i64", "$u8", "$f32", "$emptyi"], B=[0, "#i64 : 0", 0.5])
    group("broadcasting", [["y", "OP", "A", "B"]], ["$y"], OP=methods(PAIRS), A=["#f64 2,1: 1 -2", "$empty", "#f64 : 2"],
          B=["#f64 3: 1 2 3", "$empty2", "#f64 4,1: 3 1 4 1"])
    group("binary, strided", [["a", ".t", "#f64 3,2: 1 2 3 4 5 6"], ["b", ".at", "#f64 2,6: 1 2 3 4 5 6 7 8 9 1 2 3", ":",
          [0, None, 2]], ["y", "OP", "$a", "$b"]], ["$y"], OP=methods(PAIRS))
    group("binary in place", [["y", "OP", "A", "B"]], ["A", "$y"],
          OP=methods(["atan2", "hypot", "xlogy", "fmod", "clampMin", "clampMax", "trueDivide"], "_"),
          A=["#f64 2,2: 1 -2 3 4", "#i64 2,2: 1 -2 3 4"], B=["#f64 2: 2 3", "#i64 2: 2 3", "#f64 3: 1 2 3"])
    group("comparisons in place", [["y", "OP", "A", "B"]], ["A", "$y"],
          OP=methods(["eq", "ne", "lt", "le", "gt", "ge", "logicalAnd", "logicalOr", "logicalXor"], "_"),
          A=["#f64 3: 0 2 nan", "#i64 3: 0 2 3", "#b 3: 0 1 1"], B=["#f64 3: 0 1 3", "#i64 : 2", "#f64 2,1: 1 2"])

    bounds = [[0], [0, 1], [None, 1], [{"min": -1}], [{"max": 0.5}], [{"min": 0, "max": 2}], [3, 2], [], [None, None],
              ["%nan"], [0, "%inf"]]
    group("clamp", [["y", "OP", "X", "*A"]], ["$y"], OP=[".clamp", "torch.clip"], X=FEW + ["$i32", "$si"], A=bounds)
    group("clamp in place", [["y", "OP", "X", "*A"]], ["X"], OP=[".clamp_", ".clip_"], X=["$f64", "$i64"], A=bounds[:6] + [[0.5]])
    group("clamp between tensors", [["y", ".clamp", "X", "*A"]], ["$y"], X=["$mf64", "$mi64", "$mf32", "$mb", "$s"],
          A=[["#f64 3: 0 1 -1"], [None, "#f64 3: 0 1 -1"], ["#f64 3: 0 nan -1", "#f64 2,1: 2 0"], ["#i64 : 1", "#i64 : 2"],
             ["#f64 3: 0 1 -1", 2], ["#f64 2: 1 2"], [{"min": "#f32 : 0.5"}], ["#b : 1", "#b : 1"]])
    group("nanToNum", [["y", "OP", "X", "*A"]], ["$y"], OP=[".nanToNum", "torch.nanToNum", ".nanToNum_"], X=["$f32", "$f64", "$i64", "$b", "$nan"],
          A=[[1, 2, 3], [{"nan": -1, "posinf": 5, "neginf": 7}], [0.5, 9, -9]])
    group("nanToNum, defaults", [["y", ".nanToNum", "#f32 3: nan inf -inf"], ["e", ".eq", "$y", "#f32 3: 0 3.4028234663852886e38 -3.4028234663852886e38"]], ["$e"])
    group("nanToNum, doubles", [["y", ".nanToNum", "#f64 3: nan inf -inf"], ["e", ".eq", "$y", "#f64 3: 0 1.7976931348623157e308 -1.7976931348623157e308"]], ["$e"])
    group("frac", [["y", "OP", "X"]], ["$y"], OP=[".frac", "torch.frac", ".frac_", "torch.positive", ".positive"], X=KINDS)
    group("lerp", [["y", "OP", "A", "B", "W"]], ["$y"], OP=["torch.lerp", ".lerp", ".lerp_"], A=["$mf64", "$mf32", "$mi64"],
          B=["#f64 2,3: 5 6 7 8 9 1", "#f32 3: 1 2 3", "#f64 2,2,3: 1 2 3 4 5 6 7 8 9 1 2 3"],
          W=[0.25, 0.5, 1, -2, "#f64 2,1: 0.3 0.8", "#f64 : 0.5", "#f32 3: 0 0.5 2"])
    group("trueDivide", [["y", "OP", "A", "B"]], ["$y"], OP=["torch.trueDivide", ".trueDivide"], A=["$mf32", "$mi64"], B=[2, "#i64 3: 1 2 4"])
    group("isclose", [["y", "OP", "A", "B", "*T"]], ["$y"], OP=["torch.isclose", ".isclose", ".allclose", "torch.allclose"],
          A=["#f64 6: 1 1e6 nan inf -inf 0", "#f32 6: 1 1e6 nan inf -inf 0", "#i64 6: 1 10 3 4 5 0", "#b 6: 1 0 1 0 1 0"],
          B=["#f64 6: 1.00001 1000005 nan inf inf 1e-9", "#f32 6: 1.00001 1000005 nan inf inf 1e-9", "#i64 6: 1 11 3 4 9 0", "#b 6: 1 1 1 0 1 0", "#f64 : 1"],
          T=[[], [{"equalNan": True}], [0, 0], [{"rtol": 0.5}], [0, 2], [-1], [{"atol": -1}]])
    group("allclose", [["y", "OP", "A", "B"]], ["$y"], OP=["torch.allclose", "torch.equal", ".equal"],
          A=["$mf64", "$empty", "#f64 1: nan", "#i64 2: 1 2", "#f64 : 1"], B=["$mf64", "$empty", "#f64 1: nan", "#f64 2: 1 2", "#f64 1: 1", "$empty2"])


ONE = [["x", ".requiresGrad_", "X"], ["y", "OP", "$x", "*ARGS"], ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["g", ".grad", "$x"]]
TWO = [["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "B"], ["y", "OP", "$a", "$b"], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
       ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]]
WRITE = [["x", ".requiresGrad_", "X"], ["c", ".clone", "$x"], ["y", "OP", "$c", "*ARGS"], ["", "pull", "$c"], ["g", ".grad", "$x"]]
# What PyTorch's kernels give beyond the reals is their own: at NaN and the infinities values are checked, not slopes.
SLOPES = [POINTS, SOME, "#f32 3: -1.5 0.5 2", "#f64 : 0.7", "#f64 0"]


def gradients(group):
    seen = ["$n", "$g"]
    group("gradients, unary", ONE, seen, OP=methods(UNARY + ["frac", "nanToNum"]), X=[POINTS, UNIT, "#f64 : 0.7", "#f64 0"], ARGS=[[]])
    group("gradients, activations", ONE, seen, OP=PLAIN, X=SLOPES, ARGS=[[]])
    group("gradients, gelu", ONE, seen, OP=["F.gelu"], X=SLOPES, ARGS=[[{"approximate": "tanh"}]])
    group("gradients, alpha", ONE, seen, OP=["F.celu", "F.elu", "F.leakyRelu"], X=SLOPES, ARGS=[[0.4], [2], [-1.5]])
    group("gradients, softplus", ONE, seen, OP=["F.softplus"], X=SLOPES, ARGS=[[2], [1, 0.5], [0.5, 3], [-1]])
    group("gradients, hardtanh", ONE, seen, OP=["F.hardtanh"], X=SLOPES, ARGS=[[-0.25, 1], [0, 3]])
    group("gradients, threshold", ONE, seen, OP=["F.threshold"], X=SLOPES, ARGS=[[0.75, 2], [-1, 0]])
    group("gradients, glu", ONE, seen, OP=["F.glu", "F.softmin"], X=[POINTS, "#f64 2,2,2: 1 5 -2 8 3 1 0 2"], ARGS=[[0], [-1]])
    group("gradients, clamp", ONE, seen, OP=[".clamp"], X=SLOPES, ARGS=[[-1, 1], [0], [None, 0.75], [2, 1]])
    group("gradients, halves of clamp", ONE, seen, OP=[".clampMin", ".clampMax", ".fmod", ".xlogy"], X=[POINTS, "#f64 : 0.7"], ARGS=[[0.9], [2]])
    group("gradients, nanToNum", ONE, seen, OP=[".nanToNum"], X=["#f64 4: nan inf -inf 1"], ARGS=[[1, 2, 3]])
    group("gradients, lerp", ONE, seen, OP=[".lerp"], X=["#f64 2,3: 1 2 3 4 5 6", "#f64 3: 1 2 3"], ARGS=[["#f64 2,3: 5 6 7 8 9 1", 0.3], ["#f64 3: 5 6 7", "#f64 2,1: 0.3 0.8"]])
    pairs = methods(["atan2", "hypot", "xlogy", "logaddexp", "fmax", "fmin", "fmod", "clampMin", "clampMax", "trueDivide"])
    group("gradients, binary", TWO, ["$n", "$ga", "$gb"], OP=pairs, A=["#f64 2,3: 1.5 2 0.25 4 1 3", "#f64 2,1: 1.5 0"],
          B=["#f64 2,3: 0.5 2 0.75 2 1 3", "#f64 3: 1.5 2 3", "#f64 : 2", "#f32 3: 1 2 3"])
    group("gradients, binary at special points", TWO, ["$ga", "$gb"], OP=methods(["atan2", "xlogy", "fmax", "fmin"]),
          A=["#f64 6: 0 0 0 2 -1 nan"], B=["#f64 6: 0 -1 2 3 nan 1"])
    group("gradients, number on the left", [["x", ".requiresGrad_", POINTS], ["y", "torch.xlogy", "N", "$x"], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
          ["g", ".grad", "$x"]], seen, N=[2, 0])
    group("gradients, prelu", TWO, ["$n", "$ga", "$gb"], OP=["F.prelu"], A=["#f64 2,3: 1 -2 3 -4 5 -6", "#f64 2,3,2: 1 -2 3 -4 5 -6 7 -8 9 -1 2 -3"],
          B=["#f64 1: 0.25", "#f64 3: 0.1 0.2 0.3", "#f64 : 0.5"])
    three = [["a", ".requiresGrad_", "#f64 2,3: 1 -2 3 -4 5 0.5"], ["b", ".requiresGrad_", "B"], ["c", ".requiresGrad_", "C"], ["y", "OP", "$a", "$b", "$c"],
             ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["ga", ".grad", "$a"], ["gb", ".grad", "$b"], ["gc", ".grad", "$c"]]
    group("gradients, three operands", three, ["$n", "$ga", "$gb", "$gc"], OP=["torch.clamp", "torch.lerp"], B=["#f64 3: 0 1 -1", "#f64 2,1: -2 5"],
          C=["#f64 3: 2 2 2", "#f64 2,3: 0.25 -3 7 0.6 1 0.5"])
    group("gradients, one bound", [["a", ".requiresGrad_", "#f64 2,3: 1 -2 3 -4 5 0.5"], ["b", ".requiresGrad_", "#f64 3: 1 1 1"], ["y", ".clamp", "$a", "*BOUNDS"],
          ["", "pull", "$y"], ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]], ["$ga", "$gb"], BOUNDS=[["$b"], [None, "$b"]])
    group("gradients in place", WRITE, ["$g"], OP=methods(UNARY, "_"), X=[UNIT], ARGS=[[]])
    group("gradients in place, activations", WRITE, ["$g"], OP=IN_PLACE, X=[POINTS], ARGS=[[{"inplace": True}]])
    group("gradients in place, two", WRITE, ["$g"], OP=methods(["atan2", "hypot", "xlogy", "fmod", "clampMin", "clampMax", "clamp", "eq", "lt"], "_"), X=[POINTS],
          ARGS=[["#f64 8: 1 2 3 4 1 2 3 4"]])
    group("gradients in place, others", WRITE, ["$g"], OP=[".clamp_"], X=[POINTS], ARGS=[[-1, 1], [0.5]])
    group("gradients in place, of a view", [["x", ".requiresGrad_", "#f64 2,3: 1 -2 3 -4 5 0.5"], ["c", ".clone", "$x"], ["v", ".at", "$c", ":", [1, None]],
          ["y", "OP", "$v", {"inplace": True}], ["", "pull", "$c"], ["g", ".grad", "$x"]], ["$c", "$g"], OP=IN_PLACE)


def second():
    # Of hardsigmoid PyTorch has none; those of relu and leakyRelu are in ops_autograd.py.
    rows = []
    one = [(op, [], POINTS) for op in PLAIN if op not in ("F.relu", "F.leakyRelu", "F.hardsigmoid")]
    one += [("." + name, [], UNIT) for name in UNARY]
    one += [("F.gelu", [{"approximate": "tanh"}], POINTS), ("F.elu", [0.4], POINTS), ("F.celu", [2], POINTS), ("F.softplus", [2, 3], POINTS), ("F.logsigmoid", [], POINTS),
            ("F.glu", [], POINTS), ("F.softmin", [0], POINTS), (".clamp", [-1, 1], POINTS), (".frac", [], POINTS), (".xlogy", [2], "#f64 3: 1 2 3"),
            ("F.elu", [], "#f64 3: -800 1 800"), ("F.selu", [], "#f64 3: -800 1 800")]
    for op, args, text in one:
        machine = ops.Machine()
        x = ops.decode(text[1:]).requires_grad_()
        y = machine.call(op, [x, *args])
        (g,) = torch.autograd.grad((y * torch.arange(y.numel(), dtype=torch.float64).cos()).sum(), [x], create_graph=True)
        pulled = (g * torch.arange(1, g.numel() + 1, dtype=torch.float64).sin()).sum()
        gg = torch.autograd.grad(pulled, [x], allow_unused=True)[0] if pulled.requires_grad else None
        rows.append([op, args, text, ops.show(g), ops.show(torch.zeros_like(x) if gg is None else gg)])
    return rows


def exact():
    x = torch.cat([torch.linspace(-12, 12, 97), torch.tensor([1e-30, -1e-5, 0.999, -0.999, 40.25, -88.5, 2e6, -3e6, 5e8])])
    x = x.to(torch.float32).double()
    rows = [[name, x.tolist(), [ops.show_number(v, 17) for v in getattr(torch, name)(x).tolist()]] for name in UNARY]
    for name in ["atan2", "hypot", "logaddexp"]:
        rows.append([name, x.tolist(), [ops.show_number(v, 17) for v in getattr(torch, name)(x, x.roll(7)).tolist()]])
    return rows


def groups(group):
    values(group)
    gradients(group)


write_files(__file__, lambda: {"special.json": {**ops.Book(groups).sections(), "second": second(), "exact": exact()}})
