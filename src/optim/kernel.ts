/** Runs a kernel of assembly/rule.ts over a parameter, its gradient and its state. */
import { pointerOf, type Tensor, targetOf } from '../tensor/tensor.ts';
import type { RuleKernel } from '../wasm/core.ts';
import { f64, scalarAddress } from '../wasm/heap.ts';

/** What every rule takes of a group's options. */
interface Group {
  lr: number;
  weightDecay: number;
  maximize: boolean;
  decoupledWeightDecay?: boolean;
}

/** The address of a tensor of the state, 0 for none. */
const addressOf = (x: Tensor | null): number => (x === null ? 0 : targetOf(x));

/**
 * One step by a rule, in place.
 *
 * @param kernel - The rule's export, `core.adamStep`.
 * @param first - Up to three tensors of the state, in the order of the kernel's parameters.
 * @param numbers - The rule's fields, in their order.
 */
export function run(
  kernel: RuleKernel,
  parameter: Tensor,
  gradient: Tensor,
  group: Group,
  first: Tensor | null,
  second: Tensor | null,
  third: Tensor | null,
  numbers: readonly number[],
): void {
  const { lr, weightDecay, decoupledWeightDecay } = group;
  const p = targetOf(parameter);
  const g = pointerOf(gradient);
  const a = addressOf(first);
  const b = addressOf(second);
  const c = addressOf(third);
  const fields = f64();
  const at = scalarAddress(0) >> 3;
  fields[at] = decoupledWeightDecay ? 1 - lr * weightDecay : 1;
  fields[at + 2] = decoupledWeightDecay ? 0 : weightDecay;
  for (let i = 0; i < numbers.length; i++) fields[at + 4 + 2 * i] = numbers[i];
  kernel(parameter.dtype.code, parameter.count, p, g, a, b, c, group.maximize ? 1 : 0);
}
