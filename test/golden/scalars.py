"""Writes ops-scalars.json: every way of writing a number into a tensor, for every dtype, with numbers that it holds and
numbers that it does not. The programs and the format are those of ops.py.
"""

from ops import write_books

TARGETS = ["#f32 3: 1 0 2", "#f64 3: 1 0 2", "#i64 3: 1 0 2", "#i32 3: 1 0 2", "#u8 3: 1 0 2", "#b 3: 1 0 1"]
DTYPES = ["@float32", "@float64", "@int64", "@int32", "@uint8", "@bool"]
VALUES = [
    -0.5, 0.5, 1.5, -1.5, 255, 255.5, -255.5, 2147483647.5, -2147483648.5, 300, -1, -255, -256, -300, 2**31, -(2**31) - 1, 2**40, 2**53 + 2, 1e30, 1e40, "%nan", "%inf",
    "%-inf", True, False, "~1", "~-1", "~300", f"~{2**53 + 3}", f"~{2**63 - 1}",
]
FEW = [-0.5, 0.5, 2, 300, -1, 2**31, 2**40, 2**53 + 2, 1e30, "%nan", "%inf", "%-inf", True, "~3"]
ARITHMETIC = ["add", "sub", "mul", "div", "remainder", "floorDivide", "fmod"]
COMPARE = ["eq", "ne", "lt", "le", "gt", "ge"]
MASK = "#b 3: 1 0 1"
INDEX = "#i64 2: 2 0"


def methods(names, suffix=""):
    return ["." + name + suffix for name in names]


def made(group):
    group("tensor", [["y", "torch.tensor", "DATA", {"dtype": "D"}]], ["$y"], D=DTYPES,
          DATA=[*VALUES, *([value, 1] for value in VALUES)])
    group("asTensor", [["y", "torch.asTensor", ["V"], {"dtype": "D"}]], ["$y"], D=DTYPES, V=VALUES)
    group("full", [["y", "torch.full", [2], "V", {"dtype": "D"}]], ["$y"], D=DTYPES, V=VALUES)
    group("full, inferred", [["y", "torch.full", [2], "V"]], ["$y"], V=VALUES)
    group("fullLike", [["y", "torch.fullLike", "A", "V"]], ["$y"], A=TARGETS, V=VALUES)
    group("fullLike, dtype", [["y", "torch.fullLike", "#f32 2: 1 2", "V", {"dtype": "D"}]], ["$y"], D=DTYPES, V=VALUES)
    group("newFull", [["y", ".newFull", "A", [2], "V"]], ["$y"], A=TARGETS, V=VALUES)
    group("newTensor", [["y", ".newTensor", "A", ["V"]]], ["$y"], A=TARGETS, V=VALUES)
    group("arange", [["y", "torch.arange", "*ENDS", {"dtype": "D"}]], ["$y"], D=DTYPES[:-1],
          ENDS=[[2.5], [-1, 1], [-0.5, 1.5], [254, 258], [-2, 1, 0.5], [2**31 - 1, 2**31 + 1], [2**40, 2**40 + 2],
                [True], [0.5, 3], [2**53, 2**53 + 4, 2], ["%nan"], ["%inf"], [0, "%nan"], [0.5, 2.25, 0.75], [5, 1, -1.5]])
    group("linspace", [["y", "torch.linspace", "*ENDS", {"dtype": "D"}]], ["$y"], D=DTYPES[:-1],
          ENDS=[[-0.5, 1.5, 3], [-3, 3, 4], [0, 255, 3], [250, 300, 3], [0, 2**31, 2], [0, 2**40, 3], [-1.5, -0.5, 1],
                [0, "%nan", 2], [0, "%inf", 2], [1e30, 2e30, 2], [5, 5, 3], [True, 3, 3]])


def written(group):
    group("fill_", [["y", ".fill_", "A", "V"]], ["$y"], A=TARGETS, V=VALUES)
    group("fill_ of a view", [["v", ".at", "A", [0, None, 2]], ["y", ".fill_", "$v", "V"]], ["A"], A=TARGETS, V=FEW)
    group("fill_ by a tensor", [["y", ".fill_", "A", "V"]], ["$y"], A=TARGETS,
          V=["#f64 : -0.5", "#f64 : 300", "#i64 : -1", "#i64 : 2147483648", "#b : 1", "#u8 : 255", "#f32 : 1.5"])
    group("setAt_", [["y", ".setAt_", "A", "WHERE", "V"]], ["$y"], A=TARGETS,
          WHERE=[[0], [":"], [[0, None, 2]], ["..."], [None, 1], [MASK], [INDEX], [True], ["#b 3: 0 0 0"]], V=VALUES)
    group("setAt_ by a tensor", [["y", ".setAt_", "A", "WHERE", "V"]], ["$y"], A=TARGETS,
          WHERE=[[0], [[0, None, 2]], [MASK], [INDEX]],
          V=["#f64 : -0.5", "#f64 : 300", "#i64 : -1", "#b : 1", "#u8 : 255", "#f32 : 1.5", "#i64 2: 3 4", "#f32 2: 1 2"])
    for name in ["maskedFill", "maskedFill_"]:
        group(name, [["y", "." + name, "A", MASK, "V"]], ["$y"], A=TARGETS, V=VALUES)
        group(name + " by a tensor", [["y", "." + name, "A", MASK, "V"]], ["$y"], A=TARGETS,
              V=["#f64 : -0.5", "#f64 : 300", "#f64 : 3", "#i64 : -1", "#i64 : 300", "#b : 1", "#f32 : 1.5", "#i32 : 7"])
    for name in ["indexFill", "indexFill_"]:
        group(name, [["y", "." + name, "A", 0, INDEX, "V"]], ["$y"], A=TARGETS, V=VALUES)
        group(name + " by a tensor", [["y", "." + name, "A", 0, INDEX, "V"]], ["$y"], A=TARGETS,
              V=["#f64 : -0.5", "#f64 : 300", "#f64 : 3", "#i64 : -1", "#i64 : 300", "#b : 1", "#f32 : 1.5", "#i32 : 7"])
    for name in ["scatter", "scatter_"]:
        group(name, [["y", "." + name, "A", 0, INDEX, "V"]], ["$y"], A=TARGETS, V=VALUES)
        group(name + ", reduced", [["y", "." + name, "A", 0, INDEX, "V", {"reduce": "HOW"}]], ["$y"], A=TARGETS,
              V=FEW, HOW=["add", "multiply"])
    group("indexAdd", [["y", "OP", "A", 0, INDEX, "S", {"alpha": "V"}]], ["$y"], OP=[".indexAdd", ".indexAdd_"],
          A=TARGETS[:1], S=["#f32 2: 1 2"], V=FEW)
    group("indexAdd of integers", [["s", ".at", "A", [0, 2]], ["y", ".indexAdd", "A", 0, INDEX, "$s", {"alpha": "V"}]],
          ["$y"], A=TARGETS[2:], V=[*FEW, 255, False])
    group("init.constant_", [["y", "init.constant_", "A", "V"]], ["$y"], A=TARGETS, V=FEW)
    # PyTorch takes the number through a double, which is another for the largest.
    group("pad", [["y", "F.pad", "A", [1, 1], "constant", "V"]], ["$y"], A=TARGETS, V=VALUES[:-2])


def chosen(group):
    group("where", [["y", "torch.where", MASK, "*AB"]], ["$y"],
          AB=[pair for target in TARGETS for value in VALUES for pair in ([target, value], [value, target])])
    group("where of a method", [["y", ".where", "A", MASK, "V"]], ["$y"], A=TARGETS, V=FEW)
    group("where of numbers", [["y", "torch.where", MASK, "V", "W"]], ["$y"], V=FEW, W=[2, 0.5, True, "~2"])
    group("clamp", [["y", "OP", "A", "*BOUNDS"]], ["$y"], OP=[".clamp", ".clamp_"], A=TARGETS,
          BOUNDS=[bounds for value in FEW for bounds in ([value], [None, value], [value, value], [2, value], [value, 1])])
    group("half a clamp", [["y", "OP", "A", "V"]], ["$y"], OP=[".clampMin", ".clampMax"], A=TARGETS[:-1], V=VALUES[:-2])
    # A bool by True is computed here and refused there.
    group("half a clamp of bool", [["y", "OP", "A", "V"]], ["$y"], OP=[".clampMin", ".clampMax"], A=TARGETS[-1:],
          V=[value for value in VALUES[:-2] if not isinstance(value, bool)])
    group("clamp of nan", [["y", ".clamp", "#f32 4: nan -inf 0 inf", "*BOUNDS"]], ["$y"],
          BOUNDS=[["%nan"], [None, "%nan"], ["%nan", 1], [-1, "%nan"], [1, -1], [-1, 1], ["%-inf", "%inf"]])
    group("nanToNum", [["y", ".nanToNum", "A", "*BY"]], ["$y"], A=["#f32 4: nan inf -inf 2", "#f64 4: nan inf -inf 2",
              *TARGETS[2:]], BY=[*([value] for value in [*FEW, 1e40]), *([0, value, 1] for value in [*FEW, -1e40]), [None, 1, 2]])
    group("threshold", [["y", "F.threshold", "A", "*BY"]], ["$y"], A=TARGETS,
          BY=[pair for value in VALUES[:-2] for pair in ([value, 1], [1, value])])
    group("hardtanh", [["y", "F.hardtanh", "A", "*BY"]], ["$y"], A=TARGETS,
          BY=[pair for value in FEW for pair in ([value, 2**41], [-1, value], [0, value])])
    group("shrink", [["y", "OP", "A", "V"]], ["$y"], OP=["F.hardshrink", "F.softshrink"], A=TARGETS, V=FEW[:-2])
    group("leakyRelu", [["y", "F.leakyRelu", "A", "V"]], ["$y"], A=TARGETS, V=FEW[:-2])


def computed(group):
    group("arithmetic", [["y", "OP", "A", "V"]], ["$y"], OP=methods(ARITHMETIC), A=TARGETS, V=VALUES[:-2])
    # Beside int32 and uint8, where PyTorch lets them wrap, these are refused here.
    group("arithmetic, exact", [["y", "OP", "A", "V"]], ["$y"], OP=methods(ARITHMETIC + COMPARE), V=VALUES[-2:],
          A=[*TARGETS[:3], TARGETS[5]])
    group("arithmetic in place", [["y", "OP", "A", "V"]], ["$y"], OP=methods(ARITHMETIC, "_"), A=TARGETS, V=VALUES[:-2])
    group("arithmetic, 0 dimensions", [["y", "OP", "A", "V"]], ["$y"], OP=methods(["add", "mul", "floorDivide"]),
          A=["#f32 : 3", "#i64 : 3", "#i32 : 3", "#u8 : 3", "#b : 1"], V=VALUES[:-2])
    group("arithmetic, number first", [["y", "OP", "V", "A"]], ["$y"],
          OP=["torch." + name for name in ["add", "sub", "mul", "div", "remainder", "floorDivide"]],
          A=["#f32 3: 1 3 2", "#f64 3: 1 3 2", "#i64 3: 1 3 2", "#i32 3: 1 3 2", "#u8 3: 1 3 2", "#b 3: 1 1 1"], V=VALUES[:-2])
    group("rounded division", [["y", "OP", "A", "V", {"roundingMode": "HOW"}]], ["$y"], OP=[".div", ".div_"], A=TARGETS,
          V=FEW, HOW=["trunc", "floor"])
    group("alpha", [["y", "OP", "A", "B", {"alpha": "V"}]], ["$y"], OP=[".add", ".sub", ".add_", ".sub_"], A=TARGETS,
          B=["#f32 3: 1 2 3", "#i64 3: 1 2 3", "#u8 3: 1 2 3", "#b 3: 1 0 1", 2, True], V=FEW)
    group("comparisons", [["y", "OP", "A", "V"]], ["$y"], OP=methods(COMPARE), A=TARGETS, V=VALUES[:-2])
    group("comparisons in place", [["y", "OP", "A", "V"]], ["$y"], OP=methods(COMPARE[:3], "_"), A=TARGETS, V=FEW)
    group("comparisons far out", [["y", "OP", "A", "V"]], ["$y"], OP=methods(COMPARE),
          A=["#i64 4: 9007199254740993 9007199254740992 9223372036854775807 -9223372036854775808", "#i32 2: 2147483647 -2147483648",
             "#u8 2: 255 0"], V=[*FEW, 2**53, 256, -(2**31)])
    group("comparisons, exact", [["y", "OP", "A", "V"]], ["$y"], OP=methods(COMPARE),
          A=["#i64 3: 9007199254740993 9007199254740992 9223372036854775807"], V=["~9007199254740993", VALUES[-1]])
    group("lerp", [["y", ".lerp", "A", "A", "V"]], ["$y"], A=TARGETS, V=FEW)
    group("addmm", [["y", "OP", "#f32 1,1: 3", "#f32 1,1: 2", "#f32 1,1: 5", {"beta": "B", "alpha": "V"}]], ["$y"],
          OP=[".addmm", ".addmm_"], B=[1, 0, True, False, 0.5, "%nan"], V=[*FEW, 0, False])
    group("addmm of integers", [["y", ".addmm", "M", "M", "M", {"beta": "B", "alpha": "V"}]], ["$y"],
          M=["#i64 1,1: 3", "#i32 1,1: 3", "#u8 1,1: 3", "#b 1,1: 1"], B=[1, 0, 0.5, True], V=[*FEW, 0, 1.5])
    group("xlogy", [["y", "OP", "A", "V"]], ["$y"], OP=[".xlogy", "torch.xlogy"], A=TARGETS, V=FEW)
    group("histc", [["y", ".histc", "A", 3, "*ENDS"]], ["$y"], A=[*TARGETS[:3], "#f32 3: 1 nan 2", "#f32 3: 1 inf 2"],
          ENDS=[[], [0, 2], [0.5, 1.5], [-1, 2**31], [1, 0], ["%nan", 1], [0, "%inf"], [True, 3], [1, 1]])
    group("bincount", [["y", ".bincount", "A", "*HOW"]], ["$y"], A=[*TARGETS[2:], "#i64 2: -1 1"],
          HOW=[[], [None, 5], [None, -1], ["#f32 3: 0.5 1 2"], ["#i64 3: 1 2 3"], ["#b 3: 1 0 1"]])
    group("isclose", [["y", ".isclose", "A", "A", {"rtol": "V"}]], ["$y"], A=TARGETS, V=[0, 0.5, -1])
    group("division by zero", [["y", "OP", "A", "B"]], ["$y"], OP=methods(["div", "remainder", "floorDivide", "fmod"])
          + methods(["remainder", "floorDivide", "fmod"], "_"), A=TARGETS,
          B=[0, False, 0.5, -0.5, 256, "~0", "#i64 : 0", "#u8 3: 1 0 2", "#f32 3: 1 0 2", "#b 3: 1 0 1"])
    group("division by zero, rounded", [["y", ".div", "A", "B", {"roundingMode": "HOW"}]], ["$y"], A=TARGETS,
          B=[0, False, 0.5, "#i64 : 0", "#u8 3: 1 0 2", "#f32 3: 1 0 2", "#b 3: 1 0 1"], HOW=["trunc", "floor"])


def write(group):
    for part in [made, written, chosen, computed]:
        part(group)


write_books(__file__, scalars=[write, True])
