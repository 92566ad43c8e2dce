/** Every layer and loss in each opset. */
import { describe, test } from 'vitest';
import { inputsOf, LAYERS, make } from '../nn/layers.ts';
import { REFUSED_LAYERS } from './refused.ts';
import { agrees } from './runtime.ts';

describe.each(LAYERS.filter(([name]) => !(name in REFUSED_LAYERS)))('%s', (name, Class) => {
  test.each([17, 18, 19, 20])('opset %i', (opset) =>
    agrees(
      make(name, Class),
      inputsOf(name).map((x) => x.detach()),
      { opset },
    ),
  );
});
