/**
 * From import to the first prediction in a fresh process: `node startup.mjs torchlet` prints the milliseconds between
 * the import of a library and the output of an 8-4-1 network. Node's own start is not counted.
 */
const INPUTS = [1, 2, 3, 4, 5, 6, 7, 8];

const first = {
  async torchlet() {
    const { nn, tensor } = await import('../dist/torchlet.min.js');
    const model = new nn.Sequential(new nn.Linear(8, 4), new nn.ReLU(), new nn.Linear(4, 1));
    return model(tensor([INPUTS])).item();
  },

  async tfjs() {
    const { createRequire } = await import('node:module');
    const { dirname } = await import('node:path');
    const require = createRequire(import.meta.url);
    const tf = require('@tensorflow/tfjs-core');
    const wasm = require('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    await tf.setBackend('wasm');
    const [w1, b1] = [tf.ones([8, 4]), tf.ones([4])];
    const [w2, b2] = [tf.ones([4, 1]), tf.ones([1])];
    const hidden = tf.fused.matMul({ a: tf.tensor2d([INPUTS]), b: w1, bias: b1, activation: 'relu' });
    return tf.fused.matMul({ a: hidden, b: w2, bias: b2 }).dataSync()[0];
  },

  async jax() {
    const { defaultDevice, init, nn, numpy: np } = await import('@jax-js/jax');
    await init('wasm');
    defaultDevice('wasm');
    const hidden = nn.relu(np.matmul(np.array([INPUTS]), np.ones([8, 4])).add(np.ones([4])));
    return np
      .matmul(hidden, np.ones([4, 1]))
      .add(np.ones([1]))
      .dataSync()[0];
  },

  async ort() {
    const { make } = await import('./contenders/ort.mjs');
    const { check } = await make({ kind: 'predict', sizes: [8, 4, 1] });
    return check[0];
  },
};

const start = performance.now();
const value = await first[process.argv[2]]();
const ms = performance.now() - start;
if (!Number.isFinite(value)) throw new Error(`${process.argv[2]} predicted ${value}`);
process.stdout.write(`${JSON.stringify({ ms })}\n`);
process.exit(0);
