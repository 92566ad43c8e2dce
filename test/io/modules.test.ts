/** Whole modules through files: those of PyTorch are in torch-files.test.ts; here all layers go out and come back. */
import { afterEach, describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;
afterEach(() => torch.serialization.clearSafeGlobals());

const pt = (value: unknown): Uint8Array => torch.save(value, { format: 'pt' });
const back = <T>(value: T, options?: object): T => torch.load<T>(pt(value), options);

/** Arguments of layers that need some. */
const ARGUMENTS: Record<string, unknown[]> = {
  Linear: [2, 3],
  Bilinear: [2, 3, 4],
  BatchNorm1d: [2],
  LayerNorm: [[2, 3]],
  Embedding: [4, 2, { paddingIdx: 1, maxNorm: 2 }],
  Threshold: [0.1, 2],
  Unflatten: [1, [1, 2]],
};

type Class = new (...args: unknown[]) => torch.nn.Module;
const LAYERS = Object.entries(nn).filter(
  ([, value]) => typeof value === 'function' && value.prototype instanceof nn.Module,
) as unknown as [string, Class][];

const own = (module: torch.nn.Module): unknown =>
  Object.fromEntries(
    Object.entries(module).map(([key, value]) => [
      key,
      value instanceof torch.Tensor ? [value.dtype.name, value.tolist()] : value,
    ]),
  );

describe('every layer comes back as it was', () => {
  test.each(LAYERS)('%s', (name, Layer) => {
    const layer = new Layer(...(ARGUMENTS[name] ?? []));
    layer.eval();
    torch.manualSeed(7);
    const read = back(layer);
    expect(read).toBeInstanceOf(Layer);
    expect(String(read)).toBe(String(layer));
    expect(own(read)).toEqual(own(layer));
    expect(read.training).toBe(false);
    // No parameter was drawn to be thrown away.
    const next = torch.rand(1).item();
    torch.manualSeed(7);
    expect(next).toBe(torch.rand(1).item());
  });
});

test('the line of the course: a layer, saved and loaded, computes the same', () => {
  const layer = new nn.Linear(3, 2);
  const x = torch.ones(1, 3);
  const read = back(layer);
  expect(read(x).tolist()).toEqual(layer(x).tolist());
  read.weight.sum().backward();
  expect(read.weight.grad?.tolist()).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
});

test('nested, under names in their order, one module twice, in another dtype', () => {
  const relu = new nn.ReLU();
  const model = new nn.Sequential({
    z: new nn.Linear(2, 2).double(),
    '1': relu,
    a: new nn.Sequential(relu, new nn.BatchNorm1d(2)),
  });
  model.z.requiresGrad_(false);
  const read = back({ model, epoch: 1 }).model;
  expect(String(read)).toBe(String(model));
  expect(read['1']).toBe(read.a.at(0));
  expect(read.z.weight.dtype).toBe(torch.float64);
  expect(read.parameters().map((p) => p.requiresGrad)).toEqual(model.parameters().map((p) => p.requiresGrad));
});

test('buffers that are not saved in state dicts stay so', () => {
  class Net extends nn.Module {
    constructor() {
      super();
      this.registerBuffer('kept', torch.ones(1));
      this.registerBuffer('lost', torch.ones(2), false);
    }
    forward(): void {}
  }
  torch.serialization.addSafeGlobals([Net]);
  const net = new Net();
  net.registerBuffer('late', torch.zeros(3), false);
  const read = back(net);
  expect(Object.keys(read.stateDict())).toEqual(['kept']);
  expect(read.namedBuffers().map(([name, x]) => [name, x.numel()])).toEqual([
    ['kept', 1],
    ['lost', 2],
    ['late', 3],
  ]);
});

describe("a user's own class", () => {
  class Net extends nn.Module {
    fc = new nn.Linear(2, 1);
    scale = 1;
    forward(x: torch.Tensor): torch.Tensor {
      return this.fc(x).mul(this.scale);
    }
  }

  test('is refused, with the way out', () => {
    expect(() => pt(new Net())).toThrow(/cannot save .*Net.*stateDict\(\).*addSafeGlobals\(\[Net\]\)/);
    torch.serialization.addSafeGlobals([Net]);
    const bytes = pt(new Net());
    torch.serialization.clearSafeGlobals();
    expect(() => torch.load(bytes)).toThrow(
      /names __main__\.Net, which is not allowed.*addSafeGlobals\(\[\[Net, "__main__\.Net"\]\]\)/,
    );
  });

  test("comes in by name, or by Python's full name", () => {
    const net = new Net();
    net.scale = 3;
    net.eval();
    for (const safe of [Net, [Net, '__main__.Net'], [Net, 'my.models.Net']] as const) {
      torch.serialization.clearSafeGlobals();
      torch.serialization.addSafeGlobals([safe as never]);
      expect(torch.serialization.getSafeGlobals()).toEqual([safe]);
      const read = back(net);
      expect(read).toBeInstanceOf(Net);
      expect([read.scale, read.training, read.fc.weight.tolist()]).toEqual([3, false, net.fc.weight.tolist()]);
      // With weightsOnly too, as in PyTorch: but what it holds must be let in as well.
      expect(() => back(net, { weightsOnly: true })).toThrow('torch.nn.modules.linear.Linear');
    }
  });

  test('whose constructor throws is reported', () => {
    torch.serialization.addSafeGlobals([Net]);
    const bytes = pt(new Net());
    torch.serialization.clearSafeGlobals();
    class Picky extends nn.Module {
      constructor(size?: number) {
        super();
        if (size === undefined) throw new Error('a size is needed');
      }
      forward(): void {}
    }
    torch.serialization.addSafeGlobals([[Picky, '__main__.Net']]);
    expect(() => torch.load(bytes)).toThrow('the __main__.Net could not be made: a size is needed');
  });

  test("under names of Python's, if it has camelCase ones, and never in the place of a method", () => {
    class Snake extends nn.Module {
      hidden_layer = new nn.Linear(1, 1);
      drop_rate = 0.5;
      forward(): void {}
    }
    class Camel extends nn.Module {
      hiddenLayer = new nn.Linear(1, 1);
      dropRate = 0.1;
      forward(): void {}
    }
    torch.serialization.addSafeGlobals([[Snake, 'a.Net']]);
    const bytes = pt(new Snake());
    torch.serialization.clearSafeGlobals();
    torch.serialization.addSafeGlobals([[Camel, 'a.Net']]);
    const read = torch.load<Camel>(bytes);
    expect([Object.keys(read.stateDict()), read.dropRate]).toEqual([['hiddenLayer.weight', 'hiddenLayer.bias'], 0.5]);
    const bad = new Snake();
    Object.defineProperty(bad, 'train', { value: 1, enumerable: true });
    torch.serialization.clearSafeGlobals();
    torch.serialization.addSafeGlobals([[Snake, 'a.Net']]);
    expect(() => back(bad)).toThrow("'train' cannot be set");
  });

  test('must be a class of modules', () => {
    for (const wrong of [Date, 5, [Net], [Net, 'Net'], 'Net']) {
      expect(() => torch.serialization.addSafeGlobals([wrong as never])).toThrow(
        'expected classes that extend nn.Module',
      );
    }
    expect(() => torch.serialization.addSafeGlobals(Net as never)).toThrow('expected a list of classes');
    expect(torch.serialization.getSafeGlobals()).toEqual([]);
  });
});

test('weightsOnly refuses modules where it is true, and nothing otherwise', () => {
  const bytes = pt(new nn.Linear(1, 1));
  expect(() => torch.load(bytes, { weightsOnly: true })).toThrow(/weightsOnly.*torch\.nn\.modules\.linear\.Linear/);
  for (const weightsOnly of [false, null, undefined])
    expect(torch.load(bytes, { weightsOnly })).toBeInstanceOf(nn.Linear);
  expect(torch.load(pt({ a: torch.ones(1) }), 'cpu', true).a.item()).toBe(1);
});
