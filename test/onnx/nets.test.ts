/** Nets that PyTorch's exporter wrote compute here what they compute there, and go on being trained as there. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

interface Packed {
  dtype: string;
  shape: number[];
  values: number[];
}
interface Net {
  name: string;
  file: string;
  state: Record<string, number[]>;
  calls: { inputs: Packed[]; outputs: Packed[] }[];
  losses?: number[];
}

const { nets } = readGolden<{ nets: Net[] }>('onnx.json');
const unpack = ({ dtype, shape, values }: Packed): torch.Tensor =>
  torch.tensor(values, { dtype: torch[dtype as 'float32'] }).reshape(shape);
const listOf = (given: torch.Tensor | torch.Tensor[]): torch.Tensor[] => (Array.isArray(given) ? given : [given]);
const close = (x: torch.Tensor, want: torch.Tensor): void => {
  expect([String(x.dtype), [...x.shape]]).toEqual([String(want.dtype), [...want.shape]]);
  expect(torch.allclose(x, want, 1e-5, 1e-5), `${x}\n${want}`).toBe(true);
};

describe.each(nets)('$name', ({ name, file, state, calls, losses }) => {
  const load = (): torch.onnx.ONNXModule<torch.Tensor | torch.Tensor[]> => torch.onnx.load(Buffer.from(file, 'base64'));

  test('gives what it gives in PyTorch, for each size of its dynamic axis', () => {
    const net = load();
    expect(net.training).toBe(false);
    for (const { inputs, outputs } of calls) {
      const tensors = inputs.map(unpack);
      const made = [
        net.forward(...tensors),
        net.forward(Object.fromEntries(net.inputNames.map((each, i) => [each, tensors[i]]))),
        torch.noGrad(() => net.forward(...tensors)),
      ];
      for (const given of made) {
        expect(Array.isArray(given)).toBe(outputs.length > 1);
        outputs.forEach((want, i) => {
          close(listOf(given)[i], unpack(want));
        });
      }
    }
  });

  test('has its state', () => {
    const net = load();
    const own = Object.entries(net.stateDict());
    const wanted = Object.keys(state).filter((key) => !key.endsWith('num_batches_tracked'));
    for (const [key, x] of own) if (key in state) expect([...x.shape], key).toEqual(state[key]);
    // A weight that a product reads transposed may be written so, under a name of the exporter's, and once for each branch.
    expect(own.length, name).toBe(wanted.length + Number(name.startsWith('branch')));
    expect(own.filter(([key]) => !(key in state)).every(([key]) => /^(onnx::MatMul_)?\d+$/.test(key))).toBe(true);
    if (name.startsWith('mlp')) expect(own.map(([key]) => key).sort()).toEqual(wanted.sort());
    expect(net.namedParameters().every(([key, x]) => net.getParameter(key) === x && x.requiresGrad)).toBe(true);
    const other = load();
    for (const x of other.parameters()) torch.noGrad(() => x.zero_());
    other.loadStateDict(net.stateDict());
    const inputs = calls[0].inputs.map(unpack);
    expect(listOf(other.forward(...inputs)).map(String)).toEqual(listOf(net.forward(...inputs)).map(String));
  });

  if (losses === undefined) return;

  test('is trained as in PyTorch', () => {
    const net = load().train();
    const inputs = (calls[1] as Net['calls'][number]).inputs.map(unpack);
    const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
    const found = losses.map(() => {
      const loss = listOf(net.forward(...inputs))[0]
        .square()
        .mean();
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.item() as number;
    });
    found.forEach((loss, i) => {
      const want = losses[i];
      expect(Math.abs(loss - want), `${found} ${losses}`).toBeLessThan(2e-5 * Math.max(1, want));
    });
  });
});
