/** `newZeros` and its like: tensors of other shapes and the dtype of one that is there. */
import type { DType } from '../../tensor/dtype.ts';
import { operation } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { CREATE, type CreateOptions, empty, full, ones, zeros } from './create.ts';
import { tensor } from './from-data.ts';

/** Functions that take a tensor, a shape as separate sizes or one list, and options. */
export type NewOp = {
  (input: Tensor, ...shape: number[]): Tensor;
  (input: Tensor, ...args: [...shape: number[], options: CreateOptions]): Tensor;
  (input: Tensor, shape: readonly number[], options?: CreateOptions): Tensor;
  (input: Tensor, options: { size: readonly number[] } & CreateOptions): Tensor;
};

type Maker = (shape: readonly number[], options: CreateOptions) => Tensor;

const like = (name: string, make: Maker): NewOp =>
  operation<NewOp>(
    `${name}(input: Tensor, ...size: int, *, ${CREATE})`,
    (input: Tensor, size: readonly number[], dtype: DType | null, requiresGrad: boolean) =>
      make(size, { dtype: dtype ?? input.dtype, requiresGrad }),
  );

/** Zeros of a shape, in the input's dtype. */
export const newZeros: NewOp = like('newZeros', zeros);
/** Ones of a shape, in the input's dtype. */
export const newOnes: NewOp = like('newOnes', ones);
/** Uninitialised elements of a shape, in the input's dtype. */
export const newEmpty: NewOp = like('newEmpty', empty);

/** One value everywhere, in the input's dtype. */
export const newFull = operation(
  'newFull(input: Tensor, size: list, fillValue: scalar, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null)',
  (input, size, fillValue, dtype, requiresGrad): Tensor =>
    full(size, fillValue, { dtype: dtype ?? input.dtype, requiresGrad }),
);

/** A tensor from data, in the input's dtype. */
export const newTensor = operation(
  'newTensor(input: Tensor, data: data, *, dtype: dtype? = null, requiresGrad: bool = false, device: device? = null)',
  (input, data, dtype, requiresGrad): Tensor => tensor(data, { dtype: dtype ?? input.dtype, requiresGrad }),
);
