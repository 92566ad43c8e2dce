/** Layers and networks of them, and functions on parameters. */
import { nn, Tensor } from '../../../src/index.ts';
import type { Value } from '../program.ts';
import { free, type Maker, type Row } from '../row.ts';
import type { Ref, Want, Writer } from '../writer.ts';
import { classes, fractions, labels, places, sameAs, signs } from './losses.ts';

/** Layers that take [N, n] and give [N, something]. */
function layer(w: Writer, n: number): { call: string; args: Value[]; named?: Record<string, Value>; out: number } {
  const { random } = w;
  const out = random.int(1, 6);
  const kind = random.weighted({
    linear: 5,
    activation: 4,
    dropout: 1,
    batch: 1.5,
    layer: 1,
    prelu: 0.4,
    identity: 0.2,
    flatten: 0.2,
    softmax: 0.5,
  });
  if (kind === 'linear')
    return { call: 'nn.Linear', args: [n, out], named: random.chance(0.2) ? { bias: false } : {}, out };
  if (kind === 'dropout')
    return { call: random.one(['nn.Dropout', 'nn.AlphaDropout']), args: [random.one([0, 0.2, 0.5])], out: n };
  if (kind === 'batch')
    return {
      call: 'nn.BatchNorm1d',
      args: [n],
      named: random.one<Record<string, Value>>([
        {},
        { affine: false },
        { trackRunningStats: false },
        { momentum: null },
        { momentum: 0.3, eps: 0.01 },
      ]),
      out: n,
    };
  if (kind === 'layer')
    return {
      call: 'nn.LayerNorm',
      args: [n],
      named: random.one<Record<string, Value>>([{}, { elementwiseAffine: false }, { bias: false }]),
      out: n,
    };
  if (kind === 'prelu') return { call: 'nn.PReLU', args: random.chance(0.5) ? [] : [n], out: n };
  if (kind === 'identity') return { call: 'nn.Identity', args: [], out: n };
  if (kind === 'flatten') return { call: 'nn.Flatten', args: [], out: n };
  if (kind === 'softmax')
    return { call: random.one(['nn.Softmax', 'nn.LogSoftmax', 'nn.Softmin']), args: [-1], out: n };
  const call = random.one([
    'ReLU',
    'Tanh',
    'Sigmoid',
    'GELU',
    'ELU',
    'CELU',
    'SELU',
    'SiLU',
    'Mish',
    'LeakyReLU',
    'Softplus',
    'Hardtanh',
    'Hardswish',
    'Hardsigmoid',
    'ReLU6',
    'Softsign',
    'Tanhshrink',
    'LogSigmoid',
    'Softshrink',
    'Hardshrink',
    'RReLU',
  ]);
  return {
    call: `nn.${call}`,
    args: [],
    ...(random.chance(0.15) &&
      ['ReLU', 'ELU', 'SiLU', 'LeakyReLU', 'Hardtanh', 'SELU', 'Mish'].includes(call) && { named: { inplace: true } }),
    out: n,
  };
}

/** A network of some layers; its variable and how many features it takes and gives. */
export function network(w: Writer, n: number): { model: Ref; out: number } {
  let out = n;
  const parts: Ref[] = [];
  for (let i = w.random.int(1, 5); i > 0; i--) {
    const made = layer(w, out);
    const ref = w.call(made.call, made.args, made.named);
    if (ref === null) continue;
    parts.push(ref);
    out = made.out;
  }
  if (parts.length === 1) return { model: parts[0], out };
  return { model: w.call('nn.Sequential', parts) as Ref, out };
}

/** Losses and distances as layers: options, and what they take beside the input. */
const JUDGES: [name: string, want: Want, options: Record<string, Value>[], ...makers: Maker[]][] = [
  ['BCELoss', { rank: [1, 2] }, [{}, { reduction: 'sum' }], fractions],
  ['CrossEntropyLoss', { rank: 2 }, [{}, { labelSmoothing: 0.2 }, { ignoreIndex: 0 }], labels(classes, places)],
  ['NLLLoss', { rank: 2 }, [{}, { reduction: 'sum' }], labels(classes, places)],
  [
    'CosineEmbeddingLoss',
    { rank: 2 },
    [{}, { margin: 0.2 }],
    sameAs,
    (w, x) => w.literal([x.shape[0]], 'float32', () => w.random.one([-1, 1])),
  ],
  ['CosineSimilarity', { rank: [2, 3] }, [{}, { dim: 0 }], sameAs],
  ['PairwiseDistance', { rank: 2 }, [{}, { p: 1, keepdim: true }], sameAs],
  [
    'GaussianNLLLoss',
    { rank: 2 },
    [{}, { full: true }],
    sameAs,
    (w, x) => w.literal(x.shape, x.dtype.name, () => w.random.one([0.5, 1, 2])),
  ],
  ['MarginRankingLoss', { rank: 1 }, [{}, { margin: 0.5 }], sameAs, signs],
  [
    'MultiLabelMarginLoss',
    { rank: 2 },
    [{}],
    (w, x) => w.literal(x.shape, 'int64', () => w.random.int(-1, x.shape[1])),
  ],
  ['MultiLabelSoftMarginLoss', { rank: 2 }, [{}], fractions],
  ['MultiMarginLoss', { rank: 2 }, [{}, { p: 2 }, { margin: 0.5 }], labels(classes, (x) => [x.shape[0]])],
  ['TripletMarginLoss', { rank: 2 }, [{}, { swap: true }, { p: 1 }], sameAs, sameAs],
  ['GLU', { shape: [3, 4] }, [{}, { dim: 1 }]],
  ['Threshold', { rank: 2 }, [{ threshold: 0.1, value: 2 }]],
  ['Dropout1d', { rank: 3 }, [{}, { p: 0.2 }]],
  ['Unflatten', { shape: [2, 6] }, [{ dim: 1, unflattenedSize: [2, 3] }]],
  ['Softmax2d', { rank: 3 }, [{}]],
];

const isModule = (v: unknown): v is nn.Module => v instanceof nn.Module;

function modules(w: Writer): Ref[] {
  return w.having((v) => isModule(v));
}

/** A loss as a layer, with what it takes. */
const CRITERIA: [name: string, target: Maker][] = [
  ['MSELoss', sameAs],
  ['L1Loss', sameAs],
  ['SmoothL1Loss', sameAs],
  ['HuberLoss', sameAs],
  ['BCEWithLogitsLoss', fractions],
  ['SoftMarginLoss', signs],
  ['HingeEmbeddingLoss', signs],
  ['PoissonNLLLoss', sameAs],
  ['KLDivLoss', fractions],
];

export const layers: Row[] = [
  ...JUDGES.map(([name, want, options, ...makers]) =>
    free(
      name,
      (w) => {
        const judge = w.call(`nn.${name}`, [], w.random.one(options));
        const picked = w.pick({ kind: 'float', some: true, ...want });
        const x = name === 'BCELoss' ? w.call('.sigmoid', [picked]) : picked;
        if (judge === null || x === null) return null;
        return w.call('()', [judge, x, ...makers.map((make) => make(w, w.tensor(x)) as Value)]);
      },
      0.2,
    ),
  ),
  free(
    'module list',
    (w) => {
      const found = modules(w);
      return found.length === 0 ? null : w.call('nn.ModuleList', [w.random.shuffled(found).slice(0, 2)]);
    },
    0.2,
  ),
  free(
    'norm of all',
    (w) =>
      w.call(
        'utils.getTotalNorm',
        [[w.pick({ kind: 'float32' }), w.pick({ kind: 'float32' })]],
        w.random.chance(0.5) ? { normType: w.random.one([1, 2, 3]) } : {},
      ),
    0.2,
  ),
  free(
    'vectorToParameters',
    (w) => {
      const made = w.call('nn.Linear', [2, 2]) as Ref;
      return w.call('utils.vectorToParameters', [
        w.pick({ kind: 'float32', shape: [6] }),
        w.call('.parameters', [made]) as Ref,
      ]);
    },
    0.2,
  ),
  free(
    'network',
    (w) => {
      const n = w.random.int(1, 6);
      const { model, out } = network(w, n);
      const x = w.pick({ kind: 'float32', shape: [w.random.int(2, 6), n] });
      const y = w.call('()', [model, x]);
      if (y === null || w.random.chance(0.3)) return y;
      const target = w.random.chance(0.5)
        ? w.call('F.crossEntropy', [y, w.literal([w.tensor(y).shape[0]], 'int64', () => w.random.int(0, out))])
        : (() => {
            const [name, make] = w.random.one(CRITERIA);
            const loss = w.call(
              `nn.${name}`,
              [],
              w.random.chance(0.3) ? { reduction: w.random.one(['sum', 'mean']) } : {},
            ) as Ref;
            return w.call('()', [loss, y, make(w, w.tensor(y)) as Value]);
          })();
      return target && w.call('.backward', [target]);
    },
    4,
  ),
  free(
    'embedding layer',
    (w) => {
      const model = w.call(
        'nn.Embedding',
        [5, 3],
        w.random.one<Record<string, Value>>([{}, { paddingIdx: 1 }, { maxNorm: 1 }]),
      );
      return model && w.call('()', [model, w.literal([w.random.int(1, 6)], 'int64', () => w.random.int(0, 5))]);
    },
    0.6,
  ),
  free(
    'bilinear layer',
    (w) => {
      const model = w.call('nn.Bilinear', [2, 3, 2]);
      return (
        model &&
        w.call('()', [model, w.pick({ kind: 'float32', shape: [4, 2] }), w.pick({ kind: 'float32', shape: [4, 3] })])
      );
    },
    0.3,
  ),
  free(
    'call',
    (w) => {
      const found = modules(w);
      if (found.length === 0) return null;
      const model = w.random.one(found);
      const weight = (w.valueOf(model) as nn.Module).parameters().find((p) => p.ndim === 2);
      return w.call('()', [model, w.pick({ kind: 'float32', shape: [w.random.int(2, 5), weight?.shape[1] ?? 3] })]);
    },
    1,
  ),
  ...(['train', 'eval', 'zeroGrad', 'stateDict'] as const).map((name) =>
    free(
      name,
      (w) => {
        const found = modules(w);
        return found.length === 0 ? null : w.call(`.${name}`, [w.random.one(found)]);
      },
      0.4,
    ),
  ),
  free(
    'module to',
    (w) => {
      const found = modules(w);
      return found.length === 0 ? null : w.call(w.random.one(['.double', '.float']), [w.random.one(found)]);
    },
    0.15,
  ),
  free(
    'print',
    (w) => {
      const found = modules(w);
      return found.length === 0 ? null : w.call('str', [w.random.one(found)]);
    },
    0.4,
  ),
  free(
    'requiresGrad_ of a module',
    (w) => {
      const found = w.having((v) => isModule(v) && v.parameters().length > 0);
      if (found.length === 0) return null;
      return w.call('.requiresGrad_', [
        w.call('get', [w.call('all', [w.call('.parameters', [w.random.one(found)]) as Ref]) as Ref, 0]) as Ref,
        w.random.chance(0.4),
      ]);
    },
    0.3,
  ),
  free(
    'weight',
    (w) => {
      const found = w.having((v) => v instanceof nn.Linear);
      return found.length === 0 ? null : w.call('get', [w.random.one(found), w.random.one(['weight', 'bias'])]);
    },
    0.8,
  ),
  free(
    'loadStateDict',
    (w) => {
      const found = modules(w);
      if (found.length === 0) return null;
      const model = w.random.one(found);
      const state = w.call('.stateDict', [model]);
      return state && w.call('.loadStateDict', [model, state]) && null;
    },
    0.2,
  ),
  free(
    'clip',
    (w) => {
      const found = w.having((v) => v instanceof Tensor && v.grad !== null && v.isLeaf);
      if (found.length === 0) return null;
      const some = w.random.shuffled(found).slice(0, 3);
      return w.random.chance(0.6)
        ? w.call(
            'utils.clipGradNorm_',
            [some, w.random.one([0.1, 1, 5])],
            w.random.chance(0.4) ? { normType: w.random.one<Value>([1, 2, 3, { number: 'inf' }]) } : {},
          )
        : w.call('utils.clipGradValue_', [some, w.random.one([0.1, 1])]);
    },
    0.6,
  ),
  free(
    'parametersToVector',
    (w) => {
      const found = w.having((v) => isModule(v) && v.parameters().length > 0);
      return found.length === 0
        ? null
        : w.call('utils.parametersToVector', [w.call('.parameters', [w.random.one(found)]) as Ref]);
    },
    0.3,
  ),
];
