/** Pictures of browsers and decoders: in as tensors, resized as PyTorch does, and out. */
import * as torch from 'torchlet';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readGolden } from '../golden/read.ts';

const { ToTensor, Resize, toImageData } = torch.transforms;
const data = new Uint8ClampedArray(Array.from({ length: 24 }, (_, i) => i * 10));
const picture = { data, width: 3, height: 2 };

class ImageDataLike {
  readonly data = data;
  readonly width = 3;
  readonly height = 2;
}

test.each([
  ['{ data, width, height }', picture],
  ['ImageData', new ImageDataLike()],
])('%s becomes [height, width, 4], and channels first in 0 to 1', (_, given) => {
  const x = torch.tensor(given);
  expect([String(x.dtype), ...x.shape]).toEqual(['torch.uint8', 2, 3, 4]);
  expect(x.flatten().tolist()).toEqual([...data]);
  expect(torch.asTensor(given).equal(x)).toBe(true);
  expect(torch.tensor(given, { dtype: torch.float32 }).dtype).toBe(torch.float32);
  const image = new ToTensor()(given);
  expect(image.equal(x.permute(2, 0, 1).float().div(255))).toBe(true);
  expect(new ToTensor()(x).equal(image)).toBe(true);
});

test('what is no picture is refused', () => {
  expect(() => torch.tensor({ data, width: 5, height: 2 })).toThrow('24 bytes');
  expect(() => new ToTensor()({} as never)).toThrow(TypeError);
  expect(() => toImageData(torch.ones(2, 3, 3))).toThrow(RangeError);
  expect(() => toImageData(torch.ones(3, 3, { dtype: torch.int64 }))).toThrow(TypeError);
});

test('a canvas and what can be drawn give their pixels', () => {
  const canvas = { width: 3, height: 2, getContext: () => ({ getImageData: () => picture }) };
  expect(new ToTensor()(canvas as never).equal(new ToTensor()(picture))).toBe(true);
});

test('a tensor goes out as it came in', () => {
  expect(toImageData(torch.tensor(picture))).toMatchObject(picture);
  expect(toImageData(new ToTensor()(picture))).toMatchObject(picture);
  expect([...toImageData(torch.tensor([[0, 0.5]])).data]).toEqual([0, 0, 0, 255, 128, 128, 128, 255]);
});

interface Case {
  shape: [number, number, number];
  size: [number, number];
  antialias: boolean;
  out: number[];
}

test.each(readGolden<{ cases: Case[] }>('resizing.json').cases)(
  'Resize $shape to $size, antialias $antialias',
  ({ shape, size, antialias, out }) => {
    const count = shape[0] * shape[1] * shape[2];
    const img = torch.arange(count).mul(37).remainder(256).reshape(shape);
    const resize = new Resize(size, { antialias });
    const floats = resize(img.float().div(256)).flatten().tolist<number[]>();
    // Values below 1, of weights in float32: sums of some terms in another order.
    floats.forEach((value, i) => {
      expect(Math.abs(value - out[i])).toBeLessThan(1e-6);
    });
    // PyTorch's own settings are apart in what lies halfway.
    const bytes = resize(img.to(torch.uint8)).flatten().tolist<number[]>();
    bytes.forEach((value, i) => {
      expect(Math.abs(value - 256 * out[i])).toBeLessThan(0.5 + 1e-3);
    });
  },
);

test('one number is the shorter edge', () => {
  expect([...new Resize(2)(torch.ones(3, 4, 6)).shape]).toEqual([3, 2, 3]);
  expect([...new Resize(2, { maxSize: 3 })(torch.ones(3, 12, 4)).shape]).toEqual([3, 3, 1]);
});

describe('hub.loadStateDictFromUrl', () => {
  afterEach(() => vi.unstubAllGlobals());
  const file = torch.save({ a: torch.ones(2) });
  const answer = (response: () => Response): void => vi.stubGlobal('fetch', async () => response()) as never;
  const load = torch.hub.loadStateDictFromUrl;

  test('reads, and says how far it is', async () => {
    answer(() => new Response(file, { headers: { 'content-length': String(file.length) } }));
    const seen: unknown[] = [];
    const state = await load('https://models.test/a.pt', { progress: (...args) => seen.push(args) });
    expect(String(state.a)).toBe('tensor([1., 1.])');
    expect(seen.at(-1)).toEqual([file.length, file.length]);
  });

  test('refuses other answers', async () => {
    answer(() => new Response('no', { status: 404, statusText: 'Not Found' }));
    await expect(load('https://models.test/a.pt')).rejects.toThrow('404 Not Found');
    answer(() => new Response('<html>', { headers: { 'content-type': 'text/html' } }));
    await expect(load('https://models.test/a.pt')).rejects.toThrow('web page');
    answer(() => new Response(file, { headers: { 'content-length': '9999' } }));
    await expect(load('https://models.test/a.pt')).rejects.toThrow(`${file.length} of 9999`);
    answer(() => new Response(file));
    await expect(load('https://models.test/a-00000000.pt', { checkHash: true })).rejects.toThrow('invalid hash');
    await expect(load(1 as never)).rejects.toThrow(TypeError);
  });

  test('what was read is kept in the cache', async () => {
    const kept = new Map<string, Response>();
    const cache = {
      match: async (key: string) => kept.get(key)?.clone(),
      put: async (k: string, r: Response) => kept.set(k, r),
    };
    vi.stubGlobal('caches', { open: async () => cache });
    answer(() => new Response(file));
    await load('https://models.test/a.pt');
    answer(() => new Response('', { status: 500 }));
    expect(String((await load('https://models.test/a.pt')).a)).toBe('tensor([1., 1.])');
    await expect(load('https://models.test/b.pt', { cache: false })).rejects.toThrow('500');
  });
});
