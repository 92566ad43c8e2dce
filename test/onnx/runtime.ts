/** What a file computes, by onnxruntime. */
import * as ort from 'onnxruntime-web';
import * as torch from '../../src/index.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Runs a model with inputs in their order; its outputs in theirs. */
export async function run(bytes: Uint8Array, inputs: readonly torch.Tensor[]): Promise<torch.Tensor[]> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  try {
    const feeds = Object.fromEntries(
      session.inputNames.map((name, i) => {
        const { dtype, shape } = inputs[i];
        return [name, new ort.Tensor(dtype.name as 'float32', inputs[i].toTypedArray() as Float32Array, [...shape])];
      }),
    );
    const results = await session.run(feeds);
    return session.outputNames.map((name) => {
      const { type, data, dims } = results[name];
      return torch.tensor(data as Float32Array, { dtype: torch[type as 'float32'] }).reshape([...dims]);
    });
  } finally {
    await session.release();
  }
}
