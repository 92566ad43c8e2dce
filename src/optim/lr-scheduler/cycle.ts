/** What the schedules that cycle the momentum against the learning rate share: `CyclicLR` and `OneCycleLR`. */
import type { BaseOptions, ParamGroup } from '../optimizer.ts';
import { type AnyOptimizer, perGroup } from './scheduler.ts';

type Momentous = ParamGroup<BaseOptions> & { momentum?: number; betas?: [number, number] };

/** Sets the momentum of a group, or the first of its betas. */
export function setMomentum(group: ParamGroup<BaseOptions>, momentum: number): void {
  const target = group as Momentous;
  if (target.betas) target.betas = [momentum, target.betas[1]];
  else target.momentum = momentum;
}

/** The lowest and highest momentum of each group; throws where the optimizer has none. */
export function momentaOf(
  optimizer: AnyOptimizer,
  base: number | readonly number[],
  max: number | readonly number[],
): { baseMomentums: number[]; maxMomentums: number[] } {
  if (!('momentum' in optimizer.defaults) && !('betas' in optimizer.defaults)) {
    throw new RangeError('optimizer must support momentum or beta1 with `cycleMomentum` option enabled');
  }
  return {
    baseMomentums: perGroup('baseMomentum', optimizer, base),
    maxMomentums: perGroup('maxMomentum', optimizer, max),
  };
}

/** Begins a cycle of momentum: every group starts from its highest. */
export function beginMomentum(optimizer: AnyOptimizer, base: readonly number[], max: readonly number[]): void {
  optimizer.paramGroups.forEach((group, i) => {
    setMomentum(group, max[i]);
    group.maxMomentum = max[i];
    group.baseMomentum = base[i];
  });
}
