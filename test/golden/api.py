"""The public names of PyTorch's API, as api.json, for FEATURES.md's parity table.

What needs other devices,
distributed machines, compilation, complex, quantized, sparse or named tensors is left out, by name, below.
"""

import inspect
import re

import torch
from torch import nn, optim
from torch.optim import lr_scheduler
from torch.utils import data

from common import write

ELSEWHERE = re.compile(
    "cuda|cudnn|mkldnn|miopen|xpu|mps|hpu|mtia|ipu|vulkan|quant|qparams|fbgemm|sparse|_csr|_csc|_bsr|_bsc|row_indices|"
    "col_indices|crow|ccol|coalesce|dense_dim|complex|conj|imag|angle|polar|resolve_neg|cfloat|cdouble|chalf|view_as_real|"
    "names|rename|align_|refine|dim_order|storage|jit|compile|script|native_|_copy$|symint|symbool|sym_|q_|qscheme|int_repr|"
    "nested|jagged|share_memory|pin_memory|is_pinned|is_shared|data_ptr|numpy|dlpack|module_load|autocast|deterministic|"
    "threads|frombuffer|from_file|typename|is_tensor|warn|vitals|fork|get_device|distributed|Distributed|DataParallel|"
    "DataPipe|MapData|IterData|worker|SyncBatch|record_stream|scaled_mm|grouped_mm|hash_tensor|saddmm|spmm|dsmm|hsmm|smm"
)


def keep(name):
    return not name.startswith("_") and not ELSEWHERE.search(name)


def functions(module, owner=None):
    return sorted(n for n in dir(module) if keep(n) and callable(getattr(module, n)) and not inspect.isclass(getattr(module, n))
                  and not inspect.ismodule(getattr(module, n)))


def classes(module, base):
    return sorted(n for n in dir(module) if keep(n) and inspect.isclass(getattr(module, n)) and issubclass(getattr(module, n), base)
                  and getattr(module, n) is not base)


DOCUMENTED = set(torch.overrides.get_testing_overrides().keys()) if hasattr(torch, "overrides") else set()
torch_functions = [n for n in functions(torch) if getattr(torch, n) in DOCUMENTED or n in
                   ("tensor as_tensor zeros ones empty full arange linspace logspace eye rand randn randint randperm normal "
                    "manual_seed initial_seed seed no_grad enable_grad inference_mode is_grad_enabled set_grad_enabled save load "
                    "set_default_dtype get_default_dtype set_printoptions bernoulli multinomial result_type can_cast").split()]
methods = sorted(n for n in dir(torch.Tensor) if keep(n) and callable(getattr(torch.Tensor, n)))
API = {
    "torch": torch_functions,
    "torch.Tensor": methods,
    "torch.nn": classes(nn, nn.Module),
    "torch.nn.functional": [n for n in functions(nn.functional) if n not in ("boolean_dispatch", "handle_torch_function",
                            "has_torch_function", "has_torch_function_unary", "has_torch_function_variadic", "assert_int_or_pair", "Optional")],
    "torch.nn.init": [n for n in functions(nn.init) if n.endswith("_") or n == "calculate_gain"],
    "torch.nn.utils": ["clip_grad_norm_", "clip_grad_value_", "parameters_to_vector", "vector_to_parameters", "get_total_norm"],
    "torch.optim": classes(optim, optim.Optimizer),
    "torch.optim.lr_scheduler": classes(lr_scheduler, lr_scheduler.LRScheduler),
    "torch.utils.data": sorted(n for n in data.__all__ if keep(n) and (n[0].isupper() or n in ("random_split", "default_collate"))),
    "torch.autograd": ["backward", "grad", "gradcheck", "gradgradcheck", "detect_anomaly", "Function"],
}
write(__file__, {"names": lambda: API})
