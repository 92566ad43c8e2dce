"""Where PyTorch keeps its operations, as places.json: what can be called of torch, of a tensor, of torch.nn.functional.

`node build.mjs core` exports an operation, and makes a method and an in-place form of it, where PyTorch has one.
"""
import inspect

import torch
import torch.nn.functional

from common import write


def callables(place):
    return [
        name for name in sorted(dir(place))
        if not name.startswith('_') and callable(getattr(place, name)) and not inspect.isclass(getattr(place, name))
    ]


PLACES = {'torch': torch, 'Tensor': torch.Tensor, 'F': torch.nn.functional}
write(__file__, {name: (lambda place=place: callables(place)) for name, place in PLACES.items()})
