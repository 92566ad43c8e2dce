/**
 * What is measured. `targets` name, for a peer, how many times faster torchlet should be; `unit` is how a row is
 * printed; `work` counts the floating-point operations of one iteration.
 */
const SMALL = [9, 64, 32, 16, 1];
const MEDIUM = [784, 128, 10];
const LARGE = [784, 512, 512, 10];

const train = (sizes, batch, targets) => ({
  id: `train ${sizes.join('-')}, batch ${batch}`,
  group: 'Training step',
  kind: 'train',
  sizes,
  batch,
  targets,
  contenders: ['torchlet', 'tfjs', 'jax', 'pytorch'],
});

const predict = (sizes, targets) => ({
  id: `predict ${sizes.join('-')}, one row`,
  group: 'Predicting one row',
  kind: 'predict',
  sizes,
  targets,
  contenders: ['torchlet', 'tfjs', 'jax', 'ort', 'pytorch'],
});

const matmul = (m, k, n, targets, transpose = '') => ({
  id: `matmul ${m}×${k}×${n}${transpose && `, ${transpose} transposed`}`,
  group: 'Matrix product',
  kind: 'matmul',
  m,
  k,
  n,
  ta: transpose === 'left',
  tb: transpose === 'right',
  work: 2 * m * k * n,
  targets: transpose ? { 'torchlet, contiguous': 1 / 1.1 } : targets,
  contenders: [
    'torchlet',
    `torchlet, ${transpose ? 'contiguous' : 'disposed'}`,
    'tfjs',
    'jax',
    'ort',
    'pytorch',
    'peak',
  ],
});

const map = (name, targets) => ({
  id: `${name} of 1M floats${name === 'softmax' ? ', rows of 1000' : ''}`,
  group: 'Elementwise and reductions',
  kind: 'map',
  name,
  count: 1_000_000,
  targets,
  contenders: ['torchlet', 'torchlet, disposed', 'tfjs', 'jax', 'ort', 'pytorch'],
});

const loop = (sizes, batch) => ({
  id: `loop ${sizes.join('-')}, batch ${batch}`,
  group: 'The plain loop against disposing by hand',
  kind: 'train',
  sizes,
  batch,
  targets: { 'torchlet, disposed': 1 / 1.1 },
  contenders: ['torchlet', 'torchlet, disposed'],
});

const BEST = { best: 1.3 };

export const ROWS = [
  train(SMALL, 4, { pytorch: 8, jax: 14, tfjs: 19 }),
  train(MEDIUM, 64, { jax: 2, tfjs: 8 }),
  train(LARGE, 128, { jax: 1.7, tfjs: 10 }),
  predict([8, 4, 1], { ort: 8 }),
  predict(MEDIUM, { ort: 1.9 }),
  matmul(16, 16, 16, { tfjs: 5 }),
  matmul(32, 32, 32, { tfjs: 2 }),
  matmul(64, 64, 64, BEST),
  matmul(256, 256, 256, BEST),
  matmul(512, 512, 512, BEST),
  matmul(1024, 1024, 1024, BEST),
  matmul(64, 784, 128, BEST),
  matmul(256, 256, 256, null, 'left'),
  matmul(256, 256, 256, null, 'right'),
  matmul(512, 512, 512, null, 'left'),
  matmul(512, 512, 512, null, 'right'),
  matmul(64, 784, 128, null, 'left'),
  matmul(64, 784, 128, null, 'right'),
  map('exp', { tfjs: 5 }),
  map('tanh', { tfjs: 5 }),
  map('gelu', { tfjs: 5 }),
  map('softmax', { tfjs: 1 }),
  map('sum', { tfjs: 2 }),
  map('add', { tfjs: 1 }),
  loop(SMALL, 4),
  loop(MEDIUM, 64),
  loop([64, 512, 512, 10], 2048),
];

/** The row as the smoke run has it: everything, tiny. */
export function shrink(row) {
  if (row.kind === 'map') return { ...row, count: 10_000 };
  if (row.kind === 'matmul') {
    const [m, k, n] = [row.m, row.k, row.n].map((size) => Math.min(size, 40));
    return { ...row, m, k, n, work: 2 * m * k * n };
  }
  const sizes = row.sizes.map((size) => Math.min(size, 24));
  return { ...row, sizes, batch: row.batch === undefined ? undefined : Math.min(row.batch, 8) };
}
