"""Lesson 4 in PyTorch: forward passes."""

import torch
from torch import nn

torch.manual_seed(6)

NAMES = ["bear", "crow", "carp", "ladybird", "seal"]
animals = torch.tensor([
    [1.0, 0, 1, 1, 0, 4],
    [0, 1, 0, 1, 0, 2],
    [0, 1, 0, 1, 1, 0],
    [0, 1, 0, 0, 0, 6],
    [1, 0, 1, 1, 1, 0],
])
print(animals.shape)

binary = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 1), nn.Sigmoid())
probability = binary(animals)
print(probability)
print(probability.shape, (probability > 0.5).squeeze(1))

CLASSES = ["mammal", "bird", "fish", "insect"]
scorer = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 4))
multiclass = nn.Sequential(scorer, nn.Softmax(dim=-1))
probabilities = multiclass(animals)
print(probabilities)
print(probabilities.shape, probabilities.sum(1))

values, indices = probabilities.max(1)
for i, name in enumerate(NAMES):
    guess = CLASSES[indices[i].item()]
    print(f"{name}: {guess}, probability {values[i].item():.4f}")

with torch.no_grad():
    logits = scorer(animals)
print(logits)
print("the same answers:", torch.equal(logits.argmax(1), indices))
print("the same probabilities:", torch.allclose(torch.softmax(logits, -1), probabilities))

regression = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 1))
weight = regression(animals)
print(weight)
print(weight.shape)

print(weight.requires_grad)
with torch.no_grad():
    answers = regression(animals)
print(answers.requires_grad, torch.equal(answers, weight))

print(regression(animals[0:1]).shape, regression(animals[0]).shape)
