"""Lesson 6 in PyTorch: derivatives. The pictures are drawn by the lesson alone."""

import csv

import torch
import torch.nn.functional as F
from torch import nn, optim


def f(x):
    return x.pow(3) / 3 - x


h = 0.01
print((f(torch.tensor(2 + h)) - f(torch.tensor(2 - h))) / (2 * h))

x = torch.tensor(2.0, requires_grad=True)
y = f(x)
print(y)
y.backward()
print(x.grad)

a = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(5.0, requires_grad=True)
(a**2 * b).backward()
print(a.grad, b.grad)

f(x).backward()
print(x.grad)
x.grad = None
f(x).backward()
print(x.grad)

with open("examples/data/wages.csv") as file:
    workers = list(csv.DictReader(file))


def standardise(column):
    return (column - column.mean()) / column.std()


school = standardise(torch.tensor([[float(worker["education"])] for worker in workers]))
wage = standardise(torch.tensor([[float(worker["wage"])] for worker in workers]))
print(school.shape, wage.shape)


def loss_of(w):
    return F.mse_loss(school * w, wage)


w = torch.tensor(-1.0, requires_grad=True)
loss = loss_of(w)
loss.backward()
print(loss, w.grad)
print((2 * (school * w - wage) * school).mean())


def descend(start, lr, steps):
    w = torch.tensor(start, requires_grad=True)
    way = []
    for step in range(steps + 1):
        w.grad = None
        loss = loss_of(w)
        loss.backward()
        way.append((step, w.item(), loss.item()))
        with torch.no_grad():
            w -= lr * w.grad
    return way


for lr in [0.1, 0.9, 1.05]:
    print(f"learning rate {lr}")
    for step, w, loss in descend(-1.0, lr, 8):
        print(f"  step {step}: w {w:.4f}, loss {loss:.4f}")

torch.manual_seed(29)
by_hand = nn.Linear(1, 1)
by_optimizer = nn.Linear(1, 1)
by_optimizer.load_state_dict(by_hand.state_dict())
optimizer = optim.SGD(by_optimizer.parameters(), lr=0.1)
for step in range(21):
    by_hand.zero_grad()
    F.mse_loss(by_hand(school), wage).backward()
    with torch.no_grad():
        for parameter in by_hand.parameters():
            parameter -= 0.1 * parameter.grad

    optimizer.zero_grad()
    F.mse_loss(by_optimizer(school), wage).backward()
    optimizer.step()
print(by_hand.weight, by_hand.bias)
print("the same:", torch.allclose(by_hand.weight, by_optimizer.weight))
print((school * wage).sum() / (len(workers) - 1))

print("drawn in examples/out/06-derivatives.html")
