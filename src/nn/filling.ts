/** How initialisers write: outside of autograd, in a scope of their own. */
import { noGrad } from '../autograd/mode.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Runs `body` unrecorded and frees what it made. */
export function filling(tensor: Tensor, body: () => void): Tensor {
  noGrad(() => {
    scope(() => {
      body();
      return [];
    });
  });
  return tensor;
}
