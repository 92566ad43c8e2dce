"""Lesson 8 in PyTorch: the training loop."""

import csv
import math

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(8)

COLUMNS = ["education", "experience", "south", "union", "married"]

with open("examples/data/wages.csv") as file:
    workers = [{**worker, "wage": float(worker["wage"])} for worker in csv.DictReader(file)]
table = torch.tensor([[float(worker[column]) for column in COLUMNS] for worker in workers])
y = torch.tensor([[worker["wage"]] for worker in workers])
X = (table - table.mean(0)) / table.std(0)
print(f"X {X.shape}, y {y.shape}")

model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
criterion = nn.MSELoss()
optimizer = optim.SGD(model.parameters(), lr=0.005)

before = criterion(model(X), y)
print(f"loss before the first step: {before.item():.4f}")
optimizer.zero_grad()
before.backward()
optimizer.step()
after = criterion(model(X), y)
print(f"loss after it:              {after.item():.4f}")

loader = DataLoader(TensorDataset(X, y), batch_size=32, shuffle=True)
print(f"{len(loader)} batches make an epoch")

EPOCHS = 40
for epoch in range(1, EPOCHS + 1):
    total = 0.0
    for inputs, targets in loader:
        predictions = model(inputs)
        loss = criterion(predictions, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * inputs.size(0)
    if epoch == 1 or epoch % 5 == 0:
        print(f"epoch {epoch}: loss {total / len(workers):.4f}")

baseline = y.var(correction=0).item()
print(f"always guessing the mean, {y.mean().item():.2f} dollars: loss {baseline:.4f}")

with torch.no_grad():
    guesses = model(X)
rmse = criterion(guesses, y).sqrt().item()
print(f"typical miss: {rmse:.2f} dollars; guessing the mean: {math.sqrt(baseline):.2f} dollars")
for i in [0, 19, 300]:
    worker = workers[i]
    guess = f"{guesses[i, 0].item():.2f}"
    print(
        f"{worker['education']} years of school, {worker['experience']} of work: "
        f"earns {worker['wage']:.2f}, predicted {guess}"
    )

print("drawn in examples/out/08-training-loop.html")
