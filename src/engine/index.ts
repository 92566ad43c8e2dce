/** `torch.autograd`. */
export { backward, type GradOptions, grad } from './backward.ts';
export {
  type CheckedFunction,
  type Gradcheck,
  GradcheckError,
  type GradcheckOptions,
  type Gradgradcheck,
  gradcheck,
  gradgradcheck,
} from './gradcheck.ts';
export { detectAnomaly } from '../autograd/anomaly.ts';
