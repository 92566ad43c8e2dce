/** Transforms do what torchvision's do, with PyTorch's draws: see golden/transforms.py. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';

interface Case {
  name: 'RandomCrop';
  image: 'odd' | 'even' | 'batch' | 'bytes';
  options: { size: number };
  shape: number[];
  outputs: number[][];
  next: number[];
  ulp?: number;
}

const golden = readGolden<{ cases: Case[] }>('transforms.json');
const { transforms } = torch;

const images = {
  odd: torch.arange(15).float().view(1, 3, 5).div(4),
  even: torch.arange(48).float().view(2, 4, 6).sin(),
  batch: torch.arange(72).float().view(2, 1, 6, 6).cos(),
  bytes: torch.arange(25).view(1, 5, 5).mul(37).remainder(256).byte(),
};

test.each(golden.cases.map((c, i) => [i, c.name, c.image, JSON.stringify(c.options), c] as const))(
  '%i %s %s %s',
  (...row) => {
    const c = row[4];
    const image = images[c.image];
    const before = image.toTypedArray();
    torch.manualSeed(5);
    const transform = new transforms[c.name](c.options);
    for (const expected of c.outputs) {
      const out = transform(image);
      expect([out.dtype, [...out.shape]]).toEqual([image.dtype, c.shape]);
      const values = out.flatten().tolist() as number[];
      // Bilinear weights are differences of coordinates, which float32 holds to about 1e-6.
      const bound = ulps(16, c, expected);
      for (const [i, value] of expected.entries())
        expect(Math.abs(values[i] - value), `element ${i}`).toBeLessThanOrEqual(bound);
    }
    expect(torch.randint(1000, [2]).tolist()).toEqual(c.next);
    expect(image.toTypedArray()).toEqual(before);
  },
);

describe('transforms', () => {
  test('compose, from any functions', () => {
    const { Compose, Lambda, CenterCrop } = transforms;
    const both = new Compose([new CenterCrop(1), new Lambda((x) => x.mul(2)), (x) => x.add(1)]);
    expect(both(torch.arange(9).view(3, 3)).tolist()).toEqual([[9]]);
    expect(both).toBeInstanceOf(transforms.Transform);
  });

  test('work for every sample that a dataset gives', () => {
    class Flipped extends torch.Dataset<torch.Tensor> {
      flip = new transforms.RandomHorizontalFlip(1);
      get length() {
        return 3;
      }
      at(i: number) {
        return this.flip(torch.tensor([[i, 10]]));
      }
    }
    const [batch] = new torch.DataLoader(new Flipped(), 3);
    expect(batch.tolist()).toEqual([[[10, 0]], [[10, 1]], [[10, 2]]]);
  });

  test('let gradients through', () => {
    const x = torch.ones(1, 4, 4, { requiresGrad: true });
    torch.manualSeed(1);
    const turn = new transforms.RandomRotation(30, 'bilinear');
    new transforms.Normalize([0], [2])(turn(x)).sum().backward();
    const inner = x.grad?.at(0, 1, 1).item() as number;
    expect(inner).toBeCloseTo(0.5, 1);
  });

  test('normalise in place if told to', () => {
    const x = torch.ones(1, 1, 2);
    expect(new transforms.Normalize({ mean: [1], std: [2], inplace: true })(x)).toBe(x);
    expect(x.tolist()).toEqual([[[0, 0]]]);
  });

  test('leave memory as it was', () => {
    const augment = new transforms.Compose([
      new transforms.RandomCrop(28, { padding: 4 }),
      new transforms.RandomRotation(10, 'bilinear'),
      new transforms.RandomHorizontalFlip(),
      new transforms.GaussianNoise(),
    ]);
    const x = torch.rand(1, 28, 28);
    const run = (times: number): void => {
      for (let i = 0; i < times; i++) augment(x);
    };
    run(2000);
    const { linear } = torch.memory.stats();
    run(2000);
    expect(torch.memory.stats().linear).toBe(linear);
  });

  const image = torch.zeros(1, 3, 3);
  const cases: [string, () => unknown, string][] = [
    ['what is no tensor', () => new transforms.CenterCrop(2)([1] as never), 'img should be a Tensor, got a list of 1'],
    ['a row', () => new transforms.RandomHorizontalFlip()(torch.zeros(3)), 'an image has shape [..., H, W], got [3]'],
    ['a probability of 2', () => new transforms.RandomVerticalFlip(2), 'p must be between 0 and 1, got 2'],
    ['too large a crop', () => new transforms.RandomCrop(4)(image), '(4, 4) is larger than input image size (3, 3)'],
    ['a crop of 0', () => new transforms.RandomCrop(0), 'size must be positive whole numbers, got 0'],
    ['three paddings', () => new transforms.RandomCrop(2, [1, 2, 3] as never), 'a list of 1, 2 or 4 numbers'],
    ['a negative padding', () => new transforms.RandomCrop(2, -1), 'whole and not negative, got -1'],
    ['an unknown mode', () => new transforms.RandomCrop(2, { paddingMode: 'wrap' as never }), 'either constant, edge'],
    [
      'more reflection than image',
      () => new transforms.RandomCrop(2, { padding: 3, paddingMode: 'reflect' })(image),
      'Padding of 3 is too much for a side of 3',
    ],
    ['an angle of -3', () => new transforms.RandomRotation(-3), 'it must be positive, got -3'],
    ['an unknown interpolation', () => new transforms.RandomRotation(3, 'cubic' as never), "'nearest' or 'bilinear'"],
    ['expand', () => new transforms.RandomRotation(3, 'nearest', true as never), 'expand is not supported'],
    ['a deviation of 0', () => new transforms.Normalize([0], [0]), 'std evaluated to zero'],
    ['integers to normalise', () => new transforms.Normalize([0], [1])(image.long()), 'should be a float tensor'],
    ['other channels', () => new transforms.Normalize([0, 0], [1, 1])(image), '2 channels do not fit an image'],
    ['a matrix', () => new transforms.Normalize([0], [1])(torch.zeros(2, 2)), 'of size (..., C, H, W)'],
    ['a negative sigma', () => new transforms.GaussianNoise(0, -1), "sigma shouldn't be negative. Got -1"],
    ['noise on integers', () => new transforms.GaussianNoise()(image.long()), 'got dtype=torch.int64'],
    ['a list that is none', () => new transforms.Compose(3 as never), 'transforms must be a list, got 3'],
    ['a function that is none', () => new transforms.Lambda(3 as never), 'should be callable, not 3'],
  ];
  test.each(cases)('refuse %s', (_, run, message) => expect(run).toThrow(message));
});

test('transforms print their options', () => {
  const { Compose, Lambda, RandomCrop, RandomHorizontalFlip } = torch.transforms;
  const crop = new RandomCrop(3);
  expect(String(crop)).toContain('RandomCrop(size=(3, 3), padding=(0, 0, 0, 0)');
  const all = new Compose([new RandomHorizontalFlip(), crop, new Lambda((x) => x)]);
  expect(String(all)).toBe(`Compose(\n    RandomHorizontalFlip(p=0.5)\n    ${crop}\n    Lambda()\n)`);
});
