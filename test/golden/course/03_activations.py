"""Lesson 3 in PyTorch: activations. The picture is drawn by the lesson alone."""

import torch
import torch.nn.functional as F
from torch import nn

scores = torch.tensor([-4.0, -1, 0, 1, 4])
print(torch.sigmoid(scores))
print(1 / (1 + torch.exp(-scores)))

sigmoid = nn.Sigmoid()
print(sigmoid, sigmoid(scores), len(list(sigmoid.parameters())), "parameters")

animals = torch.tensor([
    [1, 2, 0.5],
    [1, 1, 1],
    [4, 1, -1],
])
softmax = nn.Softmax(dim=-1)
probabilities = softmax(animals)
print(probabilities)
print(animals.exp() / animals.exp().sum(1, keepdim=True))
print(probabilities.sum(1), probabilities.argmax(1))

print(softmax(animals + 100))
print(softmax(animals[0] * 2))
print(softmax(torch.tensor([2, 0.5])), torch.sigmoid(torch.tensor(1.5)))

curves = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, negative_slope=0.1),
    "gelu": F.gelu,
}
points = torch.tensor([-2.0, -1, 0, 1, 2])
for name, activation in curves.items():
    print(name, activation(points))


def slopes(activation, at):
    x = at.clone().requires_grad_()
    activation(x).sum().backward()
    return x.grad


for name, activation in curves.items():
    print(name, slopes(activation, points))
print("ten sigmoids at best:", 0.25**10)

x = torch.linspace(0, 4, 9)
print(torch.relu(x) - 2 * torch.relu(x - 2))

print("drawn in examples/out/03-activations.html")
