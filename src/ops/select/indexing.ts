/**
 * How rows are taken by more than a number: PyTorch's indexing. It comes with the methods, of which `at` is one, so that a
 * training loop without them does not carry it. (Measured: 3 KB gzipped of 79.)
 */
import type { Tensor } from '../../tensor/tensor.ts';
import type { Index } from './index.ts';

export const indexing: { at: ((input: Tensor, index: Index) => Tensor) | null } = { at: null };
