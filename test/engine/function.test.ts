/** `torch.autograd.Function`, against what PyTorch gives for the same programs (test/golden/functions.py). */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { answer, near } from './answers.ts';

const golden = readGolden<{ custom: [string, unknown][] }>('functions.json');
const { grad } = torch.autograd;
type T = torch.Tensor;
type Ctx = torch.autograd.FunctionCtx;

class Cube extends torch.autograd.Function {
  static forward(ctx: Ctx, x: T) {
    ctx.saveForBackward(x);
    return x.pow(3);
  }
  static backward(ctx: Ctx, g: T) {
    const [x] = ctx.savedTensors;
    return g.mul(3).mul(x.pow(2));
  }
}

class Exp extends torch.autograd.Function {
  static forward(x: T) {
    return x.exp();
  }
  static setupContext(ctx: Ctx, _inputs: [T], output: T) {
    ctx.saveForBackward(output);
  }
  static backward(ctx: Ctx, g: T) {
    return g.mul(ctx.savedTensors[0]);
  }
}

class Scale extends torch.autograd.Function {
  static forward(ctx: Ctx, x: T, by: number, w: T) {
    ctx.by = by;
    ctx.saveForBackward(x, w);
    return [x.mul(by).mul(w), x.add(w)];
  }
  static backward(ctx: Ctx, g: T, h: T) {
    const [x, w] = ctx.savedTensors;
    return [
      g
        .mul(ctx.by as number)
        .mul(w)
        .add(h),
      null,
      g
        .mul(ctx.by as number)
        .mul(x)
        .add(h),
    ];
  }
}

class Double extends torch.autograd.Function {
  static forward(ctx: Ctx, x: T) {
    x.mul_(2);
    ctx.markDirty(x);
    return x;
  }
  static backward(_ctx: Ctx, g: T) {
    return g.mul(2);
  }
}

class SortLike extends torch.autograd.Function {
  static forward(ctx: Ctx, x: T) {
    const [values, at] = x.sort();
    const mask = x.gt(0).to(x.dtype);
    ctx.markNonDifferentiable(at, mask);
    ctx.saveForBackward(at);
    return [values, at, mask];
  }
  static backward(ctx: Ctx, g: T) {
    return torch.zerosLike(g).scatter(0, ctx.savedTensors[0], g);
  }
}

class Two extends torch.autograd.Function {
  static forward(ctx: Ctx, x: T, materialize: boolean) {
    ctx.setMaterializeGrads(materialize);
    return [x.mul(2), x.mul(3)];
  }
  static backward(_ctx: Ctx, g: T, h: T | null) {
    return [g.mul(2).add(h === null ? 100 : 10), null];
  }
}

class Same extends torch.autograd.Function {
  static forward(_ctx: Ctx, x: T) {
    return x;
  }
  static backward(_ctx: Ctx, g: T) {
    return g.mul(7);
  }
}

const GIVES: Record<string, (g: T) => unknown> = {
  few: () => [],
  many: (g) => [g, null, g],
  nulls: (g) => [g, null, null],
  number: (g) => [g, g],
  shape: () => [torch.ones(5), null],
  kind: () => [1.5, null],
  wide: () => [torch.ones(4, 3, { dtype: torch.float64 }), null],
  none: () => [null, null],
};

class Wrong extends torch.autograd.Function {
  static forward(ctx: Ctx, x: T, gives: string) {
    ctx.gives = gives;
    return x.mul(2);
  }
  static backward(ctx: Ctx, g: T) {
    return GIVES[ctx.gives as keyof typeof GIVES](g);
  }
}

const leaf = () => torch.tensor([0.5, -1.25, 2], { dtype: torch.float64, requiresGrad: true });

function two(materialize: boolean) {
  const a = leaf();
  Two.apply<T[]>(a, materialize)[0].sum().backward();
  return a.grad;
}

function wrong(gives: string) {
  const a = leaf();
  Wrong.apply(a, gives).sum().backward();
  return a.grad ?? [];
}

const PROGRAMS: Record<string, () => unknown> = {
  cube: () => {
    const a = leaf();
    const y = Cube.apply(a);
    const [d] = grad(y.sum(), a, { createGraph: true });
    const [e] = grad(d.sum(), a, { createGraph: true });
    return [y, d, e, grad(e.sum(), a)];
  },
  exp: () => {
    const a = leaf();
    const y = Exp.apply(a);
    const [d] = grad(y.sum(), a, { createGraph: true });
    return [y, d, grad(d.mul(d).sum(), a)];
  },
  scale: () => {
    const a = leaf();
    const w = torch.tensor(3, { dtype: torch.float64, requiresGrad: true });
    const [y, z] = Scale.apply(a, 2, w);
    y.mul(y).add(z).sum().backward();
    return [y, z, a.grad, w.grad];
  },
  double: () => {
    const a = leaf();
    const b = a.mul(1);
    const y = Double.apply(b);
    y.mul(b).sum().backward();
    return [y === b, y, a.grad];
  },
  'double of a leaf': () => Double.apply(leaf()),
  sort: () => {
    const a = leaf();
    const [y, at, mask] = SortLike.apply(a);
    y.mul(torch.tensor([1, 10, 100], { dtype: torch.float64 }))
      .sum()
      .backward();
    return [y, at.to(torch.int32), mask, y.requiresGrad, at.requiresGrad, mask.requiresGrad, a.grad];
  },
  zeros: () => two(true),
  nulls: () => two(false),
  same: () => {
    const a = leaf();
    const y = Same.apply(a);
    y.sum().backward();
    return [y === a, a.requiresGrad, a.isLeaf, a.grad];
  },
  twice: () => {
    const a = leaf();
    const y = Cube.apply(a).sum();
    y.backward();
    y.backward();
    return a.grad;
  },
  written: () => {
    const a = leaf();
    const b = a.mul(1);
    const y = Cube.apply(b);
    b.add_(1);
    y.sum().backward();
    return a.grad;
  },
  unrecorded: () => {
    const a = leaf();
    const y = torch.noGrad(() => Cube.apply(a));
    return [y, y.requiresGrad];
  },
  ...Object.fromEntries(Object.keys(GIVES).map((gives) => [`wrong ${gives}`, () => wrong(gives)])),
};

test('there is a program for each row', () => {
  expect(golden.custom.map(([name]) => name)).toEqual(Object.keys(PROGRAMS));
});

test.each(golden.custom)('%s', (name, want) => {
  near(answer(PROGRAMS[name]), want);
});

test('what is refused says what was expected and what came', () => {
  expect(() => wrong('few')).toThrow(
    'function WrongBackward returned an incorrect number of gradients (expected 2, got 0)',
  );
  expect(() => wrong('number')).toThrow('returned a gradient different from null at position 2');
  expect(() => wrong('shape')).toThrow('invalid gradient at index 0 - got [5] but expected shape compatible with [3]');
  expect(() => wrong('kind')).toThrow('function WrongBackward: expected Tensor or null (got 1.5)');
  expect(PROGRAMS.twice).toThrow('Trying to backward through the graph a second time');
  expect(PROGRAMS.written).toThrow('saved by CubeBackward, is at version 1; expected version 0');
});

test('a class without forward or backward says so', () => {
  class Nothing extends torch.autograd.Function {}
  class Forward extends torch.autograd.Function {
    static forward(_ctx: Ctx, x: T) {
      return x.mul(2);
    }
  }
  expect(() => Nothing.apply(leaf())).toThrow('You must implement the forward function');
  expect(() => Forward.apply(leaf()).sum().backward()).toThrow("Implementing the static 'backward' method is required");
});

test('what marks and saves tensors takes nothing else', () => {
  const refused = (use: (ctx: Ctx) => void) => {
    class Uses extends torch.autograd.Function {
      static forward(ctx: Ctx, x: T) {
        use(ctx);
        return x.mul(2);
      }
    }
    return () => Uses.apply(leaf());
  };
  expect(refused((ctx) => ctx.saveForBackward(3 as never))).toThrow(TypeError);
  expect(refused((ctx) => ctx.markDirty(3 as never))).toThrow(TypeError);
  expect(refused((ctx) => ctx.markNonDifferentiable(null as never))).toThrow(TypeError);
  expect(refused((ctx) => ctx.setMaterializeGrads(1 as never))).toThrow(TypeError);
  expect(refused((ctx) => ctx.markDirty(torch.ones(2)))).toThrow('were not returned as output');
});

test('apply may be kept apart; needsInputGrad says which gradients are read; the node bears the name', () => {
  const seen: unknown[] = [];
  class Product extends torch.autograd.Function {
    static forward(ctx: Ctx, x: T, y: T, n: number) {
      ctx.saveForBackward(x, y);
      return x.mul(y).mul(n);
    }
    static backward(ctx: Ctx, g: T) {
      const [x, y] = ctx.savedTensors;
      seen.push(ctx.needsInputGrad);
      return [g.mul(y), g.mul(x), null];
    }
  }
  const product = Product.apply;
  const y = product(leaf(), torch.ones(3, { dtype: torch.float64 }), 1);
  expect(String(y.gradFn)).toBe('<ProductBackward>');
  y.sum().backward();
  expect(seen).toEqual([[true, false, false]]);
});

test('gradcheck and gradgradcheck hold', () => {
  expect(torch.autograd.gradcheck((x) => Cube.apply(x), leaf())).toBe(true);
  expect(torch.autograd.gradgradcheck((x) => Exp.apply(x), leaf())).toBe(true);
});

test('memory stays flat over many steps', () => {
  const a = torch.ones(10_000, { requiresGrad: true });
  const step = () => {
    a.grad = null;
    Cube.apply(a).sum().backward();
  };
  for (let i = 0; i < 400; i++) step();
  const before = torch.memory.stats().linear;
  for (let i = 0; i < 800; i++) step();
  expect(torch.memory.stats().linear).toBeLessThanOrEqual(before);
});

test('it is called and not made', () => {
  class Twice extends torch.autograd.Function {
    static forward(_: torch.autograd.FunctionCtx, x: torch.Tensor): torch.Tensor {
      return x.mul(2);
    }
  }
  expect(() => new Twice()).toThrow('Twice.apply');
});
