"""Writes resizing.json: F.interpolate with antialias, as torchvision's Resize calls it, for test/data/pictures.test.ts."""
import torch
from torch.nn import functional as F

from common import write

CASES = [
    (shape, size, antialias)
    for shape in [(1, 4, 6), (3, 7, 5), (2, 9, 16)]
    for size in [(2, 3), (3, 4), (8, 12), (1, 1), (5, 20)]
    for antialias in [True, False]
]


def rows():
    for shape, size, antialias in CASES:
        count = shape[0] * shape[1] * shape[2]
        img = (torch.arange(count) * 37 % 256).view(shape)
        out = F.interpolate(img[None].float() / 256, size, mode="bilinear", antialias=antialias)[0]
        yield {
            "shape": shape, "size": size, "antialias": antialias, "out": out.flatten().tolist()
        }


if __name__ == "__main__":
    write(__file__, {"cases": lambda: list(rows())})
