/** `torch.onnx.export`: what onnxruntime computes of the file is what torchlet computes. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { run } from './runtime.ts';

test('a linear layer', async () => {
  const model = new torch.nn.Linear(3, 2);
  const x = torch.randn(4, 3);
  const [out] = await run(torch.onnx.export(model, [x]), [x]);
  expect(torch.allclose(out, model(x), 1e-5, 1e-5)).toBe(true);
});
