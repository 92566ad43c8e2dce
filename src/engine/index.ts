/** `torch.autograd`. */
export { backward, grad, type GradOptions } from './backward.ts';
export {
  type CheckedFunction, type Gradcheck, gradcheck, GradcheckError, type GradcheckOptions, type Gradgradcheck,
  gradgradcheck,
} from './gradcheck.ts';
