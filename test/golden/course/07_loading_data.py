"""Lesson 7 in PyTorch: loading data."""

import csv

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split

torch.manual_seed(7)

with open("examples/data/zoo.csv") as file:
    animals = list(csv.DictReader(file))
print(len(animals), "animals")
columns = list(animals[0])
print(", ".join(columns))
print(" ".join(animals[0].values()))

features = columns[1:-1]
X = torch.tensor([[float(animal[name]) for name in features] for animal in animals])
print(X.shape, X.dtype)
print(X.amin(0), X.amax(0))

classes = sorted({animal["type"] for animal in animals})
y = torch.tensor([classes.index(animal["type"]) for animal in animals])
print(y.shape, y.dtype)
counts = F.one_hot(y).sum(0)
for i, name in enumerate(classes):
    print(f"{i} {name}: {counts[i].item()}")
print(f"{counts.max().item() / len(animals):.4f}")

dataset = TensorDataset(X, y)
print(len(dataset))
bass, label = dataset[2]
print(animals[2]["animal_name"], bass, label, classes[label.item()])

train, test = random_split(dataset, [0.8, 0.2])
print(len(train), len(test), " ".join(str(index) for index in test.indices[:5]))

loader = DataLoader(train, batch_size=16, shuffle=True)
print(len(loader), "batches")
for epoch in [1, 2]:
    for inputs, targets in loader:
        print(f"epoch {epoch}: {inputs.shape}", targets)
print(len(DataLoader(train, batch_size=16, drop_last=True)))

model = nn.Sequential(nn.Linear(len(features), 8), nn.ReLU(), nn.Linear(8, 7))
inputs, targets = next(iter(DataLoader(test, batch_size=4)))
scores = model(inputs)
print(scores.shape, F.cross_entropy(scores, targets).item())


class Animals(Dataset):
    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        animal = self.rows[index]
        values = [float(animal[name]) / (8 if name == "legs" else 1) for name in features]
        return torch.tensor(values), torch.tensor(classes.index(animal["type"]))


own = DataLoader(Animals(animals), batch_size=50)
for inputs, targets in own:
    print(inputs.shape, targets.shape, inputs.max().item(), inputs.mean().item())
