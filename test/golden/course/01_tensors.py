"""Lesson 1 in PyTorch: tensors."""

import torch

temperatures = torch.tensor([
    [72.0, 75],
    [60, 80],
    [65, 78],
])
print(temperatures)

print(temperatures.shape, temperatures.dtype)
print(temperatures.dim(), "dimensions,", temperatures.numel(), "elements,", temperatures.size(0), "rows")

drift = torch.tensor([
    [2.0, 2],
    [2, 2],
    [0, 1],
])
print(temperatures + drift)
print((temperatures - 32) / 1.8)
try:
    temperatures + torch.ones(3, 3)
except RuntimeError as error:
    print(error)

per_station = torch.tensor([10.0, -10])
print(temperatures + per_station)

print(temperatures[0])
print(temperatures[:, 1])
print(temperatures[1:3, 0])
print(temperatures[temperatures > 70])

print(temperatures.mean(), temperatures.mean(0), temperatures.mean(1))
print(temperatures.max().item(), temperatures.argmax(1))

print(temperatures.reshape(2, 3))
print(temperatures.view(-1).shape, temperatures.t().shape, temperatures.unsqueeze(0).shape)

weights = torch.tensor([[0.25], [0.75]])
print(temperatures @ weights)

torch.manual_seed(7)
print(torch.rand(2, 3))
print(torch.randn(2, 3))
print(torch.zeros(2), torch.ones(2, dtype=torch.int64), torch.arange(0, 10, 3))
