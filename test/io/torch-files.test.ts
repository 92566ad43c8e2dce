/** Files that PyTorch and NumPy made are read as they are; the files and what they hold: test/golden/torch_files.py. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const folder = new URL('../golden/torch-files/', import.meta.url);
const fileOf = (name: string): URL => new URL(encodeURIComponent(name), folder);

type Told = Record<string, unknown> | string | number | boolean | null;
const { files: golden } = readGolden<{ files: Record<string, Told> }>('torch-files.json');

/** Values as the golden script tells them. */
function tell(value: unknown, storages = new Map<unknown, number>()): unknown {
  if (value instanceof torch.Tensor) {
    const { storage, offset, strides } = value as unknown as { storage: object; offset: number; strides: number[] };
    if (!storages.has(storage)) storages.set(storage, storages.size);
    return {
      tensor: value.dtype.name,
      shape: [...value.shape],
      strides: [...strides],
      offset,
      storage: storages.get(storage),
      values: Array.from(value.toTypedArray() as Float64Array, (x) =>
        number(value.dtype === torch.bool ? Boolean(x) : x),
      ),
      requiresGrad: value.requiresGrad,
      parameter: value instanceof torch.nn.Parameter,
    };
  }
  if (value instanceof torch.nn.Module) {
    return {
      module: String(value),
      training: value.training,
      state: tell(value.stateDict(), storages),
      modules: value.namedModules().map(([name, m]) => [name, m.constructor.name, m.training]),
    };
  }
  if (value instanceof torch.DType) return { dtype: value.name };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return { list: value.map((each) => tell(each, storages)) };
  if (value instanceof Map) return { map: [...value].map(([key, each]) => [key, tell(each, storages)]) };
  if (typeof value === 'object' && value !== null) {
    return { dict: Object.entries(value).map(([key, each]) => [key, tell(each, storages)]) };
  }
  return number(value);
}

function number(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : { bigint: String(value) };
  }
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return { number: String(value) };
}

/**
 * Keys that are whole numbers are strings here; and how far PyTorch's numbers are apart between processors is no matter, since
 * the file has those that are told.
 */
function toldOf(told: unknown): unknown {
  if (Array.isArray(told)) return told.map(toldOf);
  if (typeof told !== 'object' || told === null) return told;
  return Object.fromEntries(
    Object.entries(told).flatMap(([key, value]) => {
      if (key === 'ulp' || key === 'by') return [];
      if (key !== 'dict') return [[key, toldOf(value)]];
      return [[key, (value as [unknown, unknown][]).map(([name, each]) => [String(name), toldOf(each)])]];
    }),
  );
}

describe.each(Object.keys(golden))('%s', (name) => {
  const { as = name } = (golden[name] ?? {}) as { as?: string };

  test('holds what was saved', () => {
    expect(tell(torch.load(fileOf(name)))).toEqual(toldOf(golden[as]));
  });
});

test('a file of each name is there', () => {
  const files = readdirSync(folder).filter((name) => !name.startsWith('refused'));
  expect(files.sort()).toEqual(Object.keys(golden).sort());
});

describe('refused by name', () => {
  test.each(readdirSync(folder).filter((name) => name.startsWith('refused')))('%s', (name) => {
    const [, what] = /^refused (.*)\.\w+$/.exec(name) as RegExpExecArray;
    expect(() => torch.load(fileOf(name))).toThrow(what);
    expect(() => torch.load(fileOf(name))).toThrow(TypeError);
  });
});
