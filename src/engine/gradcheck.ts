/**
 * Checks a derivative against finite differences: every element of every Jacobian, by central differences in the
 * function and by one backward pass for each element of the output.
 */

import { noGrad } from '../autograd/mode.ts';
import { isTracked } from '../autograd/node.ts';
import { copy_ } from '../ops/create/copy.ts';
import { setRequiresGrad, zerosLike } from '../ops/create/create.ts';
import { tensor } from '../ops/create/from-data.ts';
import { detach, reshape } from '../ops/view/view.ts';
import { float64 } from '../tensor/dtype.ts';
import { listOf } from '../tensor/list.ts';
import { operation } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { grad } from './backward.ts';

/** A function to check: of tensors, to a tensor or several. */
export type CheckedFunction = (...inputs: Tensor[]) => Tensor | readonly (Tensor | null)[];

/** What `gradcheck` takes, named. */
export interface GradcheckOptions {
  /** Half the width of a finite difference; 1e-6 by default. */
  eps?: number;
  /** Absolute tolerance, 1e-5 by default. */
  atol?: number;
  /** Relative tolerance, 1e-3 by default. */
  rtol?: number;
  /** Throws where the derivative is wrong (the default) instead of returning false. */
  raiseException?: boolean;
}

/** `gradcheck`. */
export type Gradcheck = (
  func: CheckedFunction,
  inputs: Tensor | readonly Tensor[],
  options?: GradcheckOptions,
) => boolean;

/** `gradgradcheck`. */
export type Gradgradcheck = {
  (
    func: CheckedFunction,
    inputs: Tensor | readonly Tensor[],
    gradOutputs?: Tensor | readonly Tensor[] | null,
    options?: GradcheckOptions,
  ): boolean;
  (
    func: CheckedFunction,
    inputs: Tensor | readonly Tensor[],
    options: GradcheckOptions & { gradOutputs?: Tensor | readonly Tensor[] | null },
  ): boolean;
};

/**
 * Why a derivative failed its check.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor(0.5, { dtype: torch.float64, requiresGrad: true });
 * const wrong = (a: torch.Tensor) => a.mul(a.detach());
 * try {
 *   torch.autograd.gradcheck(wrong, x);
 * } catch (error) {
 *   console.log(error instanceof torch.autograd.GradcheckError); // => true
 * }
 * ```
 */
export class GradcheckError extends Error {
  override name = 'GradcheckError';
}

interface Settings {
  eps: number;
  atol: number;
  rtol: number;
}

/** A Jacobian as rows: one for each element of an output, one column for each element of an input. */
type Jacobian = number[][];

function outputsOf(fn: CheckedFunction, inputs: readonly Tensor[]): Tensor[] {
  const result = fn(...inputs);
  const list = result instanceof Tensor ? [result] : result;
  return list.filter((y) => y instanceof Tensor);
}

/** The outputs that can have a derivative. */
function differentiable(outputs: readonly Tensor[]): Tensor[] {
  return outputs.filter((y) => y.dtype.isFloatingPoint && isTracked(y));
}

function numbers(x: Tensor): number[] {
  return [...(x.toTypedArray() as Float64Array)];
}

/** A tensor like x of other elements. */
function filled(x: Tensor, values: readonly number[]): Tensor {
  return reshape(tensor(values, { dtype: x.dtype }), x.dims);
}

/** Jacobians of all outputs with respect to one input, by central differences; the input is restored. */
function numerical(
  fn: (inputs: readonly Tensor[]) => Tensor[],
  inputs: readonly Tensor[],
  x: Tensor,
  eps: number,
): Jacobian[] {
  const before = numbers(x);
  // Behind autograd's back.
  const write = (values: readonly number[]): Tensor => noGrad(() => copy_(detach(x), filled(x, values)));
  try {
    const columns = before.map((value, j) => {
      const at = (shifted: number): number[][] => {
        write(before.with(j, shifted));
        return fn(inputs).map(numbers);
      };
      const [above, below] = [at(value + eps), at(value - eps)];
      return above.map((y, o) => y.map((upper, k) => (upper - below[o][k]) / (2 * eps)));
    });
    const shape = columns[0] ?? fn(inputs).map(numbers);
    return shape.map((y, o) => y.map((_, k) => columns.map((column) => column[o][k])));
  } finally {
    write(before);
  }
}

/** Rows of the Jacobians of `output` with respect to every input, each by one backward pass. */
function analytical(output: Tensor, inputs: readonly Tensor[], weight: number): Jacobian[] {
  const rows = numbers(output).map((_, k, all) => {
    const gradOutputs = filled(
      output,
      all.map((_, at) => (at === k ? weight : 0)),
    );
    const found = grad(output, inputs, { gradOutputs, retainGraph: true, allowUnused: true });
    return found.map((g, i) => numbers(g ?? zerosLike(inputs[i])));
  });
  return inputs.map((_, i) => rows.map((row) => row[i]));
}

function close(a: Jacobian, b: Jacobian, atol: number, rtol: number): boolean {
  return a.every((row, k) =>
    row.every((x, j) => Object.is(x, b[k][j]) || Math.abs(x - b[k][j]) <= atol + rtol * Math.abs(b[k][j])),
  );
}

function show(matrix: Jacobian): string {
  return matrix.map((row) => `[${row.map((x) => x.toPrecision(6)).join(', ')}]`).join('\n');
}

function checkInputs(name: string, inputs: readonly Tensor[]): Tensor[] {
  const wanted = inputs.filter((x) => x.dtype.isFloatingPoint && isTracked(x));
  if (wanted.length === 0) {
    throw new RangeError(
      `${name} expects at least one input tensor to require gradient, but none of the them have requiresGrad: true.`,
    );
  }
  inputs.forEach((x, i) => {
    if (!wanted.includes(x)) return;
    if (x.dtype !== float64) {
      throw new TypeError(
        `${name}(): input ${i} is ${x.dtype}; finite differences need torch.float64, in which they are exact enough`,
      );
    }
    if (x.dims.some((size, d) => size > 1 && x.strides[d] === 0)) {
      throw new RangeError(
        `The ${i}th input has a dimension with stride 0. ${name} only supports inputs that are non-overlapping to be ` +
          'able to compute the numerical gradients correctly. You should call .contiguous() on the input before ' +
          `passing it to ${name}.`,
      );
    }
  });
  return wanted;
}

function check(fn: CheckedFunction, inputs: readonly Tensor[], { eps, atol, rtol }: Settings): void {
  const wanted = checkInputs('gradcheck', inputs);
  const outputs = differentiable(outputsOf(fn, inputs));
  const every = (given: readonly Tensor[]): Tensor[] => outputsOf(fn, given).filter((y) => y.dtype.isFloatingPoint);
  if (outputs.length === 0) {
    for (const x of wanted) {
      if (numerical(every, inputs, x, eps).some((matrix) => matrix.some((row) => row.some((y) => y !== 0)))) {
        throw new GradcheckError('Numerical gradient for function expected to be zero');
      }
    }
    return;
  }
  const differences = wanted.map((x) => numerical((given) => differentiable(outputsOf(fn, given)), inputs, x, eps));
  // The differences have written the inputs, so what is walked backward is recorded anew.
  differentiable(outputsOf(fn, inputs)).forEach((output, o) => {
    const found = analytical(output, wanted, 1);
    const again = analytical(output, wanted, 1);
    const nothing = analytical(output, wanted, 0);
    found.forEach((matrix, i) => {
      const expected = differences[i][o];
      if (!close(matrix, expected, atol, rtol)) {
        throw new GradcheckError(
          `Jacobian mismatch for output ${o} with respect to input ${inputs.indexOf(wanted[i])},\n` +
            `numerical:\n${show(expected)}\nanalytical:\n${show(matrix)}\n`,
        );
      }
      if (!close(matrix, again[i], 0, 0)) {
        throw new GradcheckError(
          'Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives ' +
            'different values, although analytical gradient matches numerical gradient.',
        );
      }
      if (nothing[i].some((row) => row.some((y) => y !== 0))) {
        throw new GradcheckError('backward not multiplied by grad_output');
      }
    });
  });
}

/**
 * Whether the derivatives of a function are what finite differences of it are: |analytical - numerical| ≤ atol +
 * rtol · |numerical| for every element of every Jacobian.
 *
 * @param func - Called with the inputs; gives a tensor or a list of tensors.
 * @param inputs - A tensor or several. Those that require grad are checked and must be float64; they are written and
 *   restored on the way.
 * @param options - `eps` (1e-6), `atol` (1e-5), `rtol` (1e-3), `raiseException` (true).
 * @returns true; false where a check failed and `raiseException` is false.
 * @throws GradcheckError that shows both Jacobians where they differ.
 * @throws TypeError for an input that requires grad and is not float64; RangeError when none requires grad.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([0.5, 2], { dtype: torch.float64, requiresGrad: true });
 * console.log(torch.autograd.gradcheck((a) => a.pow(3).sum(), x)); // => true
 * ```
 */
export const gradcheck: Gradcheck = operation<Gradcheck>(
  'gradcheck(func: function, inputs: any, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3, raiseException: bool = true)',
  (
    func: CheckedFunction,
    inputs: Tensor | readonly Tensor[],
    eps: number,
    atol: number,
    rtol: number,
    raise: boolean,
  ): boolean => {
    try {
      check(func, listOf(inputs, 'gradcheck'), { eps, atol, rtol });
    } catch (error) {
      if (raise || !(error instanceof GradcheckError)) throw error;
      return false;
    }
    return true;
  },
);

/** A gradient to start from that treats no two elements alike. */
function startFor(output: Tensor): Tensor {
  const start = filled(
    output,
    numbers(output).map((_, k) => 1 + 0.5 * Math.sin(k + 1)),
  );
  setRequiresGrad(start, true);
  return start;
}

/**
 * Whether the second derivatives of a function are right: `gradcheck` of its gradient, with respect to the inputs and
 * to the gradient that the pass starts from.
 *
 * @param func - Called with the inputs; gives a tensor or a list of tensors.
 * @param inputs - A tensor or several, as in `gradcheck`.
 * @param gradOutputs - Gradients to start from, for each output that has one; unequal numbers by default.
 * @param options - As in `gradcheck`.
 * @throws GradcheckError that shows both Jacobians where they differ.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([0.5, 2], { dtype: torch.float64, requiresGrad: true });
 * console.log(torch.autograd.gradgradcheck((a) => a.pow(3), x)); // => true
 * ```
 */
export const gradgradcheck: Gradgradcheck = operation<Gradgradcheck>(
  'gradgradcheck(func: function, inputs: any, gradOutputs: any? = null, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3, raiseException: bool = true)',
  (
    func: CheckedFunction,
    inputs: Tensor | readonly Tensor[],
    gradOutputs: Tensor | readonly Tensor[] | null,
    eps: number,
    atol: number,
    rtol: number,
    raiseException: boolean,
  ): boolean => {
    const list = listOf(inputs, 'gradgradcheck');
    checkInputs('gradgradcheck', list);
    const starts =
      gradOutputs === null ? differentiable(outputsOf(func, list)).map(startFor) : listOf(gradOutputs, 'gradgradcheck');
    const gradient = (...all: Tensor[]): (Tensor | null)[] => {
      const given = all.slice(0, list.length);
      const wanted = given.filter((x) => x.dtype.isFloatingPoint && isTracked(x));
      return grad(differentiable(outputsOf(func, given)), wanted, {
        gradOutputs: all.slice(list.length),
        createGraph: true,
        allowUnused: true,
      });
    };
    return gradcheck(gradient, [...list, ...starts], { eps, atol, rtol, raiseException });
  },
);
