/** What a tensor is asked for: sizes, strides, kinds; and the state of the library. */
import { Tensor } from '../../../src/index.ts';
import { free, on, type Row } from '../row.ts';

export const asking: Row[] = [
  ...['numel', 'nelement', 'dim', 'elementSize', 'isContiguous', 'isFloatingPoint', 'storageOffset'].map((name) =>
    on('m', name, {}, {}, 0.3),
  ),
  on('m', 'stride', {}, {}, 0.5),
  free('size', (w) => {
    const x = w.pick({ rank: [1, 2, 3] });
    return w.call('.size', [x, w.dim(w.tensor(x))]);
  }),
  free('shape', (w) => w.call('get', [w.pick(), 'shape']), 0.5),
  free('ndim', (w) => w.call('get', [w.pick(), 'ndim']), 0.2),
  free('rows', (w) => {
    const rows = w.call('all', [w.pick({ rank: [1, 2, 3], some: true })]);
    return rows && w.call('get', [rows, 0]);
  }),
  free('isTensor', (w) => w.call('torch.isTensor', [w.pick()]), 0.1),
  free(
    'equal to itself',
    (w) => {
      const x = w.pick();
      return w.call('torch.equal', [x, x]);
    },
    0.2,
  ),
  free(
    'default dtype',
    (w) => {
      w.call('torch.setDefaultDtype', [{ dtype: w.random.one(['float64', 'float64', 'float32']) }]);
      return w.call('torch.getDefaultDtype', []);
    },
    0.5,
  ),
  free('initialSeed', (w) => w.call('torch.initialSeed', []), 0.1),
  free('gradient mode', (w) => w.call('torch.isGradEnabled', []), 0.1),
  free(
    'hook',
    (w) => {
      const found = w.having((v) => v instanceof Tensor && v.requiresGrad);
      return found.length === 0 ? null : w.call('.registerHook', [w.random.one(found), { function: 'double' }]) && null;
    },
    0.6,
  ),
];
