/** Autograd: passes, gradients asked for, what is tracked. */
import { Tensor } from '../../../src/index.ts';
import type { Value } from '../program.ts';
import { free, type Row } from '../row.ts';
import type { Ref, Writer } from '../writer.ts';

const isTracked = (value: unknown): boolean => value instanceof Tensor && value.requiresGrad;

/** A tensor that a pass can start from: one that is no leaf if there is one. */
function start(w: Writer): Ref | null {
  const found = w.having((v) => v instanceof Tensor && v.requiresGrad && !v.isLeaf);
  const any = found.length > 0 ? found : w.having(isTracked);
  return any.length > 0 ? any[Math.floor(any.length * Math.sqrt(w.random.next()))] : null;
}

/** A scalar of a tensor, made so that its elements get different gradients. */
function scalar(w: Writer, ref: Ref): Ref | null {
  const x = w.tensor(ref);
  if (x.ndim === 0 && w.random.chance(0.7)) return ref;
  const way = w.random.int(0, 4);
  if (way === 0) return w.call('.sum', [ref]);
  if (way === 1) return w.call('.mean', [ref]);
  const squared =
    way === 2
      ? w.call('.square', [ref])
      : w.call('.mul', [ref, w.fresh({ kind: x.dtype.name as 'float32', shape: x.shape })]);
  return squared && w.call('.sum', [squared]);
}

function backward(w: Writer): Ref | null {
  const ref = start(w);
  if (ref === null) return null;
  const { random } = w;
  const options: Record<string, Value> = {};
  if (random.chance(0.25)) options.retainGraph = true;
  if (random.chance(0.08)) options.createGraph = true;
  const x = w.tensor(ref);
  if (random.chance(0.3)) {
    const gradient = w.pick({ kind: x.dtype.name as 'float32', shape: x.shape });
    return random.chance(0.8)
      ? w.call('.backward', [ref, gradient], options)
      : w.call('autograd.backward', [[ref], [gradient]], options);
  }
  const loss = scalar(w, ref);
  if (loss === null) return null;
  if (random.chance(0.3)) w.call('.retainGrad', [ref]);
  return w.call('.backward', [loss], options);
}

function grad(w: Writer): Ref | null {
  const ref = start(w);
  if (ref === null) return null;
  const { random } = w;
  const loss = scalar(w, ref);
  if (loss === null) return null;
  const leaves = w.having(isTracked);
  const inputs = random.shuffled(leaves).slice(0, random.int(1, 3));
  const options: Record<string, Value> = { allowUnused: random.chance(0.85) };
  if (random.chance(0.5)) options.createGraph = true;
  else if (random.chance(0.3)) options.retainGraph = true;
  const result = w.call(
    'autograd.grad',
    [random.chance(0.5) ? loss : [loss], inputs.length === 1 && random.chance(0.5) ? inputs[0] : inputs],
    options,
  );
  if (result === null) return null;
  const first = w.call('get', [result, 0]);
  if (first !== null && options.createGraph && isTracked(w.valueOf(first))) {
    const again = scalar(w, first);
    if (again !== null && random.chance(0.7))
      return w.call('.backward', [again], random.chance(0.3) ? { retainGraph: true } : {});
  }
  return first;
}

export const passes: Row[] = [
  free('backward', backward, 4),
  free('grad', grad, 2),
  free(
    '.grad',
    (w) => {
      const found = w.having((v) => v instanceof Tensor && v.grad !== null);
      return found.length === 0 ? null : w.call('get', [w.random.one(found), 'grad']);
    },
    1,
  ),
  free(
    'forget',
    (w) => {
      const found = w.having((v) => v instanceof Tensor && v.grad !== null);
      return found.length === 0 ? null : w.call('set', [w.random.one(found), 'grad', null]);
    },
    0.4,
  ),
  free(
    'retainGrad',
    (w) => {
      const found = w.having((v) => v instanceof Tensor && v.requiresGrad && !v.isLeaf);
      return found.length === 0 ? null : w.call('.retainGrad', [w.random.one(found)]);
    },
    0.6,
  ),
  free('detach', (w) => w.call('.detach', [w.pick({ kind: 'float' })]), 0.6),
  free('data', (w) => w.call('get', [w.pick({ kind: 'float' }), 'data']), 0.5),
  free(
    'set data',
    (w) => {
      const x = w.pick({ kind: 'float' });
      return w.call('set', [
        x,
        'data',
        w.pick({ kind: w.tensor(x).dtype.name as 'float32', shape: w.tensor(x).shape }),
      ]);
    },
    0.15,
  ),
  free(
    'requiresGrad_',
    (w) =>
      w.call('.requiresGrad_', [w.pick({ kind: 'float' }), ...(w.random.chance(0.3) ? [w.random.chance(0.5)] : [])]),
    0.5,
  ),
  free(
    'write unrecorded',
    (w) => {
      const x = w.pick({ kind: 'float', tracked: true });
      return w.call(w.random.one(['.mul_', '.add_', '.sub_']), [x, w.operand(w.tensor(x), 'float', 0.5)], {}, 'noGrad');
    },
    0.6,
  ),
];
