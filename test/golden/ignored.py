"""Writes ops-ignored.json: losses where NaN and infinities stand at places that count for nothing (ignored, weighted by
0, masked, padded), where everything is ignored, and where there is nothing; values and gradients. The programs and the
format are those of ops.py.
"""

from ops import write_books

REDUCTIONS = ["mean", "sum", "none"]
ROWS = ["f64 3,3: 0.5 -1 2 0.25 1.5 0 -0.5 1 -2", "f64 3,3: nan 0 1 0.25 1.5 0 -0.5 1 -2",
        "f64 3,3: -inf 0 1 0.25 1.5 0 -0.5 1 -2", "f64 3,3: -inf -inf -inf 0.25 1.5 0 -0.5 1 -2",
        "f64 3,3: inf 0 1 0.25 1.5 0 -0.5 1 -2", "f64 3,3: 1 -inf 0 0.25 1.5 -inf -0.5 1 -2",
        "f32 3,3: nan inf 1 0.25 1.5 0 -0.5 1 -2"]
CUBES = ["f64 2,3,2: 0.5 nan 2 inf 1.5 0 -0.5 1 -2 0.75 0.1 0.3", "f64 2,3,2: 0.5 -inf 2 0 1.5 0 -0.5 1 -2 0.75 0.1 0.3"]
PAIRS = ["f64 3: 0.25 nan 0.5", "f64 3: 0.25 0.5 1", "f64 3: 0.25 0 0.75"]


def write(group):
    classes = [["x", ".requiresGrad_", "X"], ["y", "OP", "$x", "T",
               {"weight": "W", "ignoreIndex": "SKIP", "reduction": "HOW"}], ["", "pull", "$y"], ["g", ".grad", "$x"]]
    # An ignored row; an ignored column; all rows ignored; rows of weight 0.
    group("class indices", classes, ["$y", "$g"], OP=["F.crossEntropy", "F.nllLoss"], X=["#" + x for x in ROWS[:-1]],
          T=["#i64 3: -100 1 2", "#i64 3: 0 1 2", "#i64 3: 1 1 1", "#i64 3: -100 -100 -100"],
          W=[None, "#f64 3: 0 1 2", "#f64 3: 0 0 0", "#f64 3: nan 1 2", "#f64 3: inf 1 2"], SKIP=[-100, 0, 1], HOW=REDUCTIONS)
    group("class indices, float32", classes, ["$y", "$g"], OP=["F.crossEntropy", "F.nllLoss"], X=["#" + ROWS[-1]],
          T=["#i64 3: -100 1 2", "#i64 3: 0 1 2", "#i64 3: -100 -100 -100"], W=[None, "#f32 3: 0 1 2"], SKIP=[-100, 0],
          HOW=REDUCTIONS)
    group("class indices, unbatched", classes, ["$y", "$g"], OP=["F.crossEntropy", "F.nllLoss"],
          X=["#f64 3: nan 0 1", "#f64 3: -inf 0 1", "#f64 3: 1 2 0.5"], T=["#i64 : 0", "#i64 : 1", "#i64 : -100"],
          W=[None, "#f64 3: 0 1 2"], SKIP=[-100, 1], HOW=REDUCTIONS)
    group("class indices, sequences", classes, ["$y", "$g"], OP=["F.crossEntropy", "F.nllLoss"], X=["#" + x for x in CUBES],
          T=["#i64 2,2: 0 -100 2 1", "#i64 2,2: -100 -100 -100 -100", "#i64 2,2: 0 1 2 1"], W=[None, "#f64 3: 1 0 2"],
          SKIP=[-100, 1], HOW=REDUCTIONS)
    group("class indices, pictures", classes, ["$y", "$g"], OP=["F.crossEntropy", "F.nllLoss"],
          X=["#f64 1,2,2,2: nan -1 2 0.25 inf 0 -0.5 1"], T=["#i64 1,2,2: -100 1 1 0", "#i64 1,2,2: -100 -100 -100 -100"],
          W=[None, "#f64 2: 0 2"], SKIP=[-100, 1], HOW=REDUCTIONS)
    group("class indices of nothing", classes, ["$y", "$g"], OP=["F.crossEntropy", "F.nllLoss"],
          X=["#f64 0,3", "#f64 0,3,2", "#f64 2,3,0", "#f64 2,3,0,2"], T=["#i64 0", "#i64 0,2", "#i64 2,0", "#i64 2,0,2"],
          W=[None, "#f64 3: 1 2 3"], SKIP=[-100], HOW=REDUCTIONS)
    smooth = [["x", ".requiresGrad_", "X"], ["y", "F.crossEntropy", "$x", "T",
              {"weight": "W", "ignoreIndex": "SKIP", "reduction": "HOW", "labelSmoothing": "SMOOTH"}], ["", "pull", "$y"],
              ["g", ".grad", "$x"]]
    group("label smoothing", smooth, ["$y", "$g"], X=["#" + x for x in ROWS[:-1]],
          T=["#i64 3: -100 1 2", "#i64 3: 0 1 2", "#i64 3: -100 -100 -100"], W=[None, "#f64 3: 0 1 2", "#f64 3: 0 0 0"],
          SKIP=[-100, 0], HOW=REDUCTIONS, SMOOTH=[0.2, 1])
    group("label smoothing, float32", smooth, ["$y", "$g"], X=["#" + ROWS[-1]],
          T=["#i64 3: -100 1 2", "#i64 3: -100 -100 -100"], W=[None], SKIP=[-100], HOW=REDUCTIONS, SMOOTH=[0.1])
    group("label smoothing, sequences", smooth, ["$y", "$g"], X=["#" + x for x in CUBES],
          T=["#i64 2,2: 0 -100 2 1", "#i64 2,2: -100 -100 -100 -100"], W=[None, "#f64 3: 1 0 2"], SKIP=[-100], HOW=REDUCTIONS,
          SMOOTH=[0.2])
    group("label smoothing, unbatched", smooth, ["$y", "$g"], X=["#f64 3: nan 0 1", "#f64 3: 1 2 0.5"],
          T=["#i64 : 0", "#i64 : -100"], W=[None, "#f64 3: 0 1 2"], SKIP=[-100], HOW=REDUCTIONS, SMOOTH=[0.2])
    group("label smoothing of nothing", smooth, ["$y", "$g"], X=["#f64 0,3", "#f64 2,3,0"], T=["#i64 0", "#i64 2,0"],
          W=[None, "#f64 3: 1 2 3"], SKIP=[-100], HOW=REDUCTIONS, SMOOTH=[0.2])
    likely = [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "T"], ["y", "F.crossEntropy", "$x", "$t",
              {"weight": "W", "reduction": "HOW", "labelSmoothing": "SMOOTH"}], ["", "pull", "$y"], ["gx", ".grad", "$x"],
              ["gt", ".grad", "$t"]]
    group("class probabilities", likely, ["$y", "$gx", "$gt"], X=["#" + x for x in ROWS[:-1]],
          T=["#f64 3,3: 0 0.5 0.5 0 1 0 0.25 0 0.75", "#f64 3,3: 0 0 0 0 0 0 0 0 0", "#f64 3,3: nan 1 0 0 1 0 1 0 0"],
          W=[None, "#f64 3: 0 1 2", "#f64 3: 0 0 0"], HOW=REDUCTIONS, SMOOTH=[0, 0.2])
    group("class probabilities of nothing", likely, ["$y", "$gx", "$gt"], X=["#f64 0,3", "#f64 2,3,0"], T=["#f64 0,3", "#f64 2,3,0"],
          W=[None, "#f64 3: 1 2 3"], HOW=REDUCTIONS, SMOOTH=[0, 0.2])
    weighed = [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "T"],
               ["y", "OP", "$x", "$t", {"weight": "W", "reduction": "HOW"}], ["", "pull", "$y"], ["gx", ".grad", "$x"],
               ["gt", ".grad", "$t"]]
    group("weights", weighed, ["$y", "$gx", "$gt"], OP=["F.mseLoss", "F.l1Loss", "F.huberLoss"],
          X=["#f64 3: 0.25 nan 3", "#f64 3: inf 0.5 0", "#f64 3: 0.25 0.5 1", "#f64 3: 1 -inf 1"],
          T=["#f64 3: 0.25 1 inf", "#f64 3: 1 0.5 0", "#f64 3: inf nan 1"],
          W=["#f64 3: 1 0 1", "#f64 3: 0 0 1", "#f64 3: 0 0 0", "#f64 3: nan 1 1"], HOW=REDUCTIONS)
    group("binary weights", weighed, ["$y", "$gx", "$gt"], OP=["F.binaryCrossEntropy"], X=["#" + x for x in PAIRS[1:]],
          T=["#f64 3: 0 1 1", "#f64 3: 1 nan 0", "#f64 3: 0 inf 1"],
          W=[None, "#f64 3: 1 0 1", "#f64 3: 0 0 0", "#f64 3: nan 1 1"], HOW=REDUCTIONS)
    scores = [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "T"], ["y", "F.binaryCrossEntropyWithLogits", "$x", "$t",
              {"weight": "W", "reduction": "HOW", "posWeight": "P"}], ["", "pull", "$y"], ["gx", ".grad", "$x"],
              ["gt", ".grad", "$t"]]
    group("binary scores", scores, ["$y", "$gx", "$gt"],
          X=["#f64 3: nan 0.5 -1", "#f64 3: inf 0.5 -1", "#f64 3: -inf 0.5 -1", "#f64 3: 800 -800 0"],
          T=["#f64 3: 0 1 1", "#f64 3: 1 1 0", "#f64 3: 1 nan 0"], W=[None, "#f64 3: 0 1 1", "#f64 3: 0 0 0"], HOW=REDUCTIONS,
          P=[None, "#f64 3: 0 1 2", "#f64 3: inf 1 2", "#f64 : 0"])
    pairs = [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "T"], ["y", "OP", "$x", "$t", {"reduction": "HOW"}],
             ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gt", ".grad", "$t"]]
    group("special pairs", pairs, ["$y", "$gx", "$gt"], OP=["F.mseLoss", "F.l1Loss", "F.huberLoss", "F.smoothL1Loss", "F.klDiv",
          "F.poissonNllLoss"], X=["#f64 4: nan inf 0.5 1", "#f64 4: -inf 0.5 0 1", "#f64 4: 0 0 0.5 2"],
          T=["#f64 4: 1 inf 0 0", "#f64 4: 0 0 0.5 1", "#f64 4: nan -inf 1 1"], HOW=REDUCTIONS)
    one = [["x", ".requiresGrad_", "X"], ["y", "OP", "$x", "T", {"reduction": "HOW"}], ["", "pull", "$y"], ["gx", ".grad", "$x"]]
    # softMarginLoss has no gradient in PyTorch where exp(-t x) is infinite; here it is -t there.
    group("soft labels", one, ["$y", "$gx"], OP=["F.softMarginLoss"], X=["#f64 4: nan 500 0.5 1", "#f64 4: -500 0.5 0 1", "#f64 4: inf nan -1 -inf"],
          T=["#f64 4: 1 -1 1 -1", "#f64 4: 1 0.5 0 -1"], HOW=REDUCTIONS[:1])
    group("special labels", one, ["$y", "$gx"], OP=["F.hingeEmbeddingLoss"],
          X=["#f64 4: nan inf 0.5 1", "#f64 4: -inf 0.5 0 1", "#f64 4: 900 -900 0 -1", "#f64 4: 1 1 nan nan"],
          T=["#f64 4: 1 -1 1 -1", "#f64 4: -1 1 0 1", "#f64 4: 0 0 1 1"], HOW=REDUCTIONS)
    group("divergence", [["x", ".requiresGrad_", "X"], ["t", ".requiresGrad_", "T"], ["y", "F.klDiv", "$x", "$t",
              {"reduction": "HOW", "logTarget": "LOG"}], ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gt", ".grad", "$t"]],
          ["$y", "$gx", "$gt"], X=["#f64 2,2: -1 -inf -2 0", "#f64 2,2: nan -1 0 -inf"],
          T=["#f64 2,2: 0.5 0 0.5 1", "#f64 2,2: 0 1 0.5 0", "#f64 2,2: -inf 0 -1 -inf"], HOW=[*REDUCTIONS, "batchmean"],
          LOG=[False, True])
    group("counts", [["x", ".requiresGrad_", "X"], ["y", "F.poissonNllLoss", "$x", "T", {"logInput": "LOG", "full": "FULL",
              "reduction": "HOW"}], ["", "pull", "$y"], ["gx", ".grad", "$x"]], ["$y", "$gx"],
          X=["#f64 3: 0 1 2", "#f64 3: -inf 800 1"], T=["#f64 3: 0 1 5", "#f64 3: nan 0 2", "#f64 3: -1 0.5 inf"], LOG=[True, False],
          FULL=[True, False], HOW=REDUCTIONS)
    group("normal", [["x", ".requiresGrad_", "X"], ["v", ".requiresGrad_", "V"], ["y", "F.gaussianNllLoss", "$x", "#f64 3: 1 2 3", "$v",
              {"full": "FULL", "reduction": "HOW"}], ["", "pull", "$y"], ["gx", ".grad", "$x"], ["gv", ".grad", "$v"]],
          ["$y", "$gx", "$gv"], X=["#f64 3: 0 nan 3", "#f64 3: inf 2 2"], V=["#f64 3: 0 1 2", "#f64 3: inf 0 1e-9", "#f64 3: nan 1 1",
          "#f64 3: -1 1 1"], FULL=[False, True], HOW=REDUCTIONS)
    group("margins", [["x", ".requiresGrad_", "X"], ["y", "F.multiMarginLoss", "$x", "T", {"p": "P", "weight": "W", "reduction": "HOW"}],
              ["", "pull", "$y"], ["gx", ".grad", "$x"]], ["$y", "$gx"],
          X=["#f64 2,3: nan 0 1 0.5 2 0", "#f64 2,3: inf 0 1 0.5 2 0", "#f64 2,3: -inf 0 1 0.5 -inf 0", "#f64 2,3: 1 2 3 3 2 1"],
          T=["#i64 2: 0 1", "#i64 2: 1 0"], P=[1, 2], W=[None, "#f64 3: 0 1 2", "#f64 3: 0 0 0"], HOW=REDUCTIONS)
    group("label margins", [["x", ".requiresGrad_", "X"], ["y", "F.multilabelMarginLoss", "$x", "T", {"reduction": "HOW"}],
              ["", "pull", "$y"], ["gx", ".grad", "$x"]], ["$y", "$gx"],
          X=["#f64 2,3: nan 0 1 0.5 2 0", "#f64 2,3: inf 0 1 0.5 2 0", "#f64 2,3: 1 2 3 3 2 1", "#f64 2,3: -inf 0 1 0.5 -inf 0"],
          T=["#i64 2,3: 0 -1 1 -1 -1 -1", "#i64 2,3: 2 1 -1 1 -1 0", "#i64 2,3: -1 0 1 0 1 2"], HOW=REDUCTIONS)
    group("labels", [["x", ".requiresGrad_", "X"], ["y", "F.multilabelSoftMarginLoss", "$x", "T", {"weight": "W", "reduction": "HOW"}],
              ["", "pull", "$y"], ["gx", ".grad", "$x"]], ["$y", "$gx"],
          X=["#f64 2,3: nan 0 1 0.5 2 0", "#f64 2,3: inf 0 -inf 0.5 2 0"], T=["#f64 2,3: 0 1 1 1 0 0", "#f64 2,3: 1 1 0 0 0 0"],
          W=[None, "#f64 3: 0 1 2", "#f64 3: 0 0 0"], HOW=REDUCTIONS)
    ranked = [["a", ".requiresGrad_", "A"], ["b", ".requiresGrad_", "B"], ["y", "OP", "$a", "$b", "T", {"margin": "M", "reduction": "HOW"}],
              ["", "pull", "$y"], ["ga", ".grad", "$a"], ["gb", ".grad", "$b"]]
    group("ranks", ranked, ["$y", "$ga", "$gb"], OP=["F.marginRankingLoss"], A=["#f64 3: nan 1 2", "#f64 3: inf 1 2"],
          B=["#f64 3: 0 1 inf", "#f64 3: inf nan 1"], T=["#f64 3: 1 -1 1", "#f64 3: 0 1 -1"], M=[0, 0.5], HOW=REDUCTIONS)
    group("angles", ranked, ["$y", "$ga", "$gb"], OP=["F.cosineEmbeddingLoss"], A=["#f64 2,2: nan 1 0 0", "#f64 2,2: 1 2 3 4", "#f64 2,2: 0 0 inf 1"],
          B=["#f64 2,2: 1 1 2 -1", "#f64 2,2: 0 0 3 4"], T=["#f64 2: 1 -1", "#f64 2: -1 1", "#f64 2: 0 0"], M=[0, 0.5], HOW=REDUCTIONS)
    group("triplets", [["a", ".requiresGrad_", "A"], ["y", "F.tripletMarginLoss", "$a", "#f64 2,2: 0 1 1 1", "N", {"swap": "S", "reduction": "HOW"}],
              ["", "pull", "$y"], ["ga", ".grad", "$a"]], ["$y", "$ga"], A=["#f64 2,2: nan 1 0 0", "#f64 2,2: 0 1 inf 0", "#f64 2,2: 0 1 1 1"],
          N=["#f64 2,2: 5 5 0 1", "#f64 2,2: nan 0 1 1"], S=[False, True], HOW=REDUCTIONS)
    group("nothing", [["x", ".requiresGrad_", "#f64 0"], ["y", "OP", "$x", "#f64 0", {"reduction": "HOW"}], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$g"], OP=["F." + name for name in "mseLoss l1Loss huberLoss smoothL1Loss klDiv poissonNllLoss softMarginLoss hingeEmbeddingLoss binaryCrossEntropy binaryCrossEntropyWithLogits".split()], HOW=REDUCTIONS)
    group("nothing, rows", [["x", ".requiresGrad_", "#f64 0,3"], ["y", "OP", "$x", "T", {"reduction": "HOW"}], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$g"], OP=["F.mseLoss", "F.multilabelSoftMarginLoss"],
          T=["#f64 0,3"], HOW=REDUCTIONS)
    # Their sum and mean of nothing are what happens to stand in PyTorch's memory.
    group("nothing, margins", [["x", ".requiresGrad_", "#f64 0,3"], ["y", "OP", "$x", "T", {"reduction": "HOW"}], ["", "pull", "$y"],
              ["g", ".grad", "$x"]], ["$y", "$g"], OP=["F.multiMarginLoss", "F.multilabelMarginLoss"], T=["#i64 0", "#i64 0,3"], HOW=["none"])
    group("embedding", [["w", ".requiresGrad_", "W"], ["y", "F.embedding", "I", "$w", {"paddingIdx": "P", "scaleGradByFreq": "F"}],
              ["", "pull", "$y"], ["g", ".grad", "$w"]], ["$y", "$g"], W=["#f64 3,2: nan 1 2 3 inf 4", "#f64 3,2: 1 2 3 4 5 6"],
          I=["#i64 4: 0 1 1 2", "#i64 2,2: 0 0 0 0", "#i64 0", "#i64 : 1"], P=[None, 0, -1, 1, 3], F=[False, True])
    group("embedding, infinite gradient", [["w", ".requiresGrad_", "#f64 2,1: 0 4"], ["e", "F.embedding", "#i64 3: 0 1 0", "$w", {"paddingIdx": 0}],
              ["y", ".OP", "$e"], ["", "pull", "$y"], ["g", ".grad", "$w"]], ["$y", "$g"], OP=["sqrt"])
    for how in REDUCTIONS:
        group(f"masked, {how}", [["x", ".requiresGrad_", "X"], ["m", "OP", "$x", "*ARGS"], ["y", "F.mseLoss", "$m", "#f64 3: 1 1 1", {"reduction": how}],
              ["", "pull", "$y"], ["g", ".grad", "$x"]], ["$y", "$g"], X=["#f64 3: nan 1 2", "#f64 3: inf 1 2"],
              OP=[".maskedFill", ".maskedSelect", ".mul", ".where", ".nanToNum", ".clamp"],
              ARGS=[["#b 3: 1 0 1", 0], ["#b 3: 1 0 1"], ["#f64 3: 0 1 1"], ["#b 3: 0 1 1", 0], [0, 1, -1], [0, 1]])


write_books(__file__, ignored=[write])
