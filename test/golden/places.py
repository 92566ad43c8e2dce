"""Where PyTorch keeps its operations, as places.json: what can be called of torch, of a tensor, of torch.nn.functional.

`node build.mjs core` exports an operation, and makes a method and an in-place form of it, where PyTorch has one.
"""
import inspect
import json
import pathlib

import torch
import torch.nn.functional

assert torch.__version__.startswith('2.13'), torch.__version__


def callables(place):
    return [
        name for name in sorted(dir(place))
        if not name.startswith('_') and callable(getattr(place, name)) and not inspect.isclass(getattr(place, name))
    ]


places = {'torch': callables(torch), 'Tensor': callables(torch.Tensor), 'F': callables(torch.nn.functional)}
path = pathlib.Path(__file__).with_name('places.json')
path.write_text('{\n' + ',\n'.join(f'"{place}": {json.dumps(" ".join(names))}' for place, names in places.items()) + '\n}\n')
