/** The gradients of leaves, forgotten or made zeros: what `zeroGrad` of modules and of optimizers does. */
import { bindRecord } from '../tensor/signature.ts';
import { dropGradient, type Tensor, targetOf } from '../tensor/tensor.ts';
import { launchCopy } from './launch.ts';

/** What `zeroGrad` of modules and optimizers was told, by position or by name; throws for anything but a boolean. */
export function setToNoneOf(given: unknown): boolean {
  // Every step asks.
  return typeof given === 'boolean' ? given : bindRecord('zeroGrad(setToNone: bool = true)', [given]).setToNone;
}

/** Forgets the gradients of parameters, or makes them zeros without a history. */
export function clearGradients(parameters: readonly Tensor[], toNone: boolean): void {
  if (!toNone) for (const { gradient } of parameters) if (gradient !== null) targetOf(gradient);
  for (const parameter of parameters) {
    const { gradient } = parameter;
    if (gradient === null) continue;
    if (toNone) dropGradient(parameter);
    else {
      launchCopy(gradient, 0);
      gradient.clock.version++;
      gradient.node = null;
      gradient.tracked = false;
    }
  }
}
