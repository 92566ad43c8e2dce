/** scikit-learn's `LabelEncoder`: names to class numbers and back. */
import { tensor } from '../ops/create.ts';
import { describe } from '../tensor/args.ts';
import { int64 } from '../tensor/dtype.ts';
import { showDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { notFitted } from './not-fitted.ts';

/** A label: a name or a number. */
export type Label = string | number;

/** Labels as a list, all of one kind. */
function labelsOf(name: string, y: readonly Label[] | Tensor): readonly Label[] {
  const list: unknown = y instanceof Tensor || ArrayBuffer.isView(y) ? plainList(name, y) : y;
  if (!Array.isArray(list)) throw new TypeError(`${name}: y should be a list of labels, got ${describe(y)}`);
  const kinds = new Set(list.map((label: unknown) => typeof label));
  for (const kind of kinds) {
    if (kind !== 'string' && kind !== 'number') {
      const odd: unknown = list.find((label) => typeof label === kind);
      throw new TypeError(`${name}: labels are strings or numbers, got ${describe(odd)}`);
    }
  }
  if (kinds.size > 1) {
    throw new TypeError(
      "Encoders require their input argument must be uniformly strings or numbers. Got ['number', 'string']",
    );
  }
  return list as Label[];
}

function plainList(name: string, y: Tensor | ArrayBufferView): unknown {
  if (!(y instanceof Tensor)) return Array.from(y as unknown as ArrayLike<number>);
  if (y.dims.length !== 1) {
    throw new RangeError(`${name}: y should be a 1d array, got an array of shape ${showDims(y.dims)} instead.`);
  }
  return y.tolist();
}

/** NumPy's order: numbers ascending with NaN last, strings by code points and not by UTF-16 units. */
function compareLabels(a: Label, b: Label): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a - b;
  }
  const [left, right] = [[...String(a)], [...String(b)]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = (left[i].codePointAt(0) as number) - (right[i].codePointAt(0) as number);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const uniqueSorted = (labels: readonly Label[]): Label[] => [...new Set(labels)].sort(compareLabels);

function showLabels(labels: readonly Label[]): string {
  return `[${labels.map((label) => (typeof label === 'string' ? `'${label}'` : String(label))).join(', ')}]`;
}

/** What `LabelEncoder.stateDict` gives. */
export interface LabelEncoderState {
  classes: Label[];
}

/**
 * Labels to class numbers 0 … n - 1, in the labels' sorted order, and back.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const encoder = new torch.LabelEncoder();
 * console.log(encoder.fitTransform(['dog', 'cat', 'dog'])); // => tensor([1, 0, 1])
 * console.log(encoder.classes, encoder.inverseTransform([0])); // => [ 'cat', 'dog' ] [ 'cat' ]
 * ```
 */
export class LabelEncoder {
  private known: Label[] | null = null;
  private numbers = new Map<Label, number>();

  /** The labels, each at its class number. */
  get classes(): readonly Label[] {
    if (this.known === null) throw notFitted('LabelEncoder');
    return this.known;
  }

  /**
   * Learns the labels. Returns the encoder.
   *
   * @param y - Strings or numbers, a list or a tensor of one dimension.
   * @throws TypeError for labels of both kinds or of another kind.
   */
  fit(y: readonly Label[] | Tensor): this {
    return this.remember(uniqueSorted(labelsOf('LabelEncoder', y)));
  }

  /** `fit`, then `transform`. */
  fitTransform(y: readonly Label[] | Tensor): Tensor {
    return this.fit(y).transform(y);
  }

  /**
   * The class number of each label: int64, one dimension.
   *
   * @throws RangeError naming the labels that `fit` has not seen; Error before `fit`.
   */
  transform(y: readonly Label[] | Tensor): Tensor {
    if (this.known === null) throw notFitted('LabelEncoder');
    const labels = labelsOf('LabelEncoder', y);
    const unseen = labels.filter((label) => !this.numbers.has(label));
    if (unseen.length > 0) {
      throw new RangeError(`y contains previously unseen labels: ${showLabels(uniqueSorted(unseen))}`);
    }
    const numbers = labels.map((label) => this.numbers.get(label) as number);
    return tensor(numbers, { dtype: int64 });
  }

  /**
   * The label of each class number.
   *
   * @param y - Whole numbers from 0 to classes - 1, a list or a tensor of one dimension.
   * @throws RangeError naming the numbers that are no class; Error before `fit`.
   */
  inverseTransform(y: readonly number[] | Tensor): Label[] {
    const { classes } = this;
    const numbers = labelsOf('LabelEncoder', y);
    const unseen = numbers.filter((number) => typeof number !== 'number' || classes[number] === undefined);
    if (unseen.length > 0) {
      throw new RangeError(`y contains previously unseen labels: ${showLabels(uniqueSorted(unseen))}`);
    }
    return numbers.map((number) => classes[number as number]);
  }

  /** What it learned, for `torch.save`. */
  stateDict(): LabelEncoderState {
    return { classes: [...this.classes] };
  }

  /**
   * Takes over what `stateDict` gave.
   *
   * @throws TypeError or RangeError when the state is not one: then nothing changes.
   */
  loadStateDict(state: LabelEncoderState): this {
    const labels = labelsOf('LabelEncoder', (state as LabelEncoderState | null | undefined)?.classes as Label[]);
    const sorted = uniqueSorted(labels);
    if (sorted.length !== labels.length || sorted.some((label, i) => !Object.is(label, labels[i]))) {
      throw new RangeError('LabelEncoder: classes of a state must be sorted and each stand once');
    }
    return this.remember(sorted);
  }

  private remember(classes: Label[]): this {
    this.known = classes;
    this.numbers = new Map(classes.map((label, i) => [label, i]));
    return this;
  }
}
