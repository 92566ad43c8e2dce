/** What `save` writes in PyTorch's zip format, layout and contents; that PyTorch reads it was tried with the same values. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;
const folder = mkdtempSync(join(tmpdir(), 'torch-save-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Entry {
  name: string;
  method: number;
  start: number;
  data: Uint8Array;
}

/** An independent reader of archives: by what stands before each entry's data. */
function entries(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const found: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    const [crc, size, unpacked] = [16, 20, 24].map((field) => view.getUint32(at + field, true));
    expect(unpacked).toBe(size);
    const length = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const data = bytes.slice(start, start + size);
    if (typeof crc32 === 'function') expect(crc32(data)).toBe(crc);
    // The descriptor behind the data.
    expect([0, 4, 8, 12].map((field) => view.getUint32(start + size + field, true))).toEqual([
      0x08074b50,
      crc,
      size,
      size,
    ]);
    found.push({ name, method: view.getUint16(at + 10, true), start, data });
    at += 46 + length;
  }
  return found;
}

const pt = (value: unknown): Uint8Array => torch.save(value, { format: 'pt' });
const back = <T>(value: T): T => torch.load<T>(pt(value));

test("entries stand in PyTorch's order, stored, at multiples of 64", () => {
  const found = entries(pt({ a: torch.ones(3), b: torch.zeros(2, { dtype: torch.int64 }) }));
  const names = ['data.pkl', '.format_version', '.storage_alignment', 'byteorder', 'data/0', 'data/1', 'version'];
  expect(found.map(({ name }) => name)).toEqual([...names, '.data/serialization_id'].map((name) => `archive/${name}`));
  for (const { method, start } of found) expect([method, start % 64]).toEqual([0, 0]);
  const text = (name: string): string =>
    new TextDecoder().decode(found.find((entry) => entry.name === `archive/${name}`)?.data);
  expect([text('version'), text('byteorder'), text('.storage_alignment')]).toEqual(['3\n', 'little', '64']);
});

test('views of one tensor are one storage, and come back as views of one', () => {
  const base = torch.arange(12).float();
  const value = { base, rows: base.view(3, 4), turned: base.view(3, 4).t(), part: base.narrow(0, 3, 4) };
  expect(entries(pt(value)).filter(({ name }) => name.includes('/data/'))).toHaveLength(1);
  const read = back(value);
  read.base.fill_(7);
  expect(read.turned.tolist()).toEqual(Array(4).fill([7, 7, 7]));
  expect(read.part.storageOffset()).toBe(3);
});

test('parameters, and what requires grad', () => {
  const weight = new nn.Parameter(torch.ones(2));
  const read = back({
    weight,
    same: weight,
    frozen: new nn.Parameter(torch.ones(1), false),
    leaf: torch.ones(1, { requiresGrad: true }),
  });
  expect(read.weight).toBeInstanceOf(nn.Parameter);
  expect(read.same).toBe(read.weight);
  expect([read.weight, read.frozen, read.leaf].map((x) => x.requiresGrad)).toEqual([true, false, true]);
  expect(read.leaf).not.toBeInstanceOf(nn.Parameter);
});

test.each([
  [
    'whole numbers',
    [0, 255, 256, 65535, 65536, -1, -129, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1],
  ],
  ['other numbers', [0.1, -0, 2 ** 53, 1e300, Infinity, -Infinity, NaN]],
  ['BigInts', [2n ** 53n, -(2n ** 63n), 2n ** 64n, 2n ** 2000n, -(2n ** 127n), -(2n ** 127n) - 1n]],
  ['strings', ['', 'a', 'é🎈\n', 'x'.repeat(70_000), '\0']],
  ['constants', [null, true, false]],
  ['nested values', { a: [1, [2, {}], []], '': { b: null }, constructor: 1 }],
  ['long lists', Array.from({ length: 70_000 }, (_, i) => i % 300)],
  ['many names', Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`name ${i}`, `value ${i}`]))],
  ['bytes', { bytes: new Uint8Array([0, 127, 128, 255]) }],
  [
    'keys of any kind',
    new Map<unknown, unknown>([
      [1, 'a'],
      ['1', 'b'],
      [true, [0.5]],
      [null, {}],
    ]),
  ],
  ['dtypes', [torch.float32, torch.bool]],
])('%s come back', (_, value) => {
  expect(back<unknown>(value)).toEqual(value);
});

test('a BigInt that a number can hold comes back as one', () => {
  expect(back<unknown>([1n, -(2n ** 40n)])).toEqual([1, -(2 ** 40)]);
});

test('a key that other objects inherit is one of its own', () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}}') as object;
  const read = back(value);
  expect(Object.keys(read)).toEqual(['__proto__']);
  expect((read as { polluted?: boolean }).polluted).toBeUndefined();
});

test('the format is what the path ends in', () => {
  const state = { w: torch.ones(2, 2) };
  const begins = (name: string): string => String.fromCharCode(...readFileSync(join(folder, name)).subarray(0, 4));
  for (const name of ['a.pt', 'a.pth', 'a.ckpt', 'a.bin', 'a.PTH']) {
    torch.save(state, join(folder, name));
    expect(begins(name)).toBe('PK\x03\x04');
    expect(torch.load(join(folder, name)).w.tolist()).toEqual([
      [1, 1],
      [1, 1],
    ]);
  }
  torch.save(state, pathToFileURL(join(folder, 'b.pth')));
  torch.save(state, { f: join(folder, 'c.npz') });
  torch.save(state.w, join(folder, 'd.npy'));
  torch.save(state, join(folder, 'e.safetensors'));
  torch.save(state, join(folder, 'f.safetensors'), { format: 'pt' });
  expect(['b.pth', 'c.npz', 'd.npy', 'f.safetensors'].map(begins)).toEqual([
    'PK\x03\x04',
    'PK\x03\x04',
    '\x93NUM',
    'PK\x03\x04',
  ]);
  expect(begins('e.safetensors')).not.toContain('PK');
  expect(torch.load<torch.Tensor>(join(folder, 'd.npy')).tolist()).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(Object.keys(torch.load(join(folder, 'c.npz')))).toEqual(['w']);
  expect(torch.save(state)).toEqual(torch.save(state, { format: 'safetensors' }));
});

describe('floats are narrowed', () => {
  // PyTorch's own roundings of these, by x.to(dtype).
  const values = [1e-8, 6e-8, 1e-5, 0.1, 2049, 2051, 65519, 65520, -3.14159, 1e30, -0, Infinity, NaN];
  const rounded: Record<string, number[]> = {
    float16: [
      0,
      2 ** -24,
      168 * 2 ** -24,
      0.0999755859375,
      2048,
      2052,
      65504,
      Infinity,
      -3.140625,
      Infinity,
      -0,
      Infinity,
      NaN,
    ],
    float32: values.map(Math.fround),
    float64: values,
  };
  test.each(['float16', 'float32', 'float64'] as const)('%s', (dtype) => {
    const x = torch.tensor(values, { dtype: torch.float64 });
    for (const format of ['pt', 'safetensors', 'npz'] as const) {
      const read = torch.load(torch.save({ x, i: torch.tensor([1n]) }, { format, dtype }));
      expect(read.x.tolist()).toEqual(rounded[dtype]);
      expect(read.i.dtype).toBe(torch.int64);
    }
  });

  test('bfloat16', () => {
    const read = torch
      .load(torch.save({ x: torch.tensor(values) }, { format: 'pt', dtype: 'bfloat16' }))
      .x.tolist<number[]>();
    read.forEach((value, i) => {
      if (Number.isFinite(values[i]))
        expect(Math.abs(value - values[i])).toBeLessThanOrEqual(Math.abs(values[i]) * 2 ** -8);
      else expect(value).toBe(values[i]);
    });
    expect(() => torch.save(torch.ones(1), { format: 'npy', dtype: 'bfloat16' })).toThrow('NumPy has no bfloat16');
  });
});

describe('save refuses', () => {
  test.each<[string, unknown, string]>([
    ['a class of its own', { a: [new Date(0)] }, 'cannot save a Date at a.0'],
    ['a symbol', [Symbol('s')], 'cannot save Symbol(s) at 0'],
    ['half of a letter', { text: '\ud800' }, 'half of a letter in a string at text'],
    ['a BigInt too long', [2n ** 2040n], 'more than 255 bytes'],
    ['an optimizer', { o: new torch.optim.SGD([torch.ones(1, { requiresGrad: true })]) }, 'save its stateDict()'],
  ])('%s', (_, value, message) => {
    expect(() => pt(value)).toThrow(message);
  });

  test('what contains itself, or is nested too deep', () => {
    const ring: unknown[] = [];
    ring.push({ ring });
    expect(() => pt(ring)).toThrow('contains itself at 0.ring');
    let deep: unknown[] = [];
    for (let i = 0; i < 1100; i++) deep = [deep];
    expect(() => pt(deep)).toThrow('nested more than 1000 deep');
    let half: unknown[] = [];
    for (let i = 0; i < 900; i++) half = [half];
    expect(back(half)).toEqual(half);
  });

  test('a tensor that was disposed of', () => {
    const x = torch.ones(2);
    x.dispose();
    expect(() => pt({ x })).toThrow('disposed of at x');
  });

  test('a module without a format, naming one', () => {
    expect(() => torch.save(new nn.Linear(1, 1))).toThrow(/stateDict\(\).*\.pth.*format: 'pt'/);
    expect(() => torch.save(new nn.Linear(1, 1), join(folder, 'x.safetensors'))).toThrow('stateDict()');
  });

  test('formats, and dtypes, that there are not', () => {
    expect(() => torch.save({}, { format: 'h5' as never })).toThrow("format must be 'safetensors', 'pt'");
    expect(() => torch.save({}, { dtype: 'int8' as never })).toThrow("dtype must be 'float16'");
    expect(() => torch.save({}, { dtype: 5 as never })).toThrow(TypeError);
    expect(() => torch.save({ a: 1 }, { format: 'npz' })).toThrow('tensors by name');
    expect(() => torch.save({}, { format: 'npy' })).toThrow('one tensor');
  });
});

test('saveSafetensors writes tensors by name', () => {
  const bytes = torch.saveSafetensors({ a: torch.ones(2) });
  expect(bytes).toEqual(torch.save({ a: torch.ones(2) }));
  torch.saveSafetensors({ a: torch.ones(2) }, join(folder, 'g.safetensors'), { dtype: 'float16' });
  expect(torch.loadSafetensors(join(folder, 'g.safetensors')).a.tolist()).toEqual([1, 1]);
  expect(() => torch.saveSafetensors({ a: 1 } as never)).toThrow('expected tensors by name');
});
