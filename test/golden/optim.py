"""Optimizers and learning-rate schedules from real PyTorch, as numbers for test/optim.

Run with a Python that has torch 2.13: `python test/golden/optim.py` writes optim.json beside it. Options are given in
camelCase, as the tests pass them; here they become PyTorch's.
"""

import re
import warnings

import torch
from torch import nn
from torch.optim import lr_scheduler

from common import write

warnings.simplefilter("ignore")

SPECIAL = {"TMax": "T_max", "T0": "T_0", "TMult": "T_mult"}
FUNCTIONS = {
    "power": lambda epoch: 0.95**epoch,
    "inverse": lambda epoch: 1 / (1 + epoch),
    "constant": lambda epoch: 0.9,
    "halving": lambda x: 0.5 ** (x - 1),
}


def snake(name):
    return SPECIAL.get(name) or re.sub("[A-Z]", lambda m: "_" + m.group().lower(), name)


def value(v):
    if isinstance(v, dict) and "function" in v:
        return FUNCTIONS[v["function"]]
    if isinstance(v, list):
        return [value(x) for x in v]
    return v


def python(options):
    return {snake(k): value(v) for k, v in options.items()}


OPTIMIZERS = [
    ["SGD", {"lr": 0.1, "momentum": 0.9, "weightDecay": 0.01}],
    ["SGD", {"lr": 0.002, "momentum": 0.9, "dampening": 0.2, "maximize": True}],
    ["SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}],
    ["Adam", {}],
    ["Adam", {"lr": 0.05, "amsgrad": True}],
    ["Adam", {"lr": 0.05, "weightDecay": 0.1, "betas": [0.3, 0.9], "eps": 1e-3}],
    ["Adam", {"lr": 0.01, "maximize": True, "weightDecay": 0.1, "decoupledWeightDecay": True}],
    ["AdamW", {"lr": 0.05}],
    ["AdamW", {"lr": 0.05, "weightDecay": 0.2, "amsgrad": True}],
    ["AdamW", {"lr": 0.01, "maximize": True}],
    ["RMSprop", {}],
    ["RMSprop", {"lr": 0.02, "alpha": 0.9, "weightDecay": 0.1}],
    ["RMSprop", {"lr": 0.02, "centered": True}],
    ["RMSprop", {"lr": 0.01, "momentum": 0.9}],
    ["RMSprop", {"lr": 0.01, "momentum": 0.5, "centered": True, "alpha": 0.4, "maximize": True}],
    ["Adagrad", {"lr": 0.1}],
    ["Adagrad", {"lr": 0.1, "lrDecay": 0.1, "weightDecay": 0.05, "initialAccumulatorValue": 0.2}],
    ["Adagrad", {"maximize": True}],
    ["Adadelta", {}],
    ["Adadelta", {"lr": 2, "rho": 0.8, "eps": 1e-5, "weightDecay": 0.1}],
    ["Adadelta", {"lr": 0.5, "maximize": True}],
    ["Adamax", {}],
    ["Adamax", {"lr": 0.05, "betas": [0.8, 0.9], "weightDecay": 0.1}],
    ["Adamax", {"maximize": True}],
    ["NAdam", {}],
    ["NAdam", {"lr": 0.05, "weightDecay": 0.1, "momentumDecay": 0.01}],
    ["NAdam", {"lr": 0.05, "weightDecay": 0.1, "decoupledWeightDecay": True, "betas": [0.7, 0.99]}],
    ["NAdam", {"maximize": True}],
    ["RAdam", {}],
    ["RAdam", {"lr": 0.05, "weightDecay": 0.1}],
    ["RAdam", {"lr": 0.05, "weightDecay": 0.1, "decoupledWeightDecay": True, "betas": [0.8, 0.9]}],
    ["RAdam", {"maximize": True}],
]


def steps():
    """Parameters after 30 steps along random gradients."""
    out = []
    for name, options in OPTIMIZERS:
        values = {}
        for dtype in (torch.float32, torch.float64):
            torch.manual_seed(3)
            w = torch.randn(7, 3, dtype=dtype).requires_grad_()
            optimizer = getattr(torch.optim, name)([w], **python(options))
            for _ in range(30):
                w.grad = torch.randn(7, 3, dtype=dtype)
                optimizer.step()
            values[str(dtype).removeprefix("torch.")] = w.detach().flatten().tolist()
        out.append({"name": name, "options": options, "values": values})
    return out


def train(name, options, groups=None, scheduler=None):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 1))
    x, y = torch.randn(40, 6), torch.randn(40, 1)
    params = [{"params": model[2 * i].parameters(), **python(g)} for i, g in enumerate(groups)] if groups else model.parameters()
    optimizer = getattr(torch.optim, name)(params, **python(options))
    schedule = make(scheduler, optimizer) if scheduler else None
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=8, shuffle=True)
    losses = []
    for _ in range(7):
        for xs, ys in loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(xs), ys)
            loss.backward()
            optimizer.step()
            if schedule:
                schedule.step()
            losses.append(loss.item())
    return losses


def curves():
    out = [{"name": n, "options": o, "losses": train(n, o)} for n, o in OPTIMIZERS]
    for name, options, groups in [
        ["Adam", {"lr": 0.01}, [{"lr": 0.05, "betas": [0.5, 0.9]}, {"weightDecay": 0.1, "amsgrad": True}]],
        ["RMSprop", {"lr": 0.01}, [{"momentum": 0.9}, {"centered": True}]],
    ]:
        out.append({"name": name, "options": options, "groups": groups, "losses": train(name, options, groups)})
    for name, options, scheduler in [
        ["AdamW", {"lr": 0.01}, ["OneCycleLR", {"maxLr": 0.1, "totalSteps": 35}]],
        ["SGD", {"lr": 0.1, "momentum": 0.9}, ["CosineAnnealingLR", {"TMax": 35}]],
    ]:
        losses = train(name, options, scheduler=scheduler)
        out.append({"name": name, "options": options, "scheduler": scheduler, "losses": losses})
    return out


STEP = ["StepLR", {"stepSize": 4, "gamma": 0.3}]
WARM = ["LinearLR", {"startFactor": 0.1, "totalIters": 6}]
SCHEDULES = [
    [STEP, 14],
    [["StepLR", {"stepSize": 3}], 10],
    [["MultiStepLR", {"milestones": [2, 9, 5, 5], "gamma": 0.7}], 14],
    [["ExponentialLR", {"gamma": 0.93}], 40],
    [["LinearLR", {}], 8],
    [WARM, 10],
    [["LinearLR", {"startFactor": 1, "endFactor": 0.2, "totalIters": 7}], 12],
    [["ConstantLR", {}], 8],
    [["ConstantLR", {"factor": 0.7, "totalIters": 3}], 8],
    [["PolynomialLR", {}], 8],
    [["PolynomialLR", {"totalIters": 20, "power": 2.5}], 25],
    [["CosineAnnealingLR", {"TMax": 10}], 45],
    [["CosineAnnealingLR", {"TMax": 50, "etaMin": 0.003}], 120],
    [["CosineAnnealingWarmRestarts", {"T0": 5}], 18],
    [["CosineAnnealingWarmRestarts", {"T0": 3, "TMult": 2, "etaMin": 0.001}], 30],
    [["CyclicLR", {"baseLr": 0.01, "maxLr": 0.1, "stepSizeUp": 4}], 30],
    [["CyclicLR", {"baseLr": [0.01, 0.02], "maxLr": [0.1, 0.3], "stepSizeUp": 4, "stepSizeDown": 7, "mode": "triangular2"}], 40],
    [["CyclicLR", {"baseLr": 0.01, "maxLr": 0.1, "stepSizeUp": 5, "mode": "exp_range", "gamma": 0.97, "cycleMomentum": False}], 30],
    [["CyclicLR", {"baseLr": 0.01, "maxLr": 0.1, "stepSizeUp": 5, "scaleFn": {"function": "halving"}, "baseMomentum": 0.7, "maxMomentum": [0.9, 0.95]}], 30],
    [["OneCycleLR", {"maxLr": 0.2, "totalSteps": 30}], 29],
    [["OneCycleLR", {"maxLr": [0.2, 0.4], "epochs": 4, "stepsPerEpoch": 6, "annealStrategy": "linear", "pctStart": 0.25}], 23],
    [["OneCycleLR", {"maxLr": 0.2, "totalSteps": 30, "threePhase": True, "divFactor": 10, "finalDivFactor": 50, "cycleMomentum": False}], 29],
    [["LambdaLR", {"lrLambda": {"function": "power"}}], 20],
    [["LambdaLR", {"lrLambda": [{"function": "inverse"}, {"function": "power"}]}], 20],
    [["MultiplicativeLR", {"lrLambda": [{"function": "inverse"}, {"function": "constant"}]}], 15],
    [["SequentialLR", {"schedulers": [WARM, ["ExponentialLR", {"gamma": 0.9}]], "milestones": [6]}], 20],
    [["SequentialLR", {"schedulers": [["ConstantLR", {"factor": 0.1, "totalIters": 2}], ["CosineAnnealingLR", {"TMax": 8}], STEP], "milestones": [3, 11]}], 24],
    [["SequentialLR", {"schedulers": [WARM, ["CosineAnnealingWarmRestarts", {"T0": 4, "TMult": 2}]], "milestones": [4]}], 24],
    [["SequentialLR", {"schedulers": [["PolynomialLR", {"totalIters": 9, "power": 2}], ["LambdaLR", {"lrLambda": {"function": "power"}}], ["MultiStepLR", {"milestones": [2, 4]}]], "milestones": [5, 9]}], 20],
    [["ChainedScheduler", {"schedulers": [["ConstantLR", {"factor": 0.1, "totalIters": 3}], ["ExponentialLR", {"gamma": 0.9}]]}], 15],
    [["ChainedScheduler", {"schedulers": [WARM, STEP, ["CosineAnnealingLR", {"TMax": 12}]]}], 15],
]
# Losses with noise, plateaus and a jump.
METRICS = [1.0, 0.8, 0.7, 0.7, 0.70001, 0.69999, 0.71, 0.6, 0.6, 0.6, 0.6, 0.9, 0.6, 0.59, 0.59, 0.59, 0.59, 0.59, 0.59, 0.2, 0.2, 0.2, 0.2, 0.2]
PLATEAUS = [
    {"patience": 2},
    {"patience": 1, "factor": 0.5, "cooldown": 2, "minLr": [0.03, 0.001]},
    {"mode": "max", "factor": 0.5, "patience": 3, "threshold": 0.05},
    {"thresholdMode": "abs", "threshold": 0.05, "patience": 1, "factor": 0.3, "minLr": 1e-4},
    {"mode": "max", "thresholdMode": "abs", "threshold": 0.1, "patience": 0, "factor": 0.9, "eps": 0.004},
]


def make(spec, optimizer):
    name, options = spec
    options = dict(options)
    if "schedulers" in options:
        options["schedulers"] = [make(s, optimizer) for s in options["schedulers"]]
        if name == "ChainedScheduler":
            return lr_scheduler.ChainedScheduler(options["schedulers"])
    return getattr(lr_scheduler, name)(optimizer, **python(options))


def attach(kind):
    groups = [{"params": [nn.Parameter(torch.zeros(1))], "lr": 0.1}, {"params": [nn.Parameter(torch.zeros(1))], "lr": 0.02}]
    return torch.optim.SGD(groups, momentum=0.9) if kind == "SGD" else torch.optim.Adam(groups)


def row(optimizer):
    groups = optimizer.param_groups
    return [[g["lr"] for g in groups], [g["momentum"] if "momentum" in g else g["betas"][0] for g in groups]]


def schedules():
    out = []
    for spec, n in SCHEDULES:
        for kind in ("SGD", "Adam") if spec[0] in ("CyclicLR", "OneCycleLR") else ("SGD",):
            optimizer = attach(kind)
            schedule = make(spec, optimizer)
            rows = [row(optimizer)]
            for _ in range(n):
                optimizer.step()
                schedule.step()
                rows.append(row(optimizer))
            out.append({"optimizer": kind, "spec": spec, "rows": rows})
    return out


def jumps():
    """`step(epoch)`: the closed forms."""
    out = []
    for spec in [["CosineAnnealingWarmRestarts", {"T0": 3, "TMult": 2}], ["CosineAnnealingWarmRestarts", {"T0": 4}], STEP,
                 ["MultiStepLR", {"milestones": [2, 5, 5]}], ["ExponentialLR", {"gamma": 0.9}], ["LinearLR", {"totalIters": 4}],
                 ["ConstantLR", {"totalIters": 4}], ["PolynomialLR", {"totalIters": 8, "power": 1.5}],
                 ["CosineAnnealingLR", {"TMax": 7, "etaMin": 0.01}], ["LambdaLR", {"lrLambda": {"function": "power"}}]]:
        optimizer = attach("SGD")
        schedule = make(spec, optimizer)
        rows = []
        epochs = [0.25, 2.5, 3, 8.75, 9, 20.5, 1] if spec[0].endswith("Restarts") else [5, 2, 9, 0, 4]
        for epoch in epochs:
            schedule.step(epoch)
            rows.append([epoch, schedule.get_last_lr()])
        out.append({"spec": spec, "rows": rows})
    return out


def plateaus():
    out = []
    for options in PLATEAUS:
        optimizer = attach("SGD")
        schedule = lr_scheduler.ReduceLROnPlateau(optimizer, **python(options))
        rows = []
        for metric in METRICS:
            schedule.step(metric)
            rows.append(schedule.get_last_lr())
        out.append({"options": options, "metrics": METRICS, "rows": rows})
    return out


def messages():
    """What PyTorch says to a bad option."""
    out = []
    for name, options in [
        ["Adam", {"lr": -1}], ["Adam", {"betas": [1.0, 0.9]}], ["Adam", {"betas": [0.9, -0.5]}], ["Adam", {"eps": -1}],
        ["Adam", {"weightDecay": -1}], ["AdamW", {"lr": -2}], ["RMSprop", {"alpha": -1}], ["RMSprop", {"momentum": -1}],
        ["Adagrad", {"lrDecay": -1}], ["Adagrad", {"initialAccumulatorValue": -1}], ["Adadelta", {"rho": 1.5}],
        ["Adadelta", {"weightDecay": -1}], ["Adamax", {"eps": -1}], ["NAdam", {"momentumDecay": -1}],
        ["RAdam", {"betas": [0.9, 2]}], ["SGD", {"momentum": -1}],
    ]:
        try:
            getattr(torch.optim, name)([nn.Parameter(torch.zeros(1))], **python(options))
        except ValueError as error:
            out.append({"name": name, "options": options, "message": str(error)})
    return out


write(__file__, {
    "steps": steps, "curves": curves, "schedules": schedules, "jumps": jumps, "plateaus": plateaus, "messages": messages,
})
