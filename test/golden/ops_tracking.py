"""Cases of what autograd follows: views made while nothing is recorded, several views at once, undifferentiable
operations, the forms of autograd.grad and autograd.backward."""

LEAF = ["x", ".requiresGrad_", "#f64 2,3: 1 2 3 4 5 6"]
COMPUTED = ["y", ".mul", "$x", 1]
WRITES = [["", ".add_", "TARGET", 1], ["", "noGrad", [["", ".add_", "TARGET", 1]]], ["", ".mul_", "TARGET", "$w"],
          ["", ".eq_", "TARGET", 2], ["", "noGrad", [["", ".fill_", "TARGET", 7]]]]


def write(group):
    views(group)
    undifferentiable(group)
    forms(group)


def views(group):
    bases = {"of a leaf": [["y", ".requiresGrad_", "#f64 2,3: 1 2 3 4 5 6"]],
             "of what is computed": [LEAF, COMPUTED],
             "of what is not followed": [["y", ".mul", "#f64 2,3: 1 2 3 4 5 6", 1]]}
    taken = {"at": ["v", ".at", "$y", 1], "narrow": ["v", ".narrow", "$y", 1, 0, 2], "t": ["v", ".t", "$y"],
             "detach": ["v", ".detach", "$y"]}
    end = [["r", ".requiresGrad", "$v"], ["l", ".isLeaf", "$v"], ["n", ".gradFn", "$v"], ["m", ".gradFn", "$y"],
           ["s", ".requiresGrad", "$y"]]
    seen = ["$v", "$y", "$r", "$l", "$n", "$m", "$s"]
    w = ["w", ".requiresGrad_", "#f64 : 3"]
    for base, made in bases.items():
        for name, view in taken.items():
            for recorded, step in [("", view), (", not recorded", ["", "noGrad", [view]])]:
                steps = [w, *made, step]
                group(f"{name} {base}{recorded}", [*steps, *end], seen)
                group(f"{name} {base}{recorded}, used", [*steps, ["z", ".mul", "$v", "$v"], ["", "pull", "$z"],
                      ["g", ".grad", "$v"], ["h", ".grad", "$y"]], ["$z", "$g", "$h"])
                for i, written in enumerate(WRITES):
                    group(f"{name} {base}{recorded}, write {i}", [*steps, written, *end], seen,
                          TARGET=["$v", "$y"])
    several = {"split": [".split", 1], "sections": [".split", [1, 2], 1], "chunk": [".chunk", 2], "one chunk": [".chunk", 1],
               "unbind": [".unbind", 1]}
    for base, made in bases.items():
        for name, (op, *args) in several.items():
            for recorded, step in [("", ["p", op, "$y", *args]), (", not recorded", ["", "noGrad", [["p", op, "$y", *args]]])]:
                for i, written in enumerate(WRITES):
                    group(f"{name} {base}{recorded}, write {i}",
                          [w, *made, step, ["v", "first", "$p"],
                           ["u", ".at", "$v", 0], written, *end], seen, TARGET=["$v", "$u", "$y"])


def undifferentiable(group):
    end = [["n", ".gradFn", "$y"], ["r", ".requiresGrad", "$y"]]
    group("not implemented", [["x", ".requiresGrad_", "#f64 3: 1 2 3"], ["y", "OP", "$x", "*ARGS"], *end],
          ["$y", "$n", "$r"], OP=[".floorDivide", ".unique"], ARGS=[[], [2], ["#f64 3: 2 1 1"]])
    group("not implemented, backward", [["x", ".requiresGrad_", "#f64 3: 1 2 3"], ["y", "OP", "$x", "*ARGS"],
              ["", "pull", "$y"]], ["$y"], OP=[".floorDivide", ".unique"], ARGS=[[], [2]])
    group("in place on a leaf", [["x", ".requiresGrad_", "#f64 3: 1 0 3"], ["", "OP", "$x", "*ARGS"],
              ["l", ".isLeaf", "$x"], ["y", ".mul", "$x", "$x"], ["", "pull", "$y"], ["g", ".grad", "$x"]],
          ["$x", "$l", "$g"], OP=[".logicalAnd_", ".logicalOr_", ".logicalXor_", ".logicalNot_", ".eq_", ".gt_", ".add_",
              ".zero_", ".copy_", ".clampMin_"], ARGS=[[], ["#f64 3: 1 1 0"]])
    group("expanded, without elements", [["x", ".expand", "X", "TO"], ["", "OP", "$x", "*ARGS"], ["v", "._version", "$x"]],
          ["$x", "$v"], X=["#f64 0", "#f64 1,0", "#f64 1: 5"], TO=[[3, 0], [0, 0], [3]],
          OP=[".add_", ".exp_", ".copy_", ".zero_", ".fill_", ".clamp_", ".gt_"], ARGS=[[], [1], ["#f64 : 1"]])
    group("a sum begins at 0", [["y", "OP", "X", "*ARGS"]], ["$y"], OP=[".sum", ".mean", ".nansum"],
          X=["#f64 : -0", "#f64 1: -0", "#f32 2: -0 -0"], ARGS=[[], [0], [0, True]])
    group("spread with an addend", [["x", ".requiresGrad_", "#f64 2,3: 1 5 2 8 0 1"], ["y", "OP", "$x", "*ARGS"],
              ["", ".add_", "$y", 0.001], ["z", ".rsqrt", "$y"], ["", "pull", "$z"], ["g", ".grad", "$x"]], ["$g"],
          OP=[".var", ".std", ".mean", ".norm", ".sum", ".prod", ".amax"], ARGS=[[], [0], [1]])


def forms(group):
    leaf = ["x", ".requiresGrad_", "#f64 3: 1 2 3"]
    body = [leaf, ["y", ".exp", "$x"], ["z", ".mul", "$y", 2], ["s", ".sum", "$z"], ["t", ".sum", "$y"]]
    grads = [["g", ".grad", "$x"]]
    ones = "#f64 3: 1 10 100"
    group("grad", [*body, ["l", "list", "*INPUTS"], ["r", "autograd.grad", "$z", "$l", "*HOW"], *grads], ["$r", "$g"],
          INPUTS=[["$x"], ["$z"], ["$y", "$z"], ["$z", "$x", "$x"], ["$x", "$s"]],
          HOW=[[], [ones], [[ones]], [None], [ones, True], [ones, None, False, True, True],
               [ones, None, False, True, None, False, True], [ones, {"materializeGrads": True}],
               [ones, {"allowUnused": False, "materializeGrads": True}], [{"gradOutputs": ones, "onlyInputs": False}],
               [[ones, None]], [ones, True, False, True, True, True]])
    group("grad, named", [*body, ["r", "autograd.grad", {"outputs": "$z", "inputs": "$x", "gradOutputs": "G"}]], ["$r"],
          G=[ones, None, "#f64 1: 1"])
    group("grad, then backward", [*body, ["r", "autograd.grad", "$z", "$z", ones], ["", ".backward", "$s"], *grads],
          ["$r", "$g"])
    group("grad of several", [*body, ["l", "list", "*ROOTS"], ["r", "autograd.grad", "$l", "$x", "*HOW"]], ["$r"],
          ROOTS=[["$s", "$t"], ["$s", "$s"], ["$z", "$s"], []],
          HOW=[[], [["#f64 : 2", None]], [[None, "#f64 : 3"]], [[ones, None]], [["#f64 : 2"]], ["#f64 : 2"]])
    group("backward of several", [*body, ["l", "list", "*ROOTS"], ["", "autograd.backward", "$l", "*HOW"], *grads],
          ["$g"], ROOTS=[["$s", "$t"], ["$s", "$s"], ["$z", "$s"], ["$s", "$mf64"], []],
          HOW=[[], [["#f64 : 2", None]], [[None, "#f64 : 3"]], [[ones, None]], [["#f64 : 2"]], ["#f64 : 2"],
               [None, True], [None, None, {"createGraph": True}], [None, None, False, ["#f64 : 2", "#f64 : 3"]],
               [{"inputs": "$x"}], [{"gradTensors": [None, "#f64 : 3"]}]])
    group("backward of one", [*body, ["", "autograd.backward", "$z", "*HOW"], *grads], ["$g"],
          HOW=[[], [ones], [[ones]], [ones, True], [{"gradTensors": ones}], [ones, None, False, None, "$x"]])
    group("backward twice, into what is retained", [*body, ["", ".retainGrad", "$y"], ["", ".backward", "$s", None, True],
              ["a", ".grad", "$y"], ["", ".backward", "$t", None, True], ["b", ".grad", "$y"],
              ["r", "autograd.grad", "$s", "INPUT"], ["", ".backward", "$t", None, True], ["c", ".grad", "$y"]],
          ["$a", "$b", "$r", "$c"], INPUT=["$y", "$x"])
