/** Runs the core's fused steps over a parameter and its gradient. */
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

const stateOf = (x: Tensor | null): number => (x === null ? 0 : targetOf(x));

/** One step of a rule with moving averages, of the gradient and its square, and what `other` the rule keeps. */
export function optimize(
  parameter: Tensor,
  gradient: Tensor,
  group: Group,
  mean: Tensor | null,
  square: Tensor | null,
  other: Tensor | null,
  step: Step,
): void {
  const { beta } = step;
  const { lr, weightDecay, decoupledWeightDecay } = group;
  core.optimize(
    step.rule,
    parameter.dtype.code,
    parameter.count,
    targetOf(parameter),
    pointerOf(gradient),
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
}
