/** What all optimizers share: groups, state, saving and loading, and what they refuse. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { golden, makeOptimizer } from './golden.ts';

const { optim } = torch;
const leaf = (...values: number[]): torch.Tensor => torch.tensor(values, { requiresGrad: true });
/** A state dict as text, to compare. */
const dump = (optimizer: torch.optim.lrScheduler.AnyOptimizer): string =>
  JSON.stringify(optimizer.stateDict(), (_, value) => (value instanceof torch.Tensor ? value.tolist() : value));
const names = [...new Set(golden.steps.map(({ name }) => name))];

describe.each(names)('%s', (name) => {
  it('leaves parameters without a gradient alone, and their state', () => {
    const [a, b] = [leaf(1, 2), leaf(3)];
    const optimizer = makeOptimizer(name, [a, b], { lr: 0.1 });
    for (let i = 0; i < 2; i++) {
      a.sum().backward();
      optimizer.step();
      optimizer.zeroGrad();
    }
    expect(b.tolist()).toEqual([3]);
    expect(optimizer.state.has(b)).toBe(false);
    const before = [a.tolist(), dump(optimizer)];
    optimizer.step();
    expect([a.tolist(), dump(optimizer)]).toEqual(before);
    b.sum().backward();
    optimizer.step();
    expect(b.tolist()).not.toEqual([3]);
  });

  it('gives every group its own options', () => {
    const [a, b] = [leaf(1), leaf(1)];
    const optimizer = makeOptimizer(name, [{ params: [a], lr: 0.5 }, { params: b }], { lr: 0.25 });
    const apart = [leaf(1), leaf(1)];
    const alone = apart.map((w, i) => makeOptimizer(name, [w], { lr: [0.5, 0.25][i] }));
    for (let i = 0; i < 3; i++) {
      for (const w of [a, b, ...apart]) w.grad = torch.tensor([0.3 - i]);
      for (const each of [optimizer, ...alone]) each.step();
    }
    expect([a.item(), b.item()]).toEqual(apart.map((w) => w.item()));
    expect(a.item()).not.toBe(b.item());
  });

  it('takes a group later, with a state that begins then', () => {
    const [a, b, alone] = [leaf(1), leaf(1), leaf(1)];
    const optimizer = makeOptimizer(name, [a], { lr: 0.1 });
    for (let i = 0; i < 3; i++) {
      a.grad = torch.tensor([1]);
      optimizer.step();
    }
    optimizer.addParamGroup({ params: [b], lr: 0.2 });
    const other = makeOptimizer(name, [alone], { lr: 0.2 });
    for (let i = 0; i < 3; i++) {
      for (const w of [a, b, alone]) w.grad = torch.tensor([i - 0.5]);
      optimizer.step();
      other.step();
    }
    expect(b.item()).toBe(alone.item());
  });

  it('keeps its state through a tidy around the step', () => {
    const [w, same] = [leaf(1, 2), leaf(1, 2)];
    const [inside, outside] = [w, same].map((p) => makeOptimizer(name, [p], { lr: 0.1 }));
    for (let i = 0; i < 4; i++) {
      torch.tidy(() => {
        w.pow(2).sum().backward();
        inside.step();
        inside.zeroGrad();
      });
      same.pow(2).sum().backward();
      outside.step();
      outside.zeroGrad();
    }
    expect(w.tolist()).toEqual(same.tolist());
  });

  it('counts a step as a write: a graph that saved the parameter is refused', () => {
    const w = leaf(2);
    const optimizer = makeOptimizer(name, [w], { lr: 0.1 });
    const loss = w.pow(2).sum();
    loss.backward({ retainGraph: true } as never);
    optimizer.step();
    expect(() => loss.backward()).toThrow('modified by an inplace operation');
  });

  it('refuses a state that does not fit its parameter, and changes nothing', () => {
    const [first, second] = [leaf(1, 2), leaf(5, 6, 7)];
    const [from, to] = [first, second].map((w) => makeOptimizer(name, [w], name === 'SGD' ? { momentum: 0.9 } : {}));
    first.grad = torch.ones(2);
    second.grad = torch.ones(3);
    from.step();
    to.step();
    const before = dump(to);
    expect(() => to.loadStateDict(from.stateDict())).toThrow(RangeError);
    expect(dump(to)).toBe(before);
  });

  it('refuses to step where the dtype has changed since, before anything is changed', () => {
    const model = new torch.nn.Linear(2, 1);
    const w = leaf(1);
    const optimizer = makeOptimizer(name, [w, ...model.parameters()], name === 'SGD' ? { momentum: 0.9 } : {});
    const backward = (x: torch.Tensor): void => model(x).sum().add(w.sum()).backward();
    backward(torch.ones(1, 2));
    optimizer.step();
    optimizer.zeroGrad();
    model.double();
    backward(torch.ones(1, 2, { dtype: torch.float64 }));
    const value = w.item();
    expect(() => optimizer.step()).toThrow('has shape torch.Size([1, 2]) and dtype torch.float32, but its parameter');
    expect(w.item()).toBe(value);
  });
});

describe('Optimizer', () => {
  it('takes named parameters', () => {
    const model = new torch.nn.Linear(2, 1);
    const optimizer = new optim.Adam(model.namedParameters());
    const parameters = [...model.parameters()];
    expect(optimizer.paramGroups[0].params.map((p) => parameters.indexOf(p as torch.nn.Parameter))).toEqual([0, 1]);
  });

  it('takes options by position and by name', () => {
    const optimizer = new optim.Adam([leaf(1)], 0.1, [0.8, 0.9], 1e-5, 0.2, true);
    const { params, ...options } = optimizer.paramGroups[0];
    expect(params).toHaveLength(1);
    expect(options).toEqual({
      lr: 0.1,
      betas: [0.8, 0.9],
      eps: 1e-5,
      weightDecay: 0.2,
      amsgrad: true,
      maximize: false,
      decoupledWeightDecay: false,
    });
    expect(new optim.RMSprop([leaf(1)], 0.1, { alpha: 0.5 }).paramGroups[0].alpha).toBe(0.5);
  });

  it('shares no list between groups, defaults and state dicts', () => {
    const optimizer = new optim.Adam([{ params: [leaf(1)] }, { params: [leaf(2)] }]);
    optimizer.paramGroups[0].betas[0] = 0.1;
    optimizer.stateDict().paramGroups[1].betas[0] = 0.2;
    expect(optimizer.paramGroups[1].betas[0]).toBe(0.9);
    expect(new optim.Adam([leaf(1)]).paramGroups[0].betas).toEqual([0.9, 0.999]);
  });

  it('prints as PyTorch does', () => {
    const optimizer = new optim.Adam([leaf(1)], { lr: 0.01 });
    expect(String(optimizer)).toBe(
      [
        'Adam (',
        'Parameter Group 0',
        '    amsgrad: False',
        '    betas: (0.9, 0.999)',
        '    decoupled_weight_decay: False',
        '    eps: 1e-08',
        '    lr: 0.01',
        '    maximize: False',
        '    weight_decay: 0',
        ')',
      ].join('\n'),
    );
    // As Python prints them, which JavaScript would write 0.000001 and 0.00001.
    expect(String(new optim.Adadelta([leaf(1)]))).toContain('    eps: 1e-06\n');
    expect(String(new optim.SGD([leaf(1)], { lr: 0.00001 }))).toContain('    lr: 1e-05\n');
  });

  it("loads PyTorch's own state, in which the step is a tensor", () => {
    const [w, same] = [leaf(1), leaf(1)];
    const [optimizer, whole] = [new optim.Adam([w], { lr: 0.1 }), new optim.Adam([same], { lr: 0.1 })];
    same.grad = torch.tensor([2]);
    whole.step();
    const saved = torch.load(torch.save(whole.stateDict())) as ReturnType<typeof whole.stateDict>;
    torch.noGrad(() => w.copy_(same));
    optimizer.loadStateDict({ ...saved, state: { 0: { ...saved.state[0], step: torch.tensor(1) } } });
    w.grad = torch.tensor([2]);
    for (const each of [optimizer, whole]) each.step();
    expect(w.item()).toBe(same.item());
    expect(optimizer.state.get(w)?.step).toBe(2);
  });

  it('refuses options of a wrong kind', () => {
    expect(() => new optim.Adam([leaf(1)], { lr: '0.1' } as never)).toThrow(
      new TypeError('Adam(): argument \'lr\' must be a number or null, not "0.1"'),
    );
    expect(() => new optim.Adam([leaf(1)], { betas: 0.9 } as never)).toThrow(
      new TypeError("Adam(): argument 'betas' must be a list of numbers or null, not 0.9"),
    );
    expect(() => new optim.AdamW([{ params: [leaf(1)], amsgrad: 1 }] as never)).toThrow(
      new TypeError('AdamW(): amsgrad must be a boolean, got 1'),
    );
    expect(() => new optim.AdamW([leaf(1)], { decoupledWeightDecay: false } as never)).toThrow('unexpected option');
    const optimizer = new optim.Adamax([leaf(1)]);
    expect(() => optimizer.addParamGroup({ params: [leaf(1)], lr: -1 })).toThrow('Invalid learning rate: -1');
    expect(optimizer.paramGroups).toHaveLength(1);
  });

  it('refuses a state dict with bad options, and changes nothing', () => {
    const optimizer = new optim.Adam([leaf(1)]);
    const saved = optimizer.stateDict();
    saved.paramGroups[0].betas = [2, 0.9];
    expect(() => optimizer.loadStateDict(saved)).toThrow('Invalid beta parameter at index 0: 2');
    expect(optimizer.paramGroups[0].betas).toEqual([0.9, 0.999]);
  });
});

it('options that choose another way to the same numbers are taken and do nothing', () => {
  const w = torch.zeros(1, { requiresGrad: true });
  const optimizer = new torch.optim.Adam([w], { lr: 0.5, foreach: false, fused: true });
  expect(Object.keys(optimizer.paramGroups[0])).not.toContain('fused');
  const groups = [{ params: [w], foreach: true, differentiable: false as const }];
  const grouped = new torch.optim.SGD(groups, { lr: 1, differentiable: false });
  expect(Object.keys(grouped.paramGroups[0])).toEqual(Object.keys(new torch.optim.SGD([w]).paramGroups[0]));
  const message = 'SGD(): differentiable must be false, got true';
  // @ts-expect-error Autograd does not follow a step.
  expect(() => new torch.optim.SGD([w], { lr: 1, differentiable: true })).toThrow(message);
  expect(() => new torch.optim.SGD([{ params: [w], differentiable: true }] as never)).toThrow(message);
});

describe('refused before anything changes', () => {
  const model = new torch.nn.Linear(2, 1);
  const { SGD } = optim;

  it('what is given for parameters and is none', () => {
    const iterable = 'params argument given to the optimizer should be an iterable of Tensors or dicts';
    const cases: [unknown, string][] = [
      [[model.parameters()], 'optimizer can only optimize Tensors, but one of the params is a list of 2'],
      [[{ params: [model.parameters()] }], 'optimizer can only optimize Tensors, but one of the params is a list of 2'],
      [[[1, leaf(1)]], 'one of the params is a list of 2'],
      [[['w', leaf(1), leaf(1)]], 'one of the params is a list of 3'],
      [[['w', 1]], 'one of the params is 1'],
      [model, `${iterable}, but got a Linear; those of a model are model.parameters()`],
      [[{ lr: 0.1 }], `${iterable}, but got undefined`],
      [[{ params: model }], 'but got a Linear'],
    ];
    for (const [params, message] of cases) expect(() => new SGD(params as never), message).toThrow(message);
    expect(() => new SGD([model.parameters()] as never)).toThrow(TypeError);
    const pairs = new SGD([{ params: model.namedParameters() }]).paramGroups[0].params;
    expect(pairs.map((p) => p.dims)).toEqual(model.parameters().map((p) => p.dims));
  });

  it('unknown arguments of zeroGrad and step', () => {
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    for (const p of model.parameters()) p.grad = torch.ones(p.dims);
    const before = model.weight.tolist();
    expect(() => optimizer.zeroGrad({ bogus: 1 } as never)).toThrow("zeroGrad() got an unexpected option 'bogus'");
    expect(() => optimizer.zeroGrad(0 as never)).toThrow(
      new TypeError("zeroGrad(): argument 'setToNone' must be bool, not 0"),
    );
    expect(() => optimizer.step({} as never)).toThrow(
      new TypeError("step(): argument 'closure' must be a function, not undefined"),
    );
    expect(() => optimizer.step(3 as never)).toThrow(
      new TypeError("step(): argument 'closure' must be a function, not 3"),
    );
    expect([model.weight.tolist(), model.weight.grad?.tolist()]).toEqual([before, [[1, 1]]]);
    optimizer.zeroGrad({ setToNone: false });
    expect(model.weight.grad?.tolist()).toEqual([[0, 0]]);
    expect(optimizer.step({ closure: () => 5 })).toBe(5);
  });

  it('options that lost their kind since', () => {
    const changes: [string, (group: Record<string, unknown>) => unknown][] = [
      ['lr must be a number, got "x"', (group) => (group.lr = 'x')],
      ['lr must be a number, got undefined', (group) => (group.lr = undefined)],
      ['eps must be a number, got null', (group) => (group.eps = null)],
      ['betas must be a list of 2 numbers, got a list of 1', (group) => (group.betas = [0.9])],
      ['betas must be a list of 2 numbers, got a list of 2', (group) => (group.betas = [0.9, '1'])],
      ['amsgrad must be a boolean, got "no"', (group) => (group.amsgrad = 'no')],
    ];
    for (const [message, change] of changes) {
      const [a, b] = [leaf(1), leaf(2)];
      const optimizer = new optim.Adam([{ params: a }, { params: b }]);
      for (const p of [a, b]) p.grad = torch.ones(1);
      change(optimizer.paramGroups[1] as never);
      expect(() => optimizer.step(), message).toThrow(new TypeError(`Adam(): ${message}`));
      expect([a.item(), b.item(), optimizer.state.size]).toEqual([1, 2, 0]);
    }
  });
});

it('any of several optimizers can be made in one place', () => {
  const w = leaf(1);
  for (const Kind of [optim.SGD, optim.Adam, optim.AdamW, optim.RMSprop, optim.Adagrad, optim.Adadelta, optim.NAdam]) {
    expect(new Kind([w], { lr: 0.25 }).paramGroups[0].lr).toBe(0.25);
    // @ts-expect-error There is no such option.
    expect(() => new Kind([w], { lr: 0.25, learningRate: 1 })).toThrow('unexpected option');
  }
  // @ts-expect-error There is no such option.
  expect(() => new optim.SGD([w], { lr: 0.25, momentun: 1 })).toThrow('unexpected option');
  // @ts-expect-error The learning rate comes twice.
  expect(() => new optim.SGD([w], 0.1, { lr: 0.25 })).toThrow('multiple values');
});
