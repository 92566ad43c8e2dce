/**
 * True and false positives and negatives, per class or label: what the classification metrics are made of. Checks come
 * first, so that a refused batch has counted nothing.
 */
import { type Dims, sameDims, showDims } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkSameShape, checkTensors, classes, elements, exceeds, probabilities } from './inputs.ts';

/** Counts, one for each class or label. */
export interface StatScores {
  tp: number[];
  fp: number[];
  tn: number[];
  fn: number[];
}

/** No counts yet, for `size` classes or labels. */
export function noScores(size: number): StatScores {
  const zeros = (): number[] => new Array<number>(size).fill(0);
  return { tp: zeros(), fp: zeros(), tn: zeros(), fn: zeros() };
}

/** The counts of two sets of batches together: their sums, or those of `a`'s samples and then those of `b`'s. */
export function joinScores(a: StatScores, b: StatScores, samplewise: boolean): StatScores {
  const join = (x: number[], y: number[]): number[] => (samplewise ? [...x, ...y] : x.map((value, i) => value + y[i]));
  return { tp: join(a.tp, b.tp), fp: join(a.fp, b.fp), tn: join(a.tn, b.tn), fn: join(a.fn, b.fn) };
}

/** The number of samples that are counted apart: all at once, or each of the first dimension's. */
function samplesOf(dims: Dims, samplewise: boolean, least: number): number {
  if (!samplewise) return 1;
  if (dims.length < least) {
    throw new RangeError(
      `Expected \`preds\` and \`target\` to have at least ${least} dimensions when multidimAverage is set to ` +
        `\`samplewise\`, got a target of shape ${showDims(dims)}.`,
    );
  }
  return dims[0];
}

/** The true and the predicted class at each position. */
export interface ClassPairs {
  truth: ArrayLike<number>;
  guess: ArrayLike<number>;
}

/**
 * The true and the predicted class at each position of a batch.
 *
 * @param preds - Class numbers shaped as target, or scores [N, C, …].
 * @param target - Class numbers [N, …].
 * @param topK - A prediction is the target if that is among the topK highest scores, otherwise the highest.
 */
export function classPairs(
  preds: Tensor,
  target: Tensor,
  size: number,
  topK: number,
  ignore: number | null,
): ClassPairs {
  checkTensors(preds, target);
  const scored = preds.dims.length === target.dims.length + 1;
  if (scored) checkScores(preds, target.dims, size);
  else if (preds.dims.length !== target.dims.length) {
    throw new RangeError(
      'Either `preds` and `target` both should have the (same) shape (N, ...), or `target` should be (N, ...) and ' +
        '`preds` should be (N, C, ...); ' +
        `got \`preds\` ${showDims(preds.dims)} and \`target\` ${showDims(target.dims)}.`,
    );
  } else {
    if (!sameDims(preds.dims, target.dims)) {
      throw new RangeError(
        'The `preds` and `target` should have the same shape, ' +
          `got \`preds\` with shape=${showDims(preds.dims)} and \`target\` with shape=${showDims(target.dims)}.`,
      );
    }
    if (topK > 1) throw new RangeError('topK > 1 needs `preds` to be scores of shape (N, C, ...), got class numbers.');
  }
  const truth = classes('target', target, size, ignore);
  const guess = scored ? bestClasses(elements(preds), truth, preds.dims, topK) : classes('preds', preds, size, ignore);
  return { truth, guess };
}

/** Counts of one batch by class, or by sample and class; the other parameters are those of `classPairs`. */
export function multiclassScores(
  preds: Tensor,
  target: Tensor,
  size: number,
  topK: number,
  ignore: number | null,
  samplewise: boolean,
): StatScores {
  const { truth, guess } = classPairs(preds, target, size, topK, ignore);
  const samples = samplesOf(target.dims, samplewise, 2);
  const scores = noScores(samples * size);
  const seen = new Array<number>(samples).fill(0);
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === ignore) continue;
    const sample = Math.floor((i * samples) / truth.length);
    const at = sample * size;
    seen[sample]++;
    if (guess[i] === truth[i]) scores.tp[at + truth[i]]++;
    else {
      scores.fn[at + truth[i]]++;
      if (guess[i] >= 0 && guess[i] < size) scores.fp[at + guess[i]]++;
    }
  }
  scores.tn = scores.tp.map((tp, c) => seen[Math.floor(c / size)] - tp - scores.fp[c] - scores.fn[c]);
  return scores;
}

/** Throws unless preds are scores [N, size, …] for a target [N, …]. */
export function checkScores(preds: Tensor, target: Dims, size: number): void {
  const { dims } = preds;
  const rule = 'If `preds` have one dimension more than `target`, ';
  if (!preds.dtype.isFloatingPoint) {
    throw new TypeError(`${rule}\`preds\` should be a float tensor, got ${preds.dtype}.`);
  }
  if (dims[1] !== size) {
    throw new RangeError(`${rule}\`preds.shape[1]\` should be equal to number of classes, ${size}, got ${dims[1]}.`);
  }
  if (dims[0] !== target[0] || !sameDims(dims.slice(2), target.slice(1))) {
    throw new RangeError(
      `${rule}the shape of \`preds\` should be (N, C, ...), and the shape of \`target\` should be (N, ...); ` +
        `got ${showDims(dims)} and ${showDims(target)}.`,
    );
  }
}

/** The predicted class at each position of scores [N, C, rest]. */
function bestClasses(scores: ArrayLike<number>, truth: ArrayLike<number>, dims: Dims, topK: number): number[] {
  const size = dims[1];
  const inner = dims.slice(2).reduce((a, b) => a * b, 1);
  const best = new Array<number>(truth.length);
  for (let i = 0; i < best.length; i++) {
    const start = Math.floor(i / inner) * size * inner + (i % inner);
    const score = (c: number): number => scores[start + c * inner];
    let top = 0;
    for (let c = 1; c < size; c++) if (exceeds(score(c), score(top))) top = c;
    if (topK > 1 && truth[i] >= 0 && truth[i] < size) {
      const own = truth[i];
      let better = 0;
      for (let c = 0; c < size; c++) {
        if (exceeds(score(c), score(own)) || (c < own && !exceeds(score(own), score(c)))) better++;
      }
      if (better < topK) top = own;
    }
    best[i] = top;
  }
  return best;
}

/** 0 or 1 for each element: floats are probabilities, or logits if any lies outside [0, 1]. */
function decisions(preds: Tensor, threshold: number): ArrayLike<number> {
  if (!preds.dtype.isFloatingPoint) return classes('preds', preds, 2, null);
  // Compared as PyTorch does, in the dtype of preds.
  const bar = preds.dtype.itemsize === 4 ? Math.fround(threshold) : threshold;
  return Array.from(probabilities(preds, 'sigmoid'), (value) => Number(value > bar));
}

/** Counts of one batch of yes and no, over all elements or, for preds and target [N, labels, …], by label. */
export function decisionScores(
  preds: Tensor,
  target: Tensor,
  labels: number | null,
  threshold: number,
  ignore: number | null,
  samplewise = false,
): StatScores {
  checkTensors(preds, target);
  checkSameShape(preds, target, labels);
  const samples = samplesOf(target.dims, samplewise, labels === null ? 2 : 3);
  const width = labels ?? 1;
  const inner = preds.dims.slice(2).reduce((a, b) => a * b, 1);
  const truth = classes('target', target, 2, ignore);
  const guess = decisions(preds, threshold);
  const scores = noScores(samples * width);
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === ignore) continue;
    const label = Math.floor(i / inner) % width;
    const kind = truth[i] === 1 ? (guess[i] === 1 ? 'tp' : 'fn') : guess[i] === 1 ? 'fp' : 'tn';
    scores[kind][Math.floor((i * samples) / truth.length) * width + label]++;
  }
  return scores;
}
