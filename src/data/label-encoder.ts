/** scikit-learn's `LabelEncoder`: names to class numbers and back. */
import { tensor } from '../ops/create/from-data.ts';
import { describe } from '../tensor/args.ts';
import { int64 } from '../tensor/dtype.ts';
import { showDims } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkUniform, isLabel, type Label, showLabels, uniqueSorted } from './labels.ts';
import { notFitted } from './not-fitted.ts';
import { checkKeys } from './table.ts';

/** Labels as a list, all of one kind. */
function labelsOf<L extends Label>(name: string, y: readonly L[] | Tensor): readonly L[] {
  const list: unknown = y instanceof Tensor || ArrayBuffer.isView(y) ? plainList(name, y) : y;
  if (!Array.isArray(list)) throw new TypeError(`${name}: y should be a list of labels, got ${describe(y)}`);
  const odd = list.findIndex((label) => !isLabel(label));
  if (odd >= 0) throw new TypeError(`${name}: labels are strings or numbers, got ${describe(list[odd])}`);
  checkUniform(list, ` in ${name}`);
  return list as L[];
}

function plainList(name: string, y: Tensor | ArrayBufferView): unknown {
  if (!(y instanceof Tensor)) return Array.from(y as unknown as ArrayLike<number>);
  if (y.dims.length !== 1) {
    throw new RangeError(`${name}: y should be a 1d array, got an array of shape ${showDims(y.dims)} instead.`);
  }
  return y.tolist();
}

/** What `LabelEncoder.stateDict` gives. */
export interface LabelEncoderState<L extends Label = Label> {
  classes: L[];
}

/**
 * Labels to class numbers 0 … n - 1, in the labels' sorted order, and back.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const encoder = new torch.LabelEncoder<string>();
 * console.log(encoder.fitTransform(['dog', 'cat', 'dog'])); // => tensor([1, 0, 1])
 * console.log(encoder.classes, encoder.inverseTransform([0])); // => [ 'cat', 'dog' ] [ 'cat' ]
 * ```
 */
export class LabelEncoder<L extends Label = Label> {
  private known: L[] | null = null;
  private numbers = new Map<L, number>();

  /** The labels, each at its class number. */
  get classes(): readonly L[] {
    if (this.known === null) throw notFitted('LabelEncoder');
    return this.known;
  }

  /**
   * Learns the labels. Returns the encoder.
   *
   * @param y - Strings or numbers, a list or a tensor of one dimension.
   * @throws TypeError for labels of both kinds or of another kind.
   */
  fit(y: readonly L[] | Tensor): this {
    return this.remember(uniqueSorted(labelsOf('LabelEncoder', y)));
  }

  /** `fit`, then `transform`. */
  fitTransform(y: readonly L[] | Tensor): Tensor {
    return this.fit(y).transform(y);
  }

  /**
   * The class number of each label: int64, one dimension.
   *
   * @throws RangeError naming the labels that `fit` has not seen; Error before `fit`.
   */
  transform(y: readonly L[] | Tensor): Tensor {
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
  inverseTransform(y: readonly number[] | Tensor): L[] {
    const { classes } = this;
    const numbers = labelsOf('LabelEncoder', y);
    const unseen = numbers.filter((number) => typeof number !== 'number' || classes[number] === undefined);
    if (unseen.length > 0) {
      throw new RangeError(`y contains previously unseen labels: ${showLabels(uniqueSorted(unseen))}`);
    }
    return numbers.map((number) => classes[number as number]);
  }

  /** What it learned, for `torch.save`. */
  stateDict(): LabelEncoderState<L> {
    return { classes: [...this.classes] };
  }

  /**
   * Takes over what `stateDict` gave.
   *
   * @throws TypeError or RangeError when the state is not one: then nothing changes.
   */
  loadStateDict(state: LabelEncoderState<L>): this {
    checkKeys('LabelEncoder', state, ['classes']);
    const { classes } = state;
    if (!Array.isArray(classes)) {
      throw new TypeError(`LabelEncoder: classes of a state must be a list of labels, got ${describe(classes)}`);
    }
    const labels = labelsOf('LabelEncoder: classes of a state', classes);
    const sorted = uniqueSorted(labels);
    if (sorted.length !== labels.length || sorted.some((label, i) => !Object.is(label, labels[i]))) {
      throw new RangeError('LabelEncoder: classes of a state must be sorted and each stand once');
    }
    return this.remember(sorted);
  }

  private remember(classes: L[]): this {
    this.known = classes;
    this.numbers = new Map(classes.map((label, i) => [label, i]));
    return this;
  }
}
