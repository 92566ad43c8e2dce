"""Lesson 10 in PyTorch: learning rate and momentum."""

import math

import torch
from torch import optim


def f(w):
    return 0.05 * w**4 - 0.6 * w**2 + 0.4 * w


at = torch.tensor([4, 2.2618, -2.6017], requires_grad=True)
values = f(at)
values.sum().backward()
print(f"f(4), f(2.2618), f(-2.6017) = {values.detach()}")
print(f"where is the derivative 0?    {at.grad.abs() < 0.001}")

by_hand = torch.tensor(4.0, requires_grad=True)
by_optimizer = torch.tensor(4.0, requires_grad=True)
sgd = optim.SGD([by_optimizer], lr=0.1, momentum=0.9)
velocity = torch.tensor(0.0)
for step in range(1, 4):
    (gradient,) = torch.autograd.grad(f(by_hand), [by_hand])
    velocity = velocity * 0.9 + gradient
    with torch.no_grad():
        by_hand -= velocity * 0.1

    sgd.zero_grad()
    f(by_optimizer).backward()
    sgd.step()
    print(f"step {step}: by hand {by_hand.item():.4f}, SGD {by_optimizer.item():.4f}")


def descend(lr, momentum):
    w = torch.tensor(4.0, requires_grad=True)
    optimizer = optim.SGD([w], lr=lr, momentum=momentum)
    for _ in range(150):
        optimizer.zero_grad()
        f(w).backward()
        optimizer.step()
    return w.item(), f(w).item()


def outcome(w, loss):
    if not math.isfinite(w):
        return "diverged: every step overshoots by more than the one before"
    return f"w = {w:.3f}, f(w) = {loss:.3f}, the {'lower' if w < 0 else 'higher'} minimum"


for lr in [0.01, 0.1, 0.5, 1.2]:
    for momentum in [0, 0.5, 0.9]:
        print(f"lr {lr}, momentum {momentum}: {outcome(*descend(lr, momentum))}")


def camel(point):
    x, y = point
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


def walk(lr, momentum):
    name = f"lr {lr}, momentum {momentum}"
    point = torch.tensor([1.9, 1], requires_grad=True)
    optimizer = optim.SGD([point], lr=lr, momentum=momentum)
    for _ in range(200):
        optimizer.zero_grad()
        camel(point).backward()
        optimizer.step()
    x, y = point.tolist()
    print(f"camel, {name}: ends at ({x:.3f}, {y:.3f}), g = {camel(point).item():.4f}")


for lr, momentum in [(0.005, 0), (0.05, 0), (0.005, 0.9), (0.01, 0.9)]:
    walk(lr, momentum)

print("drawn in examples/out/10-learning-rate-and-momentum.html")
