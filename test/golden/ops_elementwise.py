"""Cases of elementwise operations: values at special points, type promotion, broadcasting, in-place forms."""

import itertools

UNARY = [
    "neg", "abs", "sign", "square", "relu", "sqrt", "rsqrt", "reciprocal", "exp", "expm1", "log", "log1p", "log2",
    "log10", "tanh", "sigmoid", "sin", "cos", "erf", "floor", "ceil", "round", "trunc",
]
ARITHMETIC = ["add", "sub", "mul", "div", "pow", "remainder", "floorDivide"]
COMPARE = ["eq", "ne", "lt", "le", "gt", "ge"]
LOGIC = ["logicalAnd", "logicalOr", "logicalXor"]
PAIRS = ARITHMETIC + ["maximum", "minimum"] + COMPARE + LOGIC
DTYPES = ["f32", "f64", "i64", "i32", "u8", "b"]
KINDS = ["$f32", "$f64", "$i64", "$i32", "$u8", "$b"]


def methods(names, suffix=""):
    return ["." + name + suffix for name in names]


def few(dtype, which):
    """Two operands of any dtype, without zeros among the divisors but for bool."""
    values = {"a": "1 0" if dtype == "b" else "7 2", "b": "1 1" if dtype == "b" else "2 3"}
    return f"#{dtype} 2: {values[which]}"


def scalar(dtype):
    return f"#{dtype} : {1 if dtype == 'b' else 3}"


def write(group):
    group("unary", [["y", "OP", "X"]], ["$y"], OP=methods(UNARY),
          X=KINDS + ["$s", "$si", "$sb", "$empty", "$emptyi", "$long", "$longi"])
    views = {
        "transposed": [["v", ".t", "$mf32"]],
        "sliced": [["v", ".at", "$mf64", ":", [0, None, 2]]],
        "expanded": [["v", ".expand", "#f32 2,1: 0.5 -0.75", 2, 3]],
        "narrowed bytes": [["v", ".at", "$mu8", 1, [1, None]]],
        "row of ints": [["v", ".at", "$mi64", ":", 1]],
    }
    for name, take in views.items():
        group(f"unary, {name}", [*take, ["y", "OP", "$v"]], ["$y"], OP=methods(UNARY))
    group("unary in place", [["y", "OP", "X"]], ["X", "$y"], OP=methods(UNARY, "_"), X=KINDS + ["$s", "$empty"])
    group("unary in place, view", [["v", ".at", "$mf32", ":", [1, None]], ["y", "OP", "$v"]], ["$mf32", "$y"],
          OP=methods(UNARY, "_"))
    group("logsigmoid", [["y", "F.logsigmoid", "X"]], ["$y"], X=["$f32", "$f64", "$s32", "$empty", "$mf64", "$i64"])
    group("leaky relu", [["y", "F.leakyRelu", "X", "*SLOPE"]], ["$y"], X=["$f32", "$f64", "$s32", "$empty"],
          SLOPE=[[], [0.2], [{"negativeSlope": 0}], [-0.5]])
    group("functions", [["y", "OP", "$mf64"]], ["$y"], OP=["torch." + name for name in UNARY])

    grid = list(itertools.product("-inf -2.5 -1 -0 0 0.5 2 3 inf nan".split(), repeat=2))
    a, b = (" ".join(pair[k] for pair in grid) for k in (0, 1))
    group("binary, special floats", [["y", "OP", "A", "B"]], ["$y"], OP=methods(PAIRS), A=[f"#f32 100: {a}"],
          B=[f"#f32 100: {b}"])
    group("binary, special doubles", [["y", "OP", "A", "B"]], ["$y"],
          OP=methods(["pow"]), A=[f"#f64 100: {a}"],
          B=[f"#f64 100: {b}"])
    whole = list(itertools.product("-7 -2 -1 1 2 7".split(), repeat=2))
    a, b = (" ".join(pair[k] for pair in whole) for k in (0, 1))
    for dtype, names in [("i64", PAIRS), ("i32", ARITHMETIC)]:
        group(f"binary, {dtype}", [["y", "OP", "A", "B"]], ["$y"], OP=methods(names), A=[f"#{dtype} 36: {a}"],
              B=[f"#{dtype} 36: {b}"])
    whole = list(itertools.product("1 2 3 100 200 255".split(), repeat=2))
    a, b = (" ".join(pair[k] for pair in whole) for k in (0, 1))
    group("binary, u8", [["y", "OP", "A", "B"]], ["$y"], OP=methods(PAIRS), A=[f"#u8 36: {a}"], B=[f"#u8 36: {b}"])
    group("binary, bool", [["y", "OP", "#b 4: 0 0 1 1", "#b 4: 0 1 0 1"]], ["$y"], OP=methods(PAIRS))
    group("zero to a power", [["y", "torch.pow", "A", "B"]], ["$y"],
          A=["#f64 3: 0 -0 2", "#i64 3: 0 1 -2", 0, 2, -2, 0.5], B=["#f64 3: 0 -1 3", "#i64 3: 0 1 4"])
    group("integer division by zero", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["div", "remainder", "floorDivide"]),
          A=["#i64 2: 1 0", "#i32 2: 1 0", "#u8 2: 1 0", "#f32 2: 1 0"],
          B=["#i64 2: 0 1", "#i32 2: 0 1", "#u8 2: 1 0", "#b 2: 0 1", 0])
    group("powers of integers", [["y", ".pow", "A", "B"]], ["$y"],
          A=["#i64 4: -2 0 1 3", "#i32 4: -2 0 1 3", "#u8 4: 0 1 2 3"],
          B=[0, 1, 2, 3, 40, -1, -2, 0.5, "#i64 4: 0 1 2 3", "#i64 4: 3 2 1 -1", "#f64 4: -1 0 0.5 2",
             "#u8 4: 0 9 9 5"])

    group("promotion", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["add", "mul", "div", "pow", "lt", "eq",
              "logicalAnd"]), A=[few(d, "a") for d in DTYPES] + [scalar(d) for d in DTYPES],
          B=[few(d, "b") for d in DTYPES] + [scalar(d) for d in DTYPES])
    group("promotion, numbers", [["y", "OP", "A", "B"]], ["$y"],
          OP=methods(["add", "sub", "mul", "div", "pow", "remainder", "floorDivide", *COMPARE]),
          A=[few(d, "a") for d in DTYPES] + [scalar(d) for d in DTYPES], B=[2, -3, 2.5, 300])
    group("promotion, numbers on the left", [["y", "OP", "A", "B"]], ["$y"],
          OP=["torch." + name for name in ARITHMETIC], A=[2, -3, 2.5],
          B=[few(d, "b") for d in DTYPES] + [scalar(d) for d in DTYPES])
    group("promotion in place", [["y", "OP", "A", "B"]], ["$y"],
          OP=methods(["add", "sub", "mul", "div", "pow", "remainder", "floorDivide"], "_"),
          A=[few(d, "a") for d in DTYPES], B=[few(d, "b") for d in DTYPES] + [scalar("f64"), scalar("i64"), 2, 2.5])
    group("promotion of where", [["y", "torch.where", "#b 2: 1 0", "A", "B"]], ["$y"],
          A=[few(d, "a") for d in DTYPES] + [scalar("f64"), 2, 0.5],
          B=[few(d, "b") for d in DTYPES] + [scalar("f64"), scalar("i32"), 3, 1.5])
    group("promotion of cat", [["l", "list", "A", "B"], ["y", "torch.cat", "$l"]], ["$y"],
          A=[few(d, "a") for d in DTYPES], B=[few(d, "b") for d in DTYPES] + [scalar("f64")])
    group("where", [["y", "torch.where", "C", "A", "B"]], ["$y"], C=["$mb", "#b 3: 1 0 1", "#b : 0", "#f32 3: 1 0 1"],
          A=["$mf32", "#f32 2,1: nan inf", "#i64 2: 1 2"], B=["$mf32", 1, "$s32"])

    group("broadcasting", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["add", "lt", "maximum"]),
          A=["#f32 2,1: 1 -2", "#f32 3: 1 2 3", "#f32 1,1,3: 1 2 3", "$s32", "$empty", "#f32 2,3: 1 2 3 4 5 6"],
          B=["#f32 1,3: 1 -2 3", "#f32 2: 1 2", "#f32 2,1,1: 5 6", "$s32", "$empty2"])
    group("strided operands", [["a", ".t", "#f64 3,2: 1 2 3 4 5 6"],
              ["b", ".at", "#f64 2,6: 1 2 3 4 5 6 7 8 9 1 2 3", ":", [0, None, 2]], ["y", "OP", "$a", "$b"],
              ["z", "OP", "$b", "$a"]], ["$y", "$z"], OP=methods(PAIRS))
    group("strided bytes", [["a", ".t", "#u8 3,2: 1 2 3 4 5 6"], ["y", "OP", "$a", "$mu8"],
              ["z", "OP", "$mu8", "#u8 : 3"]], ["$y", "$z"], OP=methods(PAIRS[:-3]))
    group("long rows", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["add", "mul", "sub", "floorDivide", "pow"]),
          A=["$long", "$longi"], B=[3, 0.5])
    group("with options", [["y", "OP", "A", "B", "*HOW"]], ["$y"], OP=methods(["add", "sub", "add_", "sub_"]),
          A=["$mf32", "$mi64", "$mu8"], B=["#f32 3: 1 2 3", "#i64 3: 1 2 3", 2],
          HOW=[[{"alpha": 2}], [{"alpha": 0.5}], [{"alpha": -1}]])
    group("rounded division", [["y", "OP", "A", "B", {"roundingMode": "MODE"}]], ["$y"], OP=[".div", ".div_"],
          A=["#f32 6: 7 -7 0.5 inf nan -0", "#f64 6: 7 -7 0.5 inf nan -0", "#i64 6: 7 -7 0 1 -1 9",
             "#i32 6: 7 -7 0 1 -1 9", "#u8 6: 7 250 0 1 100 9", "#b 6: 1 0 1 0 1 0"],
          B=[2, -2, 0, 1.5, "#f32 6: 2 2 0 3 1 -3", "#i64 6: 2 2 -1 3 1 -3", "#i32 : 4", "#u8 : 4", "#b : 1"],
          MODE=["trunc", "floor"])
    group("rounded division, strided", [["v", ".at", "#f64 2,4: 7 -7 8 -9 5 4 3 -2", ":", [0, None, 2]],
              ["y", ".div", "$v", "#f64 2: 2 -3", {"roundingMode": "MODE"}]], ["$y"], MODE=["trunc", "floor", None])
    group("in place, views and broadcasting", [["v", ".t", "$mf32"], ["y", "OP", "$v", "B"]], ["$mf32"],
          OP=methods(["add", "mul", "div", "pow"], "_"), B=["#f32 2: 1 2", "#f32 3: 1 2 3", "#f32 3,2: 1 2 3 4 5 6", 2,
              "$v"])
    group("in place on what repeats", [["v", ".expand", "#f32 1,2: 1 2", 3, 2], ["y", "OP", "$v", "*ARGS"]], ["$y"],
          OP=[".add_", ".copy_", ".zero_", ".exp_", ".mul_"], ARGS=[[], [1], ["#f32 2: 1 2"]])

    group("casts", [["y", "OP", "X"]], ["$y"], OP=methods(["float", "double", "long", "int", "byte", "bool"]),
          X=["#f32 6: -1.5 -0 0.9 1.5 100.7 200", "#f64 5: -1.5 -0 0.9 3.7 1e9", "$i64", "#i32 4: -1 0 5 200", "$u8",
             "$b", "$s", "$empty3", "#i64 3: 4294967297 -4294967295 300"])
    huge = "inf -inf nan 3e9 -3e9 1e19 -1e19 9223372036854775808 -9223372036854775808 300 -1.5 2147483648 1e30"
    group("floats that integers cannot hold", [["y", "OP", "X"]], ["$y"], OP=[".long", ".int", ".byte", ".bool"],
          X=[f"#f32 13: {huge}", f"#f64 13: {huge}"])
    group("to", [["y", ".to", "X", "*HOW"]], ["$y"], X=["$mf32", "$mi64", "$mb"],
          HOW=[["@float64"], ["@int32"], [{"dtype": "@uint8"}], ["$mf64"], ["cpu"], ["cpu", "@float64"],
              [{"dtype": "@bool", "copy": True}], ["nowhere"]])
    group("special floats to integers", [["y", "OP", "#f32 3: 2.5 -3.5 1e6"]], ["$y"], OP=methods(["long", "int"]))
    group("copy, fill, zero", [["v", ".at", "X", ":", [0, 2]], ["y", "OP", "$v", "*ARGS"]], ["X", "$y"],
          OP=[".copy_", ".fill_", ".zero_", ".clone", ".contiguous"], X=["$mf32", "$mi64", "$mu8", "$mb"],
          ARGS=[[], [2], [2.7], ["#f64 2: 1.5 -2.5"], ["#i64 2,1: 3 300"], ["#b : 1"], ["#f32 3: 1 2 3"]])
