/** onnxruntime-web, one thread; its models are written by ../onnx.mjs. It predicts only. */
import * as ort from 'onnxruntime-web';
import { layersOf, numbers, sample } from '../data.mjs';
import { onnxModel } from '../onnx.mjs';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

async function repeat(model, inputs) {
  const session = await ort.InferenceSession.create(onnxModel(model), { executionProviders: ['wasm'] });
  const feeds = {};
  model.inputs.forEach(({ name, dims }, i) => {
    feeds[name] = new ort.Tensor('float32', inputs[i], dims);
  });
  const one = async () => (await session.run(feeds)).out.data;
  return {
    check: sample(await one()),
    async run(count) {
      for (let i = 0; i < count; i++) await one();
    },
  };
}

function predict({ sizes }) {
  const layers = layersOf(sizes);
  const nodes = layers.flatMap((_, i) => {
    const last = i === layers.length - 1;
    const input = i === 0 ? 'x' : `h${i - 1}`;
    const attributes = { transB: 1 };
    const gemm = { op: 'Gemm', inputs: [input, `w${i}`, `b${i}`], output: last ? 'out' : `z${i}`, attributes };
    return last ? [gemm] : [gemm, { op: 'Relu', inputs: [`z${i}`], output: `h${i}` }];
  });
  const constants = layers.flatMap(({ fanIn, fanOut, weight, bias }, i) => [
    { name: `w${i}`, dims: [fanOut, fanIn], data: weight },
    { name: `b${i}`, dims: [fanOut], data: bias },
  ]);
  const inputs = [{ name: 'x', dims: [1, sizes[0]] }];
  return repeat({ nodes, constants, inputs, output: { name: 'out', dims: [1, sizes.at(-1)] } }, [numbers(sizes[0], 7)]);
}

function matmul({ m, k, n, ta, tb }) {
  const attributes = { transA: Number(ta), transB: Number(tb) };
  const plain = !ta && !tb;
  const nodes = [
    { op: plain ? 'MatMul' : 'Gemm', inputs: ['a', 'b'], output: 'out', attributes: plain ? {} : attributes },
  ];
  const inputs = [
    { name: 'a', dims: ta ? [k, m] : [m, k] },
    { name: 'b', dims: tb ? [n, k] : [k, n] },
  ];
  return repeat({ nodes, inputs, output: { name: 'out', dims: [m, n] } }, [numbers(m * k, 1), numbers(k * n, 2)]);
}

function map({ name, count }) {
  const op = { exp: 'Exp', tanh: 'Tanh', gelu: 'Gelu', softmax: 'Softmax', sum: 'ReduceSum', add: 'Add' }[name];
  const dims = name === 'softmax' ? [count / 1000, 1000] : [count];
  const x = { name: 'x', dims };
  const y = { name: 'y', dims };
  const inputs = name === 'add' ? [x, y] : [x];
  const attributes = name === 'sum' ? { keepdims: 0 } : {};
  const nodes = [{ op, inputs: inputs.map((each) => each.name), output: 'out', attributes }];
  const output = { name: 'out', dims: name === 'sum' ? [] : dims };
  return repeat({ nodes, inputs, output }, [numbers(count, 3, 8), numbers(count, 4, 8)]);
}

export function make(row) {
  return { predict, matmul, map }[row.kind]?.(row) ?? null;
}
