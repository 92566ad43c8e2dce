/** What torchlet is known not to pass: the number of cases, and why. Nothing else may fail, and these must. */

/** Cases whose result differs. */
export const FAILURES: Record<string, [count: number, reason: string]> = {
  mode: [1, 'float32, 3,000 elements: of the equal elements another is pointed to, and the gradient goes there'],
};

/** Calls that PyTorch refuses and torchlet takes. */
export const REFUSALS: Record<string, [count: number, reason: string]> = {
  linspace: [1, 'steps: 1.0 is refused there; a Python float that is a whole number cannot be told from an int'],
};

const PRIVATE = "undocumented: PyTorch's own code calls it with";

/** Forms that PyTorch has of the operators and torchlet has not. */
export const WITHOUT_FORM: Record<string, string> = {
  'torch.binary_cross_entropy_with_logits': `${PRIVATE} a number for the reduction; \`F\` has it`,
  'torch.embedding': `${PRIVATE} the weight before the indices; \`F\` has it`,
  'torch.kl_div': `${PRIVATE} a number for the reduction; \`F\` has it`,
};

const NARROW = 'it gives float32, too coarse for finite differences';

/** Differentiable operators that gradcheck is not asked about. */
export const UNDIFFERENCED: Record<string, string> = { float: NARROW };
