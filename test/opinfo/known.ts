/** What torchlet is known not to pass: the number of cases, and why. Nothing else may fail, and these must. */

/** Cases whose result differs. */
export const FAILURES: Record<string, [count: number, reason: string]> = {};

const NUMBER = 'a number is taken where PyTorch demands a tensor: there are no operators to write it with';

/** Calls that PyTorch refuses and torchlet takes. */
export const REFUSALS: Record<string, [count: number, reason: string]> = {
  eq: [1, NUMBER],
  ne: [1, NUMBER],
  lt: [1, NUMBER],
  le: [1, NUMBER],
  gt: [1, NUMBER],
  ge: [1, NUMBER],
  linspace: [1, 'steps: 1.0 is refused there; a Python float that is a whole number cannot be told from an int'],
};
