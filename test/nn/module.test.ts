/** What a module registers, how it is called, saved and loaded, and what it says when it is used wrongly. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;

class Net extends nn.Module {
  fc1 = new nn.Linear(4, 3);
  scale = new nn.Parameter(torch.ones(1));
  drop = new nn.Dropout(0.5);
  fc2 = new nn.Linear(3, 2);
  note = 'not a parameter';
  constant = torch.ones(2);

  constructor() {
    super();
    this.registerBuffer('mean', torch.zeros(3));
    this.registerBuffer('cache', torch.zeros(1), false);
  }

  forward(x: torch.Tensor): torch.Tensor {
    return this.fc2(this.drop(this.fc1(x).mul(this.scale)));
  }
}

describe('registration by assignment', () => {
  it('finds parameters, buffers and modules in order, and nothing else', () => {
    const net = new Net();
    expect(net.namedParameters().map(([name]) => name)).toEqual([
      'scale',
      'fc1.weight',
      'fc1.bias',
      'fc2.weight',
      'fc2.bias',
    ]);
    expect(net.namedBuffers().map(([name]) => name)).toEqual(['mean', 'cache']);
    expect(net.namedModules().map(([name]) => name)).toEqual(['', 'fc1', 'drop', 'fc2']);
    expect(net.children()).toEqual([net.fc1, net.drop, net.fc2]);
    expect(Object.keys(net.stateDict())).toEqual(['scale', 'mean', 'fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
  });

  /** What JavaScript allows and the types do not. */
  const assign = (module: torch.nn.Module, name: string, value: unknown): boolean => Reflect.set(module, name, value);

  it('refuses a tensor where a parameter stands, takes another parameter or null', () => {
    const layer = new nn.Linear<boolean>(2, 2, false);
    const { weight } = layer;
    const message = "cannot assign a tensor of shape [2, 2] as parameter 'weight' (nn.Parameter or null expected)";
    for (const value of [torch.zeros(2, 2), new nn.Linear(2, 2), 5, 'junk', undefined]) {
      expect(() => assign(layer, 'weight', value)).toThrow(TypeError);
    }
    expect(() => assign(layer, 'weight', torch.zeros(2, 2))).toThrow(message);
    expect(() => assign(layer, 'bias', torch.zeros(2)), 'null was registered, too').toThrow(TypeError);
    expect(layer.parameters()[0]).toBe(weight);
    const other = new nn.Parameter(torch.ones(2, 2));
    layer.weight = other;
    expect(layer.parameters()[0]).toBe(other);
    layer.bias = new nn.Parameter(torch.ones(2));
    expect(layer(torch.ones(1, 2)).tolist()).toEqual([[3, 3]]);
    layer.bias = null;
    expect(Object.keys(layer.stateDict())).toEqual(['weight']);
    expect(layer(torch.ones(1, 2)).tolist()).toEqual([[2, 2]]);
  });

  it('refuses a tensor in the place of a field of a user’s class once the module has listed it', () => {
    const net = new Net();
    new torch.optim.SGD(net.parameters());
    const keys = Object.keys(net);
    expect(() => assign(net, 'scale', torch.ones(1))).toThrow("as parameter 'scale'");
    expect(Object.keys(net)).toEqual(keys);
    Reflect.deleteProperty(net, 'scale');
    expect(Object.keys(net.stateDict())).not.toContain('scale');
    expect(assign(net, 'scale', torch.ones(1))).toBe(true);
    expect(Object.keys(net.stateDict())).not.toContain('scale');
  });

  it('a layer computes with what its places hold, however it came there', () => {
    const layer = new nn.Linear(2, 1, false);
    const x = torch.ones(1, 2);
    layer.weight = new nn.Parameter(torch.ones(1, 2));
    expect(layer(x).tolist()).toEqual([[2]]);
    Reflect.deleteProperty(layer, 'weight');
    expect(layer.parameters()).toEqual([]);
    expect(() => layer(x)).toThrow(TypeError);
    assign(layer, 'weight', torch.tensor([[3, 4]]));
    expect(layer(x).tolist()).toEqual([[7]]);
    expect(Object.keys(layer.stateDict())).toEqual([]);
    assign(layer, 'weight', new nn.Parameter(torch.tensor([[5, 6]])));
    expect(Object.keys(layer.stateDict())).toEqual(['weight']);
    expect(layer(x).tolist()).toEqual([[11]]);
    class Redefined extends nn.Linear<false> {
      constructor() {
        super(2, 1, false);
        // What a class field of JavaScript does.
        const value = new nn.Parameter(torch.ones(1, 2));
        Object.defineProperty(this, 'weight', { value, writable: true, enumerable: true, configurable: true });
      }
    }
    const own = new Redefined();
    expect(own(x).tolist()).toEqual([[2]]);
    expect(own.parameters()[0]).toBe(own.weight);
    expect(() => assign(own, 'weight', torch.ones(1, 2))).toThrow(TypeError);
    expect(Object.freeze(new Net()).parameters()).toHaveLength(5);
  });

  it('refuses what is no module or no tensor in the place of a module or a buffer', () => {
    const net = new Net();
    net.stateDict();
    const { fc1 } = net;
    assign(net, 'fc1', (x: torch.Tensor) => x);
    expect(() => net.parameters()).toThrow("as child module 'fc1' (nn.Module or null expected)");
    net.fc1 = fc1;
    assign(net, 'mean', 3);
    expect(() => net.stateDict()).toThrow("cannot assign 3 as buffer 'mean' (Tensor or null expected)");
    assign(net, 'mean', null);
    expect(Object.keys(net.stateDict())).not.toContain('mean');
  });

  it('counts a shared parameter once, but saves it under both names', () => {
    class Tied extends nn.Module {
      a = new nn.Linear(2, 2, false);
      b = new nn.Linear(2, 2, false);
      constructor() {
        super();
        this.b.weight = this.a.weight;
      }
      forward(x: torch.Tensor): torch.Tensor {
        return this.b(this.a(x));
      }
    }
    const tied = new Tied();
    expect(tied.parameters()).toHaveLength(1);
    expect(Object.keys(tied.stateDict())).toEqual(['a.weight', 'b.weight']);
    const x = torch.ones(1, 2);
    tied(x).sum().backward();
    expect(tied.a.weight.grad).not.toBeNull();
  });

  it('lets fields be called name, length or apply-like words of functions', () => {
    class Named extends nn.Module {
      declare name: string;
      declare length: torch.nn.Linear;
      constructor() {
        super();
        this.name = 'encoder';
        this.length = new nn.Linear(1, 1);
      }
      forward(x: torch.Tensor): torch.Tensor {
        return this.length(x);
      }
    }
    const named = new Named();
    expect(named.name).toBe('encoder');
    expect(named.namedParameters().map(([key]) => key)).toEqual(['length.weight', 'length.bias']);
  });

  it('replaces a layer in its place', () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
    (model as unknown as Record<string, unknown>)[1] = new nn.Tanh();
    expect(String(model)).toBe(
      'Sequential(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n  (1): Tanh()\n)',
    );
    expect(model(torch.zeros(1, 2)).shape).toEqual([1, 3]);
  });
});

describe('calling', () => {
  it('calls forward, with its types', () => {
    const net = new Net();
    const out = net(torch.ones(5, 4));
    expectTypeOf(out).toEqualTypeOf<torch.Tensor>();
    expect(out.shape).toEqual([5, 2]);
    expect(typeof net).toBe('function');
    expect(net).toBeInstanceOf(Net);
    expect(net).toBeInstanceOf(nn.Module);
  });

  it('indexes a Sequential with the layer’s own type', () => {
    const model = new nn.Sequential(new nn.Linear(8, 4), new nn.ReLU());
    expectTypeOf(model[0].weight).toEqualTypeOf<torch.nn.Parameter>();
    expect(model[0].weight.shape).toEqual([4, 8]);
    expect(model.length).toBe(2);
    expect([...model]).toEqual([model[0], model[1]]);
    expect(model.at(-1)).toBe(model[1]);
    expect(() => model.at(2)).toThrow('index 2 is out of range: there are 2');
  });

  it('slices a Sequential as PyTorch does: the same layers, the same names', () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1));
    const tail = model.slice(1);
    expect(String(tail)).toBe('Sequential(\n  (1): ReLU()\n  (2): Linear(in_features=3, out_features=1, bias=True)\n)');
    expect(Object.keys(tail.stateDict())).toEqual(['2.weight', '2.bias']);
    expect(tail.at(0)).toBe(model[1]);
    const x = torch.ones(4, 2);
    expect(torch.equal(tail(model.slice(0, 1)(x)), model(x))).toBe(true);
    expect(model.slice(0, -1).length).toBe(2);
    expect(model.slice(5).length).toBe(0);
  });

  it('finds a submodule and a parameter by name', () => {
    class Net extends nn.Module {
      body = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
      forward(x: torch.Tensor): torch.Tensor {
        return this.body(x);
      }
    }
    const net = new Net();
    expect(net.getSubmodule('body.0')).toBe(net.body[0]);
    expect(net.getSubmodule('')).toBe(net);
    expect(net.getParameter('body.0.weight')).toBe(net.body[0].weight);
    expect(() => net.getSubmodule('body.7')).toThrow(new RangeError('Sequential has no attribute `7`'));
    expect(() => net.getSubmodule('body.0.weight')).toThrow(new TypeError('`weight` is not an nn.Module'));
    expect(() => net.getParameter('body.0')).toThrow(new TypeError('`0` is not an nn.Parameter'));
    expect(() => net.getParameter('body.0.foo')).toThrow(new RangeError('Linear has no attribute `foo`'));
  });

  it('takes a Sequential from an object of names', () => {
    const model = new nn.Sequential({ fc: new nn.Linear(2, 2), act: new nn.ReLU() });
    expect(model.namedParameters().map(([name]) => name)).toEqual(['fc.weight', 'fc.bias']);
    expect(model(torch.zeros(1, 2)).shape).toEqual([1, 2]);
  });

  it('names arguments, in any constructor', () => {
    const layer = new nn.Linear({ inFeatures: 3, outFeatures: 2, bias: false });
    expect([layer.weight.shape, layer.bias]).toEqual([[2, 3], null]);
    expect(() => new nn.Linear({ inFeatures: 3, outFeature: 2 } as never)).toThrow(
      "Linear() got an unexpected option 'outFeature'; it takes inFeatures, outFeatures, bias, device, dtype",
    );
    expect(() => new nn.Linear(3.5, 2)).toThrow("Linear(): argument 'inFeatures' must be int, not 3.5");
  });
});

describe('modes', () => {
  it('train and eval reach every layer; dropout lets everything pass in evaluation', () => {
    const net = new Net();
    expect(net.eval()).toBe(net);
    expect(net.modules().every((module) => !module.training)).toBe(true);
    expect(net.drop(torch.ones(50)).tolist()).toEqual(torch.ones(50).tolist());
    net.train();
    expect(net.drop(torch.ones(200)).eq(0).any().item()).toBe(true);
  });

  it('freezes and unfreezes', () => {
    const net = new Net().requiresGrad_(false);
    expect(net.parameters().every((parameter) => !parameter.requiresGrad)).toBe(true);
    expect(net(torch.ones(1, 4)).requiresGrad).toBe(false);
    net.fc2.requiresGrad_();
    net(torch.ones(1, 4)).sum().backward();
    expect([net.fc1.weight.grad, net.fc2.weight.grad === null]).toEqual([null, false]);
    net.zeroGrad();
    expect(net.fc2.weight.grad).toBeNull();
  });

  it('applies a function to the leaves first, the module last', () => {
    const seen: string[] = [];
    new nn.Sequential(new nn.Linear(1, 1), new nn.ReLU()).apply((module) => seen.push(module.constructor.name));
    expect(seen).toEqual(['Linear', 'ReLU', 'Sequential']);
  });

  it('converts to float64 and back', () => {
    const model = new nn.Linear(2, 1).double();
    expect(model(torch.ones(1, 2, { dtype: torch.float64 })).dtype).toBe(torch.float64);
    model(torch.ones(1, 2, { dtype: torch.float64 }))
      .sum()
      .backward();
    expect(model.weight.grad?.dtype).toBe(torch.float64);
    expect(() => model(torch.ones(1, 2))).toThrow(TypeError);
    expect(model.float().weight.dtype).toBe(torch.float32);
  });
});

describe('state dicts', () => {
  it('load what was saved', () => {
    const from = new Net();
    const into = new Net();
    expect(String(into.loadStateDict(from.stateDict()))).toBe('<All keys matched successfully>');
    const x = torch.randn(3, 4);
    expect(into.eval()(x).tolist()).toEqual(from.eval()(x).tolist());
  });

  it('share memory with the model, as in PyTorch', () => {
    const layer = new nn.Linear(1, 1);
    const state = layer.stateDict();
    torch.noGrad(() => layer.weight.fill_(7));
    expect(state.weight.item()).toBe(7);
    expect(state.weight.requiresGrad).toBe(false);
  });

  it('say every missing, unexpected and misshapen key, and then change nothing', () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Linear(3, 1));
    const before = model.stateDict()['0.weight'].tolist();
    const bad = { '0.weight': torch.zeros(3, 2), '0.bias': torch.zeros(4), extra: torch.zeros(1) };
    expect(() => model.loadStateDict(bad)).toThrow(
      'Error(s) in loading state_dict for Sequential:\n' +
        '\tUnexpected key(s) in state_dict: "extra". \n' +
        '\tMissing key(s) in state_dict: "1.weight", "1.bias". \n' +
        '\tsize mismatch for 0.bias: copying a param with shape torch.Size([4]) from checkpoint, the shape in current ' +
        'model is torch.Size([3]).',
    );
    expect(model.stateDict()['0.weight'].tolist()).toEqual(before);
    const keys = model.loadStateDict({ '0.bias': torch.ones(3), extra: torch.zeros(1) }, { strict: false });
    expect(keys.missingKeys).toEqual(['0.weight', '1.weight', '1.bias']);
    expect(keys.unexpectedKeys).toEqual(['extra']);
    expect(model[0].bias?.tolist()).toEqual([1, 1, 1]);
  });
});

describe('what a beginner does wrong', () => {
  it('wrong inner dimensions', () => {
    const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Linear(5, 1));
    expect(() => model(torch.ones(2, 3))).toThrow('mat1 and mat2 shapes cannot be multiplied (2x4 and 5x1)');
    expect(() => torch.ones(2, 3).matmul(torch.ones(4, 5))).toThrow(
      'mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)',
    );
  });

  it('integer inputs to a float layer', () => {
    expect(() => new nn.Linear(2, 1)(torch.ones([1, 2], { dtype: torch.int64 }))).toThrow(TypeError);
  });

  it('class indices that are not whole or not there', () => {
    const criterion = new nn.CrossEntropyLoss();
    const scores = torch.zeros(2, 3);
    expect(criterion(scores, torch.tensor([0, 2])).item()).toBeCloseTo(Math.log(3), 6);
    expect(() => criterion(scores, torch.tensor([0, 1.5]))).toThrow(/whole numbers.*got 1\.5 at position 1/);
    expect(() => criterion(scores, torch.tensor([0, 3]))).toThrow('Target 3 is out of bounds: there are 3 classes');
    expect(() => criterion(scores, torch.tensor([0, -1]))).toThrow('Target -1 is out of bounds');
    expect(() => criterion(scores, torch.tensor([0]))).toThrow(
      'Expected input batch_size (2) to match target batch_size (1).',
    );
    expect(() => nn.functional.oneHot(torch.tensor([0.5]))).toThrow(/whole numbers.*got 0\.5/);
    expect(() => nn.functional.oneHot(torch.tensor([3]), 3)).toThrow('Class values must be smaller than num_classes');
    expect(() => nn.functional.oneHot(torch.tensor([-1]))).toThrow('Class values must be non-negative.');
  });

  it('a module that is no module, an option that is none', () => {
    expect(() => new nn.Sequential(new nn.Linear(1, 1), torch.relu as never)).toThrow(
      'Sequential(): layer 1: function relu is not a Module subclass',
    );
    expect(() => new nn.CrossEntropyLoss({ weights: null } as never)).toThrow(
      "CrossEntropyLoss() got an unexpected option 'weights'; it takes weight, ignoreIndex, reduction, labelSmoothing",
    );
    expect(() => new nn.MSELoss({ reduction: 'avg' as never })).toThrow('"avg" is not a valid value for reduction');
    expect(() => new nn.Dropout(1.5)).toThrow('dropout probability has to be between 0 and 1, but got 1.5');
  });
});
