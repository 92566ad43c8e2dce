"""Cases of the losses: every option, with gradients and the name of the node."""

LOGITS = "f64 3,4: 0.5 -1 2 0.25 1.5 0 -0.5 1 -2 0.75 0.1 0.3"
CUBES = "f64 2,3,2: 0.5 -1 2 0.25 1.5 0 -0.5 1 -2 0.75 0.1 0.3"
PICTURE = "f64 1,2,2,2: 0.5 -1 2 0.25 1.5 0 -0.5 1"
REDUCTIONS = ["mean", "sum", "none"]


def write(group):
    pair = [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "T"], ["y", "OP", "$x", "$t", {"reduction": "HOW"}],
            ["n", ".gradFn", "$y"], ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gt", ".grad", "$t"]]
    group("pairs", pair, ["$y", "$n", "$gx", "$gt"], OP=["F.mseLoss", "F.l1Loss"],
          X=["#f64 2,3: 1 2 3 4 5 6", "#f64 3: 1 -1 0.5", "#f64 : 2", "#f64 0"],
          T=["#f64 2,3: 1 0 4 4 7 1", "#f64 : 1.5", "#f64 2,3: 1 0 4 4 7 1", "#f64 3: 0 1 2", "#f64 2: 1 2"],
          HOW=REDUCTIONS)
    group("pairs, wrong reduction", [["y", "OP", "$mf64", "$mf64", {"reduction": "average"}]], ["$y"],
          OP=["F.mseLoss", "F.l1Loss"])
    group("pairs, dtypes", [["y", "OP", "X", "T"]], ["$y"], OP=["F.mseLoss", "F.l1Loss"],
          X=["#f32 2: 0.25 0.5", "#f64 2: 0.25 0.5"], T=["#f32 2: 1 0", "#f64 2: 1 0"])

    one = [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "#f64 2,3: 1 0 0.5 0 1 0.75"],
           ["y", "OP", "$x", "$t", {"weight": "W", "reduction": "HOW"}], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
           ["gx", ".grad", "$x"], ["gt", ".grad", "$t"]]
    group("binary cross-entropy", one, ["$y", "$n", "$gx", "$gt"], OP=["F.binaryCrossEntropy"],
          X=["#f64 2,3: 0.1 0.5 0.9 0.01 0.99 0.6"], W=[None, "#f64 3: 1 2 0.5", "#f64 2,1: 3 1"], HOW=REDUCTIONS)
    group("binary cross-entropy at the ends", [["x", ".requiresGrad_", "X"],
              ["y", "F.binaryCrossEntropy", "$x", "#f64 4: 0 1 1 0", {"reduction": "none"}], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$g"], X=["#f64 4: 0 1 0.5 0.5", "#f64 4: 1 0 1e-30 0.5",
              "#f64 4: 1.5 0 0 0", "#f64 4: -0.1 0 0 0", "#f64 4: nan 0.5 0.5 0.5"])
    logits = [["x", ".requiresGrad_", "#f64 2,3: 0.1 -5 9 0 -0.5 100"],
              ["t", ".requiresGrad_", "#f64 2,3: 1 0 0.5 0 1 0.75"],
              ["y", "F.binaryCrossEntropyWithLogits", "$x", "$t",
              {"weight": "W", "reduction": "HOW", "posWeight": "P"}], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
              ["gx", ".grad", "$x"], ["gt", ".grad", "$t"]]
    group("binary cross-entropy of scores", logits, ["$y", "$n", "$gx", "$gt"],
          W=[None, "#f64 3: 1 2 0.5", "#f64 2,1: 3 1"], HOW=REDUCTIONS, P=[None, "#f64 3: 2 1 0.5", "#f64 : 3"])
    group("binary, shapes that differ", [["y", "OP", "#f32 2,1: 0.5 0.5", "#f32 2: 1 0"]], ["$y"],
          OP=["F.binaryCrossEntropy", "F.binaryCrossEntropyWithLogits"])

    classes = [["x", ".requiresGrad_", "X"], ["y", "OP", "$x", "T",
              {"weight": "W", "ignoreIndex": "SKIP", "reduction": "HOW"}], ["n", ".gradFn", "$y"], ["", "pull", "$y"],
              ["g", ".grad", "$x"]]
    for name, x, targets, weight in [("rows", LOGITS, ["i64 3: 0 3 2", "i64 3: 1 1 1", "i64 3: 2 -100 2", "i64 2: 0 1",
              "i64 3: 0 4 1", "i64 3: 0 -1 1", "f32 3: 0.5 1 2", "i64 3,1: 0 1 2"], "f64 4: 1 2 0.5 3"),
              ("unbatched", "f64 3: 0.5 -1 2", ["i64 : 2", "i64 : 1", "i64 : 3"], "f64 3: 1 2 0.5"),
              ("sequence", CUBES, ["i64 2,2: 0 1 2 1", "i64 2,2: 0 1 -100 1", "i64 2,1: 0 1", "i64 2: 0 1"],
              "f64 3: 1 2 0.5"), ("picture", PICTURE, ["i64 1,2,2: 0 1 1 0"], "f64 2: 1 2"),
              ("nothing", "f64 0,3", ["i64 0"], "f64 3: 1 2 0.5"), ]:
        group(f"class indices, {name}", classes, ["$y", "$n", "$g"], OP=["F.crossEntropy", "F.nllLoss"], X=["#" + x],
              T=["#" + t for t in targets], W=[None, "#" + weight], SKIP=[-100, 1], HOW=REDUCTIONS)
    smooth = [["x", ".requiresGrad_", "X"], ["y", "F.crossEntropy", "$x", "T",
              {"weight": "W", "ignoreIndex": 1, "reduction": "HOW", "labelSmoothing": "SMOOTH"}], ["", "pull", "$y"],
              ["g", ".grad", "$x"]]
    for name, x, target, weight in [("rows", LOGITS, "i64 3: 0 1 2", "f64 4: 1 2 0.5 3"),
              ("unbatched", "f64 3: 0.5 -1 2", "i64 : 2", "f64 3: 1 2 0.5"),
              ("sequence", CUBES, "i64 2,2: 0 1 2 1", "f64 3: 1 2 0.5"), ]:
        group(f"label smoothing, {name}", smooth, ["$y", "$g"], X=["#" + x], T=["#" + target], W=[None, "#" + weight],
              HOW=REDUCTIONS, SMOOTH=[0.2, 1.5])
    likely = [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "T"],
              ["y", "F.crossEntropy", "$x", "$t", {"weight": "W", "reduction": "HOW", "labelSmoothing": "SMOOTH"}],
              ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gt", ".grad", "$t"]]
    for name, x, target, weight in [
        ("rows", LOGITS, "f64 3,4: 0.1 0.2 0.3 0.4 1 0 0 0 0.25 0.25 0.25 0.25", "f64 4: 1 2 0.5 3"),
        ("unbatched", "f64 3: 0.5 -1 2", "f64 3: 0.2 0.3 0.5", "f64 3: 1 2 0.5"),
        ("sequence", CUBES, "f64 2,3,2: 0.1 0.2 0.3 0.4 0.6 0.4 0 1 1 0 0 0", "f64 3: 1 2 0.5"),
    ]:
        group(f"class probabilities, {name}", likely, ["$y", "$gx", "$gt"], X=["#" + x], T=["#" + target],
              W=[None, "#" + weight], HOW=REDUCTIONS, SMOOTH=[0, 0.2])
    group("float32", [["x", ".requiresGrad_", "#f32 2,3: 1 2 3 -1 0 50"], ["y", "F.crossEntropy", "$x", "T", "*W"],
              ["n", ".gradFn", "$y"], ["", ".backward", "$y"], ["g", ".grad", "$x"]], ["$y", "$n", "$g"],
          T=["#i64 2: 2 0", "#u8 2: 2 0", "#f32 2,3: 0 0 1 1 0 0", "#f64 2,3: 0 0 1 1 0 0", "#i64 2,3: 0 0 1 1 0 0"],
          W=[[], ["#f32 3: 1 2 3"], ["#f32 2: 1 2"]])
    group("integers refused", [["y", "OP", "$mi64", "#i64 2: 0 1"]], ["$y"], OP=["F.crossEntropy", "F.nllLoss"])
