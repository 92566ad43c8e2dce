"""Cases of autograd: gradients of every operation, views and in-place writes, errors, names of the nodes."""

from ops_elementwise import UNARY

POINTS = "#f64 6: -2.3 -0.7 -0.1 0.4 0.9 3.2"
POSITIVE = "#f64 6: 0.1 0.4 0.7 1 1.9 3.2"
ZEROS = "#f64 3: 0 -0 1"
A = "#f64 2,3: 1.5 -2 0.25 4 -1 3"
SHAPING = [".t_", ".transpose_", ".squeeze_", ".unsqueeze_"]
B = "#f64 2,3: 0.5 2 -0.75 2 1 -3"


def write(group):
    gradients(group)
    in_place(group)
    passes(group)
    names(group)


def gradients(group):
    one = [["x", ".requiresGrad_", "X"], ["y", "OP", "$x", "*ARGS"], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
           ["g", ".grad", "$x"]]
    seen = ["$n", "$g"]
    group("unary", one, seen, OP=["." + name for name in UNARY] + ["F.logsigmoid", "F.leakyRelu"],
          X=[POINTS, POSITIVE, ZEROS, "#f64 : 0.7", "#f64 0"], ARGS=[[]])
    group("with numbers", one, seen, OP=[".add", ".sub", ".mul", ".div", ".pow", ".remainder"], X=[POSITIVE, ZEROS],
          ARGS=[[2], [0.5], [-1], [3]])
    group("pow", one, seen, OP=[".pow"], X=[POINTS, ZEROS], ARGS=[[0], [1], [2], [3], [-2]])
    two = [["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "B"], ["y", "OP", "$a", "$b"], ["n", ".gradFn", "$y"],
           ["", "pull", "$y"], ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]]
    both = ["$n", "$ga", "$gb"]
    group("binary", two, both, OP=[".add", ".sub", ".mul", ".div", ".pow", ".maximum", ".minimum", ".remainder",
              ".max"], A=["#f64 2,3: 1.5 2 0.25 4 1 3", "#f64 2,1: 1.5 0"],
          B=[B, "#f64 3: 1.5 2 3", "#f64 : 2", "#f32 3: 1 2 3"])
    group("number on the left", [["x", ".requiresGrad_", POSITIVE], ["y", "OP", "N", "$x"], ["n", ".gradFn", "$y"],
              ["", "pull", "$y"], ["g", ".grad", "$x"]], seen,
          OP=["torch.add", "torch.sub", "torch.mul", "torch.div", "torch.pow"], N=[2, 0.5, 0])
    group("alpha", [["a", ".requiresGrad_", A], ["b", ".requiresGrad_", B], ["y", "OP", "$a", "$b", {"alpha": 3}],
              ["", "pull", "$y"], ["g", ".grad", "$b"]], ["$g"], OP=[".add", ".sub"])
    group("rounded division", [["a", ".requiresGrad_", A], ["b", ".requiresGrad_", B],
              ["y", ".div", "$a", "$b", {"roundingMode": "MODE"}], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
              ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]], both, MODE=["trunc", "floor"])
    group("products", two, both[1:], OP=[".matmul"], A=["#f64 2,3: 1 2 3 4 5 6", "#f64 3: 1 2 3",
              "#f64 2,2,3: 1 2 3 4 5 6 7 8 9 1 2 3"], B=["#f64 3,2: 1 -1 2 0.5 3 1", "#f64 3: 2 0 1",
              "#f64 2,3,1: 1 2 3 4 5 6"])
    group("mm, mv, dot, bmm", two, both, OP=[".mm", ".mv", ".dot", ".bmm"],
          A=["#f64 2,3: 1 2 3 4 5 6", "#f64 3: 1 2 3", "#f64 1,2,3: 1 2 3 4 5 6"],
          B=["#f64 3,2: 1 -1 2 0.5 3 1", "#f64 3: 2 0 1", "#f64 1,3,1: 1 2 3"])
    group("reductions", one, seen, OP=[".sum", ".mean", ".prod", ".std", ".var"], X=[A, "#f64 3,2: 1 0 2 0 0 3"],
          ARGS=[[], [0], [1], [0, {"keepdim": True}]])
    group("several dimensions", one, seen, OP=[".sum", ".mean", ".std", ".var"], X=["#f64 2,2,2: 1 5 2 8 3 1 0 2"],
          ARGS=[[[0, 1]], [[0, 2], {"keepdim": True}], [[]]])
    group("variance", one, seen, OP=[".var", ".std"], X=[A, "#f64 1: 3", "#f64 3: 2 2 2"],
          ARGS=[[], [{"correction": 0}], [{"dim": 0, "correction": 0}], [{"dim": 0, "unbiased": False}]])
    group("product with zeros", one, seen, OP=[".prod"], X=["#f64 3: 0 2 3", "#f64 3: 0 0 3", "#f64 1: 0",
              "#f64 2,2: 0 1 2 3", "#f64 : 5"], ARGS=[[], [0], [{"dim": -1, "keepdim": True}]])
    group("extremes", one, seen, OP=[".max", ".min"], X=["#f64 2,3: 1 5 5 5 2 0", "#f64 3: 1 1 1", "#f64 : 2",
              "#f64 3: nan 1 2"], ARGS=[[]])
    group("extremes along", [["x", ".requiresGrad_", "#f64 2,3: 1 5 5 0 2 0"], ["p", "OP", "$x", "*ARGS"],
              ["y", ".values", "$p"], ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["g", ".grad", "$x"]], seen,
          OP=[".max", ".min"], ARGS=[[0], [1], [1, True]])
    group("softmax", one, seen, OP=[".softmax", ".logSoftmax"], X=[A, "#f64 2,2,2: 1 5 2 8 3 1 0 2", "#f64 : 3"],
          ARGS=[[0], [-1], [1]])
    group("views", one, seen, OP=[".view", ".reshape", ".transpose", ".permute", ".squeeze", ".unsqueeze", ".expand",
              ".flatten", ".narrow", ".select", ".t", ".T", ".mT", ".clone", ".contiguous", ".indexSelect", ".gather",
              ".detach", ".float", ".double", ".long"], X=["#f64 3,2: 1 2 3 4 5 6", "#f64 3,1: 1 2 3"],
          ARGS=[[], [0], [-1], [0, 1], [[1, 0]], [3, -1], [2, 3, 2], [0, 1, 2], [0, "#i64 2: 2 2"],
              [1, "#i64 3,1: 0 0 0"]])
    group("indexing", [["x", ".requiresGrad_", "#f64 2,3: 1 2 3 4 5 6"], ["y", ".at", "$x", "*I"],
              ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["g", ".grad", "$x"]], seen,
          I=[[0], [":", 1], [[0, 1]], ["...", [0, None, 2]], [None], ["#i64 3: 1 0 1"], [":", "#i64 2: 2 2"],
             ["#i64 2: 0 1", "#i64 2: 2 0"], ["#b 2,3: 1 0 1 0 0 1"], [1, "#i64 2: 0 0"],
             ["#i64 1: 0", None, "#i64 2: 1 2"], ["#b 2: 0 0"]])
    group("writing by index", [["x", ".requiresGrad_", "#f64 2,3: 1 2 3 4 5 6"], ["v", ".requiresGrad_", "V"],
              ["c", ".clone", "$x"], ["y", ".setAt_", "$c", "I", "$v"], ["n", ".gradFn", "$c"], ["", "pull", "$c"],
              ["gx", ".grad", "$x"], ["gv", ".grad", "$v"]], ["$c", "$gx", "$gv", "$n"],
          I=[[0], [":", 1], ["#i64 2: 1 0"], [":", "#i64 1: 2"], ["#b 2,3: 1 0 1 0 0 1"], [1, "#i64 2: 0 2"],
             ["...", [0, None, 2]]], V=["#f64 : 9", "#f64 1: 8", "#f64 2: 7 8", "#f64 3: 4 5 6"])
    group("joining", [["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "#f64 2,2: 1 2 3 4"],
              ["l", "list", "$a", "$b", "$a"], ["y", "OP", "$l", "D"], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
              ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]], both, OP=["torch.cat", "torch.stack"],
          A=["#f64 2,2: 5 6 7 8", "#f32 2,2: 5 6 7 8"], D=[0, 1])
    group("choosing", [["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "B"],
              ["y", "torch.where", "#b 2,3: 1 0 1 0 0 1", "$a", "$b"], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
              ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]], both, A=[A, "#f64 3: 1 2 3", "#f64 : 1"],
          B=[B, "#f64 2,1: 1 2", "#f32 : 4"])
    group("scattering", [["a", ".requiresGrad_", A], ["b", ".requiresGrad_", "#f64 2,3: 1 2 3 4 5 6"],
              ["c", ".clone", "$a"], ["y", "OP", "$c", "D", "I", "$b"], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
              ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]], both, OP=[".scatter", ".scatterAdd", ".scatter_"],
          D=[0, 1], I=["#i64 2,3: 1 0 1 0 1 0"])
    linear = [["x", ".requiresGrad_", "X"], ["w", ".requiresGrad_", "#f64 2,3: 1 2 3 -1 0.5 0"],
              ["b", ".requiresGrad_", "#f64 2: 1 2"], ["y", "F.linear", "$x", "$w", "*BIAS"], ["n", ".gradFn", "$y"],
              ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gw", ".grad", "$w"], ["gb", ".grad", "$b"]]
    group("linear", linear, ["$n", "$gx", "$gw", "$gb"], X=["#f64 3: 1 2 3", "#f64 2,3: 1 2 3 4 5 6",
              "#f64 1,2,3: 1 2 3 4 5 6", "#f64 2,1,1,3: 1 2 3 4 5 6"], BIAS=[[], ["$b"]])
    group("mixed dtypes", two, both, OP=[".mul", ".add", ".div"], A=["#f32 2: 1 2"],
          B=["#f64 2: 3 4", "#f64 : 3", "#f32 : 3"])
    group("over integers", [["x", ".requiresGrad_", "#f32 3: 1 2 3"], ["y", "OP", "$x", "T"], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$g"], OP=[".mul", ".add", ".pow", ".div"],
          T=["#i64 3: 1 2 3", "#u8 : 2", "#b 3: 1 0 1"])
    group("not differentiable", [["x", ".requiresGrad_", A], ["y", "OP", "$x", "*ARGS"], ["r", ".requiresGrad", "$y"]],
          ["$y", "$r"], OP=[".argmax", ".gt", ".eq", ".nonzero", ".long", ".bool", ".logicalAnd", ".any", ".detach",
              ".floor", ".sign", ".data"], ARGS=[[], [1]])


def in_place(group):
    leaf = ["x", ".requiresGrad_", "#f64 2,3: 1 2 3 4 5 6"]
    end = [["n", ".gradFn", "$y"], ["", "pull", "$y"], ["g", ".grad", "$x"]]
    seen = ["$y", "$n", "$g"]
    bodies = {"unary": [["y", ".mul", "$x", 1], ["", "OP", "$y"]],
              "unary through a view": [["y", ".mul", "$x", 1], ["v", ".at", "$y", ":", 1], ["", "OP", "$v"]],
              "unary through a transposed view": [["b", ".mul", "$x", 1], ["v", ".t", "$b"],
              ["w", ".narrow", "$v", 0, 1, 2], ["", "OP", "$w"], ["y", ".mul", "$b", "$b"]], }
    for name, body in bodies.items():
        group(f"in place, {name}", [leaf, *body, *end], seen, OP=["." + name + "_" for name in UNARY] + [".zero_"])
    group("in place, with another", [leaf, ["b", ".requiresGrad_", "B"], ["y", ".mul", "$x", 1], ["", "OP", "$y", "$b"],
              ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["g", ".grad", "$x"], ["h", ".grad", "$b"]], [*seen, "$h"],
          OP=[".add_", ".sub_", ".mul_", ".div_", ".pow_", ".copy_"],
          B=["#f64 3: 1 2 3", "#f64 : 2", "#f32 2,1: 1 2", "#f64 4: 1 2 3 4"])
    group("in place, shape", [["x", ".requiresGrad_", "X"], ["y", ".mul", "$x", 1], ["", "OP", "$y", "*ARGS"],
              ["n", ".gradFn", "$y"], ["s", ".stride", "$y"], ["v", "._version", "$y"], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$s", "$v", "$n", "$g"], OP=SHAPING,
          X=["#f64 2,3: 1 2 3 4 5 6", "#f64 3,1: 1 2 3", "#f64 1,2,1: 1 2", "#f64 : 3", "#f64 0"],
          ARGS=[[], [0], [-1], [2], [0, 1], [-1, 1], [[0, 1]]])
    reshaped = [leaf, ["y", ".mul", "$x", 1], ["v", ".at", "$y", ":", [0, 2]], ["r", ".at", "$y", 1]]
    group("in place, shape of a view", [*reshaped, ["", "OP", "$v", "*ARGS"], ["w", ".at", "$v", 0],
              ["", ".mul_", "WRITTEN", 3], ["", ".add_", "$r", 1], ["z", ".mul", "$y", "$y"], ["s", ".sum", "$v"],
              ["q", ".mul", "$z", "$s"], ["", "pull", "$q"], ["g", ".grad", "$x"]],
          ["$y", "$v", "$r", "$g"], OP=SHAPING, ARGS=[[], [0], [0, 1]], WRITTEN=["$v", "$w", "$y", "$r"])
    group("in place, shape of a base", [*reshaped, ["", "OP", "$y", "*ARGS"], ["w", ".at", "$y", 0],
              ["", ".mul_", "WRITTEN", 3], ["", "OP", "$y", "*ARGS"], ["", ".exp_", "$r"], ["z", ".mul", "$y", "$y"],
              ["s", ".sum", "$v"], ["q", ".mul", "$z", "$s"], ["", "pull", "$q"], ["g", ".grad", "$x"]],
          ["$y", "$v", "$r", "$g"], OP=SHAPING, ARGS=[[], [0], [0, 1]], WRITTEN=["$v", "$w", "$y", "$r"])
    group("in place, shape of what is saved, kept or a leaf", [leaf, ["y", ".mul", "$x", 1],
              ["", ".retainGrad", "$y"], ["z", "BEFORE", "$y", "$y"], ["", "OP", "WHICH", 0, 1],
              ["w", "BEFORE", "$y", 2], ["", "pull", "RESULT"], ["k", ".grad", "$y"], ["g", ".grad", "$x"]],
          ["$y", "$k", "$g"], OP=[".transpose_"], BEFORE=[".add", ".mul"], WHICH=["$y", "$x"], RESULT=["$z", "$w"])
    group("in place, shape of a leaf under noGrad", [leaf, ["", "noGrad", [["", "OP", "$x", "*ARGS"]]],
              ["l", ".isLeaf", "$x"], ["y", ".mul", "$x", "$x"], ["", "pull", "$y"], ["g", ".grad", "$x"]],
          ["$x", "$l", "$g"], OP=SHAPING, ARGS=[[], [0], [0, 1]])
    group("in place, where a gradient is retained", [leaf, ["y", ".mul", "$x", 1], ["", ".retainGrad", "$y"],
              ["v", ".at", "$y", 0], ["", "OP", "WHICH", 3], ["z", ".mul", "$y", 2], ["", "pull", "$z"],
              ["k", ".grad", "$y"], ["g", ".grad", "$x"]], ["$k", "$g"], OP=[".mul_", ".add_"], WHICH=["$y", "$v"])
    group("in place, number", [leaf, ["y", ".mul", "$x", 1], ["", "OP", "$y", "N"], *end], seen,
          OP=[".add_", ".sub_", ".mul_", ".div_", ".pow_", ".fill_", ".copy_", ".remainder_"], N=[2, 0.5])
    group("in place, into a constant", [leaf, ["y", "torch.zeros", 2, 3, {"dtype": "@float64"}], ["", "OP", "$y", "$x"],
              ["n", ".gradFn", "$y"], ["r", ".requiresGrad", "$y"], ["", "pull", "$y"], ["g", ".grad", "$x"]],
          ["$y", "$n", "$r", "$g"], OP=[".add_", ".mul_", ".copy_", ".sub_"])
    group("a constant's view becomes tracked", [leaf, ["base", "torch.ones", 2, 3, {"dtype": "@float64"}],
              ["v", ".at", "$base", 0], ["w", ".at", "$base", ":", 0], ["r", ".at", "$x", 1], ["", ".mul_", "$v", "$r"],
              ["q", ".requiresGrad", "$w"], ["y", "OP", "TARGET", 1], ["n", ".gradFn", "TARGET"], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$q", "$g"], OP=[".mul"], TARGET=["$base", "$v", "$w"])
    group("chained views", [leaf, ["b", ".mul", "$x", 2], ["v", ".t", "$b"], ["w", ".at", "$v", [0, 2]],
              ["", ".mul_", "$w", "$w"], ["", ".add_", "$v", 1], ["y", ".mul", "TARGET", 3], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$g"], TARGET=["$b", "$v", "$w"])
    group("view written after its base", [leaf, ["b", ".mul", "$x", 2], ["v", ".at", "$b", ":", 0],
              ["", ".mul_", "$b", 3], ["", ".exp_", "$v"], ["y", ".add", "TARGET", 0], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$g"], TARGET=["$b", "$v"])
    group("several writes", [leaf, ["y", ".clone", "$x"], ["v", ".at", "$y", 0], ["", ".mul_", "$v", 2],
              ["w", ".at", "$y", 1], ["", ".mul_", "$w", "$v"], ["", ".setAt_", "$y", [":", 2], 0], *end], seen)
    group("a view of a view of a leaf", [leaf, ["v", ".t", "$x"], ["w", ".at", "$v", 0],
              ["", "noGrad", [["", ".mul_", "$w", 5]]], ["y", ".mul", "$x", "$x"], *end], seen)
    group("writes to leaves", [leaf, ["v", ".at", "$x", 0], ["", "OP", "TARGET", "*ARGS"]], ["$x"],
          OP=[".add_", ".mul_", ".copy_", ".fill_"], TARGET=["$x", "$v"], ARGS=[[1]])
    group("unary writes to leaves", [leaf, ["v", ".at", "$x", 0], ["", "OP", "TARGET"]], ["$x"],
          OP=[".exp_", ".zero_", ".relu_"], TARGET=["$x", "$v"])
    group("index writes to leaves", [leaf, ["", ".setAt_", "$x", "I", 1]], ["$x"], I=[[0], ["#i64 1: 0"], [":", 1]])
    group("what a node saved was written", [leaf, ["a", ".mul", "$x", 2], ["b", "OP", "$a", "*ARGS"],
              ["", ".add_", "TARGET", 1], ["s", ".sum", "$b"], ["", ".backward", "$s"], ["g", ".grad", "$x"]], ["$g"],
          OP=[".exp", ".log", ".sin", ".mul", ".add", ".sigmoid", ".tanh", ".relu", ".sqrt", ".pow", ".abs", ".square",
              ".neg", ".prod", ".softmax", ".std", ".clone", ".max"], TARGET=["$a", "$b"], ARGS=[[], [2], [0]])
    group("a saved operand was written", [leaf, ["w", "torch.ones", 2, 3, {"dtype": "@float64"}],
              ["b", "OP", "$x", "$w"], ["", ".mul_", "$w", 2], ["s", ".sum", "$b"], ["", ".backward", "$s"],
              ["g", ".grad", "$x"]], ["$g"], OP=[".mul", ".add", ".div", ".sub", ".maximum", ".pow"])
    group("a view of what was saved was written", [leaf, ["a", ".mul", "$x", 2], ["b", ".exp", "$a"],
              ["v", ".at", "$b", 0], ["", "WRITE", "$v"], ["s", ".sum", "$b"], ["", ".backward", "$s"]], ["$s"],
          WRITE=[".zero_", ".neg_"])
    group("versions", [["y", ".clone", "$mf64"], ["v", ".at", "$y", 0], ["", ".add_", "$v", 1], ["", ".exp_", "$y"],
              ["", ".setAt_", "$y", [0], 1], ["d", ".detach", "$y"], ["", ".zero_", "$d"], ["n", "._version", "T"]],
          ["$n"], T=["$y", "$v", "$d"])


def passes(group):
    leaf = ["x", ".requiresGrad_", "#f64 3: 1 2 3"]
    square = [leaf, ["p", ".mul", "$x", "$x"], ["y", ".sum", "$p"]]
    grad = ["g", ".grad", "$x"]
    group("twice", [*square, ["", ".backward", "$y", "*HOW"], ["", ".backward", "$y"], grad], ["$g"],
          HOW=[[], [{"retainGraph": True}], [{"createGraph": True}], [None, True]])
    group("twice, nothing saved", [leaf, ["z", "OP", "$x", "*ARGS"], ["y", ".sum", "$z"], ["", ".backward", "$y"],
              ["", ".backward", "$y"], grad], ["$g"], OP=[".add", ".neg", ".clone", ".reshape", ".unsqueeze", ".exp",
              ".mean"], ARGS=[[], [1], [3], [0]])
    group("through a part that was used up", [*square, ["", ".backward", "$y"], ["z", ".mul", "$y", 2],
              ["", ".backward", "$z"]], ["$z"])
    group("two losses", [*square, ["z", ".sum", "$p", 0], ["", ".backward", "$y", {"retainGraph": "KEEP"}],
              ["", ".backward", "$z"], grad], ["$g"], KEEP=[True, False])
    group("accumulation", [leaf, ["a", ".mul", "$x", 2], ["a", ".sum", "$a"], ["", ".backward", "$a"],
              ["first", ".grad", "$x"], ["b", ".exp", "$x"], ["b", ".sum", "$b"], ["", ".backward", "$b"], grad],
          ["$g", "$first"])
    group("the same leaf", [leaf, ["y", ".add", "$x", "$x"], ["y", ".mul", "$y", "$x"], ["", "pull", "$y"], grad],
          ["$g"])
    group("a diamond", [leaf, ["a", ".exp", "$x"], ["b", ".mul", "$a", 2], ["c", ".sin", "$a"],
              ["y", ".mul", "$b", "$c"], ["", ".retainGrad", "$a"], ["", "pull", "$y"], grad, ["h", ".grad", "$a"]],
          ["$g", "$h"])
    group("retained", [leaf, ["a", ".mul", "$x", 3], ["v", ".at", "$a", [1, None]], ["", ".retainGrad", "KEEP"],
              ["y", ".mul", "$v", "$v"], ["", "pull", "$y"], ["h", ".grad", "KEEP"], grad], ["$h", "$g"],
          KEEP=["$a", "$v", "$x"])
    group("not retained", [leaf, ["a", ".mul", "$x", 3], ["", "pull", "$a"], ["h", ".grad", "$a"]], ["$h"])
    group("retain without grad", [["", ".retainGrad", "$mf64"]], ["$mf64"])
    group("second order", [leaf, ["p", "OP", "$x", "*ARGS"], ["y", ".sum", "$p"],
              ["", ".backward", "$y", {"createGraph": True}], grad, ["z", ".mul", "$g", "$g"], ["", "pull", "$z"],
              ["h", ".grad", "$x"]], ["$h"], OP=[".exp", ".pow", ".sigmoid", ".mul", ".log", ".tanh"], ARGS=[[], [3]])
    group("grad", [leaf, ["a", ".mul", "$x", "$x"], ["y", ".sum", "$a"], ["l", "list", "*INPUTS"],
              ["r", "autograd.grad", "$y", "$l", "*HOW"], grad], ["$r", "$g"],
          INPUTS=[["$x"], ["$a"], ["$x", "$a"], ["$mf64"], ["$y"]],
          HOW=[[], [{"createGraph": True}], [{"gradOutputs": "#f64 : 2"}], [{"gradOutputs": "#f64 2: 2 3"}]])
    group("grad of what was not used", [leaf, ["w", ".requiresGrad_", "#f64 2: 1 2"], ["y", ".sum", "$x"],
              ["r", "autograd.grad", "$y", "$w", {"allowUnused": "OK"}]], ["$r"], OK=[True, False])
    group("grad of grad", [leaf, ["p", ".pow", "$x", 4], ["y", ".sum", "$p"],
              ["a", "autograd.grad", "$y", "$x", {"createGraph": True}], ["b", "torch.stack", "$a"],
              ["b", ".sum", "$b"], ["c", "autograd.grad", "$b", "$x", {"createGraph": True}],
              ["d", "torch.stack", "$c"], ["d", ".sum", "$d"], ["e", "autograd.grad", "$d", "$x"]], ["$a", "$c", "$e"])
    group("start", [leaf, ["y", ".mul", "$x", "N"], ["", ".backward", "$y", "*HOW"], grad], ["$g"], N=[2],
          HOW=[[], ["#f64 3: 1 2 3"], ["#f64 2: 1 2"], [{"gradient": "#f64 3: 1 2 3", "retainGraph": True}],
              ["#f64 1: 1"], ["#f32 3: 1 2 3"]])
    group("start, one element", [["x", ".requiresGrad_", "X"], ["y", ".mul", "$x", 2], ["", ".backward", "$y"], grad],
          ["$g"], X=["#f64 : 3", "#f64 1: 3", "#f64 1,1: 3", "#f64 0", "#f64 2: 1 2"])
    group("no graph", [["y", "OP", "$s"], ["", ".backward", "$y"]], ["$y"], OP=[".exp", ".sum"])
    group("backward of a leaf", [["x", ".requiresGrad_", "#f64 : 3"], ["", ".backward", "$x"], ["", ".backward", "$x"],
              grad], ["$g"])
    group("inputs", [leaf, ["w", ".requiresGrad_", "#f64 3: 4 5 6"], ["p", ".mul", "$x", "$w"], ["y", ".sum", "$p"],
              ["l", "list", "*INPUTS"], ["", ".backward", "$y", {"inputs": "$l"}], grad, ["h", ".grad", "$w"], ],
          ["$g", "$h"], INPUTS=[["$x"], ["$w"], ["$x", "$w"]])
    group("without recording", [leaf, ["", "noGrad", [["y", ".mul", "$x", 2], ["", ".mul_", "$x", 3]]],
              ["r", ".requiresGrad", "$y"], ["z", ".mul", "$x", "$x"], ["", "pull", "$z"], grad], ["$y", "$r", "$g"])
    group("flags", [["x", "OP", "X", True], ["r", ".requiresGrad", "$x"], ["l", ".isLeaf", "$x"],
              ["y", ".mul", "$x", 1], ["m", ".isLeaf", "$y"], ["z", "OP", "$y", False]], ["$r", "$l", "$m"],
          OP=[".requiresGrad_"], X=["$mf64", "$mi64", "$mb"])
    group("detached", [leaf, ["y", ".exp", "$x"], ["d", ".detach", "$y"], ["z", ".mul", "$y", "$d"], ["", "pull", "$z"],
              grad, ["r", ".requiresGrad", "$d"]], ["$g", "$r"])
    group("cut off by a detached write", [leaf, ["y", ".exp", "$x"], ["d", ".detach", "$y"], ["", ".zero_", "$d"],
              ["s", ".sum", "$y"], ["", ".backward", "$s"]], ["$s"])


def names(group):
    group("names of nodes", [["x", ".requiresGrad_", "#f32 2,3: 1 2 3 4 5 6"], ["y", "OP", "$x", "*ARGS"],
              ["n", ".gradFn", "$y"]], ["$n"], OP=[".add", ".sub", ".mul", ".div", ".pow", ".sum", ".mean", ".prod",
              ".var", ".std", ".max", ".min", ".view", ".reshape", ".flatten", ".squeeze", ".unsqueeze", ".double",
              ".clone", ".softmax", ".logSoftmax", ".narrow", ".select", ".permute", ".transpose", ".expand",
              ".remainder", ".contiguous", ".typeAs", ".T", ".mT", ".to", ".matmul", ".mm"],
          ARGS=[[], [0], [1], [6], [0, 1], [[1, 0]], [0, 1, 1], [2, 2, 3], ["$mf64"], ["#f32 3,2: 1 2 3 4 5 6"],
              ["#f32 3: 1 2 3"], ["@float64"]])
    group("number first", [["x", ".requiresGrad_", "#f32 2: 1 2"], ["y", "OP", 2, "$x"], ["n", ".gradFn", "$y"]],
          ["$n"], OP=["torch.add", "torch.sub", "torch.mul", "torch.div", "torch.pow"])
    group("in place", [["x", ".requiresGrad_", "#f32 2: 1 2"], ["y", ".mul", "$x", 1], ["v", ".at", "$y", 0],
              ["", "OP", "TARGET", 2], ["n", ".gradFn", "SEE"]], ["$n"],
          OP=[".add_", ".mul_", ".div_", ".fill_", ".copy_"], TARGET=["$y", "$v"], SEE=["$y"])
    group("of indexing", [["x", ".requiresGrad_", "#f32 2,3: 1 2 3 4 5 6"], ["y", ".at", "$x", "*I"],
              ["n", ".gradFn", "$y"]], ["$n"], I=[[0], [":", 1], [[0, 1]], [None], ["#i64 1: 0"], ["#b 2: 1 0"]])
