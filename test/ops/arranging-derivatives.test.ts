/** Sorting, scanning, indexing, products, statistics and borders pass gradcheck and gradgradcheck in float64. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const { gradcheck, gradgradcheck } = torch.autograd;
const F = torch.nn.functional;
type Tensor = torch.Tensor;

/** No two alike, none near 0 or near another. */
function sample(...dims: number[]): Tensor {
  const n = dims.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: n }, (_, i) => ((((i + 1) * 0.6180339887) % 1) - 0.5) * 4 + 0.013);
  return torch.tensor(new Float64Array(values)).reshape(dims).clone().requiresGrad_();
}

const int = (data: torch.TensorData): Tensor => torch.tensor(data, { dtype: torch.int64 });
const at = int([1, 0, 1]);
const mask = torch.tensor([
  [true, false, true],
  [false, false, true],
]);
const x = (): Tensor[] => [sample(2, 3)];
const square = (): Tensor[] => [sample(3, 3)];
const batch = (): Tensor[] => [sample(2, 3, 4)];
const two = (): Tensor[] => [sample(2, 3), sample(3, 3).detach().at([1, 3]).clone().requiresGrad_()];

const CASES: [name: string, fn: (...x: Tensor[]) => Tensor | readonly Tensor[], inputs: () => Tensor[]][] = [
  ['split', (a) => a.split(2, 1), x],
  ['chunk', (a) => a.chunk(2, 1), x],
  ['unbind', (a) => a.unbind(1), x],
  ['unflatten', (a) => a.unflatten(2, [2, 2]), batch],
  ['movedim', (a) => a.movedim(0, 2), batch],
  ['diagonal', (a) => a.diagonal(1, 1, 2), batch],
  ['diag', (a) => a.diag(1), square],
  ['diag of a vector', (a) => a.diag(-1), () => [sample(3)]],
  ['meshgrid', (a, b) => torch.meshgrid(a, b), () => [sample(2), sample(3)]],
  ['flip', (a) => a.flip(0, 1), x],
  ['roll', (a) => a.roll([1, 2], [0, 1]), x],
  ['rot90', (a) => a.rot90(3), x],
  ['repeat', (a) => a.repeat(2, 1, 2), x],
  ['tile', (a) => a.tile(2), x],
  ['repeatInterleave', (a) => a.repeatInterleave(int([2, 0, 1]), 1), x],
  ['tril', (a) => a.tril(1), square],
  ['triu', (a) => a.triu(-1), square],
  ['sort', (a) => a.sort(0).values, x],
  ['topk', (a) => a.topk(2).values, x],
  ['kthvalue', (a) => a.kthvalue(2).values, x],
  ['median', (a) => a.median(1).values, x],
  ['median of all', (a) => a.median(), x],
  ['mode', (a) => a.mode(1).values, x],
  ['quantile', (a) => a.quantile(0.3, 1), x],
  ['cumsum', (a) => a.cumsum(1), x],
  ['cumprod', (a) => a.cumprod(1), x],
  ['diff', (a) => a.diff(2), batch],
  ['take', (a) => a.take(int([0, 5, 0])), x],
  ['takeAlongDim', (a) => a.takeAlongDim(int([[0], [2]]), 1), x],
  ['maskedSelect', (a) => a.maskedSelect(mask), x],
  ['indexAdd', (a, b) => a.indexAdd(1, at, b, { alpha: 2 }), two],
  ['indexCopy', (a, b) => a.indexCopy(0, int([1, 0]), b), two],
  ['indexFill', (a, b) => a.indexFill(1, at, b.sum()), two],
  ['maskedFill', (a, b) => a.maskedFill(mask, b.sum()), two],
  ['maskedFill_', (a) => a.mul(2).maskedFill_(mask, 3), x],
  ['cumsum_', (a) => a.mul(2).cumsum_(1), x],
  ['addmm', (a, b, c) => torch.addmm(a, b, c, { beta: 2, alpha: 3 }), () => [sample(3), sample(2, 4), sample(4, 3)]],
  ['baddbmm', (a, b, c) => torch.baddbmm(a, b, c), () => [sample(1, 3), sample(2, 2, 4), sample(2, 4, 3)]],
  ['outer', (a, b) => a.outer(b), () => [sample(2), sample(3)]],
  ['inner', (a, b) => torch.inner(a, b), two],
  ['cross', (a, b) => torch.cross(a, b, 1), two],
  ['tensordot', (a, b) => torch.tensordot(a, b, [[1], [1]]), two],
  ['trace', (a) => a.trace(), square],
  ['einsum', (a, b) => torch.einsum('ij,kj->ik', a, b), two],
  ['einsum of a diagonal', (a, b) => torch.einsum('ii,j...i->...j', a, b), () => [sample(3, 3), sample(2, 2, 3)]],
  ...[1, 1.5, 2, 3, Infinity].map(
    (p) => [`norm ${p}`, (a: Tensor) => a.norm(p, 1), x] as [string, (a: Tensor) => Tensor, () => Tensor[]],
  ),
  ['dist', (a, b) => torch.dist(a, b), two],
  ['amax', (a) => a.amax(1), x],
  ['amin', (a) => a.amin(0), x],
  ['aminmax', (a) => [...a.aminmax()], x],
  ['logsumexp', (a) => a.logsumexp([0, 1]), x],
  ['nansum', (a) => a.nansum(0), x],
  ['varMean', (a) => [...torch.varMean(a, 1)], x],
  ['stdMean', (a) => [...torch.stdMean(a, 1)], x],
  ['pad', (a) => F.pad(a, [1, -1, 2, 0]), x],
  ['reflection', (a) => F.pad(a, [2, 1], 'reflect'), x],
  ['replication', (a) => F.pad(a, [2, 1], 'replicate'), x],
  [
    'embedding',
    (a) =>
      F.embedding(
        int([
          [0, 1],
          [1, 1],
        ]),
        a,
      ),
    x,
  ],
  ['layerNorm', (a, b, c) => F.layerNorm(a, [3], b, c), () => [sample(2, 3), sample(3), sample(3)]],
  ['normalize', (a) => F.normalize(a), x],
  ['cosineSimilarity', (a, b) => F.cosineSimilarity(a, b), two],
  ['huberLoss', (a, b) => F.huberLoss(a, b, { delta: 0.7 }), two],
  ['smoothL1Loss', (a, b) => F.smoothL1Loss(a, b, { beta: 0.7 }), two],
  ['klDiv', (a, b) => F.klDiv(a, b.abs().add(0.1), { reduction: 'batchmean' }), two],
];

describe.each(CASES)('%s', (_name, fn, inputs) => {
  test('gradcheck', () => {
    expect(gradcheck(fn as never, inputs())).toBe(true);
  });
  test('gradgradcheck', () => {
    expect(gradgradcheck(fn as never, inputs())).toBe(true);
  });
});
