/** TensorFlow.js on its WebAssembly backend, one thread, everything in `tidy` or disposed of, as its guide asks. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { batchesOf, LEARNING_RATE, layersOf, numbers, oneHot, sample, transposed } from '../data.mjs';

// Its entries for Node are CommonJS.
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-core');
const wasm = require('@tensorflow/tfjs-backend-wasm');
// Brings the gradients, which the core alone does not register.
require('@tensorflow/tfjs-layers');

wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
wasm.setThreadsCount(1);
tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
await tf.setBackend('wasm');
await tf.ready();

const memory = () => tf.backend().wasm.HEAP8.buffer.byteLength;

/** The layers as tf.layers computes a Dense layer: product, bias and activation fused. */
function modelOf(sizes) {
  const layers = layersOf(sizes).map(({ fanIn, fanOut, weight, bias }) => ({
    kernel: tf.variable(tf.tensor2d(transposed(weight, fanOut, fanIn), [fanIn, fanOut])),
    bias: tf.variable(tf.tensor1d(bias)),
  }));
  return (x) =>
    layers.reduce(
      (a, { kernel, bias }, i) =>
        tf.fused.matMul({ a, b: kernel, bias, activation: i === layers.length - 1 ? 'linear' : 'relu' }),
      x,
    );
}

function train(row) {
  const { sizes, batch } = row;
  const classes = sizes.at(-1);
  const model = modelOf(sizes);
  const optimizer = tf.train.sgd(LEARNING_RATE);
  const batches = batchesOf(row).map(({ x, y }) => ({
    x: tf.tensor2d(x, [batch, sizes[0]]),
    y: tf.tensor2d(classes === 1 ? y : oneHot(y, classes), [batch, classes]),
  }));
  const criterion =
    classes === 1 ? (y, p) => tf.losses.meanSquaredError(y, p) : (y, p) => tf.losses.softmaxCrossEntropy(y, p);
  const step = ({ x, y }) => {
    const loss = optimizer.minimize(() => criterion(y, model(x)), true);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
  return {
    check: Array.from({ length: 6 }, (_, i) => step(batches[i % batches.length])),
    memory,
    run(count) {
      for (let i = 0; i < count; i++) step(batches[i % batches.length]);
    },
  };
}

function predict({ sizes }) {
  const model = modelOf(sizes);
  const x = tf.tensor2d(numbers(sizes[0], 7), [1, sizes[0]]);
  const one = () => {
    const y = tf.tidy(() => model(x));
    const data = y.dataSync();
    y.dispose();
    return data;
  };
  return {
    check: [...one()],
    memory,
    run(count) {
      for (let i = 0; i < count; i++) one();
    },
  };
}

function repeat(one) {
  const first = one();
  const check = sample(first.dataSync());
  first.dispose();
  return {
    check,
    memory,
    run(count) {
      for (let i = 0; i < count; i++) one().dispose();
    },
  };
}

function matmul({ m, k, n, ta, tb }) {
  const a = tf.tensor2d(numbers(m * k, 1), ta ? [k, m] : [m, k]);
  const b = tf.tensor2d(numbers(k * n, 2), tb ? [n, k] : [k, n]);
  return repeat(() => tf.matMul(a, b, ta, tb));
}

function map({ name, count }) {
  const x = tf.tensor1d(numbers(count, 3, 8));
  const y = tf.tensor1d(numbers(count, 4, 8));
  const rows = tf.reshape(x, [-1, 1000]);
  const ones = {
    exp: () => tf.exp(x),
    tanh: () => tf.tanh(x),
    // It has no gelu: the formula, as its users write it.
    gelu: () => tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
    softmax: () => tf.softmax(rows),
    sum: () => tf.sum(x),
    add: () => tf.add(x, y),
  };
  return repeat(ones[name]);
}

export function make(row) {
  return { train, predict, matmul, map }[row.kind](row);
}
