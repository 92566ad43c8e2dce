"""Writes ops-arranging.json: parts and orders, sorting, scanning, writing by index, products, statistics, borders.

The cases are programs as golden/ops.py describes them. Every step that PyTorch refuses, torchlet must refuse too.
"""

from ops import write_books
from ops_shapes import MATRICES, count

M = "#f64 2,3: 1.5 -2 0.25 4 -1 3"
SQUARE = "#f64 3,3: 1 -2 3 0.5 4 -1 2 0 -3"
CUBE = "$cube"
TIES = "#f64 2,5: 3 1 3 -2 1 0 -0 5 0 5"
NANS = "#f64 2,4: 2 nan -1 inf 0 -inf 3 1"
SAMPLES = [*MATRICES, CUBE, "$s", "$si", "$empty3", "$empty", "$nan"]
FEW = ["$mf32", "$mi64", "$mb", CUBE, "$s", "$empty3"]
SEEN = ["$y"]


def write(group):
    """Every group: values with dtype and shape, then gradients with the name of the node, in float64."""

    def case(name, operation, inputs, args, see=SEEN):
        group(name, [["y", "OP", "X", "*ARGS"]], see, OP=operation, X=inputs, ARGS=args)

    def grads(name, operation, inputs, args, pick="$y"):
        group(f"{name}: gradient",
              [["x", ".requiresGrad_", "X"], ["r", "OP", "$x", "*ARGS"], *([["y", *pick]] if pick != "$y" else []),
               ["n", ".gradFn", "$y" if pick != "$y" else "$r"], ["", "pull", "$y" if pick != "$y" else "$r"],
               ["g", ".grad", "$x"]], ["$n", "$g"], OP=operation, X=inputs, ARGS=args)

    def second(name, operation, inputs, args, pick="$y"):
        """The gradient of a sum of squares of the gradient."""
        out = "$y" if pick != "$y" else "$r"
        group(f"{name}: second derivative",
              [["x", ".requiresGrad_", "X"], ["r", "OP", "$x", "*ARGS"], *([["y", *pick]] if pick != "$y" else []),
               ["q", ".mul", out, out], ["s", ".sum", "$q"], ["l", "list", "$x"],
               ["g", "autograd.grad", "$s", "$l", {"createGraph": True}], ["c", "torch.cat", "$g"], ["q2", ".mul", "$c", "$c"],
               ["t", ".sum", "$q2"], ["", ".backward", "$t"], ["h", ".grad", "$x"]], ["$h"], OP=operation, X=inputs, ARGS=args)

    parts(case, grads, group)
    orders(case, grads, group)
    sorting(case, grads, group)
    quantile_of_fractions(group)
    scanning(case, grads, second, group)
    picking(case, grads, group)
    writing(case, grads, group)
    products(case, grads, second, group)
    statistics(case, grads, second, group)
    functional(case, grads, second, group)


def parts(case, grads, group):
    strided = [["y", "OP", "X", "*ARGS"]]
    case("split", [".split", "torch.split"], SAMPLES, [[2], [1, 1], [[1, 2], 1], [[1, 1], -1], [3, -1], [0], [-1], [[3, -1], 1], [2, 5], [0, 0]])
    case("chunk", [".chunk", "torch.chunk"], SAMPLES, [[2], [2, 1], [5, -1], [0], [-1], [2, 7], [3, 0]])
    case("unbind", [".unbind", "torch.unbind"], SAMPLES, [[], [1], [-1], [4]])
    case("unflatten", [".unflatten"], ["$mf64", CUBE, "$s"], [[1, [3, 1]], [-1, [2, 2]], [1, [-1, 3]], [2, [-1, 2]], [1, [2, 2]], [1, [-1, -1]], [1, []], [0, [0, -1]], [0, [1, 2]]])
    case("movedim", [".movedim", "torch.movedim"], [CUBE, "$mf64", "$s"], [[0, 1], [0, -1], [[0, 1], [2, 0]], [[0, 0], [1, 2]], [[0, 1], [1, 1]], [[0], [1, 2]], [0, 5], [[2, 0], [0, 1]]])
    case("diagonal", [".diagonal", "torch.diagonal"], ["$mf32", CUBE, "$empty3", "$mi64", "$s"],
         [[], [1], [-1], [0, 1, 2], [1, 2, 0], [5], [-5], [0, 1, 1], [0, 0, 7], [{"offset": -1, "dim1": -1, "dim2": -2}]])
    case("diag", [".diag", "torch.diag"], ["$mf32", "$mi64", "$f32", "$b", "$i64", CUBE, "$s", "$empty", "$empty3"], [[], [1], [-1], [4], [-4]])
    case("broadcastTo", ["torch.broadcastTo", ".broadcastTo"], ["$mf32", "#i64 3: 1 2 3", "$s", "$mb"], [[[2, 3]], [[2, 2, 3]], [[2, -1]], [[3]], [[-1, 2, 3]], [[0]]])
    group("parts are views", [["c", ".clone", "X"], ["p", "OP", "$c", "*ARGS"], ["j", "torch.cat", "$p", 0], ["", ".add_", "$c", 1], ["k", "torch.cat", "$p", 0]],
          ["$j", "$k"], OP=[".split", ".chunk", ".unbind"], X=["$mf64", CUBE], ARGS=[[1], [2, 1], [1, 1]])
    group("a write through a view", [["x", ".requiresGrad_", M], ["c", ".mul", "$x", 2], ["v", "OP", "$c", "*ARGS"], ["", ".mul_", "$v", "$v"], ["n", ".gradFn", "$c"],
                                     ["", "pull", "$c"], ["g", ".grad", "$x"]], ["$c", "$n", "$g"], OP=[".diagonal", ".movedim", ".unflatten"],
          ARGS=[[], [1], [0, 1], [1, [3, 1]]])
    grads("parts", [".split", ".chunk", ".unbind"], ["#f64 2,3: 1 2 3 4 5 6"], [[1], [1, 1], [2, 0]], ["torch.cat", "$r"])
    grads("views", [".diagonal", ".diag", ".movedim", ".unflatten", ".broadcastTo"], [M, "#f64 3: 1 2 3", SQUARE], [[], [1], [-1], [0, 1], [1, [3, 1]], [[2, 2, 3]]])
    group("meshgrid", [["l", "list", "*LIST"], ["y", "torch.meshgrid", "$l", "*ARGS"]], SEEN,
          LIST=[["#f32 2: 1 2", "#f32 3: 3 4 5"], ["#i64 2: 1 2"], ["$s", "#f64 2: 1 2", "#f64 3: 1 2 3"], ["$mf32", "$f32"], ["$f32", "$i64"], ["$empty", "#f32 2: 1 2"]],
          ARGS=[[], [{"indexing": "ij"}], [{"indexing": "xy"}], [{"indexing": "yx"}]])


def orders(case, grads, group):
    case("flip", [".flip", "torch.flip"], SAMPLES, [[[0]], [[1]], [[-1]], [[0, 1]], [[0, 0]], [[]], [[3]], [{"dims": [0]}]])
    case("roll", [".roll", "torch.roll"], SAMPLES, [[1], [-1], [7], [1, 0], [-2, 1], [[1, 1], [0, 1]], [[1, 2], [0]], [[1, 2]], [1, 4], [0, 0], [[1, 2], [1, 1]]])
    case("rot90", [".rot90", "torch.rot90"], ["$mf32", "$mi64", CUBE, "$empty3", "$f32"], [[], [2], [3, [0, 1]], [-1, [1, 0]], [4], [1, [0, 0]], [1, [0]], [1, [0, 4]], [1, [-1, -2]]])
    case("repeat", [".repeat"], FEW + ["$empty"], [[2], [2, 1], [1, 2, 3], [0, 2], [[2, 2]], [-1, 1], [2, 1, 1, 2], []])
    case("tile", [".tile", "torch.tile"], FEW, [[[2]], [[2, 1]], [[2, 1, 3]], [[0]], [[]], [[-1]]])
    case("repeatInterleave", [".repeatInterleave", "torch.repeatInterleave"], FEW + ["#i64 3: 2 0 1", "$empty"],
         [[2], [2, 0], [3, -1], [0, 1], [-1], [2, 5], ["#i64 2: 1 2", 0], ["#i64 3: 2 0 1", 1], ["#i64 1: 2", 1], ["#i64 : 2", 0], ["#i64 2: 1 -1", 0], ["#i64 2,1: 1 1", 0], ["#i64 3: 1 1 1"]])
    case("repeats alone", ["torch.repeatInterleave"], ["#i64 3: 2 0 1", "#i64 2: 1 -1", "#i64 0"], [[]])
    case("triangles", [".tril", ".triu", "torch.tril", "torch.triu"], [*MATRICES, CUBE, "$empty3", "$f32", "$nan", "$s"], [[], [1], [-1], [2], [-5]])
    group("triangles in place", [["c", ".clone", "X"], ["t", ".t", "$c"], ["y", "OP", "$t", "*ARGS"]], ["$c", "$y"], OP=[".tril_", ".triu_"], X=["$mf32", "$mi64", "$mb"], ARGS=[[], [1]])
    group("triangles in place: gradient", [["x", ".requiresGrad_", SQUARE], ["c", ".mul", "$x", "$x"], ["y", "OP", "$c"], ["n", ".gradFn", "$y"], ["", "pull", "$c"], ["g", ".grad", "$x"]],
          ["$n", "$g"], OP=[".tril_", ".triu_"])
    case("of a view", [".flip", ".roll", ".repeat", ".tril", ".cumsum", ".sort", ".unbind"], ["$cube"], [[1, 1, 2], [1], [0]])
    grads("orders", [".flip", ".roll", ".rot90", ".repeat", ".tile", ".tril", ".triu", ".repeatInterleave"], [M, "#f64 3: 1 2 3", "#f64 : 2"],
          [[1], [0], [1, 0], [2, 1], [[0, 1]], [2, [0, 1]], [3], ["#i64 2: 2 1", 0], [[]]])


def sorting(case, grads, group):
    inputs = [*MATRICES, CUBE, "$s", "$sb", "$empty3", TIES, NANS, "$long", "$longi", "$f32", "$i64"]
    case("sort", [".sort", "torch.sort"], inputs, [[{"stable": True}], [{"dim": 0, "stable": True}], [{"descending": True, "stable": True}], [{"dim": 3, "stable": True}], [{"dim": 0, "descending": True, "stable": True}]])
    case("sort and argsort", [".argsort", "torch.argsort"], ["$mf64", CUBE, "$long", "$s", "$empty3"], [[], [0], [-1, True], [5]])
    case("topk", [".topk", "torch.topk"], ["$mf32", "$mi64", CUBE, "$s", "$long", "$mu8", "#f32 4: 1 nan 3 2"], [[1], [2], [2, 0], [1, {"largest": False}], [3, -1, False], [0], [9], [-1], [1, 5]])
    case("kthvalue", [".kthvalue", "torch.kthvalue"], ["$mf32", "$mi64", CUBE, "$s", "$long", "$empty3"], [[1], [2], [2, 0], [1, {"keepdim": True}], [3, 1, True], [0], [9], [1, 5]])
    case("median", [".median", "torch.median"], ["$mf32", "$mf64", "$mi64", "$mi32", "$mu8", CUBE, "$s", "$long", "$nan", "$empty", "$empty3", "$mb"], [[], [0], [1], [-1, True], [{"dim": 0, "keepdim": True}], [5]])
    case("mode", [".mode", "torch.mode"], [TIES, "#i64 2,4: 1 2 2 1 3 3 3 0", "#f32 5: 2 2 1 1 0", "$s", "$mb", "$empty", "#u8 1,1: 4", "#i64 3,2: 1 2 1 5 0 5"], [[], [0], [-1, True], [{"dim": 0, "keepdim": True}], [4]])
    case("quantile", [".quantile", "torch.quantile"], ["$mf32", "$mf64", CUBE, NANS, "$long", "$s", "$empty", "$mi64"],
         [[0.5], [0.3, 1], [0, 0, True], [0.75, {"keepdim": True}], [1.5], [-0.1, 0], [0.4, {"interpolation": "lower"}], [0.4, {"dim": 0, "interpolation": "higher"}],
          [0.6, {"dim": -1, "interpolation": "nearest"}], [0.6, {"interpolation": "midpoint"}], [0.6, {"interpolation": "cubic"}], [0.5, 4]])
    case("quantiles", [".quantile", "torch.quantile"], ["$mf64", CUBE, NANS, "$s"],
         [["#f64 2: 0.25 0.8"], ["#f64 2: 0.25 0.8", 1], ["#f64 3: 0 0.5 1", 0, True], ["#f64 2: 0.25 0.8", {"keepdim": True}], ["#f64 : 0.4", -1], ["#f64 1,2: 0.1 0.2"], ["#f32 2: 0.1 0.2"], ["#f64 1: 2"]])
    unique = [[], [{"returnInverse": True}], [{"returnCounts": True}], [{"returnInverse": True, "returnCounts": True}], [{"dim": 0}], [{"dim": 1, "returnInverse": True, "returnCounts": True}], [{"dim": 4}]]
    case("unique", ["torch.unique", ".unique"], [TIES, "$mi64", "$mb", "$mu8", "#i64 3,2: 1 2 0 1 1 2", "#i64 2,4: 2 1 2 1 0 3 0 3", "$s", "$empty", "$empty3", "$longi"], unique)
    case("unique with NaN", ["torch.unique"], ["#f32 6: nan 1 nan 1 0 -0"], unique[:4])
    searches = [[], [{"right": True}], [{"side": "right"}], [{"outInt32": True}], [{"side": "left", "right": True}], [{"side": "up"}]]
    group("searchsorted", [["y", "torch.searchsorted", "SORTED", "X", "*ARGS"]], SEEN, SORTED=["#f64 4: 1 2 2 5", "#f64 2,3: 1 2 3 0 0 7", "#f64 0", "#f64 : 2"],
          X=["#f64 2,3: 2 0 6 nan 1 0", "#f64 3: 2 5 -1", 2, "#f64 : 2", "$empty3", "#i64 2: 1 2"], ARGS=searches)
    group("searchsorted in integers and by a sorter", [["y", "torch.searchsorted", "SORTED", "X", "*ARGS"]], SEEN, SORTED=["#i64 4: 5 2 9 2"], X=["#i64 3: 2 5 10", 5],
          ARGS=[[{"sorter": "#i64 4: 1 3 0 2"}], [{"sorter": "#i64 3: 1 3 0"}], [{"sorter": "#i64 4: 1 3 0 2", "right": True}]])
    group("bucketize", [["y", "torch.bucketize", "X", "B", "*ARGS"]], SEEN, X=["#f32 2,3: 1 2.5 9 nan 3 -1", 3, "#i64 2: 3 4"], B=["#f32 3: 1 3 5", "#i64 3: 1 3 5", "#f32 1,2: 1 2"], ARGS=[[], [{"right": True}], [{"outInt32": True}]])
    case("bincount", [".bincount", "torch.bincount"], ["#i64 4: 1 0 5 1", "#i32 4: 3 3 3 0", "#u8 4: 1 2 2 0", "#i64 4: 1 -1 0 2", "$mi64", "$f32", "#i64 0"], [[], [None, 8], [{"minlength": 3}], ["#f32 4: 0.5 1 -2 3"], ["#f64 4: 0.5 1 -2 3", 7], ["#i64 4: 1 2 3 4"], ["#f32 3: 1 2 3"], [None, -1]])
    case("histc", [".histc", "torch.histc"], ["$mf32", "$mf64", "$long", "$s", "$empty", "$mi64", "$f32", "#f64 3: 2 2 2"], [[4], [4, -1, 3], [3, 5, 1], [0], [{"bins": 5, "min": 0, "max": 2}], [2, 1, 1]])
    grads("sort", [".sort", ".topk", ".kthvalue", ".median", ".mode"], ["#f64 2,3: 1.5 -2 0.25 4 -1 3", "#f64 : 2"], [[1], [0], [1, 0], [1, -1, True], [-1]], [".values", "$r"])
    grads("median", [".median"], ["#f64 2,3: 1 5 5 5 2 0", "#f64 3: 1 1 1", "#f64 : 2", "#f64 3: nan 1 2"], [[]])
    group("quantile: gradient", [["x", ".requiresGrad_", "X"], ["y", ".quantile", "$x", "*ARGS"], ["", "pull", "$y"], ["g", ".grad", "$x"]], ["$g"], X=["#f64 2,3: 1.5 -2 0.25 4 -1 3"],
          ARGS=[[0.3], [0.7, 1], ["#f64 2: 0.25 0.8", 0], [0.5, 0, True], [0.6, 1, {"interpolation": "nearest"}]])


def quantile_of_fractions(group):
    group("quantile: gradient by the fraction", [["q", ".requiresGrad_", "Q"], ["y", "torch.quantile", "$mf64", "$q", "*ARGS"], ["", "pull", "$y"], ["g", ".grad", "$q"]], ["$g"], Q=["#f64 : 0.3", "#f64 2: 0.25 0.8"], ARGS=[[], [1]])


def scanning(case, grads, second, group):
    case("scans", [".cumsum", ".cumprod", "torch.cumsum", "torch.cumprod"], SAMPLES, [[0], [1], [-1], [{"dim": 0, "dtype": "@float64"}], [4]])
    case("scans in another dtype", [".cumsum", ".cumprod"], MATRICES, [[0, {"dtype": "@int32"}], [{"dim": 1, "dtype": "@int64"}], [{"dim": 0, "dtype": "@uint8"}]])
    group("scans in place", [["c", ".clone", "X"], ["t", ".t", "$c"], ["y", "OP", "$t", 0]], ["$c"], OP=[".cumsum_", ".cumprod_"], X=["$mf32", "$mi32", "$mu8"])
    case("diff", [".diff", "torch.diff"], SAMPLES + ["#u8 3: 5 3 9"], [[], [2], [0], [1, 0], [5], [-1], [{"dim": 0}], [{"prepend": "#f64 2,1: 9 8"}], [{"append": "#f64 2,2: 9 8 7 6", "n": 2}], [{"append": "#f64 2: 9 8"}], [1, 6], [0, 1, "#f64 2,1: 9 8"]])
    zeros = ["#f64 2,3: 1.5 -2 0.25 4 -1 3", "#f64 4: 2 0 3 4", "#f64 4: 0 2 0 3", "#f64 1: 0", "#f64 : 3"]
    grads("scans", [".cumsum", ".cumprod", ".diff"], zeros, [[0], [-1], [1]])
    second("scans", [".cumsum", ".cumprod"], ["#f64 2,3: 1.5 -2 0.25 4 -1 3", "#f64 4: 2 0 3 4"], [[0], [-1]])
    group("cumsum in place: gradient", [["x", ".requiresGrad_", M], ["c", ".mul", "$x", 3], ["v", ".select", "$c", 0, 1], ["y", ".cumsum_", "$v", 0], ["", "pull", "$c"], ["g", ".grad", "$x"]], ["$g", "$c"])


def picking(case, grads, group):
    case("take", [".take", "torch.take"], ["$mf32", "$mi64", "$mb", CUBE, "$s", "$empty"], [["#i64 2: 0 -1"], ["#i64 2,2: 5 1 1 0"], ["#i64 : 3"], ["#i64 0"], ["#i64 1: 99"], ["#i64 1: -99"]])
    case("takeAlongDim", [".takeAlongDim", "torch.takeAlongDim"], ["$mf32", "$mi64", "$s"],
         [["#i64 2,1: 2 0", 1], ["#i64 1,3: 1 0 1", 0], ["#i64 2: 5 0"], ["#i64 2: 0 0", 1], ["#i64 2,1: 3 0", 1], ["#i64 2,2: 0 1 1 2", -1], ["#i64 3,1: 0 0 0", 1], ["#i64 2,1: 2 0", 4], ["#i64 : 0", 0]])
    case("maskedSelect", [".maskedSelect", "torch.maskedSelect"], ["$mf32", "$mi64", "$mb", "$s"], [["$mb"], ["#b 3: 1 0 1"], ["#b : 1"], ["#b : 0"], ["#b 2: 1 0"], ["$mi64"], ["#b 2,2,3: 1 0 1 0 0 0 1 1 1 0 0 1"]])
    case("countNonzero", [".countNonzero", "torch.countNonzero"], SAMPLES, [[], [0], [1], [[0, 1]], [{"dim": -1}], [5], [[]]])
    grads("picking", [".take", ".takeAlongDim", ".maskedSelect"], [M], [["#i64 3: 0 -1 0"], ["#i64 2,2: 0 1 1 1", 1], ["#i64 1,3: 1 0 1", 0], ["#b 2,3: 1 0 1 0 0 1"], ["#b 3: 1 0 1"], ["#i64 2: 1 1"], ["#b 2,2,3: 1 0 1 0 0 0 1 1 1 0 0 1"]])
    group("new", [["y", "OP", "X", "*ARGS"]], SEEN, OP=[".newZeros", ".newOnes"], X=["$mf64", "$mi64", "$mb"], ARGS=[[2], [[2, 1]], [[]], [[2], {"dtype": "@int32"}], [[-1]]])
    group("newFull", [["y", ".newFull", "X", "*ARGS"]], SEEN, X=["$mf64", "$mi64", "$mb"], ARGS=[[[2], 3], [[], 1], [[2, 1], 2, {"dtype": "@float32"}], [[-1], 1]])


def writing(case, grads, group):
    targets = ["$mf64", "$mf32", "$mi64", "$s", "$mb"]
    sources = [[0, "#i64 2: 1 0", "#f64 2,3: 10 20 30 40 50 60"], [1, "#i64 2: 2 2", "#f64 2,2: 10 20 30 40"], [1, "#i64 : 1", "#f64 2,1: 10 20"], [0, "#i64 1: 2", "#f64 1,3: 1 2 3"],
               [0, "#i64 2: 0 1", "#f64 1,3: 1 2 3"], [0, "#i64 1: 0", "#f64 1,2: 1 2"], [0, "#i64 1: 0", "#f32 1,3: 1 2 3"], [0, "#i64 1: 0", "#i64 1,3: 1 2 3"], [0, "#i64 1,1: 0", "#f64 1,3: 1 2 3"],
               [0, "#i64 0", "#f64 0,3"], [0, "#i64 1: 0", "#f64 : 5"], [0, "#i64 1: 0", "#b 1,3: 1 1 0"], [3, "#i64 1: 0", "#f64 1,3: 1 2 3"], [0, "#i64 2: 0 0", "#i64 2,3: 1 2 3 4 5 6"]]
    case("indexAdd and indexCopy", [".indexAdd", ".indexCopy", "torch.indexAdd", "torch.indexCopy"], targets, sources)
    case("indexAdd with alpha", [".indexAdd"], ["$mf64", "$mi64"], [[*sources[0], {"alpha": 2}], [*sources[-1], {"alpha": -3}]])
    case("indexFill", [".indexFill", "torch.indexFill"], targets, [[0, "#i64 1: 1", 5], [1, "#i64 2: 0 2", -1], [1, "#i64 : 1", "#i64 : 7"], [0, "#i64 1: 2", 1], [0, "#i64 0", 1], [0, "#i64 1: 0", "#f64 1: 1"], [2, "#i64 1: 0", 1], [-1, "#i64 1: 0", 0], [-1, "#i64 1: 0", True]])
    masks = [["$mb", 5], ["#b 3: 1 0 1", -1], ["#b : 1", 0], ["#b 2: 1 0", 1], ["$mi64", 1], ["$mb", "#i64 : 3"], ["$mb", "#i64 1: 3"], ["#b 2,2,3: 1 0 1 0 0 0 1 1 1 0 0 1", 2]]
    case("maskedFill", [".maskedFill", "torch.maskedFill"], targets, masks)
    case("maskedFill with what is not finite", [".maskedFill"], ["$mf32", "$mf64"], [["$mb", "%-inf"], ["$mb", "%nan"], ["$mb", 0.5]])
    for name, args in {"indexAdd_": sources, "indexCopy_": sources, "indexFill_": [[1, "#i64 2: 0 2", -1], [0, "#i64 1: 2", 1]], "maskedFill_": masks,
                       "scatterAdd_": [[0, "#i64 1,3: 0 1 1", "#f64 1,3: 1 2 3"], [1, "#i64 1,1: 5", "#f64 1,1: 1"], [0, "#i64 1,3: 0 1 1", "#f32 1,3: 1 2 3"]]}.items():
        group(name, [["c", ".clone", "X"], ["y", f".{name}", "$c", "*ARGS"]], ["$y", "$c"], X=["$mf64", "$mi64"], ARGS=args)
        if name != "scatterAdd_":
            group(f"{name}: gradient", [["x", ".requiresGrad_", M], ["c", ".mul", "$x", 2], ["y", f".{name}", "$c", "*ARGS"], ["n", ".gradFn", "$c"], ["", "pull", "$c"], ["g", ".grad", "$x"]],
                  ["$n", "$g"], ARGS=args[:2])
    group("writing: gradients", [["x", ".requiresGrad_", M], ["v", ".requiresGrad_", "V"], ["y", "OP", "$x", "*ARGS", "$v"], ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gv", ".grad", "$v"]],
          ["$n", "$gx", "$gv"], OP=[".indexAdd", ".indexCopy", ".indexFill", ".maskedFill"], V=["#f64 2,3: 10 20 30 40 50 60", "#f64 2,1: 7 8", "#f64 : 9"],
          ARGS=[[0, "#i64 2: 1 0"], [1, "#i64 1: 2"], [0, "#i64 2: 1 1"], ["#b 2,3: 1 0 1 0 0 1"], ["#b 3: 1 0 1"]])


def products(case, grads, second, group):
    sums = [["$mf64", "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6"], ["#f64 3: 1 2 3", "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6"], ["#f64 : 2", "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6"],
            ["#f64 2: 1 2", "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6"], ["#f32 3: 1 2 3", "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6"], ["#i64 3: 1 2 3", "#i64 2,2: 1 2 3 4", "#i64 2,3: 1 2 3 4 5 6"],
            ["#f64 3: 1 2 3", "#f64 2,2: 1 2 3 4", "#f64 3,3: 1 2 3 4 5 6 7 8 9"], ["#f64 3: nan 2 3", "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6"], ["#f64 4,2,3: " + " ".join(["1"] * 24), "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6"]]
    group("addmm", [["y", "OP", "*ARGS", "HOW"]], SEEN, OP=["torch.addmm", ".addmm"], ARGS=sums, HOW=[{}, {"beta": 2, "alpha": 3}, {"beta": 0}, {"alpha": 0.5}])
    batches = [["#f64 : 1", "#f64 2,1,2: 1 2 3 4", "#f64 2,2,1: 5 6 7 8"], ["#f64 2,1,1: 1 2", "#f64 2,1,2: 1 2 3 4", "#f64 2,2,1: 5 6 7 8"], ["#f64 1: 1", "#f64 2,1,2: 1 2 3 4", "#f64 1,2,1: 5 6"], ["#f64 3: 1 1 1", "#f64 2,1,2: 1 2 3 4", "#f64 2,2,1: 5 6 7 8"]]
    group("baddbmm", [["y", "OP", "*ARGS", "HOW"]], SEEN, OP=["torch.baddbmm", ".baddbmm"], ARGS=batches, HOW=[{}, {"beta": 2, "alpha": 3}, {"beta": 0}])
    for name, each in {"addmm": sums[:3], "baddbmm": batches[:2]}.items():
        group(f"{name}: gradient", [["i", ".requiresGrad_", "I"], ["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "B"], ["y", f"torch.{name}", "$i", "$a", "$b", "HOW"], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
                                    ["gi", ".grad", "$i"], ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]], ["$n", "$gi", "$ga", "$gb"],
              I=[args[0] for args in each if args[0][0] == "#"], A=[each[0][1]], B=[each[0][2]], HOW=[{}, {"beta": 2, "alpha": 3}])
    group("addmm in place", [["c", ".clone", "$mf64"], ["y", ".addmm_", "$c", "#f64 2,2: 1 2 3 4", "#f64 2,3: 1 2 3 4 5 6", "HOW"]], ["$c"], HOW=[{}, {"beta": 2, "alpha": 3}])

    def pair(name, operation, a, b, args=([],), both=True):
        group(name, [["y", "OP", "A", "B", "*ARGS"]], SEEN, OP=operation, A=a, B=b, ARGS=list(args))
        if both:
            # PyTorch has no derivative of the distance that counts.
            group(f"{name}: gradients", [["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "B"], ["y", "OP", "$a", "$b", "*ARGS"], ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["ga", ".grad", "$a"],
                                         ["gb", ".grad", "$b"]], ["$n", "$ga", "$gb"], OP=operation[:1], A=[x for x in a if "f64" in x and x[0] == "#"], B=[x for x in b if "f64" in x and x[0] == "#"], ARGS=[each for each in args if each != [0] or name != "dist"])

    v3, m23, m33 = "#f64 3: 1 -2 3", "#f64 2,3: 1 2 3 4 5 6", SQUARE
    pair("outer", [".outer", "torch.outer"], [v3, "#i64 2: 1 2", m23, "#f64 0"], [v3, "#f64 2: 5 6", "#f32 2: 5 6", m23])
    pair("inner", ["torch.inner", ".inner"], [v3, m23, "#f64 : 2"], [v3, m33, "#f64 : 3", "#f64 2: 1 2"])
    pair("inner of integers", ["torch.inner"], ["#i64 2,3: 1 2 3 4 5 6", "$empty3"], ["#i64 3: 1 2 3", "#f64 2,3: 1 2 3 4 5 6"], both=False)
    pair("cross", [".cross", "torch.cross"], [v3, m23, m33, "#i64 3: 1 2 3", "#f64 2,2: 1 2 3 4", "#f64 1,3: 2 3 4"], [v3, m23, m33, "#i64 3: 4 5 6"], [[], [{"dim": -1}], [{"dim": 0}], [{"dim": 4}]])
    pair("dist", [".dist", "torch.dist"], [v3, m23, "#f64 3: 1 -2 4"], [v3, "#f64 : 1"], [[], [1], [{"p": 3}], [0], ["%inf"], [0.5], ["%-inf"]])
    pair("tensordot", ["torch.tensordot"], [m23, "#f64 2,3,1: 1 2 3 4 5 6", v3], [m33, "#f64 3,1: 1 2 3", m23], [[1], [{"dims": 1}], [[[1], [0]]], [[[0, 1], [0, 1]]], [[[-1], [-1]]], [0], [2], [[[0], [0, 1]]], [-1], [5]])
    case("trace", [".trace", "torch.trace"], ["$mf32", "$mi64", "$mb", CUBE, "$f32", "$empty3", "$mu8"], [[]])
    grads("trace", [".trace"], [m23, SQUARE], [[]])
    ps = [[], ["fro"], [1], [2], [0], [3], [0.5], ["%inf"], ["%-inf"], [2, 1], [1, 0, True], ["%inf", 1], ["fro", [0, 1]], [3, [0, 1], True], [-1, 1], [2, 4], [{"dim": 0, "keepdim": True}], [{"p": 1, "dim": -1, "dtype": "@float64"}],
          ["nuc"], ["nuc", [0, 1]], ["nuc", [0, -1], True], ["nuc", 1], ["nuc", [0, 0]], ["fro", [0, 1, 2]]]
    case("norm", [".norm", "torch.norm"], ["$mf32", "$mf64", CUBE, "$s", "$empty3", "$mi64", "$nan"], ps)
    grads("norm", [".norm"], ["#f64 2,3: 1.5 -2 0.25 4 -1 3", "#f64 2,3: 0 0 0 1 -1 0", "#f64 : -2"], [[], [1], [2, 1], [0], [3, 0], [0.5], [1.5, 1], ["%inf"], ["%-inf", 1]])
    group("norm, of singular values", [["x", ".requiresGrad_", "X"], ["y", ".norm", "$x", "nuc", "D"], ["", "pull", "$y"], ["g", ".grad", "$x"]], ["$y", "$g"],
          X=[m23, CUBE, "#f64 3,2: 1 2 3 4 5 6", "#f64 0,2", "#f32 2,2: 1 1e20 -1 1e-20"], D=[[0, 1], [-1, 0], [1, 2]])
    second("norm", [".norm"], ["#f64 2,3: 1.5 -2 0.25 4 -1 3"], [[], [3, 0], [1.5], ["nuc"]])
    einsum(group)


def einsum(group):
    a, b, v, sq, cube = "#f64 2,3: 1 2 3 4 5 6", "#f64 3,2: 1 -1 2 0.5 3 1", "#f64 3: 1 -2 3", SQUARE, "#f64 2,3,3: " + " ".join(str(i % 7) for i in range(18))
    good = [["ij,jk->ik", a, b], ["ij,jk", a, b], ["ij->ji", a], ["ba", a], ["ij->", a], ["ij->i", a], ["ii", sq], ["ii->i", sq], ["i,j->ij", v, v], ["i,i", v, v], ["i,i->i", v, v], ["bij,bjk->bik", cube, cube],
            ["...ij->...ji", cube], ["...ij,jk->...ik", cube, b], ["bii->bi", cube], ["bii->b", cube], ["ij,j->i", a, v], ["ij,kj,k->i", a, a, "#f64 2: 1 2"], ["...,...", v, v], ["b...->b", cube], ["i...,i...->...", a, a],
            ["Ab,bC->CA", a, b], [" ij , jk -> ik ", a, b], ["ij,ij->", a, a], ["ij,ij->j", a, a], ["iij->j", "#f64 3,3,2: " + " ".join(str(i) for i in range(18))], ["...->...", cube], ["i->ii", v], [",->", "#f64 : 2", "#f64 : 3"],
            [",i->i", "#f64 : 2", v], ["ij,jk->k", a, b], ["ijk,jil->kl", cube, "#f64 3,2,2: " + " ".join(str(i % 5) for i in range(12))], ["ij,ik->", a, a], ["...i,...i->...", cube, v], ["iii->i", "#f64 2,2,2: 1 2 3 4 5 6 7 8"], ["ijij->ij", "#f64 2,3,2,3: " + " ".join(str(i) for i in range(36))]]
    bad = [["ij", v], ["i,j", v], ["i", v, v], ["ij,jk", a, a], ["i->j", v], ["i->ii", v], ["i.j", a], ["i1", a], ["....i", a], ["ii", a], ["ij->ik->k", a], ["i...i...", sq], ["i"]]
    group("einsum", [["y", "torch.einsum", "*ARGS"]], SEEN, ARGS=good + bad)
    group("einsum with lists of labels", [["y", "torch.einsum", "*ARGS"]], SEEN, ARGS=[[a, [0, 1], b, [1, 2]], [a, [1, 0]], [a, [0, 1], []], [a, [30, 1]], [a, [0, 51], [51, 0]], [sq, [3, 3]],
        [cube, ["...", 1, 2], ["...", 2, 1]], [cube, [0, "..."], [0]], [a, [0, 52], [52, 0]], [a, [0, -1], [0]], [a, b], [a, [0, 1], b], [a, [0, 1], [5]], [a, [0, 0.5], [0]], [v, [0], v, [1], v, [0], [1]]])
    group("einsum of integers and floats", [["y", "torch.einsum", "*ARGS"]], SEEN, ARGS=[["ij,jk->ik", "#i64 2,2: 1 2 3 4", "#i64 2,2: 1 2 3 4"], ["i,i->i", "#f32 2: 1 2", "#f32 2: 3 4"], ["ij->", "$mf32"], ["i,j->ij", "#f32 1: 2", "#f32 3: 1 2 3"]])
    group("einsum: gradients", [["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "B"], ["y", "torch.einsum", "E", "$a", "$b"], ["", "pull", "$y"], ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]], ["$ga", "$gb"],
          A=[a, v, cube], B=[b, v], E=["ij,jk->ik", "ij,j->i", "i,j->ij", "i,i->", "bij,j->b", "...j,j->...", "ii,i->i"])


def statistics(case, grads, second, group):
    over = [[], [0], [1], [-1], [[0, 1]], [0, True], [{"dim": 1, "keepdim": True}], [5], [[0, 0]], [[]]]
    case("amax and amin", [".amax", ".amin", "torch.amax", "torch.amin"], SAMPLES, over)
    case("logsumexp", [".logsumexp", "torch.logsumexp"], [*SAMPLES, "#f32 2,2: inf -inf 1 2", "#f64 2: -inf -inf", "#f64 2: 1000 1001"], over[1:-1])
    case("nansum", [".nansum", "torch.nansum"], SAMPLES, [*over, [{"dtype": "@float64"}]])
    means = [[], [0], [[0, 1]], [{"dim": 1, "keepdim": True}], [{"correction": 0}], [{"dim": -1, "correction": 2}], [{"dim": 0, "unbiased": False}], [4], [True], [False], [0, False], [1, True, True], [{"correction": None}]]
    case("varMean and stdMean", ["torch.varMean", "torch.stdMean"], ["$mf32", "$mf64", CUBE, "$mi64", "$nan"], means)
    case("aminmax", ["torch.aminmax", ".aminmax"], ["$mf32", "$mi64", CUBE, "$nan", "$s", "$empty"], [[], [{"dim": 0}], [{"dim": 1, "keepdim": True}], [{"dim": 3}]])
    points = ["#f64 2,3: 1.5 -2 0.25 4 -1 3", "#f64 2,3: 1 5 5 5 2 0", "#f64 : 2"]
    grads("extremes", [".amax", ".amin", ".logsumexp"], points, [[0], [1, True], [[0]], [-1]])
    grads("nansum", [".nansum"], [*points, "#f64 3: nan 1 2"], [[], [0], [-1, True]])
    grads("logsumexp of infinities", [".logsumexp"], ["#f64 2,2: -inf 1 2 0"], [[1], [0]])
    second("extremes", [".amax", ".logsumexp", ".nansum"], points[:2], [[0], [1, True]])
    for op in ["varMean", "stdMean"]:
        group(f"{op}: gradient", [["x", ".requiresGrad_", "X"], ["r", f"torch.{op}", "$x", "*ARGS"], ["y", "torch.stack", "$r"], ["", "pull", "$y"], ["g", ".grad", "$x"]], ["$g"],
              X=["#f64 2,3: 1.5 -2 0.25 4 -1 3"], ARGS=[[], [0], [{"dim": 1, "keepdim": True}], [{"correction": 0}]])


def functional(case, grads, second, group):
    pads = [[[1, 2]], [[1, 0, 2, 1]], [[-1, 1]], [[1]], [[1, 1, 1, 1, 1, 1, 1, 1]], [[0, -4]], [[1, 1], "constant", 5], [[1, 1], {"value": -1}], [[]], [[-1, -1]], [[1, -1, -1, 1]]]
    case("pad", ["F.pad"], ["$mf32", "$mi64", "$mb", CUBE, "$s", "$empty3"], pads)
    planes = ["#f64 1,2,3: 1 2 3 4 5 6", "$cube", "#f64 1,1,2,3: 1 2 3 4 5 6", "#f64 2,3: 1 2 3 4 5 6", "#f64 3: 1 2 3"]
    sides = [[1, 2], [2, 0], [1, 1, 1, 0], [3, 0], [0, 0], [-1, 1], [1, 1, 1, 1, 1, 1], [4, 4]]
    case("pad with what is there", ["F.pad"], planes, [[side, mode] for mode in ["reflect", "replicate", "circular", "mirror"] for side in sides] + [[[1, 1], "reflect", 5]])
    grads("pad", ["F.pad"], ["#f64 2,3: 1 2 3 4 5 6"], [*pads[:3], [[1, 2], "reflect"], [[1, 2], "replicate"]])
    grads("pad planes", ["F.pad"], ["#f64 1,1,2,3: 1 2 3 4 5 6"], [[[1, 2, 1, 0], "reflect"], [[1, 2, 1, 3], "replicate"]])
    table = "#f64 4,2: 1 2 3 4 5 6 7 8"
    ways = [[], [1], [{"paddingIdx": -1}], [{"paddingIdx": 4}], [{"paddingIdx": -5}], [{"scaleGradByFreq": True}]]
    group("embedding", [["y", "F.embedding", "I", "W", "*ARGS"]], SEEN, I=["#i64 3: 3 0 0", "#i64 2,2: 1 1 2 0", "#i64 : 2", "#i64 1: 4", "#i64 1: -1", "#i64 0", "#i32 2: 1 2"], W=[table, "#f32 2,3: 1 2 3 4 5 6", "#f64 3: 1 2 3"], ARGS=ways[:3])
    group("embedding: gradient", [["w", ".requiresGrad_", table], ["y", "F.embedding", "I", "$w", "*ARGS"], ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["g", ".grad", "$w"]], ["$n", "$g"],
          I=["#i64 3: 3 0 0", "#i64 2,2: 1 1 2 0", "#i64 : 1"], ARGS=ways)
    group("embedding with limited rows", [["w", ".clone", table], ["y", "F.embedding", "#i64 3: 3 0 3", "$w", "HOW"]], ["$y", "$w"], HOW=[{"maxNorm": 3}, {"maxNorm": 20}, {"maxNorm": 2, "normType": 1}])
    group("layerNorm", [["y", "F.layerNorm", "X", "*ARGS"]], SEEN, X=["$mf32", "$mf64", CUBE, "$mi64", "$empty3"],
          ARGS=[[[3]], [[2, 3]], [[4]], [[3], "#f64 3: 1 2 3"], [[3], "#f64 3: 1 2 3", "#f64 3: 5 6 7"], [[3], {"eps": 0.1}], [[]], [[3], "#f64 2: 1 2"], [[3], {"bias": "#f64 2: 1 2"}], [[3, 4]]])
    group("layerNorm: gradients", [["x", ".requiresGrad_", "X"], ["w", ".requiresGrad_", "#f64 3: 1 2 3"], ["b", ".requiresGrad_", "#f64 3: 5 6 7"], ["y", "F.layerNorm", "$x", [3], "$w", "$b"], ["n", ".gradFn", "$y"],
                                   ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gw", ".grad", "$w"], ["gb", ".grad", "$b"]], ["$n", "$gx", "$gw", "$gb"], X=[M, "#f64 3: 1 4 2", "#f64 2,2,3: 1 2 3 5 4 7 8 1 0 2 2 9"])
    grads("layerNorm", ["F.layerNorm"], [M, "#f64 2,2,3: 1 2 3 5 4 7 8 1 0 2 2 9"], [[[3]], [[3], {"eps": 0.5}], [[2, 3]]])
    second("layerNorm", ["F.layerNorm"], [M], [[[3], "#f64 3: 1 2 3"]])
    case("normalize", ["F.normalize"], ["$mf32", "$mf64", CUBE, "$mi64", "#f64 2,2: 0 0 3 4", "$f32"], [[], [1], [2, 0], [{"p": 3, "dim": -1}], [{"eps": 5}], [{"dim": 4}], [2, [0, 1]]])
    grads("normalize", ["F.normalize"], [M, "#f64 2,2: 0 0 3 4"], [[], [1], [2, 0], [{"eps": 3}]])
    cos = [[], [0], [{"dim": -1}], [{"eps": 10}], [4]]
    group("cosineSimilarity", [["y", "F.cosineSimilarity", "A", "B", "*ARGS"]], SEEN, A=["$mf32", "$mf64", "$mi64"], B=["#f64 2,3: 4 5 6 1 0 -1", "$mi64", "#f64 1,3: 0 0 0", "#f64 2: 1 2"], ARGS=cos)
    group("cosineSimilarity: gradients", [["a", ".requiresGrad_", M], ["b", ".requiresGrad_", "B"], ["y", "F.cosineSimilarity", "$a", "$b", "*ARGS"], ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]],
          ["$n", "$ga", "$gb"], B=["#f64 2,3: 4 5 6 1 0 -1", "#f64 1,3: 1 0 2"], ARGS=cos[:3])
    hows = [{}, {"reduction": "sum"}, {"reduction": "none"}, {"reduction": "max"}]
    losses = {"huberLoss": [{"delta": 0.5}, {"delta": 0}, {"delta": 2, "reduction": "sum"}], "smoothL1Loss": [{"beta": 0.5}, {"beta": 0}, {"beta": -1}, {"beta": 3, "reduction": "none"}],
              "klDiv": [{"reduction": "batchmean"}, {"logTarget": True}, {"logTarget": True, "reduction": "batchmean"}]}
    for name, more in losses.items():
        targets = ["#f64 2,3: 0.5 0.25 0 1 0.1 3", "#f64 3: 0.5 0 1", "#f64 : 0.5"]
        group(name, [["y", f"F.{name}", "X", "T", "HOW"]], SEEN, X=["$mf64", "$mf32", "$s"], T=targets, HOW=hows + more)
        group(f"{name}: gradients", [["x", ".requiresGrad_", M], ["t", ".requiresGrad_", "T"], ["y", f"F.{name}", "$x", "$t", "HOW"], ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gt", ".grad", "$t"]],
              ["$n", "$gx", "$gt"], T=["#f64 2,3: 0.5 0.25 0.7 1 0.1 3", "#f64 3: 0.5 0.2 1"], HOW=hows[:3] + more)
    group("huberLoss with weights", [["y", "F.huberLoss", "$mf64", "#f64 2,3: 0.5 0.25 0 1 0.1 3", "HOW"]], SEEN, HOW=[{"weight": "#f64 2,3: 1 2 3 4 5 6", "reduction": how} for how in ["mean", "sum", "none"]] + [{"weight": "#f64 3: 1 2 3"}])
    second("losses", ["F.huberLoss", "F.smoothL1Loss"], [M], [["#f64 2,3: 0.5 0.25 0.7 1 0.1 3"]])


write_books(__file__, arranging=[write])
