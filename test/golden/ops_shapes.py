"""Cases of creation, views, joining, reductions, products, softmax, gathering and indexing."""

DTYPES = ["f32", "f64", "i64", "i32", "u8", "b"]
MATRICES = ["$mf32", "$mf64", "$mi64", "$mi32", "$mu8", "$mb"]


def count(dtype, *shape, start=1):
    n = 1
    for size in shape:
        n *= size
    return f"#{dtype} {','.join(map(str, shape))}: {' '.join(str(i + start) for i in range(n))}"


def write(group):
    creation(group)
    views(group)
    reductions(group)
    products(group)
    picking(group)
    indexing(group)


def creation(group):
    group("arange", [["y", "torch.arange", "*ARGS"]], ["$y"],
          ARGS=[[5], [0], [2, 6], [5, 1], [5, 1, -2], [1, 2, 0.25], [0, 1, 0.1], [0.5, 3.2], [3, 3], [1, 5, 0],
              [4, {"dtype": "@float32"}], [0.5, 3, {"dtype": "@float64"}], [0, 1, 0.3, {"dtype": "@float64"}],
              [4, {"dtype": "@uint8"}], [-2, 2, {"dtype": "@int32"}], [2.7, {"dtype": "@int64"}],
              [1, 8, 2.5, {"dtype": "@int64"}], [{"start": 1, "end": 7, "step": 3}], [1, 0, -0.3],
              [0, 2, {"dtype": "@bool"}], [0, 5, {"dtype": "@bool"}]])
    group("linspace", [["y", "torch.linspace", "*ARGS"]], ["$y"],
          ARGS=[[0, 1, 5], [0, 10, 7, {"dtype": "@int64"}], [0, 10, 4, {"dtype": "@uint8"}],
              [-5, 5, 4, {"dtype": "@int32"}], [3, -3, 6], [1, 2, 1], [1, 2, 0], [1, 2, -1],
              [0, 1, 11, {"dtype": "@float64"}], [-1, 1, 8], [0, 9, 10, {"dtype": "@int64"}]])
    group("eye", [["y", "torch.eye", "*ARGS"]], ["$y"], ARGS=[[3], [2, 4], [0], [3, 1, {"dtype": "@int64"}], [-1],
              [2, {"dtype": "@bool"}]])
    group("filled", [["y", "OP", "*ARGS"]], ["$y"], OP=["torch.zeros", "torch.ones"],
          ARGS=[[2, 3], [[2]], [[]], [], [0], [2, {"dtype": "@int32"}], [-1], [[1, 2], {"dtype": "@bool"}]])
    group("like", [["y", "OP", "X", "*ARGS"]], ["$y"], OP=["torch.zerosLike", "torch.onesLike"],
          X=[*MATRICES, "$s", "$empty3"], ARGS=[[], [{"dtype": "@int64"}]])
    group("full", [["y", "torch.full", "*ARGS"]], ["$y"], ARGS=[[[2], 3], [[2], 2.5], [[2], True], [[], 7],
              [[2], 3, {"dtype": "@float64"}], [[2], 2.7, {"dtype": "@int64"}], [[2], 300, {"dtype": "@uint8"}],
              [[0], 1], [[2], -1, {"dtype": "@uint8"}], [[-2], 1], [[2], 1e10, {"dtype": "@int32"}]])
    group("full like", [["y", "torch.fullLike", "X", "V"]], ["$y"], X=MATRICES[:1] + MATRICES[2:3] + MATRICES[5:],
          V=[2, 2.7, True])


def views(group):
    seen = ["$y", "$stride"]
    shape = [["y", "OP", "X", "*ARGS"], ["stride", ".stride", "$y"]]
    group("view and reshape", shape, seen, OP=[".view", ".reshape"], X=["$mf64", "$cube", "$empty3", "$s"],
          ARGS=[[6], [3, 2], [[2, 3]], [-1], [2, -1], [4, 6], [-1, 4], [5], [-1, -1], [0, -1], [0], [1], [2, 1, 12],
              [3, 0], [-2]])
    strided = [["t", ".transpose", "$cube", 0, 1], ["y", "OP", "$t", "*ARGS"], ["stride", ".stride", "$y"]]
    group("view and reshape of a transpose", strided, seen, OP=[".view", ".reshape"],
          ARGS=[[3, 2, 4], [3, 8], [6, 4], [3, 2, 2, 2], [24], [3, 1, 2, 4], [-1]])
    rows = [["t", ".at", "$cube", ":", [0, None, 2]], ["y", "OP", "$t", "*ARGS"], ["stride", ".stride", "$y"]]
    group("view and reshape of every other row", rows, seen, OP=[".view", ".reshape"],
          ARGS=[[2, 8], [4, 4], [2, 2, 2, 2], [16], [2, 1, 2, 4]])
    group("transpose", shape, seen, OP=[".transpose", "torch.transpose"], X=["$mf64", "$cube", "$s"],
          ARGS=[[0, 1], [-1, 0], [1, 1], [0, 2], [0, 0], [3, 0], [-1, -2]])
    group("t, T, mT", [["y", "OP", "X"], ["stride", ".stride", "$y"]], seen, OP=[".t", ".T", ".mT", "torch.t"],
          X=["$mf64", "$f32", "$s", "$cube"])
    group("permute", shape, seen, OP=[".permute", "torch.permute"], X=["$cube"],
          ARGS=[[[2, 0, 1]], [[0, 2, 1]], [[-1, 0, 1]], [[0, 0, 1]], [[0, 1]], [[3, 0, 1]]])
    group("squeeze", shape, seen, OP=[".squeeze"], X=["#f32 1,2,1: 1 2", "#f32 1,1: 5", "$s", "$mf64"],
          ARGS=[[], [0], [1], [-1], [[0, 2]], [[0, 1]], [[0, 0]], [5]])
    group("unsqueeze", shape, seen, OP=[".unsqueeze"], X=["$mf64", "$s", "$empty"],
          ARGS=[[0], [1], [-1], [2], [-3], [3], [-4]])
    group("expand", shape, seen, OP=[".expand"], X=["#f32 2,1: 1 2", "#f32 3: 1 2 3", "$s32", "$empty"],
          ARGS=[[2, 3], [-1, 3], [4, 2, 1], [3, 3], [2, 0], [[3]], [2], [-1, 2, 3], [1, 0], [-2, 3], []])
    group("flatten", shape, seen, OP=[".flatten"], X=["$cube", "$s", "$mf64", "$empty3"],
          ARGS=[[], [1], [0, 1], [-2], [2, 1], [1, 5], [1, 1]])
    group("narrow", shape, seen, OP=[".narrow"], X=["$mf64", "$cube", "$s"],
          ARGS=[[0, 0, 1], [1, 1, 2], [1, -2, 2], [1, 1, 3], [1, 3, 0], [1, 4, 0], [0, 0, -1], [2, 0, 1], [-1, 0, 0],
              [1, -4, 1]])
    group("select", shape, seen, OP=[".select", "torch.select"], X=["$mf64", "$cube", "$s"],
          ARGS=[[0, 1], [1, -1], [-1, 0], [0, 2], [1, -4], [2, 0], [3, 0]])
    group("of a view", [["a", ".permute", "$cube", [2, 0, 1]], ["b", ".narrow", "$a", 0, 1, 2],
              ["y", "OP", "$b", "*ARGS"], ["stride", ".stride", "$y"], ["at", ".storageOffset", "$y"]], [*seen, "$at"],
          OP=[".squeeze", ".unsqueeze", ".select", ".flatten", ".expandAs", ".viewAs", ".contiguous", ".detach"],
          ARGS=[[], [0], [1, 1], ["#f32 2,2,3: 0 0 0 0 0 0 0 0 0 0 0 0"]])
    group("type as", [["y", ".typeAs", "X", "Y"]], ["$y"], X=MATRICES[:3], Y=["$b", "$i32", "$f64"])
    lists = [["$mf64"], ["$mf64", "$mf64"], ["$mf64", "#f64 1,3: 1 2 3"], ["$mf64", "#f64 2,1: 1 2"],
             ["$mf64", "$empty"], ["$empty", "$empty"], ["$s", "$s"], [], ["$mf64", "$mi64", "$mb"], ["$mf64", "$cube"],
             ["$f32", "$f32"], ["$empty3", "$mf64"], ["#f32 0", "#i64 1: 3"]]
    group("cat and stack", [["l", "list", "*LIST"], ["y", "OP", "$l", "*ARGS"]], ["$y"],
          OP=["torch.cat", "torch.stack"], LIST=lists, ARGS=[[], [1], [-1], [{"dim": 0}], [2], [5]])
    group("cat by its other names and by rows and columns", [["l", "list", "*LIST"], ["y", "OP", "$l"]], ["$y"],
          OP=["torch.concat", "torch.concatenate", "torch.hstack", "torch.vstack"],
          LIST=[*lists, ["$cube", "$cube"], ["#f64 : 1", "#f64 2: 2 3"], ["#f64 2: 1 2", "#f64 3: 1 2 3"]])
    group("join views", [["t", ".t", "$mf64"], ["e", ".expand", "#f64 3,1: 1 2 3", 3, 2], ["l", "list", "$t", "$e"],
              ["y", "OP", "$l", 1]], ["$y"], OP=["torch.cat", "torch.stack"])


def reductions(group):
    inputs = [*MATRICES, "$nan", "$s", "$si", "$sb", "$empty", "$empty2", "$empty3"]
    over = [[], [0], [1], [-1], [0, True], [{"dim": 1, "keepdim": True}], [[0, 1]], [[0, 1], True], [2], [[0, 0]]]
    group("sum, any, all", [["y", "OP", "X", "*DIM"]], ["$y"], OP=[".sum", ".any", ".all"], X=[*inputs, "$emptyi"],
          DIM=over)
    group("mean", [["y", "OP", "X", "*DIM"]], ["$y"], OP=[".mean"], X=inputs, DIM=over)
    group("prod, argmax, argmin", [["y", "OP", "X", "*DIM"]], ["$y"], OP=[".prod", ".argmax", ".argmin"], X=inputs,
          DIM=over[:6] + [[2]])
    group("max and min", [["y", "OP", "X", "*DIM"]], ["$y"], OP=[".max", ".min"], X=inputs, DIM=over[:6] + [[2]])
    group("in a dtype", [["y", "OP", "X", {"dim": 0, "dtype": "D"}]], ["$y"], OP=[".sum", ".mean", ".prod"],
          X=["$mf32", "$mi64", "$mu8", "$mb"], D=["@float64", "@float32", "@int32", "@uint8", "@bool"])
    group("ties", [["y", "OP", "$ties", "*DIM"]], ["$y"], OP=[".max", ".min", ".argmax", ".argmin"],
          DIM=[[], [0], [1], [1, True]])
    group("two tensors", [["y", "OP", "$mf64", "X"]], ["$y"], OP=[".max", ".min"],
          X=["$mi64", "#f32 3: 0 0 0", "$s", "#f32 2: 1 2"])
    group("var and std", [["y", "OP", "X", "*HOW"]], ["$y"], OP=[".var", ".std", "torch.var"],
          X=["$mf32", "$mf64", "$mi64", "$cube", "$s", "$empty3", "$nan", "#f64 3,1: 1 2 4"],
          HOW=[[], [0], [1, {"correction": 0}], [{"dim": [0, 1], "keepdim": True}], [{"correction": 0}],
              [{"dim": 1, "unbiased": False}], [{"dim": 0, "correction": 2}], [{"dim": 0, "correction": 5}], [3]])
    group("strided", [["t", ".permute", "$cube", [2, 0, 1]], ["y", "OP", "$t", "*DIM"]], ["$y"],
          OP=[".sum", ".mean", ".prod", ".var", ".argmax", ".any", ".max"], DIM=[[], [0], [1], [2], [[0, 2]]])
    group("expanded", [["t", ".expand", "#f64 3,1: 1 -2 3", 3, 5], ["y", "OP", "$t", "*DIM"]], ["$y"],
          OP=[".sum", ".mean", ".prod", ".std", ".argmax", ".all", ".min"], DIM=[[], [0], [1]])
    group("long", [["y", "OP", "X"]], ["$y"], OP=[".sum", ".prod", ".max", ".argmax", ".argmin", ".any"],
          X=["$long", "$longi"])
    group("functions", [["y", "OP", "$mf64"]], ["$y"],
          OP=["torch." + name for name in "sum mean prod max min argmax argmin std var".split()])
    group("softmax", [["y", "OP", "X", "*DIM"]], ["$y"], OP=[".softmax", ".logSoftmax", "torch.softmax"],
          X=["$mf32", "$cube", "$nan", "$s", "$empty3", "$mi64", "#f64 3: 1000 0 -1000", "#f32 3: -inf -inf -inf"],
          DIM=[[0], [1], [-1], [2], [{"dim": 0, "dtype": "@float64"}]])
    group("softmax, strided", [["t", ".transpose", "$cube", 0, 2], ["y", "OP", "$t", "D"]], ["$y"],
          OP=[".softmax", ".logSoftmax"], D=[0, 1, 2])


def products(group):
    two = [["y", "OP", "A", "B"]]
    for dtype in DTYPES:
        square = count(dtype, 2, 2) if dtype != "b" else "#b 2,2: 1 0 1 1"
        group(f"products, {dtype}", two, ["$y"], OP=[".mm", ".matmul", ".mv", ".dot"], A=[square],
              B=[square, f"#{dtype} 2: 1 1", "#f32 2,2: 1 2 3 4"])
    shapes = [count("f64"), count("f64", 3), count("f64", 2), count("f64", 2, 3), count("f64", 3, 2),
              count("f64", 2, 2, 3), count("f64", 1, 3, 2), count("f64", 2, 1, 3, 2), "#f64 0,3", "#f64 3,0", "#f64 0"]
    group("matmul", two, ["$y"], OP=[".matmul"], A=shapes, B=shapes)
    group("mm, mv, dot, bmm", two, ["$y"], OP=[".mm", ".mv", ".dot", ".bmm"], A=shapes[1:7], B=shapes[1:7])
    group("products of views", [["a", ".t", count("f32", 3, 2)], ["b", ".at", count("f32", 3, 6), ":", [1, None, 2]],
                                ["c", ".expand", "#f32 1,3: 1 2 3", 2, 3], ["y", "OP", "A", "B"]], ["$y"],
          OP=[".mm", ".matmul"], A=["$a", "$c"], B=["$b"])
    group("products of strided vectors", [["m", ".view", count("f64", 12), 3, 4], ["a", ".select", "$m", 1, 2],
              ["b", ".select", "$m", 1, 1], ["t", ".t", "$m"], ["y", ".dot", "$a", "$b"], ["z", ".mv", "$t", "$a"],
              ["w", ".matmul", "$a", "$m"]], ["$y", "$z", "$w"])
    group("linear", [["y", "F.linear", "X", "W", "*BIAS"]], ["$y"],
          X=[count("f64", 3), count("f64", 2, 3), count("f64", 2, 1, 3), "#f64 0,3", count("f64", 2, 2),
             count("f32", 2, 3)], W=[count("f64", 2, 3)], BIAS=[[], ["#f64 2: 10 20"], ["#f64 3: 1 2 3"], [None]])


def picking(group):
    steps = [["y", "OP", "X", "D", "I"]]
    group("gather", steps, ["$y"], OP=[".gather"], X=["$mf64", "$mu8", "$mb", "$cube"], D=[0, 1, -1, 2],
          I=["#i64 1,3: 1 0 1", "#i64 2,1: 2 0", "#i64 2,2: 0 1 1 0", "#i64 1,1: 5", "#i64 2: 0 1", "#i64 0,3",
             "#i64 1,1: -1", "#i64 2,1,1: 1 0", "#i64 3,1: 0 1 0"])
    group("scatter", [["y", "OP", "X", "D", "I", "S"]], ["$y", "X"], OP=[".scatter", ".scatter_", ".scatterAdd"],
          X=["$mf64", "$mi64", "$mb"], D=[0, 1], I=["#i64 1,3: 1 0 1", "#i64 2,2: 0 1 1 0", "#i64 2,1: 3 0",
              "#i64 0,0"], S=["#f64 2,3: 10 20 30 40 50 60", "#i64 2,3: 7 8 9 1 2 3", "#b 2,3: 1 1 0 0 1 1", 5, 2.5,
              "#f64 1,2: 3 4"])
    group("0-dimensional", [["y", "OP", "$s", 0, "*ARGS"]], ["$y"],
          OP=[".gather", ".scatter", ".scatterAdd", ".indexSelect"],
          ARGS=[["#i64 : 0"], ["#i64 : 0", "#f64 : 9"], ["#i64 : 1", "#f64 : 9"]])
    group("strided", [["t", ".t", "$mf64"], ["i", ".t", "#i64 2,2: 0 1 1 0"], ["y", ".gather", "$t", 0, "$i"],
              ["z", ".scatter", "$t", 1, "$i", 9], ["w", ".scatterAdd", "$t", 1, "$i", "#f64 2,2: 1 2 3 4"],
              ["v", ".scatter_", "$t", 0, "$i", "#f64 2,2: 1 2 3 4"]], ["$y", "$z", "$w", "$mf64"])
    group("index select", steps, ["$y"], OP=[".indexSelect"], X=["$mf64", "$cube", "$mb", "$mu8"], D=[0, 1, -1],
          I=["#i64 3: 1 0 1", "#i64 0", "#i32 2: 0 1", "#i64 : 1", "#i64 1: 2", "#i64 1: -1", "#i64 2: 1 7",
             "#i64 1,1: 0"])
    group("nonzero", [["y", "OP", "X"]], ["$y"], OP=[".nonzero"],
          X=["$f32", "$mb", "$cube", "$i64", "$s", "#f32 : 0", "$empty3", "#b 2,2: 0 0 0 0"])


def indexing(group):
    ranges = [[0, 1], [1, None], [None, None], [None, None, 2], [-2, None], [0, 100], [2, 1], [-100, 2], [5, 9],
              [1, -1]]
    group("at, ranges", [["y", ".at", "X", "R"], ["stride", ".stride", "$y"]], ["$y", "$stride"],
          X=["$f64", "$cube", "$s", "$empty3"], R=ranges + [[0, 2, -1], [0, 2, 0]])
    lists = [[0], [1, 2], [-1, ":", 0], ["..."], [":"], [None], ["...", 0], [0, "...", None], [":", [1, None], -1],
             [None, 0, None, "..."], [0, 1, 2], [0, 1, 2, 0], [2], [-3], [":", 3], [[0, 1], [0, 2], [1, 3]],
             [":", ":", ":", None], [True], [False, 0], ["#i64 : 1"], ["#i64 2: 1 0"], ["#i64 0"],
             ["#i64 2,2: 0 1 1 0"], [":", "#i64 2: 2 -1"], ["...", "#i64 2: 3 0"], ["#i64 2: 0 1", "#i64 2: 2 0"],
             ["#i64 2: 0 1", ":", "#i64 2: 3 0"], [":", "#i64 2: 0 1", "#i64 2,1: 3 0"], [0, ":", "#i64 2: 3 0"],
             ["#i64 2: 0 1", ":", 1], [":", 0, "#i64 2: 3 0"], ["#i64 2: 1 0", None, "#i64 2: 2 0"],
             ["#i64 2: 1 0", [0, 2]], [[0, 1], "#i64 2: 1 0", [1, None, 2]], [None, "#i64 1: 1", "..."],
             ["#i64 2: 0 1", "#i64 3: 0 1 2"], ["#i64 1: 2"], ["#i64 1: -3"], [":", "#i64 1: 3"], ["#b 2: 0 1"],
             ["#b 2: 1 1", 0], [":", "#b 3: 1 0 1"], ["#b 3: 1 0 1"], ["#b 2,3: 1 0 1 0 0 1"],
             ["#b 2,3: 1 0 1 0 0 1", 0], ["#b 2: 0 0"], [":", "#b 3: 1 0 1", "#i64 2: 0 3"], ["#b : 1"], ["#b : 0"],
             ["#b 2: 1 0", ":", "#i64 3: 0 1 2"], ["#i32 2: 1 0"], ["#f32 1: 0.5"]]
    group("at", [["y", ".at", "$cube", "*I"]], ["$y"], I=lists)
    group("at, strided", [["t", ".permute", "$cube", [1, 2, 0]], ["y", ".at", "$t", "*I"]], ["$y"],
          I=[[0], [":", 1], ["#i64 2: 2 0"], [":", "#i64 2: 3 1"], ["#i64 2: 0 2", ":", "#i64 2: 0 1"],
             ["...", "#b 2: 0 1"], [None, [1, None, 2], "...", -1]])
    group("at, dtypes", [["y", ".at", "X", "*I"]], ["$y"], X=MATRICES,
          I=[[1, [1, None]], ["#i64 2: 1 0"], [":", "#b 3: 1 0 1"]])
    targets = [[0], [1, ":", 2], ["...", 0], [[0, 1], [1, None]], ["#i64 2: 1 0"], [":", "#i64 2: 2 0"],
              ["#i64 2: 0 1", ":", "#i64 2: 3 0"], ["#b 2: 0 1"], ["#b 2,3: 1 0 1 0 0 1"], [0, "#i64 2: 1 1", 0],
              [":", "#b 3: 0 0 0"], [None], [2], ["#i64 1: 7"], [True], ["..."], [":", [0, None, 2], "#i64 2: 3 0"],
              ["#i64 2: 1 -1", "#i64 2: 0 0", "#i64 2: 3 3"]]
    group("setAt_", [["y", ".setAt_", "$cube", "I", "V"]], ["$cube"], I=targets,
          V=[9, "#f64 4: 1 2 3 4", "#f32 2: 5 6", "#f64 1,1: 8"])
    group("setAt_, dtypes", [["y", ".setAt_", "X", "I", "V"]], ["X"], X=["$mi64", "$mu8", "$mb", "$mf32"],
          I=[[0, 1], ["#b 2,3: 1 0 1 0 0 1"]], V=[2, 2.7, "#f64 1: 1.5", "#i64 : 3", "#b 1: 1"])
    group("setAt_, several values", [["y", ".setAt_", "X", ["#i64 1: 1"], "V"]], ["X"],
          X=["$mi64", "$mu8", "$mb", "$mf32"], V=["#f64 3: 1.5 2 3", "#i64 3: 1 2 3", "#b 3: 1 0 1", "#f32 3: 1 2.5 3"])
    group("setAt_, strided", [["t", ".permute", "$cube", [1, 2, 0]], ["y", ".setAt_", "$t", "I", "V"]], ["$cube"],
          I=[[0], [":", "#i64 2: 3 1"], ["#i64 2: 0 2", ":", "#i64 2: 0 1"]], V=[9, "#f64 2: 1 2"])
