/** What a file computes, by onnxruntime, compared with what torchlet does. */
import * as ort from 'onnxruntime-web';
import { expect } from 'vitest';
import * as torch from '../../src/index.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'fatal';

/** A file that is loaded, to be run and released. */
export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(inputs: Readonly<Record<string, torch.Tensor>>): Promise<torch.Tensor[]>;
  release(): Promise<void>;
}

export async function open(bytes: Uint8Array): Promise<Session> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 4 });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(inputs) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, x]) => [
          name,
          new ort.Tensor(x.dtype.name as 'float32', x.toTypedArray() as Float32Array, [...x.shape]),
        ]),
      );
      const results = await session.run(feeds);
      return session.outputNames.map((name) => {
        const { type, data, dims } = results[name];
        return torch.tensor(data as Float32Array, { dtype: torch[type as 'float32'] }).reshape([...dims]);
      });
    },
    release: () => session.release(),
  };
}

/** All tensors of nested lists and objects. */
export function tensorsOf(x: unknown): torch.Tensor[] {
  if (x instanceof torch.Tensor) return [x];
  return typeof x === 'object' && x !== null ? Object.values(x).flatMap(tensorsOf) : [];
}

/** Why results are not those that are wanted, or null: dtype and shape exactly, numbers to 1e-5. */
export function difference(found: readonly torch.Tensor[], wanted: readonly torch.Tensor[]): string | null {
  if (found.length !== wanted.length) return `${found.length} results, not ${wanted.length}`;
  for (const [i, x] of wanted.entries()) {
    const y = found[i];
    if (y.dtype !== x.dtype) return `dtype ${y.dtype}, not ${x.dtype}`;
    if (y.shape.join() !== x.shape.join()) return `shape ${y.shape}, not ${x.shape}`;
    const [a, b] = [y.to(torch.float64), x.to(torch.float64)];
    if (!torch.allclose(a, b, { rtol: 1e-5, atol: 1e-5, equalNan: true })) return `${y}, not ${x}`;
  }
  return null;
}

type Model = torch.nn.Module & ((...args: never[]) => unknown);

/** Exports a model, and runs the file with the examples and with other inputs: it must compute what the model does. */
export async function agrees(
  model: Model,
  examples: readonly torch.Tensor[],
  options: torch.onnx.ExportOptions = {},
  others: readonly (readonly torch.Tensor[])[] = [],
): Promise<void> {
  const bytes = torch.onnx.export(model, examples, options);
  const session = await open(bytes);
  model.eval();
  try {
    for (const inputs of [examples, ...others]) {
      const copies = inputs.map((x) => x.detach().clone());
      const wanted = tensorsOf(torch.noGrad(() => model(...(copies as never[]))));
      const feeds = Object.fromEntries(session.inputs.map((name, i) => [name, inputs[i]]));
      expect(difference(await session.run(feeds), wanted)).toBe(null);
    }
  } finally {
    await session.release();
  }
}
