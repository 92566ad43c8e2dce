"""Lesson 5 in PyTorch: losses and one-hot. The picture is drawn by the lesson alone."""

import math

import torch
import torch.nn.functional as F
from torch import nn

classes = torch.tensor([0, 2, 1], dtype=torch.int64)
one_hot = F.one_hot(classes, num_classes=3)
print(one_hot)
print(F.one_hot(torch.tensor([0, 1], dtype=torch.int64)))
print(one_hot.argmax(1))

logits = torch.tensor([
    [2, 0, -1],
    [0.5, 0.5, 0.5],
    [4, -1, 0],
])
criterion = nn.CrossEntropyLoss()
print(criterion(logits, classes))

probabilities = torch.softmax(logits, 1)
of_truth = (probabilities * one_hot).sum(1)
print(of_truth)
print(-of_truth.log(), -of_truth.log().mean())
print(math.log(3))

print(nn.CrossEntropyLoss(reduction="none")(logits, classes))
print(nn.CrossEntropyLoss(reduction="sum")(logits, classes).item())
print(nn.CrossEntropyLoss(weight=torch.tensor([1.0, 1, 5]))(logits, classes))
print(criterion(logits, one_hot.float()))

print(criterion(probabilities, classes))

score = torch.tensor([[2], [-1], [0.5]])
truth = torch.tensor([[1.0], [0], [0]])
print(nn.BCELoss()(torch.sigmoid(score), truth))
print(nn.BCEWithLogitsLoss()(score, truth))
far = torch.tensor([[120.0]])
no = torch.zeros(1, 1)
print(nn.BCELoss()(torch.sigmoid(far), no).item(), nn.BCEWithLogitsLoss()(far, no).item())

predictions = torch.tensor([[2.5], [0], [7]])
targets = torch.tensor([[3], [-0.5], [3]])
print(nn.MSELoss()(predictions, targets), (predictions - targets).pow(2).mean())
print(nn.L1Loss()(predictions, targets), nn.SmoothL1Loss()(predictions, targets))

row = targets.squeeze(1)
print((predictions - row).shape, (predictions - row).pow(2).mean())

torch.manual_seed(5)
model = nn.Linear(4, 3)
loss = criterion(model(torch.randn(3, 4)), classes)
print(loss)

print("drawn in examples/out/05-losses-and-one-hot.html")
