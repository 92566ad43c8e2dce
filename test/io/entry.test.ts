/** A program of single layers: files of whole modules, where nothing has all layers (`torchlet` does). */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import '../../src/start/inlined.ts';
import { load, loadSafetensors, save, saveSafetensors, serialization } from '../../src/io/index.ts';
import { Linear } from '../../src/nn/linear.ts';
import { Module } from '../../src/nn/module.ts';
import { ones } from '../../src/ops/create/create.ts';

afterEach(() => serialization.clearSafeGlobals());
const file = readFileSync(new URL('../golden/torch-files/module linear.pt', import.meta.url));

test('a layer is refused by its name until it is let in, in both directions', () => {
  expect(() => load(file)).toThrow(/names torch\.nn\.modules\.linear\.Linear.*addSafeGlobals\(\[Linear\]\)/);
  expect(() => save(new Linear(1, 1), { format: 'pt' })).toThrow('addSafeGlobals([Linear])');
  serialization.addSafeGlobals([Linear]);
  const layer = load<Linear>(file);
  expect(layer).toBeInstanceOf(Linear);
  expect(load<Linear>(save(layer, { format: 'pt' })).weight.tolist()).toEqual(layer.weight.tolist());
  // PyTorch's name, so that Python finds its own class.
  expect(new TextDecoder('latin1').decode(save(layer, { format: 'pt' }))).toContain(
    'ctorch.nn.modules.linear\nLinear\n',
  );
});

test('a class of the same name is its own', () => {
  const Own = {
    Linear: class extends Module {
      forward(): void {}
    },
  }.Linear;
  expect(() => save(new Own(), { format: 'pt' })).toThrow('cannot save');
  serialization.addSafeGlobals([[Own, '__main__.Linear']]);
  expect(new TextDecoder('latin1').decode(save(new Own(), { format: 'pt' }))).toContain('c__main__\nLinear\n');
});

test('state dicts need none of it', () => {
  const state = new Linear(2, 1).stateDict();
  expect(load(save(state, { format: 'pt' })).weight.tolist()).toEqual(state.weight.tolist());
  expect(loadSafetensors(saveSafetensors({ x: ones(2) })).x.tolist()).toEqual([1, 1]);
});
