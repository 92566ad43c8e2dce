/** Every operator that is read, by ONNX's name. */

import { full } from '../ops/create/create.ts';
import { fromFlat } from '../ops/create/from-data.ts';
import { float32, int64 } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';
import { ELEMENTWISE } from './operators-elementwise.ts';
import { LAYERS } from './operators-layers.ts';
import { REDUCE } from './operators-reduce.ts';
import { SELECT } from './operators-select.ts';
import { SHAPE } from './operators-shape.ts';
import { intsOf, type Operators, operator, refuse, scalarOf } from './row.ts';
import { type ExternalData, makeTensor } from './stored-tensor.ts';

/** What a node `Constant` gives. */
export function constantOf(node: Node, external: ExternalData | null): Tensor {
  const value = node.tensor('value');
  if (value !== undefined) return makeTensor(value, external);
  for (const [name, list, dtype] of [
    ['value_float', node.floats('value_float'), float32],
    ['value_floats', node.floats('value_floats'), float32],
    ['value_int', node.bigs('value_int'), int64],
    ['value_ints', node.bigs('value_ints'), int64],
  ] as const) {
    if (list !== undefined) return fromFlat(list, name.endsWith('s') ? [list.length] : [], dtype);
  }
  refuse(node, 'it has no tensor or number');
}

export const OPERATORS: Operators = {
  ...ELEMENTWISE,
  ...LAYERS,
  ...REDUCE,
  ...SELECT,
  ...SHAPE,
  // Its tensor of one element is made when the graph is put together.
  ConstantOfShape: operator(1, 2, ([shape, value]) =>
    full(intsOf(shape), value === undefined ? 0 : scalarOf(value), { dtype: value?.dtype ?? float32 }),
  ),
};
