"""Writes transforms.json: torchvision's transforms by their documented steps, on real PyTorch, for test/data.

torchvision turns an image by sampling a grid: base coordinates in pixels from the centre, times the inverse of the
turn, scaled to -1 … 1, read by `grid_sample` with zeros outside and align_corners=False; a channel of ones that goes
along tells how much of each pixel lies inside, and the rest is `fill`. Draws: one torch.rand(1) for a flip, one
uniform_ for an angle, two torch.randint for a crop (none where it fits), one torch.randn for noise.
"""

import math

import torch
from torch.nn import functional as F

from common import write

IMAGES = {
    "odd": torch.arange(15, dtype=torch.float32).view(1, 3, 5) / 4,
    "even": torch.arange(48, dtype=torch.float32).view(2, 4, 6).sin(),
    "batch": torch.arange(72, dtype=torch.float32).view(2, 1, 6, 6).cos(),
    "bytes": (torch.arange(25).view(1, 5, 5) * 37 % 256).to(torch.uint8),
}


def rotate(img, degrees, mode, center, fill):
    height, width = img.shape[-2:]
    angle = math.radians(-degrees)
    cx, cy = (0.0, 0.0) if center is None else (center[0] - width * 0.5, center[1] - height * 0.5)
    a, b, c, d = math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle)
    theta = torch.tensor([[a, b, cx - a * cx - b * cy], [c, d, cy - c * cx - d * cy]])
    base = torch.ones(height, width, 3)
    base[..., 0] = torch.linspace(-width * 0.5 + 0.5, width * 0.5 - 0.5, width)
    base[..., 1] = torch.linspace(-height * 0.5 + 0.5, height * 0.5 - 0.5, height).unsqueeze(-1)
    grid = base.view(-1, 3) @ (theta.t() / torch.tensor([0.5 * width, 0.5 * height]))
    x = img.reshape(-1, 1, height, width).float()
    x = torch.cat([x, torch.ones_like(x)], 1)
    out = F.grid_sample(x, grid.view(1, height, width, 2).expand(len(x), -1, -1, -1), mode=mode, align_corners=False)
    value, mask = out[:, :1], out[:, 1:]
    value = torch.where(mask < 0.5, fill, value) if mode == "nearest" else value * mask + (1 - mask) * fill
    value = value.reshape(img.shape)
    return value if img.is_floating_point() else value.round().to(img.dtype)


def random_rotation(img, degrees, interpolation="nearest", center=None, fill=0):
    low, high = (-degrees, degrees) if isinstance(degrees, (int, float)) else degrees
    return rotate(img, torch.empty(1).uniform_(low, high).item(), interpolation, center, fill)


def padded(img, borders, mode, fill):
    left, top, right, bottom = borders
    if mode == "constant":
        return F.pad(img, [left, right, top, bottom], value=fill)
    if mode == "symmetric":
        def places(n, before, after):
            return [*reversed(range(before)), *range(n), *range(n - 1, n - 1 - after, -1)]

        rows, columns = places(img.shape[-2], top, bottom), places(img.shape[-1], left, right)
        return img[..., rows, :][..., columns]
    name = {"edge": "replicate", "reflect": "reflect"}[mode]
    return F.pad(img, [left, right, top, bottom], mode=name)


def random_crop(img, size, padding=0, padIfNeeded=False, fill=0, paddingMode="constant"):
    height, width = (size, size) if isinstance(size, int) else size
    borders = [padding] * 4 if isinstance(padding, int) else padding * 2 if len(padding) == 2 else padding
    img = padded(img, borders, paddingMode, fill)
    if padIfNeeded:
        dx, dy = max(0, width - img.shape[-1]), max(0, height - img.shape[-2])
        img = padded(img, [dx, dy, dx, dy], paddingMode, fill)
    h, w = img.shape[-2:]
    if (h, w) == (height, width):
        return img
    top = torch.randint(0, h - height + 1, (1,)).item()
    left = torch.randint(0, w - width + 1, (1,)).item()
    return img[..., top : top + height, left : left + width]


def center_crop(img, size):
    height, width = (size, size) if isinstance(size, int) else size
    dx, dy = max(0, width - img.shape[-1]), max(0, height - img.shape[-2])
    img = F.pad(img, [dx // 2, (dx + 1) // 2, dy // 2, (dy + 1) // 2])
    top, left = round((img.shape[-2] - height) / 2), round((img.shape[-1] - width) / 2)
    return img[..., top : top + height, left : left + width]


def noise(img, mean=0.0, sigma=0.1, clip=True):
    out = img + (torch.randn_like(img) * sigma + mean)
    return out.clamp(0, 1) if clip else out


def normalize(img, mean, std):
    return (img - torch.tensor(mean).view(-1, 1, 1)) / torch.tensor(std).view(-1, 1, 1)


TRANSFORMS = {
    "RandomHorizontalFlip": lambda img, p=0.5: img.flip(-1) if torch.rand(1) < p else img,
    "RandomVerticalFlip": lambda img, p=0.5: img.flip(-2) if torch.rand(1) < p else img,
    "RandomRotation": random_rotation,
    "RandomCrop": random_crop,
    "CenterCrop": center_crop,
    "GaussianNoise": noise,
    "Normalize": normalize,
}


def case(name, image, **options):
    """Three calls in a row, after one seed, and what the generator gives afterwards."""
    torch.manual_seed(5)
    outputs = [TRANSFORMS[name](IMAGES[image], **options) for _ in range(3)]
    return {
        "name": name, "image": image, "options": options, "shape": list(outputs[0].shape),
        "outputs": [x.reshape(-1).tolist() for x in outputs], "next": torch.randint(1000, (2,)).tolist(),
    }


def cases():
    for image in IMAGES:
        yield case("RandomHorizontalFlip", image)
        yield case("RandomVerticalFlip", image, p=0.25)
        for mode in ("nearest", "bilinear"):
            yield case("RandomRotation", image, degrees=35, interpolation=mode)
            yield case("RandomRotation", image, degrees=[17, 163], interpolation=mode, fill=3)
            yield case("RandomRotation", image, degrees=[-50, -20], interpolation=mode, center=[1.2, 0.7])
    for degrees in (0, 90, 180, 270):
        yield case("RandomRotation", "batch", degrees=[degrees, degrees])
    yield case("RandomCrop", "odd", size=2)
    yield case("RandomCrop", "even", size=[4, 6])
    yield case("RandomCrop", "bytes", size=[3, 4], padding=2, fill=9)
    yield case("RandomCrop", "batch", size=[6, 3], padding=[1, 2], paddingMode="edge")
    yield case("RandomCrop", "even", size=4, padding=[1, 2, 3, 0], paddingMode="reflect")
    yield case("RandomCrop", "even", size=4, padding=[2, 1, 0, 3], paddingMode="symmetric")
    yield case("RandomCrop", "odd", size=[6, 4], padIfNeeded=True)
    for size in (1, 2, 3, [2, 7], [8, 4], 9):
        for image in ("odd", "even"):
            yield case("CenterCrop", image, size=size)
    yield case("GaussianNoise", "even")
    yield case("GaussianNoise", "odd", mean=1.0, sigma=2.0, clip=False)
    yield case("Normalize", "even", mean=[0.5, -1.0], std=[0.25, 3.0])
    yield case("Normalize", "batch", mean=[0.1], std=[2.0])


write(__file__, {"cases": lambda: list(cases())})
