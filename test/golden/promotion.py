"""Writes ops-promotion.json: the dtype in which tensors of two dtypes meet, for every operation of several tensors, and
what it is written into in place. The programs and the format are those of ops.py.
"""

from ops import write_books

DTYPES = ["f32", "f64", "i64", "i32", "u8", "b"]
VECTORS = {"f32": "0.5 3 1.25", "f64": "0.1 2 3.3", "i64": "9 2 300", "i32": "7 1 -3", "u8": "200 2 7", "b": "1 0 1"}
LINES = [f"#{d} 3: {VECTORS[d]}" for d in DTYPES]
EVEN = [line.replace("0.1", "0.5").replace("3.3", "3.25") for line in LINES]
SCALARS = ["#f32 : 1.25", "#f64 : 0.1", "#i64 : 300", "#i32 : -3", "#u8 : 200", "#b : 1"]
ALL = LINES + SCALARS
# Nothing that divides by zero.
WHOLE = ["#f32 3: 0.5 3 1.25", "#f64 3: 0.1 2 3.3", "#i64 3: 9 2 301", "#i32 3: 7 1 -3", "#u8 3: 200 2 7", "#b 3: 1 1 1"] + SCALARS
PAIRS = ["add", "sub", "mul", "div", "maximum", "minimum", "fmax", "fmin", "eq", "ne", "lt", "le", "gt", "ge",
         "logicalAnd", "logicalOr", "logicalXor", "clampMin", "clampMax", "xlogy", "atan2", "hypot", "logaddexp", "copy_"]
DIVISIONS = ["remainder", "floorDivide", "fmod"]
IN_PLACE = ["add_", "sub_", "mul_", "div_", "eq_", "lt_", "logicalAnd_", "clampMin_", "clampMax_", "xlogy_", "atan2_", "hypot_"]
MATRICES = [f"#{d} 1,1: {2 if d != 'b' else 1}" for d in DTYPES]
INDEX = "#i64 2: 2 0"


def methods(names):
    return ["." + name for name in names]


def write(group):
    group("pairs", [["y", "OP", "A", "B"]], ["$y"], OP=methods(PAIRS), A=ALL, B=ALL)
    group("divisions", [["y", "OP", "A", "B"]], ["$y"], OP=methods(DIVISIONS), A=ALL, B=WHOLE)
    group("rounded division", [["y", ".div", "A", "B", {"roundingMode": "HOW"}]], ["$y"], A=ALL, B=WHOLE,
          HOW=["trunc", "floor"])
    group("in place", [["y", "OP", "A", "B"]], ["$y"], OP=methods(IN_PLACE), A=ALL, B=ALL)
    group("divisions in place", [["y", "OP", "A", "B"]], ["$y"], OP=methods([name + "_" for name in DIVISIONS]), A=ALL,
          B=WHOLE)
    group("powers", [["y", "OP", "A", "B"]], ["$y"], OP=[".pow", ".pow_"], A=ALL,
          B=["#f32 3: 1 2 0.5", "#f64 3: 1 2 0.5", "#i64 3: 1 2 3", "#i32 3: 1 0 2", "#u8 3: 2 1 0", "#b 3: 1 0 1", "#i64 : 3", "#f64 : 0.5"])
    # PyTorch multiplies and adds in one rounding.
    group("alpha", [["y", "OP", "A", "B", {"alpha": "V"}]], ["$y"], OP=[".add", ".sub"], A=ALL, B=ALL, V=[2, 0.1, True])
    group("alpha in place", [["y", "OP", "A", "B", {"alpha": "V"}]], ["$y"], OP=[".add_", ".sub_"], A=ALL, B=ALL,
          V=[2, 0.1])
    group("numbers", [["y", "OP", "A", "V"]], ["$y"], OP=methods(["add", "mul", "div", "lt", "xlogy"]), A=ALL,
          V=[2, 0.1, True, False])
    group("where", [["y", "torch.where", "#b 3: 1 0 1", "A", "B"]], ["$y"], A=[*ALL, 2, 0.1, True], B=[*ALL, 3, 0.2, False])
    group("clamp", [["y", "OP", "A", "B", "C"]], ["$y"], OP=[".clamp", ".clamp_"], A=ALL, B=ALL,
          C=[*LINES, SCALARS[0], SCALARS[2], None])
    group("clamp, one bound", [["y", ".clamp", "A", None, "C"]], ["$y"], A=ALL, C=ALL)
    group("clamp, mixed bounds", [["y", ".clamp", "#f32 3: 1 2 3", "*BOUNDS"]], ["$y"],
          BOUNDS=[[1, "#f32 3: 1 2 3"], ["#f32 3: 1 2 3", 2], ["#f32 3: nan 2 3", "#f32 3: 1 nan 2"], ["#f32 3: 3 2 1",
                  "#f32 3: 1 1 1"]])
    group("lerp", [["y", "OP", "A", "B", "W"]], ["$y"], OP=[".lerp", ".lerp_"], A=ALL, B=ALL,
          W=[0.5, "#f32 : 0.25", "#f64 3: 0 1 0.75", "#i64 : 1", "#f64 : 0.25"])
    group("matrices", [["y", "OP", "A", "B"]], ["$y"], OP=["torch.mm", "torch.matmul", "F.linear"], A=MATRICES, B=MATRICES)
    group("vectors", [["y", "OP", "A", "B"]], ["$y"], OP=["torch.dot", "torch.matmul", "torch.outer", "torch.inner"],
          A=LINES, B=LINES)
    group("cross", [["y", "torch.cross", "A", "B", 0]], ["$y"], A=EVEN, B=EVEN)
    group("addmm", [["y", "OP", "A", "B", "C"]], ["$y"], OP=[".addmm", ".addmm_"], A=[*MATRICES, *SCALARS], B=MATRICES, C=MATRICES)
    group("linear with a bias", [["y", "F.linear", "A", "A", "C"]], ["$y"], A=MATRICES,
          C=[f"#{d} 1: 2" if d != "b" else "#b 1: 1" for d in DTYPES])
    group("cat", [["l", "list", "A", "B"], ["y", "OP", "$l"]], ["$y"], OP=["torch.cat", "torch.stack", "torch.hstack", "torch.vstack"],
          A=LINES, B=[*LINES, "#f64 0"])
    group("cat of three", [["l", "list", "A", "B", "C"], ["y", "torch.cat", "$l"]], ["$y"], A=LINES[1:4], B=LINES, C=LINES)
    group("stack of scalars", [["l", "list", "A", "B"], ["y", "torch.stack", "$l"]], ["$y"], A=SCALARS, B=SCALARS)
    group("writes of rows", [["s", ".at", "B", [0, 2]], ["y", "OP", "A", 0, INDEX, "$s"]], ["$y"],
          OP=[".indexAdd", ".indexAdd_", ".indexCopy", ".indexCopy_", ".scatter", ".scatter_", ".scatterAdd", ".scatterAdd_"], A=LINES, B=LINES)
    group("setAt_", [["s", ".at", "B", [0, 2]], ["y", ".setAt_", "A", "WHERE", "$s"]], ["$y"], A=LINES, B=LINES,
          WHERE=[[INDEX], ["#b 3: 1 0 1"], [[0, 2]]])
    group("closeness", [["y", "OP", "A", "B"]], ["$y"], OP=[".isclose", ".allclose", ".equal"], A=LINES, B=LINES)
    group("loss", [["y", "OP", "A", "B", {"reduction": "HOW"}]], ["$y"], OP=["F.mseLoss", "F.l1Loss", "F.huberLoss",
          "F.smoothL1Loss", "F.klDiv", "F.binaryCrossEntropyWithLogits", "F.softMarginLoss", "F.hingeEmbeddingLoss"],
          A=LINES, B=LINES, HOW=["mean", "sum"])
    group("loss of a scalar", [["y", "OP", "A", "B"]], ["$y"], OP=["F.mseLoss", "F.l1Loss", "F.huberLoss", "F.smoothL1Loss"],
          A=LINES[:3], B=SCALARS)
    group("loss of counts", [["y", "F.poissonNllLoss", "A", "B"]], ["$y"], A=[f"#{d} 3: 0 0 0" for d in DTYPES], B=LINES)
    group("binary cross-entropy", [["y", "F.binaryCrossEntropy", "A", "B"]], ["$y"], A=["#f32 2: 0.5 0.25", "#f64 2: 0.5 0.25", "#i64 2: 1 0", "#b 2: 1 0"],
          B=["#f32 2: 1 0", "#f64 2: 1 0", "#i64 2: 1 0", "#u8 2: 1 0", "#b 2: 1 0"])
    group("max and min of two", [["y", "OP", "A", "B"]], ["$y"], OP=[".max", ".min"], A=ALL, B=ALL)
    group("searches", [["y", "OP", "A", "B"]], ["$y"], OP=["torch.searchsorted"], A=["#f32 3: 0.5 1 2", "#f64 3: 0.5 1 2", "#i64 3: 1 2 3", "#i32 3: 1 2 3", "#u8 3: 1 2 3"],
          B=[*LINES[:5], 1, 0.7])
    group("reductions", [["y", "OP", "A", "*DIM"]], ["$y"], OP=[".sum", ".prod", ".mean", ".cumsum", ".cumprod", ".max", ".min", ".amax",
          ".argmax", ".argmin", ".any", ".all", ".nansum", ".logsumexp", ".median", ".sort", ".argsort", ".mode", ".norm",
          ".var", ".std", ".aminmax", ".unique", ".countNonzero", ".softmax", ".logSoftmax", ".trace", ".diff"], A=ALL, DIM=[[], [0]])
    group("reductions, dtype", [["y", "OP", "A", {"dim": 0, "dtype": "D"}]], ["$y"], OP=[".sum", ".prod", ".mean", ".cumsum", ".cumprod", ".nansum",
          ".softmax"], A=ALL, D=["@float32", "@float64", "@int64", "@int32", "@uint8", "@bool"])
    group("log softmax, dtype", [["y", ".logSoftmax", "A", {"dim": 0, "dtype": "D"}]], ["$y"], A=SCALARS,
          D=["@float32", "@float64", "@int64", "@bool"])
    group("scans in place", [["y", "OP", "A", 0]], ["$y"], OP=[".cumsum_", ".cumprod_"], A=ALL)
    group("order", [["y", "OP", "A", "K"]], ["$y"], OP=[".topk", ".kthvalue"], A=ALL, K=[1])
    group("quantile", [["y", ".quantile", "A", "Q"]], ["$y"], A=ALL, Q=[0.5, "#f32 1: 0.5", "#f64 1: 0.25"])
    group("unary", [["y", "OP", "A"]], ["$y"], OP=methods("abs neg sign square sqrt exp floor ceil round trunc frac relu sigmoid reciprocal log isnan isfinite isinf logicalNot nanToNum positive erfc".split()),
          A=ALL)
    group("unary in place", [["y", "OP", "A"]], ["$y"], OP=methods("abs_ neg_ sign_ square_ sqrt_ exp_ floor_ round_ frac_ relu_ sigmoid_ logicalNot_ nanToNum_".split()), A=ALL)
    group("activations", [["y", "OP", "A"]], ["$y"], OP=["F." + name for name in "relu relu6 hardtanh leakyRelu elu celu selu gelu silu mish softplus softsign hardswish hardsigmoid tanhshrink hardshrink softshrink logsigmoid".split()], A=ALL)
    group("casts", [["y", ".to", "A", "D"]], ["$y"], D=["@float32", "@float64", "@int64", "@int32", "@uint8", "@bool"],
          A=["#f32 5: -0.5 0.5 300.7 -1.5 nan", "#f64 4: -0.5 1e10 -300 2.5", "#i64 5: -1 300 2147483648 9007199254740993 -9223372036854775808", "#i32 3: -1 300 0", "#u8 2: 255 0", "#b 2: 1 0"])
    group("wrapping", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["add", "sub", "mul", "add_", "sub_", "mul_"]),
          A=["#i64 3: 9223372036854775807 -9223372036854775808 9007199254740993", "#i32 3: 2147483647 -2147483648 65536", "#u8 3: 255 0 128"],
          B=[1, -1, 2, 65537, "#i64 3: 1 -1 3", "#i32 3: 1 -1 3", "#u8 3: 1 255 3"])
    group("wrapping sums", [["y", "OP", "A"]], ["$y"], OP=methods(["sum", "prod", "neg", "abs", "square", "max", "min", "argmax", "median", "sort", "unique"]),
          A=["#i64 3: 9223372036854775807 -9223372036854775808 9007199254740993", "#i32 3: 2147483647 -2147483648 65536", "#u8 3: 255 0 128"])
    floats = ["nan nan nan", "nan 1 2", "1 nan 2", "2 2 1", "inf nan -inf", "-0 0 -0", "inf inf 1", "0.5 1.5 2.5"]
    group("nan", [["y", "OP", "A", "*DIM"]], ["$y"], OP=methods("max min argmax argmin sort argsort median amax amin unique cumsum nansum".split()),
          A=[f"#{d} 3: {v}" for d in ["f32", "f64"] for v in floats], DIM=[[], [0], [0, True]])
    # Among equals PyTorch's choice is an accident of its sorting, and of mode's beside NaN even the value.
    group("nan, topk", [["y", "OP", "A", "*K"]], ["$y"], OP=[".topk", ".kthvalue"], A=["#f32 3: nan 1 2", "#f32 3: 1 nan 2", "#f32 3: inf nan -inf", "#f64 3: 0.5 nan inf"], K=[[1], [2], [3], [2, 0, False]])
    group("nan of two", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["maximum", "minimum", "fmax", "fmin", "clampMin", "clampMax", "remainder", "fmod", "floorDivide", "div"]),
          A=["#f32 6: nan 1 inf -inf -7 5", "#f64 6: nan 1 inf -inf -7 5"],
          B=["#f32 6: 1 nan inf 2 3 inf", "#f32 6: nan nan 1 -inf -3 -inf", "#f32 6: 0 0 0 0 0 0", "#f64 6: -0.5 0.3 2 inf inf -inf"])


write_books(__file__, promotion=[write, True])
