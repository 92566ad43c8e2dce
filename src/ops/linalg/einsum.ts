/** Einstein's summation: sums of products of any tensors, told by the letters of their dimensions. */
import { describe } from '../../tensor/args.ts';
import { scope } from '../../tensor/scope.ts';
import { countOf, showDims } from '../../tensor/shape.ts';
import { overloaded } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { mul } from '../elementwise/binary.ts';
import { checkTensor } from '../promote.ts';
import { sum } from '../reduce/reduce.ts';
import { diagonal } from '../view/shape.ts';
import { expand, permute, reshape } from '../view/view.ts';
import { bmm } from './matmul.ts';

/** A tensor and the labels of its dimensions, all different. A dimension that `...` covers has a number for a label. */
interface Operand {
  x: Tensor;
  labels: string[];
}

/** The labels of one term, with '...' as one of them. */
function parse(term: string): string[] {
  const labels: string[] = term.replace(/\s/g, '').match(/\.\.\.|./g) ?? [];
  labels.forEach((label, at) => {
    if (label !== '...' && !/[A-Za-z]/.test(label)) {
      throw new RangeError(
        `einsum(): invalid subscript given at index ${at} of '${term}' in the equation string, subscripts must be in ` +
          `[a-zA-Z] or '...', got ${describe(label)}`,
      );
    }
  });
  if (labels.indexOf('...') !== labels.lastIndexOf('...')) {
    throw new RangeError(`einsum(): found '...' twice in '${term}', only one ellipsis is allowed`);
  }
  return labels;
}

/** Labels of the dimensions that '...' covers, counted from the last so that they broadcast. */
function covered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(count - 1 - i));
}

/** The operand with '...' spelt out, and only the diagonal of dimensions that share a label. */
function operand(x: Tensor, labels: readonly string[], at: number): Operand {
  const rest = x.dims.length - labels.filter((label) => label !== '...').length;
  if (rest < 0 || (rest > 0 && !labels.includes('...'))) {
    throw new RangeError(
      `einsum(): the number of subscripts in the equation (${labels.length}) does not match the number of dimensions ` +
        `(${x.dims.length}) for operand ${at}${rest > 0 ? ' and no ellipsis was given' : ''}`,
    );
  }
  const all = labels.flatMap((label) => (label === '...' ? covered(rest) : [label]));
  let y = x;
  for (let j = all.length - 1; j > 0; j--) {
    const i = all.indexOf(all[j]);
    if (i === j) continue;
    if (y.dims[i] !== y.dims[j]) {
      throw new RangeError(
        `einsum(): subscript ${all[j]} is repeated for operand ${at} but the sizes don't match, ` +
          `${y.dims[j]} != ${y.dims[i]}`,
      );
    }
    y = diagonal(y, 0, i, j);
    const [label] = all.splice(j, 1);
    all.splice(i, 1);
    all.push(label);
    j = all.length;
  }
  return { x: y, labels: all };
}

/** Without the dimensions whose labels are not `wanted`. */
function summed({ x, labels }: Operand, wanted: (label: string) => boolean): Operand {
  const gone = labels.flatMap((label, d) => (wanted(label) ? [] : [d]));
  return gone.length === 0 ? { x, labels } : { x: sum(x, gone), labels: labels.filter(wanted) };
}

/** x with its dimensions in the order of `order`, each of the size that `sizes` says. */
function arranged({ x, labels }: Operand, order: readonly string[], sizes: ReadonlyMap<string, number>): Tensor {
  const at = order.map((label) => labels.indexOf(label));
  const y = at.every((d, i) => d === i) ? x : permute(x, at);
  const dims = order.map((label) => sizes.get(label) as number);
  return dims.some((size, d) => size !== y.dims[d]) ? expand(y, dims) : y;
}

/** The product of two operands, summed over the labels that both have and nobody wants any more. */
function product(a: Operand, b: Operand, wanted: (label: string) => boolean): Operand {
  const left = summed(a, (label) => wanted(label) || b.labels.includes(label));
  const right = summed(b, (label) => wanted(label) || a.labels.includes(label));
  const sizes = new Map<string, number>();
  for (const { x, labels } of [left, right]) {
    labels.forEach((label, d) => {
      const [before, size] = [sizes.get(label) ?? 1, x.dims[d]];
      if (before !== size && before !== 1 && size !== 1) {
        throw new RangeError(
          `einsum(): operands do not broadcast: subscript ${label} has size ${before} and size ${size}`,
        );
      }
      sizes.set(label, before === 1 ? size : before);
    });
  }
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter(wanted);
  const inner = shared.filter((label) => !wanted(label));
  const ours = left.labels.filter((label) => !shared.includes(label));
  const theirs = right.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...ours, ...theirs];
  const sizesOf = (list: readonly string[]): number[] => list.map((label) => sizes.get(label) as number);
  const x = arranged(left, [...batch, ...ours, ...inner], sizes);
  const y = arranged(right, [...batch, ...inner, ...theirs], sizes);
  if (inner.length === 0) {
    return {
      x: mul(
        reshape(x, [...sizesOf([...batch, ...ours]), ...theirs.map(() => 1)]),
        reshape(y, [...sizesOf(batch), ...ours.map(() => 1), ...sizesOf(theirs)]),
      ),
      labels,
    };
  }
  const [n, m, k, p] = [batch, ours, inner, theirs].map((list) => countOf(sizesOf(list))) as [
    number,
    number,
    number,
    number,
  ];
  return { x: reshape(bmm(reshape(x, [n, m, k]), reshape(y, [n, k, p])), sizesOf(labels)), labels };
}

/** The labels of the result when the equation does not tell: those of '...', then the letters that occur once. */
function implied(terms: readonly (readonly string[])[], ellipsis: readonly string[]): string[] {
  const all = terms.flat().filter((label) => label !== '...');
  return [...ellipsis, ...all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort()];
}

/** One dimension in a list of labels: a number from 0 to 51, or `'...'`. */
export type EinsumLabel = number | '...';

/** The equation's term for a list of labels: 0 is A, 26 is a. */
function termOf(list: readonly EinsumLabel[]): string {
  return list.reduce((term: string, label) => {
    if (label === '...') return term + label;
    if (!Number.isInteger(label) || label < 0 || label > 51) {
      throw new RangeError(
        'einsum(): subscript in subscript list is not within the valid range [0, 52): expected such an integer or ' +
          `'...', got ${describe(label)}`,
      );
    }
    return term + String.fromCharCode(label + (label < 26 ? 65 : 71));
  }, '');
}

/** `einsum`. */
export type EinsumOp = {
  (equation: string, ...operands: readonly Tensor[] | [readonly Tensor[]]): Tensor;
  (first: Tensor, ...labelsAndOperands: (Tensor | readonly EinsumLabel[])[]): Tensor;
};

/**
 * Sums of products: `'ij,jk->ik'` is the product of two matrices, `'ii'` a trace, `'bij->bji'` a transpose.
 *
 * @param equation - A letter for each dimension of each operand, commas between operands, and after `->` those of the
 *   result; without it, the letters that occur once, in alphabetical order. `...` covers any further dimensions.
 * @param operands - Tensors of one dtype, separate or as a list. Without an equation, each is followed by the list of
 *   its labels, numbers from 0 to 51 or `'...'`; a last list says those of the result.
 * @throws RangeError when the equation and the operands do not fit.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const x = torch.tensor([[1, 2], [3, 4]]);
 * console.log(torch.einsum('ij,jk->ik', x, x).tolist()); // => [ [ 7, 10 ], [ 15, 22 ] ]
 * console.log(torch.einsum(x, [0, 1], [1, 0]).tolist()); // => [ [ 1, 3 ], [ 2, 4 ] ]
 * ```
 */
export const einsum: EinsumOp = overloaded(
  'einsum(equation: str, operands: Tensors)',
  ([equation, ...operands]: readonly unknown[]): [string, readonly Tensor[]] => {
    if (equation instanceof Tensor) {
      const given = [equation, ...operands];
      const terms = given.filter((_, at) => at % 2 === 1 || (at === given.length - 1 && Array.isArray(given[at])));
      for (const list of terms) {
        if (!Array.isArray(list)) throw new TypeError(`einsum(): expected a list of labels, got ${describe(list)}`);
      }
      const tensors = given.filter((x, at) => at % 2 === 0 && !Array.isArray(x)) as Tensor[];
      const texts = (terms as EinsumLabel[][]).map(termOf);
      const output = texts.length > tensors.length ? `->${texts.pop()}` : '';
      return [texts.join(',') + output, tensors];
    }
    if (typeof equation !== 'string') {
      throw new TypeError(`einsum(): the first argument must be the equation, a string, got ${describe(equation)}`);
    }
    const tensors = (Array.isArray(operands[0]) ? operands[0] : operands) as readonly Tensor[];
    if (tensors.length === 0) throw new RangeError('einsum(): must provide at least one operand');
    for (const x of tensors) {
      if (!(x instanceof Tensor)) checkTensor(x, 'einsum', 'operands');
    }
    return [equation, tensors];
  },
  sumProducts,
);

function sumProducts(equation: string, tensors: readonly Tensor[]): Tensor {
  const [inputs, output, ...more] = equation.split('->') as [string, ...string[]];
  if (more.length > 0) throw new RangeError(`einsum(): found '->' twice in the equation '${equation}'`);
  const terms = inputs.split(',').map(parse);
  if (terms.length !== tensors.length) {
    const which = terms.length < tensors.length ? 'more' : 'fewer';
    throw new RangeError(`einsum(): ${which} operands were provided than specified in the equation`);
  }
  return scope(() => {
    const list = tensors.map((x, at) => operand(x, terms[at], at));
    const widest = Math.max(...list.map(({ labels }) => labels.filter((label) => /\d/.test(label)).length));
    const told = output === undefined ? null : parse(output);
    const result =
      told?.flatMap((label) => (label === '...' ? covered(widest) : [label])) ?? implied(terms, covered(widest));
    result.forEach((label, at) => {
      if (result.indexOf(label) !== at)
        throw new RangeError(`einsum(): output subscript ${label} appears more than once in the output`);
      if (!list.some(({ labels }) => labels.includes(label))) {
        throw new RangeError(
          `einsum(): output subscript ${label} does not appear in the equation for any input operand`,
        );
      }
    });
    const last = list.reduce((a, b, at) =>
      product(
        a,
        b,
        (label) => result.includes(label) || list.slice(at + 1).some(({ labels }) => labels.includes(label)),
      ),
    );
    const { x, labels } = summed(last, (label) => result.includes(label));
    if (labels.length !== result.length)
      throw new RangeError(`einsum(): cannot give ${showDims(x.dims)} the labels ${result}`);
    return arranged({ x, labels }, result, new Map(labels.map((label, d) => [label, x.dims[d]])));
  });
}
