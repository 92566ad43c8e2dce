/**
 * Operations made of others that are one node in the graph: the forward is computed unrecorded, its temporaries freed,
 * and the derivative is written once for the whole.
 */
import { swapGradMode } from '../autograd/mode.ts';
import { record, records, type Vjp } from '../autograd/node.ts';
import { scope } from '../tensor/scope.ts';
import { alias, type Tensor } from '../tensor/tensor.ts';
import { zerosOf } from './make.ts';

/** Runs `body` without recording; of what it allocates only its result survives. */
export function unrecorded<R extends Tensor | readonly Tensor[]>(body: () => R): R {
  const before = swapGradMode(false);
  try {
    return scope(body);
  } finally {
    swapGradMode(before);
  }
}

/**
 * The derivative g of an operation that x bends or cuts, but whose slope does not change with x: differentiated again,
 * it gives x zeros.
 */
export function flatIn(x: Tensor, g: Tensor): Tensor {
  if (!records(x)) return g;
  const out = alias(g, g.offset, g.dims, g.strides);
  return record(out, 'FlatBackward0', [g, x], null, (gg, _, node) => [
    gg,
    node.needs(1) ? zerosOf(x.dims, x.dtype) : null,
  ]);
}

/**
 * The operation `name` of `inputs`: `forward` computes it, `vjp` differentiates it with what was saved; `reads` as
 * `record` takes it.
 */
export function composite<S extends readonly unknown[]>(
  name: string,
  inputs: readonly [Tensor, ...unknown[]],
  forward: () => Tensor,
  saved: (out: Tensor) => S,
  vjp: Vjp<S>,
  reads?: readonly number[],
): Tensor {
  const out = unrecorded(forward);
  if (records(inputs[0], inputs[1], inputs[2])) record(out, name, inputs, saved(out), vjp, reads);
  return out;
}
