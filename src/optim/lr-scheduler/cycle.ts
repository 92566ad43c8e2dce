/** What the schedules that cycle the momentum against the learning rate share: `CyclicLR` and `OneCycleLR`. */
import type { BaseOptions, ParamGroup } from '../optimizer.ts';
import { perGroup } from './kinds.ts';
import type { AnyOptimizer } from './scheduler.ts';

type Momentous = ParamGroup<BaseOptions> & { momentum?: number; betas?: [number, number] };

/** Sets the momentum of a group, or the first of its betas. */
export function setMomentum(group: ParamGroup<BaseOptions>, momentum: number): void {
  const target = group as Momentous;
  if (target.betas) target.betas = [momentum, target.betas[1]];
  else target.momentum = momentum;
}

/** What a schedule is told of momentum. */
interface MomentumOptions {
  cycleMomentum: boolean;
  baseMomentum: number | readonly number[];
  maxMomentum: number | readonly number[];
  lastEpoch: number;
}

/**
 * The bounds of the momentum for each group, which a schedule from the beginning starts at the upper one; none where it
 * is not cycled.
 */
export function cycledMomenta(
  optimizer: AnyOptimizer,
  { cycleMomentum, baseMomentum, maxMomentum, lastEpoch }: MomentumOptions,
): { baseMomentums: number[]; maxMomentums: number[] } {
  if (!cycleMomentum) return { baseMomentums: [], maxMomentums: [] };
  if (!('momentum' in optimizer.defaults) && !('betas' in optimizer.defaults)) {
    throw new RangeError('optimizer must support momentum or beta1 with `cycleMomentum` option enabled');
  }
  const baseMomentums = perGroup('baseMomentum', optimizer, baseMomentum);
  const maxMomentums = perGroup('maxMomentum', optimizer, maxMomentum);
  if (lastEpoch === -1) {
    optimizer.paramGroups.forEach((group, i) => {
      setMomentum(group, maxMomentums[i]);
      group.maxMomentum = maxMomentums[i];
      group.baseMomentum = baseMomentums[i];
    });
  }
  return { baseMomentums, maxMomentums };
}
