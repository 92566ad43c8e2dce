/** `torch.autograd`. */
export { backward, grad, type GradOptions } from './backward.ts';
