"""Writes torch-checkpoints.pt, the states of runs with each optimizer and each schedule after four steps, and
torch-checkpoints.json: how each was made, and the losses and learning rates of the next four steps.

The module is one Linear layer; its weights stand in the checkpoint.
"""

import io
import os
import pathlib

import torch
from torch import nn, optim

from common import write

S = optim.lr_scheduler
SGD = ["SGD", {"lr": 0.05, "momentum": 0.9}]
ADAM = ["Adam", {"lr": 0.05}]
OPTIMIZERS = [
    ["SGD", {"lr": 0.05}], ["SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}],
    ["Adam", {"lr": 0.01, "amsgrad": True, "betas": [0.8, 0.99]}], ["AdamW", {"lr": 0.01}],
    ["Adagrad", {"lr": 0.1, "lr_decay": 0.01}], ["Adadelta", {}], ["RMSprop", {"centered": True, "momentum": 0.9}],
    ["Adamax", {}], ["NAdam", {}], ["RAdam", {}],
]
SCHEDULES = [
    ["StepLR", {"step_size": 2}], ["MultiStepLR", {"milestones": [1, 5, 5, 6]}], ["ConstantLR", {}], ["LinearLR", {}],
    ["ExponentialLR", {"gamma": 0.9}], ["PolynomialLR", {"total_iters": 20, "power": 2.0}], ["CosineAnnealingLR", {"T_max": 7}],
    ["CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2}], ["CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3}],
    ["OneCycleLR", {"max_lr": 0.1, "total_steps": 20}], ["LambdaLR", {}], ["MultiplicativeLR", {}],
    ["ReduceLROnPlateau", {"patience": 1, "threshold": 1.0}], ["SequentialLR", {}], ["ChainedScheduler", {}],
]
CASES = [(o, None) for o in OPTIMIZERS] + [(SGD, s) for s in SCHEDULES] + [(ADAM, SCHEDULES[8]), (ADAM, SCHEDULES[9])]

x = torch.sin(torch.arange(12.0).view(4, 3))
y = torch.cos(torch.arange(4.0)).view(4, 1)


def make(optimizer, schedule):
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    name, options = optimizer
    if "betas" in options:
        options = {**options, "betas": tuple(options["betas"])}
    o = getattr(optim, name)(model.parameters(), **options)
    if schedule is None:
        return model, o, None
    name, options = schedule
    if name.startswith(("Lambda", "Multiplicative")):
        return model, o, getattr(S, name)(o, lambda epoch: 0.9)
    if name == "SequentialLR":
        return model, o, S.SequentialLR(o, [S.StepLR(o, 2), S.ExponentialLR(o, 0.9)], [5])
    if name == "ChainedScheduler":
        return model, o, S.ChainedScheduler([S.StepLR(o, 2), S.ExponentialLR(o, 0.9)], o)
    return model, o, getattr(S, name)(o, **options)


def run(model, optimizer, schedule):
    seen = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        if schedule is not None:
            schedule.step(loss.item()) if isinstance(schedule, S.ReduceLROnPlateau) else schedule.step()
        seen.append([loss.item(), optimizer.param_groups[0]["lr"]])
    return seen


checkpoints, told = [], []
for case in CASES:
    model, optimizer, schedule = made = make(*case)
    run(*made)
    states = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 4}
    if schedule is not None:
        states["scheduler"] = schedule.state_dict()
    # As a file has it: the run goes on in the tensors themselves.
    file = io.BytesIO()
    torch.save(states, file)
    file.seek(0)
    checkpoints.append(torch.load(file, weights_only=True))
    told.append({"optimizer": case[0], "schedule": case[1], "next": run(*made)})

# A run for the JSON alone leaves the file as it is.
if "GOLDEN_CHILD" not in os.environ:
    file = pathlib.Path(__file__).with_name("torch-checkpoints.pt")
    torch.save(checkpoints, file, _use_new_zipfile_serialization=False)
write(__file__, {"data": lambda: {"x": x.tolist(), "y": y.tolist()}, "runs": lambda: told}, "torch-checkpoints.json")
