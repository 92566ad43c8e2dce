/** Distributions, draws that tensors parameterise, and generators: PyTorch's streams, see golden/sampling.py. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

type Draw = [
  program: number,
  op: string,
  dtype: string,
  args: (number | string | boolean | number[])[],
  expected: unknown,
];

const golden = readGolden<{ seeds: string[]; draws: Draw[] }>('sampling.json');

const DTYPES: Record<string, torch.DType> = {
  float32: torch.float32,
  float64: torch.float64,
  int64: torch.int64,
  int32: torch.int32,
  uint8: torch.uint8,
};

function weights(kind: string, dtype: torch.DType): torch.Tensor {
  if (kind === 'six') return torch.tensor([0.5, 3, 0.25, 0, 1, 2], { dtype });
  if (kind === 'many') return torch.arange(1, 301).mul(37).remainder(101).to(dtype);
  const rows = [
    [1, 2, 3, 4],
    [0, 0.125, 0, 0],
    [9, 1, 1, 9],
  ];
  return torch.tensor(rows, { dtype });
}

function means(kind: unknown, dtype: torch.DType): number | torch.Tensor {
  if (kind === 'row') return torch.tensor([1, -2, 30], { dtype });
  if (kind === 'column') return torch.tensor([[0.5], [4]], { dtype });
  return kind === 'long' ? torch.arange(20).to(dtype) : (kind as number);
}

const hash = (x: torch.Tensor): string =>
  createHash('sha256')
    .update(x.toTypedArray() as Uint8Array)
    .digest('hex');

function run([, op, name, args]: Draw): unknown {
  const dtype = DTYPES[name];
  const [a, b, c] = args as [number, number, number];
  const size = args as number[];
  switch (op) {
    case 'state':
      return hash(torch.getRngState());
    case 'exponential_':
      return torch.empty(a, { dtype }).exponential_(b).tolist();
    case 'geometric_':
      return torch.empty(a, { dtype }).geometric_(b).tolist();
    case 'logNormal_':
      return torch.empty(a, { dtype }).logNormal_(b, c).tolist();
    case 'cauchy_':
      return torch.empty(a, { dtype }).cauchy_(b, c).tolist();
    case 'multinomial':
      return torch.multinomial(weights(args[0] as string, dtype), b, args[2] as boolean).tolist();
    case 'normal': {
      const [mean, std] = [means(args[0], dtype), means(args[1], dtype)];
      const out = torch.normal({ mean, std });
      expect(out.dtype).toBe(dtype);
      return out.tolist();
    }
    case 'normalSize':
      return torch.normal(a, b, args[2] as number[], { dtype }).tolist();
    case 'rand':
      return torch.rand(a, { dtype }).tolist();
    case 'randn':
      return torch.randn(a, { dtype }).tolist();
    case 'randLike':
      return torch.randLike(torch.zeros(size, { dtype })).tolist();
    case 'randnLike':
      return torch.randnLike(torch.zeros(size, { dtype })).tolist();
    case 'randintLike':
      return torch.randintLike(torch.zeros(7, { dtype }), a, b).tolist();
    default:
      throw new Error(op);
  }
}

/** What takes log, exp, cos or tan in float64, where PyTorch's come from the C library. */
const NEAR = ['exponential_', 'logNormal_', 'cauchy_', 'normal', 'normalSize', 'randn', 'randnLike'];

describe(`draws as in PyTorch ${golden.made[0].torch}`, () => {
  golden.seeds.forEach((seed, i) => {
    const draws = golden.draws.filter(([program]) => program === i);
    test(`program ${i}, seed ${seed}, ${draws.length} draws from ${draws[0][1]}`, () => {
      torch.manualSeed(BigInt(seed));
      for (const draw of draws) {
        const [, op, dtype, args, expected] = draw;
        const actual = run(draw);
        const what = `${op}(${args}) in ${dtype}`;
        if (dtype !== 'float64' || !NEAR.includes(op)) expect(actual, what).toEqual(expected);
        else {
          const values = [actual].flat(2) as number[];
          for (const [j, wanted] of ([expected].flat(2) as number[]).entries()) {
            expect(Math.abs(values[j] - wanted) / (Math.abs(wanted) + 30), what).toBeLessThan(1e-14);
          }
        }
      }
    });
  });
});

describe('a generator', () => {
  test('goes on from its state, cached normal included, in any generator', () => {
    const generator = new torch.Generator().manualSeed(3);
    torch.randn(3, { generator });
    const state = torch.load<{ state: torch.Tensor }>(torch.save({ state: generator.getState() })).state;
    const expected = [torch.randn(3, { generator }), torch.rand(700, { generator })];
    const other = new torch.Generator().setState(state);
    expect(other.initialSeed()).toBe(3n);
    const actual = [torch.randn(3, { generator: other }), torch.rand(700, { generator: other })];
    expect(actual.map((x) => x.tolist())).toEqual(expected.map((x) => x.tolist()));
    expect([state.dtype, state.numel()]).toEqual([torch.uint8, 5056]);
  });

  test('is not touched by a state that is none', () => {
    const generator = new torch.Generator().manualSeed(3);
    const before = generator.getState().toTypedArray();
    expect(() => generator.setState([1] as never)).toThrow('must be a torch.uint8 tensor, got a list of 1');
    expect(() => generator.setState(torch.zeros(5056))).toThrow(TypeError);
    expect(() => generator.setState(torch.zeros(5, { dtype: torch.uint8 }))).toThrow('size 5056 but found');
    expect(() => generator.setState(torch.zeros(5056, { dtype: torch.uint8 }))).toThrow('Invalid mt19937 state');
    expect(generator.getState().toTypedArray()).toEqual(before);
  });

  test('draws a seed of its own', () => {
    const generator = new torch.Generator();
    const seed = generator.seed();
    expect(generator.initialSeed()).toBe(seed);
    expect(generator.seed()).not.toBe(seed);
  });

  test('leaves nothing behind when it is dropped, and is remembered while it is held', () => {
    const held = Array.from({ length: 50 }, (_, i) => new torch.Generator().manualSeed(i));
    const first = held.map((generator) => torch.rand(2, { generator }).tolist());
    const churn = (): void => {
      for (let i = 0; i < 20_000; i++) torch.rand(1, { generator: new torch.Generator().manualSeed(i) });
    };
    churn();
    const before = torch.memory.stats().linear;
    churn();
    expect(torch.memory.stats().linear).toBe(before);
    held.forEach((generator, i) => {
      const again = new torch.Generator().manualSeed(i);
      expect(torch.rand(2, { generator: again }).tolist()).toEqual(first[i]);
      expect(torch.rand(3, { generator }).tolist()).toEqual(torch.rand(3, { generator: again }).tolist());
    });
  });

  test('first drawn from inside an operation survives it', () => {
    const generator = new torch.Generator();
    const kept = torch.tidy(() => torch.rand(3, { generator }));
    for (let i = 0; i < 5; i++) torch.zeros(500);
    const same = new torch.Generator();
    expect(kept.tolist()).toEqual(torch.rand(3, { generator: same }).tolist());
    expect(torch.rand(3, { generator }).tolist()).toEqual(torch.rand(3, { generator: same }).tolist());
  });
});

describe('fills', () => {
  test('take their parameters by name', () => {
    const filled = (fill: (x: torch.Tensor, generator: torch.Generator) => torch.Tensor): unknown =>
      fill(torch.empty(5), new torch.Generator().manualSeed(1)).tolist();
    expect(filled((x, generator) => x.uniform_({ from: 2, to: 3, generator }))).toEqual(
      filled((x, generator) => x.uniform_(2, 3, { generator })),
    );
    expect(filled((x, generator) => x.exponential_({ lambd: 2, generator }))).toEqual(
      filled((x, generator) => x.exponential_(2, { generator })),
    );
    expect(filled((x, generator) => x.bernoulli_({ p: 1, generator }))).toEqual([1, 1, 1, 1, 1]);
    expect(filled((x, generator) => x.random_({ to: 1, generator }))).toEqual([0, 0, 0, 0, 0]);
  });

  test('write through a view', () => {
    const x = torch.zeros(4, 3);
    torch.manualSeed(5);
    x.t().exponential_();
    torch.manualSeed(5);
    expect(x.tolist()).toEqual(torch.empty(4, 3).exponential_().tolist());
  });

  const x = torch.zeros(3);
  const whole = torch.zeros(3, { dtype: torch.int64 });
  const cases: [string, () => unknown, string][] = [
    ['a lambda of 0', () => x.exponential_(0), 'exponential_ expects lambda > 0.0, but found lambda=0'],
    ['a lambda of NaN', () => x.exponential_(Number.NaN), 'but found lambda=NaN'],
    ['p = 1', () => x.geometric_(1), 'geometric_ expects p to be in (0, 1), but got p=1'],
    ['no p', () => x.geometric_(), "argument 'p' must be a number, not undefined"],
    ['a deviation of 0', () => x.logNormal_(0, 0), 'logNormal_ expects std > 0.0, but found std=0'],
    ['a sigma of -1', () => x.cauchy_(0, -1), 'cauchy_ expects sigma > 0.0, but found sigma=-1'],
    ['integers', () => whole.exponential_(), '"exponential_" not implemented for \'int64\''],
    ['bool', () => whole.bool().geometric_(0.5), '"geometric_" not implemented for \'bool\''],
    ['an unknown option', () => x.normal_({ sd: 1 } as never), "unexpected option 'sd'"],
    [
      'what is no generator',
      () => x.uniform_(0, 1, { generator: 3 as never }),
      "argument 'generator' must be a torch.Generator or null, not 3",
    ],
    ['bounds out of order', () => x.random_(4, 4), "expects 'from' to be less than 'to'"],
    ['a probability of 2', () => torch.bernoulli(torch.tensor([0.5, 2])), 'p_in >= 0 && p_in <= 1'],
  ];
  test.each(cases)('refuse %s', (_, run, message) => {
    torch.manualSeed(0);
    expect(run).toThrow(message);
    expect(torch.rand(1).item()).toBe(torch.rand(1, { generator: new torch.Generator().manualSeed(0) }).item());
  });
});

describe('multinomial refuses', () => {
  const { multinomial, tensor } = torch;
  const cases: [string, () => unknown, string][] = [
    [
      'integers',
      () => multinomial(torch.arange(3), 1),
      'only supports floating-point dtypes for input, got: torch.int64',
    ],
    ['three dimensions', () => multinomial(torch.ones(2, 2, 2), 1), 'prob_dist must be 1 or 2 dim'],
    ['no draws', () => multinomial(torch.ones(2), 0), 'cannot sample n_sample <= 0 samples'],
    ['half a draw', () => multinomial(torch.ones(2), 0.5), "'numSamples' must be int"],
    [
      'too many draws',
      () => multinomial(torch.ones(2), 3),
      'n_sample > prob_dist.size(-1) samples without replacement',
    ],
    ['a negative weight', () => multinomial(tensor([-1, 2]), 1), 'either `inf`, `nan` or element < 0'],
    ['NaN', () => multinomial(tensor([Number.NaN, 2]), 4, true), 'either `inf`, `nan` or element < 0'],
    ['a row of zeros', () => multinomial(tensor([[1], [0]]), 1), 'sum of probabilities <= 0'],
  ];
  test.each(cases)('%s', (_, run, message) => expect(run).toThrow(message));

  test('nothing else: no rows give no draws, and gradients end here', () => {
    expect(String(multinomial(torch.ones(0, 3), 2).shape)).toBe('torch.Size([0, 2])');
    expect(torch.ones(3, { requiresGrad: true }).multinomial(2, { replacement: true }).requiresGrad).toBe(false);
  });
});

describe('normal refuses', () => {
  const ones = torch.ones(2);
  const cases: [string, () => unknown, string][] = [
    ['a negative deviation', () => torch.normal(ones, -1), 'expects std >= 0.0, but found std -1'],
    ['negative deviations', () => torch.normal(0, ones.neg()), 'expects all elements of std >= 0.0'],
    ['integer means', () => torch.normal(torch.arange(2), 1), '"normal" not implemented for \'int64\''],
    [
      'numbers without a size',
      () => torch.normal({ mean: 0, std: 1 }),
      "argument 'size' must be a list of ints, not undefined",
    ],
    ['a size beside a tensor', () => torch.normal({ mean: ones, size: [2] }), "'size' is for a mean and a std"],
    ['no mean', () => torch.normal({ std: ones }), "argument 'mean' must be Tensor or a number, not undefined"],
    ['shapes that do not broadcast', () => torch.normal(ones, torch.ones(3)), 'must match the size of tensor b (3)'],
  ];
  test.each(cases)('%s', (_, run, message) => expect(run).toThrow(message));
});
