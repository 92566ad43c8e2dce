/** `newZeros` and its like: tensors of other shapes and the dtype of one that is there. */
import { isOptions, listAndOptions, withOptions } from '../../tensor/args.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkTensor } from '../define.ts';
import type { Scalar } from '../scalar.ts';
import { CREATE, type CreateArgs, type CreateOptions, empty, full, ones, zeros } from './create.ts';
import { type TensorData, tensor } from './from-data.ts';

/** Functions that take a tensor, a shape as separate sizes or one list, and options. */
export type NewOp = {
  (input: Tensor, ...shape: number[]): Tensor;
  (input: Tensor, ...args: [...shape: number[], options: CreateOptions]): Tensor;
  (input: Tensor, shape: readonly number[], options?: CreateOptions): Tensor;
  (input: Tensor, options: { size: readonly number[] } & CreateOptions): Tensor;
};

type Maker = (shape: readonly number[], options: CreateOptions) => Tensor;

function like(name: string, make: Maker): NewOp {
  return ((input: Tensor, ...args: unknown[]) => {
    checkTensor(input, name);
    const [shape, options] = listAndOptions(name, CREATE, args);
    return make(shape, { dtype: input.dtype, ...options });
  }) as NewOp;
}

/** Zeros of a shape, in the input's dtype. */
export const newZeros: NewOp = like('newZeros', zeros);
/** Ones of a shape, in the input's dtype. */
export const newOnes: NewOp = like('newOnes', ones);
/** Uninitialised elements of a shape, in the input's dtype. */
export const newEmpty: NewOp = like('newEmpty', empty);

/** One value everywhere, in the input's dtype. */
export const newFull: (
  input: Tensor,
  ...args: CreateArgs<'size fillValue', [size: readonly number[], fillValue: Scalar]>
) => Tensor = withOptions(
  'newFull',
  'input size fillValue',
  (input: Tensor, size: readonly number[], fillValue: Scalar, options?: CreateOptions): Tensor => {
    checkTensor(input, 'newFull');
    return full(size, fillValue, { dtype: input.dtype, ...options });
  },
);

/** A tensor from data, in the input's dtype. */
export const newTensor: (input: Tensor, ...args: CreateArgs<'data', [data: TensorData]>) => Tensor = withOptions(
  'newTensor',
  'input data',
  (input: Tensor, data: TensorData, options: CreateOptions = {}): Tensor => {
    checkTensor(input, 'newTensor');
    return tensor(data, isOptions(options) ? { dtype: input.dtype, ...options } : options);
  },
);
