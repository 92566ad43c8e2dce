/** PyTorch's methods of a tensor, `x.sum()`: importing this installs them all, and declares them to the compiler. */
import './create.ts';
import './elementwise.ts';
import './linalg.ts';
import './random.ts';
import './reduce.ts';
import './select.ts';
import './transposes.ts';
import './view.ts';
import type { CreateMethods } from './create.ts';
import type { ElementwiseMethods } from './elementwise.ts';
import type { LinalgMethods } from './linalg.ts';
import type { RandomMethods } from './random.ts';
import type { ReduceMethods } from './reduce.ts';
import type { SelectMethods } from './select.ts';
import type { Transposes } from './transposes.ts';
import type { ViewMethods } from './view.ts';

declare module '../tensor/tensor.ts' {
  interface Tensor
    extends CreateMethods,
      ElementwiseMethods,
      LinalgMethods,
      RandomMethods,
      ReduceMethods,
      SelectMethods,
      Transposes,
      ViewMethods {}
}
