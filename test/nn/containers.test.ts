/** What holds modules or parameters holds those that are assigned, deleted and moved, as PyTorch's does. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;
const x = torch.ones(1, 2);
const names = (module: torch.nn.Module): string[] => module.namedChildren().map(([name]) => name);
type Open = Record<string, unknown>;

describe('Sequential', () => {
  it('runs a module that is assigned, prints it, saves it and trains it', () => {
    const s = new nn.Sequential(new nn.Linear(2, 3));
    (s as unknown as Open).fc = new nn.Linear(3, 7);
    expect(s(x).shape).toEqual([1, 7]);
    expect([s.length, names(s), Object.keys(s.stateDict())]).toEqual([
      2,
      ['0', 'fc'],
      ['0.weight', '0.bias', 'fc.weight', 'fc.bias'],
    ]);
    s.append(new nn.ReLU());
    // The order is that of assignment and not JavaScript's, which has the numbers first.
    expect(names(s)).toEqual(['0', 'fc', '2']);
    expect(String(s)).toBe(
      'Sequential(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n' +
        '  (fc): Linear(in_features=3, out_features=7, bias=True)\n  (2): ReLU()\n)',
    );
    expect([...s].map((layer) => layer.constructor.name)).toEqual(['Linear', 'Linear', 'ReLU']);
    expect(s.at(-2)).toBe((s as unknown as Open).fc);
    expect(names(s.slice(1))).toEqual(['fc', '2']);
    Reflect.deleteProperty(s, 'fc');
    expect(names(s)).toEqual(['0', '2']);
    expect(s(x).shape).toEqual([1, 3]);
  });

  it('runs the fields of a subclass, a module in the place of another, and what addModule added', () => {
    class Net extends (nn.Sequential as unknown as new () => torch.nn.Sequential) {
      first = new nn.Linear(2, 3);
      second = new nn.Linear(3, 5);
    }
    const net = new Net();
    expect(net(x).shape).toEqual([1, 5]);
    net.second = new nn.Linear(3, 6);
    expect([net(x).shape, net.length]).toEqual([[1, 6], 2]);
    net.addModule('third', new nn.Linear(6, 4));
    expect(net(x).shape).toEqual([1, 4]);
    const s = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
    (s as unknown as Open)[0] = new nn.Linear(2, 8);
    expect([s(x).shape, names(s)]).toEqual([
      [1, 8],
      ['0', '1'],
    ]);
    const nested = new nn.Sequential(s);
    Object.assign(s, { head: new nn.Linear(8, 9) });
    expect(nested(x).shape).toEqual([1, 9]);
  });

  it('numbers anew what is left when a layer is deleted by its number, taken out or put in', () => {
    const make = (): torch.nn.Sequential => new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Tanh());
    const s = make();
    Reflect.deleteProperty(s, '1');
    expect(s(x).shape).toEqual([1, 3]);
    expect([...s].map(String)).toEqual(['Linear(in_features=2, out_features=3, bias=True)', 'Tanh()']);
    expect(names(s)).toEqual(['0', '1']);
    s.append(new nn.GELU());
    expect(names(s)).toEqual(['0', '1', '2']);
    const t = make();
    (t as unknown as Open).fc = new nn.Sigmoid();
    expect(String(t.pop(0))).toContain('Linear');
    expect(names(t)).toEqual(['0', '1', '2']);
    t.insert(1, new nn.GELU()).extend([new nn.ELU()]);
    expect([...t].map((layer) => layer.constructor.name)).toEqual(['ReLU', 'GELU', 'Tanh', 'Sigmoid', 'ELU']);
    expect(() => t.extend([new nn.ReLU(), 5 as never])).toThrow('5 is not a Module subclass');
    expect(t.length).toBe(5);
  });

  it('refuses what is no module in a layer’s place, and never overwrites a layer', () => {
    const s = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
    (s as unknown as Open)[1] = null;
    expect(() => s(x)).toThrow('Sequential: layer 1: null is not a Module subclass');
    const t = new nn.Sequential(new nn.Linear(2, 3));
    (t as unknown as Open).fc = new nn.ReLU();
    t.append(new nn.Tanh());
    Reflect.deleteProperty(t, 'fc');
    t.append(new nn.GELU());
    expect([...t].map((layer) => layer.constructor.name)).toEqual(['Linear', 'Tanh', 'GELU']);
  });

  it('keeps the order of a parameter’s position: an optimizer finds it again', () => {
    const s = new nn.Sequential(new nn.Linear(2, 3));
    (s as unknown as Open).fc = new nn.Linear(3, 1);
    s.append(new nn.Linear(1, 4));
    expect(s.parameters().map((p) => p.shape)).toEqual([[3, 2], [3], [1, 3], [1], [4, 1], [4]]);
  });
});

describe('ModuleList and ModuleDict', () => {
  it('hold what is assigned', () => {
    const list = new nn.ModuleList([new nn.ReLU()]);
    (list as unknown as Open).fc = new nn.Tanh();
    expect([list.length, [...list].map(String)]).toEqual([2, ['ReLU()', 'Tanh()']]);
    list.append(new nn.GELU());
    expect(names(list)).toEqual(['0', 'fc', '2']);
    Reflect.deleteProperty(list, '0');
    expect([names(list), list.length, String(list.at(0))]).toEqual([['0', '1'], 2, 'Tanh()']);
    const dict = new nn.ModuleDict({ b: new nn.ReLU() });
    (dict as unknown as Open)['0'] = new nn.Tanh();
    dict.update({ a: new nn.GELU() });
    expect([dict.keys(), names(dict)]).toEqual([
      ['b', '0', 'a'],
      ['b', '0', 'a'],
    ]);
    Reflect.deleteProperty(dict, '0');
    expect(dict.keys()).toEqual(['b', 'a']);
    expect(() => dict.update({ c: new nn.ReLU(), d: 5 as never })).toThrow('ModuleDict: d: 5 is not a Module subclass');
    expect(dict.keys()).toEqual(['b', 'a']);
    expect(() => dict.update(null as never)).toThrow('ModuleDict.update should be called with modules by name');
  });

  it('a ParameterList holds its own and registers what else is assigned', () => {
    const list = new nn.ParameterList([torch.ones(2)]);
    (list as unknown as Open).scale = new nn.Parameter(torch.ones(1));
    list.append(torch.ones(3));
    expect([list.length, [...list].map((p) => p.shape)]).toEqual([2, [[2], [3]]]);
    expect(list.namedParameters().map(([name]) => name)).toEqual(['0', '1', 'scale']);
    const many = new nn.ParameterList(Array.from({ length: 4000 }, () => torch.ones(1)));
    expect(many.length).toBe(4000);
  });
});

describe('zeroGrad', () => {
  const grads = (setToNone: unknown, byOptimizer: boolean): unknown => {
    const model = new nn.Linear(2, 1);
    const optimizer = new torch.optim.Adam(model.parameters());
    for (const p of model.parameters()) p.grad = torch.ones(p.dims);
    const kept = model.weight.grad;
    if (byOptimizer) optimizer.zeroGrad(setToNone as boolean);
    else model.zeroGrad(setToNone as boolean);
    return [model.weight.grad === null ? null : model.weight.grad.tolist(), model.weight.grad === kept];
  };

  it.each([false, true])('keeps zeros where it is told so, by position and by name (optimizer: %s)', (byOptimizer) => {
    for (const given of [false, { setToNone: false }]) expect(grads(given, byOptimizer)).toEqual([[[0, 0]], true]);
    for (const given of [true, undefined, {}, { setToNone: true }])
      expect(grads(given, byOptimizer)).toEqual([null, false]);
    for (const given of [0, null, 'false', []]) {
      expect(() => grads(given, byOptimizer)).toThrow("zeroGrad(): argument 'setToNone' must be bool, not");
    }
    expect(() => grads({ toNone: false }, byOptimizer)).toThrow("unexpected option 'toNone'");
  });

  it('leaves zeros without a history', () => {
    const w = torch.tensor([1, 2], { requiresGrad: true });
    w.pow(3)
      .sum()
      .backward({ createGraph: true } as never);
    const g = w.grad as torch.Tensor;
    new torch.optim.SGD([w]).zeroGrad(false);
    expect([g.requiresGrad, g.gradFn, g.tolist()]).toEqual([false, null, [0, 0]]);
  });
});

it('JSON.stringify says what to write instead of leaving a model, an optimizer or a metric out', () => {
  const model = new nn.Linear(2, 1);
  const cases: [object, string][] = [
    [model, 'a Linear: give it its stateDict(), or bytes by torch.save(model.stateDict())'],
    [
      new torch.optim.SGD(model.parameters()),
      'a SGD: give it its stateDict(), or bytes by torch.save(optimizer.stateDict())',
    ],
    [new torch.metrics.MeanMetric(), 'a MeanMetric: give it its compute()'],
    [new torch.metrics.MetricCollection([]), 'a MetricCollection: give it its compute()'],
  ];
  for (const [value, message] of cases) {
    expect(() => JSON.stringify({ epoch: 1, value }), message).toThrow(
      new TypeError(`JSON.stringify cannot write ${message}`),
    );
  }
  const scheduler = new torch.optim.lrScheduler.StepLR(new torch.optim.SGD(model.parameters()), 3);
  expect(JSON.parse(JSON.stringify({ scheduler }))).toEqual({ scheduler: scheduler.stateDict() });
});
