/** jax-js on its WebAssembly backend (one thread in Node): whole steps under `jit`, references as its guide asks. */
import * as jax from '@jax-js/jax';
import { batchesOf, LEARNING_RATE, layersOf, numbers, oneHot, sample, transposed } from '../data.mjs';

const { jit, nn, numpy: np, tree, valueAndGrad } = jax;
await jax.init('wasm');
jax.defaultDevice('wasm');

const array = (data, shape) => np.array(data, { shape });

const parametersOf = (sizes) =>
  layersOf(sizes).map(({ fanIn, fanOut, weight, bias }) => ({
    weight: array(transposed(weight, fanOut, fanIn), [fanIn, fanOut]),
    bias: array(bias, [fanOut]),
  }));

/** The network; consumes its arguments. */
function forward(parameters, x) {
  return parameters.reduce((h, { weight, bias }, i) => {
    const out = np.matmul(h, weight).add(bias);
    return i === parameters.length - 1 ? out : nn.relu(out);
  }, x);
}

function train(row) {
  const { sizes, batch } = row;
  const classes = sizes.at(-1);
  const lossOf = (parameters, x, y) => {
    const out = forward(parameters, x);
    if (classes === 1) return np.square(out.sub(y)).mean();
    return nn.logSoftmax(out, -1).mul(y).sum(-1).mean().neg();
  };
  const update = jit((parameters, x, y) => {
    const [loss, grads] = valueAndGrad(lossOf)(tree.ref(parameters), x, y);
    return [loss, tree.map((p, g) => p.sub(g.mul(LEARNING_RATE)), parameters, grads)];
  });
  const batches = batchesOf(row).map(({ x, y }) => ({
    x: array(x, [batch, sizes[0]]),
    y: array(classes === 1 ? y : oneHot(y, classes), [batch, classes]),
  }));
  let parameters = parametersOf(sizes);
  const step = ({ x, y }) => {
    const [loss, next] = update(parameters, x.ref, y.ref);
    parameters = next;
    return loss.item();
  };
  return {
    check: Array.from({ length: 6 }, (_, i) => step(batches[i % batches.length])),
    run(count) {
      for (let i = 0; i < count; i++) step(batches[i % batches.length]);
    },
  };
}

function predict({ sizes }) {
  const parameters = parametersOf(sizes);
  const x = array(numbers(sizes[0], 7), [1, sizes[0]]);
  const model = jit(forward);
  const one = () => model(tree.ref(parameters), x.ref).dataSync();
  return {
    check: [...one()],
    run(count) {
      for (let i = 0; i < count; i++) one();
    },
  };
}

async function repeat(one) {
  return {
    check: sample(one().dataSync()),
    async run(count) {
      for (let i = 0; i < count; i++) {
        const result = one();
        await result.blockUntilReady();
        result.dispose();
      }
    },
  };
}

function matmul({ m, k, n, ta, tb }) {
  const a = array(numbers(m * k, 1), ta ? [k, m] : [m, k]);
  const b = array(numbers(k * n, 2), tb ? [n, k] : [k, n]);
  const product = jit((x, y) => np.matmul(ta ? x.transpose() : x, tb ? y.transpose() : y));
  return repeat(() => product(a.ref, b.ref));
}

function map({ name, count }) {
  const x = array(numbers(count, 3, 8), [count]);
  const y = array(numbers(count, 4, 8), [count]);
  const rows = x.ref.reshape([-1, 1000]);
  const unary = (f, argument = x) => {
    const compiled = jit(f);
    return () => compiled(argument.ref);
  };
  const add = jit((a, b) => a.add(b));
  const ones = {
    exp: unary((a) => np.exp(a)),
    tanh: unary((a) => np.tanh(a)),
    gelu: unary((a) => nn.gelu(a, { approximate: false })),
    softmax: unary((a) => nn.softmax(a, -1), rows),
    sum: unary((a) => a.sum()),
    add: () => add(x.ref, y.ref),
  };
  return repeat(ones[name]);
}

export function make(row) {
  return { train, predict, matmul, map }[row.kind](row);
}
