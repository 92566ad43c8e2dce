"""Lesson 2 in PyTorch: a first network."""

import torch
from torch import nn

torch.manual_seed(2)

input = torch.tensor([[0.3471, 0.4547, -0.2356]])

linear = nn.Linear(3, 2)
print(linear)
print(linear.weight)
print(linear.bias)

output = linear(input)
print(output)

by_hand = input @ linear.weight.t() + linear.bias
print(by_hand)
print("the same:", torch.allclose(output, by_hand))

print(linear(torch.randn(4, 3)).shape)

stacked = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5), nn.Linear(5, 2))
print(stacked)
print(stacked(input))

weight = stacked[2].weight @ stacked[1].weight @ stacked[0].weight
bias = stacked(torch.zeros(1, 3))
print("one layer does it:", torch.allclose(stacked(input), input @ weight.t() + bias, atol=1e-6))

model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
print(model(input))

total = 0
for name, parameter in model.named_parameters():
    print(name, parameter.shape, parameter.numel())
    total += parameter.numel()
print("parameters:", total, "by hand:", (3 + 1) * 4 + (4 + 1) * 2)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


torch.manual_seed(3)
net = Net()
print(net)
print(net(input))

torch.manual_seed(3)
again = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
print("the same:", torch.equal(net(input), again(input)))
