/** The in-place forms that PyTorch also has as functions: `torch.exp_(x)` is `x.exp_()`. */
import { isOptions } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkTensor } from './define.ts';

type InPlaceName = Extract<keyof Tensor, `${string}_`>;
type FunctionOf<F> = F extends {
  (...args: infer A1): unknown;
  (...args: infer A2): unknown;
  (...args: infer A3): unknown;
}
  ? { (input: Tensor, ...args: A1): Tensor; (input: Tensor, ...args: A2): Tensor; (input: Tensor, ...args: A3): Tensor }
  : never;
type InPlace = { [K in InPlaceName]: FunctionOf<Tensor[K]> };

/** Every name that is taken of it is the function of that method. */
const functions = new Proxy({} as InPlace, {
  get: (_, name: InPlaceName) => {
    const operation = (input: Tensor, ...args: unknown[]): Tensor => {
      if (isOptions(input)) {
        const { input: self, ...rest } = input as { input?: Tensor };
        return operation(self as Tensor, ...(Object.keys(rest).length > 0 ? [rest] : []));
      }
      checkTensor(input, name);
      return (input[name] as (...args: unknown[]) => Tensor)(...args);
    };
    return Object.defineProperty(operation, 'name', { value: name });
  },
});

/**
 * The operation without the underscore, written into `input`, which is returned; as the method of that name.
 *
 * @param input - A floating-point tensor where the operation gives floats; never a leaf that requires grad.
 * @param args - What else the operation takes.
 * @throws TypeError when the result does not fit input's dtype; Error for a leaf that requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([-1.5, 4]);
 * torch.abs_(x);
 * torch.clamp_(x, 0, 3);
 * console.log(x); // => tensor([1.5000, 3.0000])
 * ```
 */
export const {
  abs_,
  acos_,
  asin_,
  atan_,
  ceil_,
  clamp_,
  cos_,
  cosh_,
  erf_,
  erfc_,
  exp_,
  expm1_,
  floor_,
  frac_,
  log_,
  log10_,
  log1p_,
  log2_,
  nanToNum_,
  neg_,
  reciprocal_,
  round_,
  rsqrt_,
  sigmoid_,
  sin_,
  sinh_,
  sqrt_,
  square_,
  tan_,
  tanh_,
  trunc_,
  xlogy_,
} = functions;
