"""Lesson 9 in PyTorch: ReLU and leaky ReLU."""

import torch
from torch import nn, optim
from torch.nn import functional as F

SLOPE = 0.1

points = [-2, -1, -0.5, 0.5, 2]
for name, f in [("relu", F.relu), ("leakyRelu", lambda x: F.leaky_relu(x, SLOPE))]:
    x = torch.tensor(points, requires_grad=True)
    y = f(x)
    y.sum().backward()
    print(f"{name}: values      {y.detach()}")
    print(f"{name}: derivatives {x.grad}")

x = torch.linspace(-2, 2, 64).unsqueeze(1)
ones = torch.ones(64, 1)
for activation in [nn.ReLU(), nn.LeakyReLU(SLOPE)]:
    unit = nn.Linear(1, 1)
    nn.init.constant_(unit.weight, 1)
    nn.init.constant_(unit.bias, -5)
    optimizer = optim.SGD(unit.parameters(), lr=0.5)
    loss_of = lambda: F.mse_loss(activation(unit(x)), ones)
    optimizer.zero_grad()
    loss_of().backward()
    print(f"{activation}: gradient of the bias {unit.bias.grad.item():.4f}")
    for _ in range(200):
        optimizer.zero_grad()
        loss_of().backward()
        optimizer.step()
    print(f"  after 200 steps: bias {unit.bias.item():.4f}, loss {loss_of().item():.4f}")

target = (x * 2).sin()


class Net(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.first = nn.Linear(1, 16)
        self.second = nn.Linear(16, 16)
        self.last = nn.Linear(16, 1)
        self.activation = activation
        self.negative = 0
        for layer in [self.first, self.second]:
            nn.init.constant_(layer.bias, -0.5)

    def forward(self, x):
        a = self.first(x)
        b = self.second(self.activation(a))
        self.negative = sum(z.le(0).all(0).sum().item() for z in [a, b])
        return self.last(self.activation(b))


def train(name, activation):
    torch.manual_seed(9)
    net = Net(activation)
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for step in range(401):
        loss = F.mse_loss(net(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"{name} step {step}: loss {loss.item():.4f}, {net.negative} of 32 units negative")
    return name, net


runs = [train("ReLU", nn.ReLU()), train("LeakyReLU", nn.LeakyReLU(SLOPE))]

for name, net in runs:
    gradients = [parameter.grad for parameter in net.parameters()]
    moving = sum(gradient.ne(0).sum().item() for gradient in gradients)
    total = sum(gradient.numel() for gradient in gradients)
    print(f"{name}: {moving} of {total} parameters have a gradient")

print("drawn in examples/out/09-relu-and-leaky-relu.html")
