"""Loss curves from real PyTorch for every loss (with its reductions, weights and options) and every schedule: 35 steps each,
a shuffled DataLoader, one seed. For test/optim/loss-curves.test.ts; the curves of the optimizers are in optim.py.

Run with a Python that has torch 2.13: `python test/golden/curves.py` writes curves.json beside it. Options are given in
camelCase, as the test passes them; here they become PyTorch's. {"tensor": …} is a tensor, {"function": …} a function.
"""

import re
import warnings

import torch
from torch import nn
from torch.optim import lr_scheduler

from common import write

warnings.simplefilter("ignore")

SPECIAL = {"TMax": "T_max", "T0": "T_0", "TMult": "T_mult"}
FUNCTIONS = {"inverse": lambda epoch: 1 / (1 + epoch), "power": lambda epoch: 0.95**epoch}


def value(v):
    if isinstance(v, dict):
        return torch.tensor(v["tensor"]) if "tensor" in v else FUNCTIONS[v["function"]]
    return v


def python(options):
    return {SPECIAL.get(k) or re.sub("[A-Z]", lambda m: "_" + m.group().lower(), k): value(v) for k, v in options.items()}


N = 40
# What a task is: outputs of the network, its last layer, inputs, and the target.
TASKS = {
    "numbers": (1, None, 1, lambda: torch.randn(N, 1)),
    "counts": (1, None, 1, lambda: torch.randint(0, 5, (N, 1)).float()),
    "positive": (1, nn.Sigmoid, 1, lambda: torch.randint(1, 5, (N, 1)).float()),
    "classes": (4, None, 1, lambda: torch.randint(0, 4, (N,))),
    "log classes": (4, nn.LogSoftmax, 1, lambda: torch.randint(0, 4, (N,))),
    "shares": (4, None, 1, lambda: torch.softmax(torch.randn(N, 4), 1)),
    "log of shares": (4, nn.LogSoftmax, 1, lambda: torch.softmax(torch.randn(N, 4), 1)),
    "log of log shares": (4, nn.LogSoftmax, 1, lambda: torch.log_softmax(torch.randn(N, 4), 1)),
    "labels": (2, None, 1, lambda: torch.randint(0, 2, (N, 2)).float()),
    "probabilities": (2, nn.Sigmoid, 1, lambda: torch.randint(0, 2, (N, 2)).float()),
    "signs": (2, None, 1, lambda: torch.randint(0, 2, (N, 2)).float() * 2 - 1),
    "pairs": (4, None, 2, lambda: torch.randint(0, 2, (N,)).float() * 2 - 1),
    "ranks": (1, None, 2, lambda: torch.randint(0, 2, (N, 1)).float() * 2 - 1),
    "triplets": (4, None, 3, lambda: torch.zeros(N)),
}
CLASS_WEIGHT = {"weight": {"tensor": [1.0, 2.0, 0.5, 1.5]}}
BOTH_WEIGHT = {"weight": {"tensor": [0.5, 2.0]}}
# Loss, task, and options beside those that every loss is run with: each reduction.
LOSSES = [
    ["CrossEntropyLoss", "classes", [{}, CLASS_WEIGHT, {"labelSmoothing": 0.1}, {"ignoreIndex": 2}, CLASS_WEIGHT | {"labelSmoothing": 0.2}]],
    ["CrossEntropyLoss", "shares", [CLASS_WEIGHT]],
    ["NLLLoss", "log classes", [{}, CLASS_WEIGHT, {"ignoreIndex": 1}]],
    ["MSELoss", "numbers", [{}]],
    ["L1Loss", "numbers", [{}]],
    ["SmoothL1Loss", "numbers", [{}, {"beta": 0.3}]],
    ["HuberLoss", "numbers", [{}, {"delta": 0.4}]],
    ["BCELoss", "probabilities", [{}, BOTH_WEIGHT]],
    ["BCEWithLogitsLoss", "labels", [{}, BOTH_WEIGHT, {"posWeight": {"tensor": [2.0, 3.0]}}, BOTH_WEIGHT | {"posWeight": {"tensor": [2.0, 3.0]}}]],
    ["KLDivLoss", "log of shares", [{}, {"reduction": "batchmean"}]],
    ["KLDivLoss", "log of log shares", [{"logTarget": True}]],
    ["PoissonNLLLoss", "counts", [{}, {"full": True}]],
    ["PoissonNLLLoss", "positive", [{"logInput": False, "eps": 1e-3}]],
    ["CosineEmbeddingLoss", "pairs", [{}, {"margin": 0.3}]],
    ["MarginRankingLoss", "ranks", [{}, {"margin": 0.5}]],
    ["HingeEmbeddingLoss", "signs", [{}, {"margin": 2}]],
    ["TripletMarginLoss", "triplets", [{}, {"margin": 0.5, "swap": True}, {"p": 1}]],
    ["SoftMarginLoss", "signs", [{}]],
    ["MultiLabelSoftMarginLoss", "labels", [BOTH_WEIGHT]],
    ["MultiMarginLoss", "classes", [CLASS_WEIGHT | {"p": 2, "margin": 0.5}]],
]
WARM = ["LinearLR", {"startFactor": 0.1, "totalIters": 9}]
SCHEDULES = [
    ["StepLR", {"stepSize": 8, "gamma": 0.5}],
    ["MultiStepLR", {"milestones": [5, 20, 30], "gamma": 0.5}],
    ["ExponentialLR", {"gamma": 0.95}],
    WARM,
    ["ConstantLR", {"factor": 0.2, "totalIters": 12}],
    ["PolynomialLR", {"totalIters": 30, "power": 2}],
    ["CosineAnnealingLR", {"TMax": 35, "etaMin": 0.001}],
    ["CosineAnnealingWarmRestarts", {"T0": 5, "TMult": 2}],
    ["CyclicLR", {"baseLr": 0.01, "maxLr": 0.1, "stepSizeUp": 6, "mode": "triangular2"}],
    ["CyclicLR", {"baseLr": 0.01, "maxLr": 0.1, "stepSizeUp": 4, "stepSizeDown": 9, "mode": "exp_range", "gamma": 0.98}],
    ["OneCycleLR", {"maxLr": 0.1, "totalSteps": 36}],
    ["OneCycleLR", {"maxLr": 0.1, "epochs": 7, "stepsPerEpoch": 6, "threePhase": True, "annealStrategy": "linear"}],
    ["LambdaLR", {"lrLambda": {"function": "inverse"}}],
    ["MultiplicativeLR", {"lrLambda": {"function": "power"}}],
    ["ReduceLROnPlateau", {"factor": 0.5, "patience": 1, "cooldown": 1}],
    ["SequentialLR", {"schedulers": [WARM, ["CosineAnnealingLR", {"TMax": 26}]], "milestones": [9]}],
    ["ChainedScheduler", {"schedulers": [WARM, ["ExponentialLR", {"gamma": 0.95}]]}],
]


def make(spec, optimizer):
    name, options = spec
    options = dict(options)
    if "schedulers" not in options:
        return getattr(lr_scheduler, name)(optimizer, **python(options))
    parts = [make(part, optimizer) for part in options.pop("schedulers")]
    return lr_scheduler.ChainedScheduler(parts) if name == "ChainedScheduler" else lr_scheduler.SequentialLR(optimizer, parts, **options)


def train(task, loss, lr, scheduler, dtype):
    torch.manual_seed(0)
    outputs, last, inputs, target = TASKS[task]
    layers = [nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, outputs)]
    if last:
        layers.append(last(dim=1) if last is nn.LogSoftmax else last())
    model = nn.Sequential(*layers).to(dtype)
    tensors = [*[torch.randn(N, 6) for _ in range(inputs)], target()]
    data = torch.utils.data.TensorDataset(*[x.to(dtype) if x.is_floating_point() else x for x in tensors])
    criterion = getattr(nn, loss[0])(**python(loss[1])).to(dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    schedule = make(scheduler, optimizer) if scheduler else None
    losses = []
    for _ in range(7):
        for *xs, y in torch.utils.data.DataLoader(data, batch_size=8, shuffle=True):
            optimizer.zero_grad()
            outs = [model(x) for x in xs]
            found = criterion(*outs) if task == "triplets" else criterion(*outs, y)
            found = found.mean()
            found.backward()
            optimizer.step()
            if isinstance(schedule, lr_scheduler.ReduceLROnPlateau):
                schedule.step(found.item())
            elif schedule:
                schedule.step()
            losses.append(float(f"{found.item():.9g}"))
    return losses


def curve(task, loss, lr, scheduler=None):
    """A curve, and how far float32 takes PyTorch's own from that of the same program in float64."""
    losses, exact = [train(task, loss, lr, scheduler, dtype) for dtype in (torch.float32, torch.float64)]
    drift = float(f"{max(abs(a - b) for a, b in zip(losses, exact)):.2g}")
    outputs, last, _, _ = TASKS[task]
    return {"task": task, "outputs": outputs, "last": last and last.__name__, "loss": loss, "lr": lr, "scheduler": scheduler,
            "drift": drift, "losses": losses}


def curves():
    for name, task, variants in LOSSES:
        for options in variants:
            reductions = [None] if "reduction" in options else ["mean", "sum", "none"] if options == variants[0] else ["mean", "sum"]
            for reduction in reductions:
                given = options | ({"reduction": reduction} if reduction else {})
                yield curve(task, [name, given], 0.01 if given.get("reduction") == "sum" else 0.1)
    for scheduler in SCHEDULES:
        yield curve("numbers", ["MSELoss", {}], 0.1, scheduler)


write(__file__, {"curves": lambda: list(curves())})
