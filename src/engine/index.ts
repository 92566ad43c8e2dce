/** `torch.autograd`. */

export { detectAnomaly } from '../autograd/anomaly.ts';
export { backward, type GradOptions, grad } from './backward.ts';
export { AutogradFunction as Function, FunctionCtx } from './function.ts';
export * as functional from './functional.ts';
export {
  type CheckedFunction,
  type Gradcheck,
  GradcheckError,
  type GradcheckOptions,
  type Gradgradcheck,
  gradcheck,
  gradgradcheck,
} from './gradcheck.ts';
