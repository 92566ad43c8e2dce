/**
 * Every layer and loss: exported with the first axis dynamic, and run with the example's size and two others; or refused,
 * with a reason. layers.slow.test.ts exports them in each opset.
 */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { type AnyLayer, inputsOf, LAYERS, make } from '../nn/layers.ts';
import { REFUSED_LAYERS } from './refused.ts';
import { agrees } from './runtime.ts';

/** As many rows of x: its own, again from the first. */
const rows = (x: torch.Tensor, n: number): torch.Tensor =>
  x.indexSelect(0, torch.arange(n).remainder(x.size(0)).to(torch.int64)).detach();

/** A layer whose parameters and buffers are nothing special. */
function shaken(layer: AnyLayer): AnyLayer {
  torch.noGrad(() => {
    for (const x of [...layer.parameters(), ...layer.buffers()]) {
      if (x.dtype.isFloatingPoint) x.mul_(0.5).add_(torch.rand(...x.shape).mul(0.25));
    }
  });
  return layer;
}

describe.each(LAYERS)('%s', (name, Class) => {
  const layer = shaken(make(name, Class));
  const inputs = inputsOf(name).map((x) => x.detach());
  if (name in REFUSED_LAYERS) {
    test('is refused, with a reason', () => {
      expect(() => torch.onnx.export(layer, inputs)).toThrow(REFUSED_LAYERS[name]);
    });
    return;
  }

  test('a batch of any size', async () => {
    const dynamicAxes = Object.fromEntries(
      inputs.map((_, i) => [inputs.length === 1 ? 'input' : `input_${i}`, { 0: 'batch' }]),
    );
    const others = [3, 11].map((n) => inputs.map((x) => rows(x, n)));
    await agrees(layer, inputs, { dynamicAxes }, others);
  });
});
