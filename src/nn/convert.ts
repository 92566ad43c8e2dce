/** What `module.to(dtype)` does to parameters, buffers and gradients. */
import { noGrad } from '../autograd/mode.ts';
import { letGo } from '../memory/storage.ts';
import { toDtype } from '../ops/create/copy.ts';
import { assignData } from '../ops/handle.ts';
import { detach } from '../ops/view/view.ts';
import { describe } from '../tensor/args.ts';
import { DType } from '../tensor/dtype.ts';
import { type Tensor, tenure } from '../tensor/tensor.ts';
import type { Module } from './module.ts';

/** Converts a gradient where it is: who has it sees it change. */
function convertGradient(gradient: Tensor, dtype: DType): void {
  const before = gradient.storage;
  const converted = toDtype(detach(gradient), dtype);
  assignData(gradient, converted);
  letGo(before);
}

/** Converts the parameters and buffers of a module that are of another floating-point dtype, where they are. */
export function convertAll(module: Module, dtype: DType): void {
  if (!(dtype instanceof DType) || !dtype.isFloatingPoint) {
    throw new TypeError(`nn.Module.to only accepts floating point dtypes, but got ${describe(dtype)}`);
  }
  noGrad(() => {
    for (const x of [...module.parameters(), ...module.buffers()]) {
      if (!x.dtype.isFloatingPoint || x.dtype === dtype) continue;
      const converted = toDtype(detach(x), dtype);
      tenure(converted, 'to');
      assignData(x, converted);
      if (x.gradient !== null) convertGradient(x.gradient, dtype);
    }
  });
}
