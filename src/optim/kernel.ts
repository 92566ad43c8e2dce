/** Runs the core's fused steps over a parameter and its gradient, strided or not. */
import { clone, contiguous, copy_ } from '../ops/create/copy.ts';
import { detach } from '../ops/view/view.ts';
import { scope } from '../tensor/scope.ts';
import { pointerOf, type Tensor, targetOf } from '../tensor/tensor.ts';
import { core } from '../wasm/core.ts';

/** What `core.optimize` takes of a step; assembly/optim.ts says what each is. What a rule does not read is left out. */
export interface Step {
  rule: number;
  rate: number;
  weight?: number;
  beta: number;
  /** 1 - beta if not given. */
  fresh?: number;
  scale?: number;
  factor?: number;
  rectify?: number;
}

/** What it takes of a group's options. */
interface Group {
  lr: number;
  eps: number;
  weightDecay: number;
  maximize: boolean;
  decoupledWeightDecay?: boolean;
}

/**
 * Calls a kernel with the addresses of a parameter and of its gradient. A strided one goes through a row-major copy.
 * The state must be allocated before: addresses are right until the next allocation.
 */
export function fused(parameter: Tensor, kernel: (p: number, gradient: number) => void): void {
  const gradient = parameter.gradient as Tensor;
  if (parameter.dense && gradient.dense) {
    kernel(targetOf(parameter), pointerOf(gradient));
    parameter.storage.version++;
    return;
  }
  scope(() => {
    const p = clone(detach(parameter));
    const g = contiguous(detach(gradient));
    kernel(targetOf(p), pointerOf(g));
    return copy_(parameter, p);
  });
}

const stateOf = (x: Tensor | null): number => (x === null ? 0 : targetOf(x));

/** One step of a rule with moving averages, of the gradient and its square, and what `other` the rule keeps. */
export function optimize(
  parameter: Tensor,
  group: Group,
  mean: Tensor | null,
  square: Tensor | null,
  other: Tensor | null,
  step: Step,
): void {
  const { beta } = step;
  const { lr, weightDecay, decoupledWeightDecay } = group;
  fused(parameter, (p, g) => {
    core.optimize(
      step.rule,
      parameter.dtype.code,
      parameter.count,
      p,
      g,
      stateOf(mean),
      stateOf(square),
      stateOf(other),
      group.maximize ? 1 : 0,
      decoupledWeightDecay ? 1 - lr * weightDecay : 1,
      decoupledWeightDecay ? 0 : weightDecay,
      step.weight ?? 0,
      beta,
      step.fresh ?? 1 - beta,
      step.scale ?? 1,
      group.eps,
      step.rate,
      step.factor ?? 0,
      step.rectify ?? 0,
    );
  });
}
