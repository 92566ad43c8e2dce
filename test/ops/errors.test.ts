/** What operations refuse, in PyTorch's words, before anything has changed. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { linear } from '../../src/ops/linalg/matmul.ts';
import * as binaryLoss from '../../src/ops/loss/binary-loss.ts';
import * as classLoss from '../../src/ops/loss/class-loss.ts';
import * as F from '../../src/ops/loss/loss.ts';

type Tensor = torch.Tensor;

const int = (data: torch.TensorData): Tensor => torch.tensor(data, { dtype: torch.int64 });
const zeros = (...shape: number[]): Tensor => torch.zeros(shape);

/** The call, the class of its error, and the message: exactly a string, or what matches. */
type Refusal = [call: () => unknown, kind: typeof RangeError | typeof TypeError, message: string | RegExp];

function refuses(name: string, refusals: Record<string, Refusal>): void {
  describe(name, () => {
    test.each(Object.entries(refusals))('%s', (_what, [call, kind, message]) => {
      expect(call).toThrow(kind);
      expect(call).toThrow(typeof message === 'string' ? new kind(message) : message);
    });
  });
}

refuses('elementwise', {
  'shapes that do not broadcast': [
    () => zeros(2, 3).add(zeros(2)),
    RangeError,
    'The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1',
  ],
  'comparison of shapes that do not broadcast': [
    () => zeros(2).lt(zeros(3)),
    RangeError,
    'The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0',
  ],
  'an output that is too small': [
    () => zeros(2).add_(zeros(3, 2)),
    RangeError,
    "output with shape [2] doesn't match the broadcast shape [3, 2]",
  ],
  'a result that its place cannot hold': [
    () => int([1]).add_(1.5),
    TypeError,
    "result type float32 can't be cast to the desired output type int64",
  ],
  'a difference of bools': [
    () => torch.tensor([true]).sub(1),
    TypeError,
    /^Subtraction, the `-` operator, with a bool tensor is not supported\./,
  ],
  'division of integers by zero': [() => int([1]).floorDivide(int([0])), RangeError, /^ZeroDivisionError/],
  'remainder of integers by zero': [() => int([1]).remainder(0), RangeError, /^ZeroDivisionError/],
  'truncated division of integers by zero': [
    () => int([1]).div(0, { roundingMode: 'trunc' }),
    RangeError,
    /^ZeroDivisionError/,
  ],
  'negative powers of integers': [
    () => int([2]).pow(-1),
    RangeError,
    'Integers to negative integer powers are not allowed.',
  ],
  'a fraction of an integer': [
    () => int([2]).add(int([1]), { alpha: 0.5 }),
    TypeError,
    'For integral input tensors, argument alpha must not be a floating point number.',
  ],
  'an unknown rounding': [
    () => zeros(2).div(2, { roundingMode: 'up' as never }),
    RangeError,
    "div expected roundingMode to be one of null, 'trunc', or 'floor' but found 'up'",
  ],
  'a condition that is not bool': [
    () => torch.where(zeros(2), 1, 2),
    TypeError,
    /^where expected condition to be a boolean tensor, but got a tensor with dtype torch\.float32/,
  ],
  'what is no tensor': [() => torch.exp(3 as never), TypeError, "exp(): argument 'input' must be Tensor, not 3"],
  'another dtype that is none': [
    () => zeros(2).typeAs(0 as never),
    TypeError,
    "typeAs(): argument 'other' must be Tensor, not 0",
  ],
  'a value that its dtype cannot hold': [
    () => torch.zeros(2, { dtype: torch.uint8 }).fill_(300),
    RangeError,
    'value cannot be converted to type uint8 without overflow, got 300',
  ],
});

refuses('products', {
  'matrices that do not fit': [
    () => zeros(2, 3).matmul(zeros(4, 5)),
    RangeError,
    'mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)',
  ],
  'a vector and a matrix': [
    () => zeros(3).matmul(zeros(4, 2)),
    RangeError,
    'mat1 and mat2 shapes cannot be multiplied (1x3 and 4x2)',
  ],
  'a matrix and a vector': [
    () => zeros(2, 3).mv(zeros(4)),
    RangeError,
    'size mismatch, got input (2), mat (2x3), vec (4)',
  ],
  'vectors of two lengths': [
    () => zeros(2).dot(zeros(3)),
    RangeError,
    'inconsistent tensor size, expected tensor [2] and src [3] to have the same number of elements, but got 2 and 3 ' +
      'elements respectively',
  ],
  'batches that do not fit': [
    () => zeros(1, 2, 3).bmm(zeros(1, 4, 2)),
    RangeError,
    'Expected size for first two dimensions of batch2 tensor to be: [1, 3] but got: [1, 4].',
  ],
  'what is no matrix': [() => zeros(2).mm(zeros(2, 2)), RangeError, 'self must be a matrix'],
  scalars: [
    () => torch.tensor(1).matmul(zeros(2)),
    RangeError,
    'both arguments to matmul need to be at least 1D, but they are 0D and 1D',
  ],
  'two dtypes': [
    () => zeros(2, 2).mm(zeros(2, 2).double()),
    TypeError,
    /expected both tensors to have the same dtype, but got: float32 != float64/,
  ],
  'a bias of the wrong size': [
    () => linear(zeros(2, 3), zeros(4, 3), zeros(3)),
    RangeError,
    /bias must have shape \[4\], got \[3\]/,
  ],
});

refuses('shapes', {
  'a count that differs': [() => zeros(2, 3).view(5), RangeError, "shape '[5]' is invalid for input of size 6"],
  'a size that cannot be inferred': [
    () => zeros(2, 3).reshape(-1, 4),
    RangeError,
    "shape '[-1, 4]' is invalid for input of size 6",
  ],
  'two sizes to infer': [
    () => zeros(2, 3).view(-1, -1),
    RangeError,
    'only one dimension can be inferred, got [-1, -1]',
  ],
  'a view that strides do not allow': [
    () => zeros(2, 3).t().view(6),
    RangeError,
    /^view size is not compatible with input tensor's size and stride/,
  ],
  'an expansion of what is not 1': [
    () => zeros(2, 3).expand(2, 4),
    RangeError,
    'The expanded size of the tensor (4) must match the existing size (3) at non-singleton dimension 1.  ' +
      'Target sizes: [2, 4].  Tensor sizes: [2, 3]',
  ],
  'a part that is not all there': [
    () => zeros(2, 3).narrow(1, 2, 3),
    RangeError,
    'start (2) + length (3) exceeds dimension size (3).',
  ],
  'a dimension out of range': [
    () => zeros(2, 3).sum(2),
    RangeError,
    'Dimension out of range (expected to be in range of [-2, 1], but got 2)',
  ],
  'a dimension that is no integer': [
    () => zeros(2, 3).transpose(0, 0.5),
    TypeError,
    "transpose(): argument 'dim1' must be int, not 0.5",
  ],
  'a dimension twice': [() => zeros(2, 3).sum([0, 0]), RangeError, 'dim 0 appears multiple times in the list of dims'],
  'a dimension to squeeze twice': [
    () => zeros(1, 3).squeeze([0, -2]),
    RangeError,
    'dim 0 appears multiple times in the list of dims',
  ],
  'an order that names a dimension twice': [
    () => zeros(2, 3).permute(0, 0),
    RangeError,
    'permute(): duplicate dims are not allowed.',
  ],
  'a transpose of three dimensions': [
    () => zeros(2, 2, 2).t(),
    RangeError,
    't() expects a tensor with <= 2 dimensions, but self is 3D',
  ],
  'sizes that differ beside the joined dimension': [
    () => torch.cat([zeros(2, 3), zeros(2, 2)]),
    RangeError,
    'Sizes of tensors must match except in dimension 0. Expected size 3 but got size 2 for tensor number 1 in the ' +
      'list.',
  ],
  'shapes that do not stack': [
    () => torch.stack([zeros(2, 3), zeros(2, 2)]),
    RangeError,
    'stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [2, 2] at entry 1',
  ],
  'nothing to join': [() => torch.cat([]), RangeError, /non-empty/],
});

refuses('indices', {
  'out of range': [() => zeros(2, 3).at(2), RangeError, 'index 2 is out of bounds for dimension 0 with size 2'],
  'too many': [() => zeros(2, 3).at(0, 0, 0), RangeError, 'too many indices for tensor of dimension 2'],
  'out of range in a tensor': [
    () => zeros(2, 3).at(int([0, 5])),
    RangeError,
    'index 5 is out of bounds for dimension 0 with size 2',
  ],
  'a mask of another shape': [
    () => zeros(2, 3).at(torch.tensor([true, false, true])),
    RangeError,
    /^The shape of the mask \[3\] at index 0 does not match the shape of the indexed tensor \[2, 3\] at index 0/,
  ],
  'a step backwards': [() => zeros(3).at([0, 2, -1]), RangeError, /slice step must be positive/],
  'a string': [() => zeros(3).at('first' as never), TypeError, /^at\(\): an index is an integer, a range/],
  'a fraction in a tensor': [
    () => zeros(3).at(torch.tensor([0.5])),
    TypeError,
    /must hold whole numbers \(torch\.int64\), got 0\.5 at position 0/,
  ],
  'gathered out of range': [
    () => zeros(2, 3).gather(1, int([[7]])),
    RangeError,
    'index 7 is out of bounds for dimension 1 with size 3',
  ],
  'gathered with another rank': [
    () => zeros(2, 3).gather(1, int([7])),
    RangeError,
    /Index tensor must have the same number of dimensions as input tensor/,
  ],
  'scattered from another dtype': [
    () => zeros(2, 3).scatter(0, int([[0]]), int([[1]])),
    TypeError,
    /^scatter\(\): Expected self\.dtype to be equal to src\.dtype/,
  ],
  'a value that does not fit its place': [
    () => zeros(2, 3).setAt_([int([0, 1])], zeros(2)),
    RangeError,
    /^shape mismatch: value tensor of shape \[2\] cannot be broadcast to indexing result of shape \[2, 3\]/,
  ],
});

refuses('reductions', {
  'the maximum of nothing': [
    () => zeros(0).max(),
    RangeError,
    "max(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' " +
      'argument.',
  ],
  'the maximum along nothing': [
    () => zeros(2, 0).max(1),
    RangeError,
    'max(): Expected reduction dim 1 to have non-zero size.',
  ],
  'the position of the maximum of nothing': [
    () => zeros(0).argmax(),
    RangeError,
    /^argmax\(\): Expected reduction dim to be specified for input\.numel\(\) == 0\./,
  ],
  'the mean of integers': [
    () => int([1, 2]).mean(),
    TypeError,
    'mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: int64',
  ],
  'the variance of integers': [() => int([1, 2]).var(), TypeError, /only support floating point and complex dtypes/],
  'a product along two dimensions': [() => zeros(2, 3).prod([0, 1] as never), TypeError, /argument 'dim' must be int/],
  'a scalar of several elements': [
    () => zeros(2, 3).item(),
    RangeError,
    'a Tensor with 6 elements cannot be converted to Scalar',
  ],
  'softmax of integers': [() => torch.softmax(int([1, 2]), 0), TypeError, /"softmax" not implemented for 'int64'/],
});

refuses('creation', {
  'ragged lists': [
    () => torch.tensor([[1, 2], [3]]),
    RangeError,
    'expected sequence of length 2 at dim 1 (got 1): ragged at [1]',
  ],
  'a number where a list should be': [
    () => torch.tensor([[1, 2], 3]),
    RangeError,
    /^expected sequence of length 2 at dim 1/,
  ],
  'a string': [() => torch.tensor(['1'] as never), TypeError, /expected numbers, booleans or BigInts, got "1"/],
  'a gradient for integers': [
    () => torch.tensor([1], { dtype: torch.int64, requiresGrad: true }),
    TypeError,
    /^only Tensors of floating point dtype can require gradients/,
  ],
  'a range that leads away': [
    () => torch.arange(1, 5, -1),
    RangeError,
    'upper bound and lower bound inconsistent with step sign',
  ],
  'a range without a step': [() => torch.arange(1, 5, 0), RangeError, 'step must be nonzero'],
  'fewer than no steps': [() => torch.linspace(1, 2, -1), RangeError, 'number of steps must be non-negative'],
  'an unknown option': [() => torch.zeros(2, { type: 1 } as never), TypeError, /unexpected option 'type'/],
  'a negative size': [() => torch.zeros(-1), RangeError, /negative dimension -1/],
});

refuses('losses', {
  'a class that does not exist': [
    () => classLoss.crossEntropy(zeros(2, 3), int([0, 3])),
    RangeError,
    /^Target 3 is out of bounds/,
  ],
  'a class that is no whole number': [
    () => classLoss.crossEntropy(zeros(2, 3), torch.tensor([0, 0.5])),
    TypeError,
    /must hold whole numbers \(torch\.int64\), got 0\.5 at position 1/,
  ],
  'a batch of another size': [
    () => classLoss.crossEntropy(zeros(2, 3), int([0])),
    RangeError,
    'Expected input batch_size (2) to match target batch_size (1).',
  ],
  'probabilities that are none': [
    () => binaryLoss.binaryCrossEntropy(torch.tensor([1.5]), zeros(1)),
    RangeError,
    'all elements of input should be between 0 and 1',
  ],
  'an unknown reduction': [
    () => F.mseLoss(zeros(1), zeros(1), 'average' as never),
    RangeError,
    /"average" is not a valid value for reduction/,
  ],
  'weights for other classes': [
    () => classLoss.nllLoss(zeros(2, 3), int([0, 1]), zeros(2)),
    RangeError,
    /^weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: \[2\]/,
  ],
});
