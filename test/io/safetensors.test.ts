/** Files are safetensors files, in both directions, and a damaged one is refused with its reason. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

const sample = new URL('../golden/sample.safetensors', import.meta.url);
const { tensors: expected } = readGolden<{ tensors: Record<string, { shape: number[]; values: unknown }> }>(
  'files.json',
);

/** An independent reader: the header, and each tensor's bytes. */
function parse(bytes: Uint8Array): { header: Record<string, Entry>; data: (name: string) => Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length))) as Record<string, Entry>;
  return { header, data: (name) => bytes.slice(8 + length).slice(...header[name].data_offsets) };
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** A file of this header and so many bytes of zeros. */
function file(header: unknown, size: number, pad = ''): Uint8Array {
  const text = new TextEncoder().encode((typeof header === 'string' ? header : JSON.stringify(header)) + pad);
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
}

const bytesOf = (x: torch.Tensor): Uint8Array => new Uint8Array(x.toTypedArray().buffer);

describe('a file written by hand', () => {
  const loaded = torch.load(sample);

  test.each(Object.entries(expected))('holds %s', (name, { shape, values }) => {
    const read = (value: unknown): unknown =>
      Array.isArray(value) ? value.map(read) : typeof value === 'string' ? Number(value.replace('nan', 'NaN')) : value;
    expect([...loaded[name].shape]).toEqual(shape);
    // 2 ** 53 is no safe integer, so tolist() would refuse it.
    if (name === 'i64') expect(Array.from(loaded[name].toTypedArray() as BigInt64Array, Number)).toEqual(values);
    else expect(loaded[name].tolist()).toEqual(read(values));
  });

  test('keeps its order, and its dtypes where they are computed in', () => {
    expect(Object.keys(loaded)).toEqual(Object.keys(expected));
    const { float32, float64, int32, int64, uint8, bool } = torch;
    const dtypes = [float64, int64, float32, int32, float32, float32, float32, int32, int32, uint8, bool];
    expect(Object.values(loaded).map((x) => x.dtype)).toEqual(dtypes);
  });
});

describe('a state dict', () => {
  const state = {
    'fc.weight': torch.arange(6).float().view(2, 3),
    'fc.bias': torch.tensor([1, 2], { dtype: torch.float64 }),
    steps: torch.tensor(7, { dtype: torch.int64 }),
    mask: torch.tensor([true, false, true]),
  };

  test('becomes a plain safetensors file', () => {
    const bytes = torch.save(state);
    const { header, data } = parse(bytes);
    expect(Object.keys(header)).toEqual(Object.keys(state));
    expect(header['fc.weight']).toMatchObject({ dtype: 'F32', shape: [2, 3] });
    expect([header['fc.bias'].dtype, header.steps.dtype, header.mask.dtype]).toEqual(['F64', 'I64', 'BOOL']);
    for (const [name, x] of Object.entries(state)) expect(data(name)).toEqual(bytesOf(x));
    const length = new DataView(bytes.buffer).getUint32(0, true);
    expect(length % 8).toBe(0);
    for (const { dtype, data_offsets } of Object.values(header)) {
      expect((8 + length + data_offsets[0]) % ({ F64: 8, I64: 8, F32: 4, BOOL: 1 }[dtype] as number)).toBe(0);
    }
  });

  test('of views, expanded and shared tensors and parameters is read back as they were', () => {
    const x = torch.randn(3, 4);
    const views = {
      transposed: x.t(),
      columns: x.at(':', [1, 3]),
      steps: x.at([null, null, 2]),
      expanded: torch.tensor([1, 2]).expand(3, 2),
      one: x,
      two: x,
      empty: torch.zeros(0, 2),
      parameter: new torch.nn.Parameter(torch.ones(2)),
    };
    const loaded = torch.load(torch.save(views));
    for (const [name, view] of Object.entries(views)) {
      expect([...loaded[name].shape]).toEqual([...view.shape]);
      expect(loaded[name].tolist()).toEqual(view.tolist());
    }
    expect(loaded.parameter.requiresGrad).toBe(false);
    loaded.one.fill_(0);
    expect(loaded.two.tolist()).toEqual(x.tolist());
  });

  test('goes into a model', () => {
    const model = new torch.nn.Linear(3, 2);
    const copy = new torch.nn.Linear(3, 2);
    copy.loadStateDict(torch.load(torch.save(model.stateDict())));
    expect(bytesOf(copy.weight)).toEqual(bytesOf(model.weight));
  });

  test('is a file where a path is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'torchlet-'));
    const path = join(folder, 'model.safetensors');
    expect(torch.save(state, path)).toBeUndefined();
    expect(new Uint8Array(readFileSync(path))).toEqual(torch.save(state));
    torch.save({ a: torch.ones(1) }, { f: pathToFileURL(path) });
    expect(torch.load(path, { mapLocation: 'cpu', weightsOnly: true }).a.tolist()).toEqual([1]);
    expect(() => torch.load(join(folder, 'none'))).toThrow('ENOENT');
    rmSync(folder, { recursive: true });
  });
});

describe('nested values', () => {
  test('keep tensors under dotted keys and come back as they were', () => {
    const scaler = new torch.StandardScaler().fit([
      [1, 2],
      [3, 5],
    ]);
    const encoder = new torch.LabelEncoder().fit(['wren', 'ant']);
    const model = new torch.nn.Linear(2, 1);
    const bytes = torch.save({
      epoch: 3,
      model: model.stateDict(),
      scaler: scaler.stateDict(),
      animals: encoder.stateDict(),
    });
    const names = Object.keys(parse(bytes).header);
    expect(names).toEqual(['__metadata__', 'model.weight', 'model.bias', 'scaler.mean', 'scaler.var', 'scaler.scale']);
    const loaded = torch.load<{
      epoch: number;
      model: Record<string, torch.Tensor>;
      scaler: ReturnType<typeof scaler.stateDict>;
      animals: ReturnType<typeof encoder.stateDict>;
    }>(bytes);
    expect(Object.keys(loaded)).toEqual(['epoch', 'model', 'scaler', 'animals']);
    expect(loaded.epoch).toBe(3);
    expect(loaded.model.weight.tolist()).toEqual(model.weight.tolist());
    const x = torch.randn(4, 2);
    const again = new torch.StandardScaler().loadStateDict(loaded.scaler);
    expect(bytesOf(again.transform(x))).toEqual(bytesOf(scaler.transform(x)));
    expect(new torch.LabelEncoder().loadStateDict(loaded.animals).classes).toEqual(['ant', 'wren']);
  });

  test('may be anything plain, with keys that collide', () => {
    const x = (value: number) => torch.tensor([value]);
    const value = {
      'a.b': x(1),
      a: { b: x(2), $: 'own', __metadata__: x(3) },
      __metadata__: x(4),
      '': x(5),
      list: [NaN, -0, Infinity, 2n ** 70n, undefined, null, [x(6)], 'é\ud800"\\'],
      'model.$': { $: ['tensor', 'a.b'] },
    };
    Object.defineProperty(value, '__proto__', { value: { polluted: x(7) }, enumerable: true });
    const loaded = torch.load<Record<string, unknown>>(torch.save(value));
    const plain = (node: unknown): unknown => {
      if (node instanceof torch.Tensor) return node.tolist();
      if (Array.isArray(node)) return node.map(plain);
      if (typeof node !== 'object' || node === null) return node;
      return new Map(Object.entries(node).map(([key, item]) => [key, plain(item)]));
    };
    expect(plain(loaded)).toEqual(plain(value));
    expect('polluted' in loaded).toBe(false);
    expect(torch.load<torch.Tensor>(torch.save(x(8))).tolist()).toEqual([8]);
    expect(torch.load<unknown>(torch.save(null))).toBe(null);
    expect(torch.load(torch.save({}))).toEqual({});
  });

  test('that cannot be saved are refused with their place', () => {
    const loop: unknown[] = [];
    loop.push({ loop });
    const cases: [unknown, string][] = [
      [{ a: [() => 1] }, 'cannot save function (anonymous) at a.0'],
      [{ a: new Map() }, 'cannot save a Map at a'],
      [{ a: new Float32Array(1) }, 'cannot save a Float32Array at a'],
      [new torch.nn.Linear(1, 1), 'save its stateDict()'],
      [{ model: new torch.nn.Linear(1, 1) }, 'at model; save its stateDict()'],
      [{ loop }, 'contains itself at loop.0.loop'],
      [Symbol('s'), 'cannot save Symbol(s)'],
    ];
    for (const [value, message] of cases) expect(() => torch.save(value)).toThrow(message);
    let deep: unknown = 1;
    for (let i = 0; i < 300; i++) deep = [deep];
    expect(() => torch.save(deep)).toThrow('nested more than 200 deep');
  });
});

describe('a damaged file', () => {
  const ok = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const tree = (text: string) => file({ __metadata__: { torchlet: text }, x: ok }, 8);
  const huge = new Uint8Array(16);
  huge.fill(255, 0, 8);
  const cases: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(0), '0 bytes are too few for the header'],
    ['a length beyond the limit', huge, 'the header would be 18446744073709551615 bytes long'],
    ['a length beyond the file', file({ x: ok }, 8).subarray(0, 20), 'the header ends at byte'],
    ['a zip', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0]), 'looks like a zip, as PyTorch writes'],
    ['a pickle', new Uint8Array([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]), 'looks like a Python pickle'],
    ['bytes that are not UTF-8', file('{"a\xff', 0).map((byte) => (byte === 0xc3 ? 0xff : byte)), 'not UTF-8'],
    ['a header that is no object', file('[]', 0), 'must begin with {, not with "["'],
    ['a header behind a space', file(' {}', 0), 'must begin with {'],
    ['a byte order mark', file('\ufeff{}', 0), 'must begin with {'],
    ['an empty header', new Uint8Array(8), 'must begin with {, not with ""'],
    ['a header that is not JSON', file('{"x":', 0), 'the header is not JSON'],
    ['a key twice', file(`{"x":${JSON.stringify(ok)},"\\u0078":${JSON.stringify(ok)}}`, 8), 'has the key "x" twice'],
    [
      'a field twice',
      file('{"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
      'the key "dtype" twice',
    ],
    ['a tensor that is a number', file({ x: 1 }, 0), 'tensor "x" must be described by an object, got 1'],
    [
      'a missing dtype',
      file({ x: { ...ok, dtype: undefined } }, 8),
      'the dtype of tensor "x" must be a string, got undefined',
    ],
    ['an unknown dtype', file({ x: { ...ok, dtype: 'F31' } }, 8), 'tensor "x" has the unknown dtype "F31"'],
    ['a dtype from a prototype', file({ x: { ...ok, dtype: 'toString' } }, 8), 'unknown dtype "toString"'],
    [
      'a negative size',
      file({ x: { ...ok, shape: [-2] } }, 8),
      'the shape of tensor "x" must be a list of sizes, got [-2]',
    ],
    ['a fractional size', file({ x: { ...ok, shape: [2.5] } }, 8), 'must be a list of sizes, got [2.5]'],
    [
      'a shape that is too large',
      file({ x: { ...ok, shape: [2 ** 40, 2 ** 40, 2 ** 40] } }, 8),
      'tensor "x" has 8 bytes, its shape',
    ],
    [
      'a negative offset',
      file({ x: { ...ok, data_offsets: [-8, 0] } }, 8),
      'data_offsets of tensor "x" must be two byte positions, got [-8,0]',
    ],
    ['a fractional offset', file({ x: { ...ok, data_offsets: [0, 7.5] } }, 8), 'must be two byte positions'],
    ['one offset', file({ x: { ...ok, data_offsets: [0] } }, 8), 'must be two byte positions'],
    ['offsets that run backwards', file({ x: { ...ok, data_offsets: [8, 0] } }, 8), 'tensor "x" lies at bytes 8 to 0'],
    [
      'a gap',
      file({ x: ok, y: { ...ok, data_offsets: [12, 20] } }, 20),
      'tensor "y" lies at bytes 12 to 20, expected it to begin at 8',
    ],
    ['a gap before the first', file({ x: { ...ok, data_offsets: [4, 12] } }, 12), 'expected it to begin at 0'],
    ['an overlap', file({ x: ok, y: { ...ok, data_offsets: [4, 12] } }, 12), 'tensor "y" lies at bytes 4 to 12'],
    ['the same bytes twice', file({ x: ok, y: ok }, 8), 'tensor "y" lies at bytes 0 to 8'],
    [
      'bytes that do not fit the shape',
      file({ x: { ...ok, shape: [3] } }, 8),
      'tensor "x" has 8 bytes, its shape [3] of F32 needs 12',
    ],
    ['elements that are missing', file({ x: ok }, 7), 'the tensors take 8 bytes, but 7 follow the header'],
    ['bytes behind the elements', file({ x: ok }, 9), 'the tensors take 8 bytes, but 9 follow the header'],
    ['metadata that is no object', file({ __metadata__: [] }, 0), '__metadata__ must be an object'],
    [
      'metadata that is no string',
      file({ __metadata__: { a: 1 } }, 0),
      '__metadata__ must hold strings, got 1 under "a"',
    ],
    [
      'a boolean of 2',
      file({ x: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, 1).map((byte, i, all) =>
        i === all.length - 1 ? 2 : byte,
      ),
      'has the byte 2 at 0, not 0 or 1',
    ],
    ['a tree that is not JSON', tree('{'), 'its tree of values is not JSON'],
    ['a tree of another version', tree('{"version":2}'), 'has version 2'],
    ['a tree without a tensor', tree('{"version":1,"tree":1}'), 'does not name the tensor "x"'],
    [
      'a tree with a tensor too many',
      tree('{"version":1,"tree":{"$":["tensor","y"]}}'),
      'names a tensor that is not there: "y"',
    ],
    ['a tree with an unknown tag', tree('{"version":1,"tree":[{"$":["date",1]}]}'), 'unknown tag ["date",1]'],
    [
      'a tree too deep',
      tree(`{"version":1,"tree":${'['.repeat(5000)}${']'.repeat(5000)}}`),
      'nested more than 200 deep',
    ],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => torch.load(bytes)).toThrow(message);
    expect(() => torch.load(bytes)).toThrow(RangeError);
  });

  test('a dtype without a place here is a TypeError', () => {
    expect(() => torch.load(file({ x: { ...ok, dtype: 'U64', shape: [1] } }, 8))).toThrow(TypeError);
    expect(() => torch.load(file({ x: { ...ok, dtype: 'F4', shape: [16] } }, 8))).toThrow(
      '"x" is F4, which torchlet has no dtype for',
    );
  });

  test('the reference reader takes spaces behind the header and fields that it does not know', () => {
    expect(torch.load(file({ x: { ...ok, note: 1 } }, 8, '   ')).x.tolist()).toEqual([0, 0]);
  });
});

describe('save and load refuse', () => {
  test('what is neither a path nor bytes', () => {
    expect(() => torch.load(5 as never)).toThrow('f must be a path, a file URL or bytes');
    expect(() => torch.load(new Uint8Array(8), 'cuda' as never)).toThrow('there is no device "cuda", only "cpu"');
    expect(() => torch.load(new Uint8Array(8), { weightsOnly: 1 } as never)).toThrow(TypeError);
    expect(() => torch.load(new Uint8Array(8), { map: 'cpu' } as never)).toThrow("unexpected option 'map'");
    expect(() => torch.save({}, 5 as never)).toThrow('f must be a path or a file URL, got 5');
  });

  afterEach(() => vi.unstubAllGlobals());

  test('a path where there is no file system', () => {
    vi.stubGlobal('process', undefined);
    expect(() => torch.save({}, 'm')).toThrow(
      'there is no file system here; save(obj) without a path returns the bytes',
    );
    expect(() => torch.load('m')).toThrow('there is no file system here; load(bytes)');
    expect(torch.load(torch.save({}))).toEqual({});
  });
});

describe('properties', () => {
  const dtype = fc.constantFrom(torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool);
  const tensor = fc
    .tuple(dtype, fc.array(fc.nat(3), { maxLength: 3 }), fc.infiniteStream(fc.nat(255)))
    .map(([type, shape, noise]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const values = Array.from({ length: count * type.itemsize }, () => noise.next().value as number);
      const bytes = Uint8Array.from(values, (value) => (type === torch.bool ? value & 1 : value));
      const array = new type.array(bytes.buffer);
      // A typed array has its own dtype; only uint8 and bool share one.
      return torch.tensor(array, { dtype: type }).view(shape);
    });
  const state = fc.dictionary(
    fc.string({ unit: 'binary' }).filter((key) => key !== '__metadata__'),
    tensor,
    { maxKeys: 6 },
  );

  test('random state dicts survive bit for bit', () => {
    fc.assert(
      fc.property(state, (tensors) => {
        const loaded = torch.load(torch.save({ ...tensors }));
        expect(Object.keys(loaded)).toEqual(Object.keys(tensors));
        for (const [name, x] of Object.entries(tensors)) {
          expect([loaded[name].dtype, [...loaded[name].shape]]).toEqual([x.dtype, [...x.shape]]);
          expect(bytesOf(loaded[name])).toEqual(bytesOf(x));
        }
      }),
    );
  });

  test('random nested values survive', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.double(), tensor, (value, number, x) => {
        const loaded = torch.load<unknown[]>(torch.save([value, number, { x }]));
        expect(loaded.slice(0, 2)).toStrictEqual([value, number]);
        expect(bytesOf((loaded[2] as { x: torch.Tensor }).x)).toEqual(bytesOf(x));
      }),
    );
  });

  test('random damage is an error that says what is wrong, or goes unseen because the file is still one', () => {
    const files = [
      new Uint8Array(readFileSync(sample)),
      torch.save({ a: torch.ones(2), b: [torch.tensor(true), { c: 'd', $: 1 }], e: NaN }),
    ];
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.option(fc.nat()), insert: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 4 }), (original, changes) => {
        let bytes = original.slice();
        for (const { at, byte, cut, insert } of changes) {
          const place = at % (bytes.length + 1);
          if (cut !== null) bytes = bytes.slice(0, cut % (bytes.length + 1));
          else if (insert) bytes = Uint8Array.from([...bytes.subarray(0, place), byte, ...bytes.subarray(place)]);
          else bytes[place % Math.max(bytes.length, 1)] = byte;
        }
        try {
          torch.load(bytes);
        } catch (error) {
          expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
          expect((error as Error).message).toMatch(/^load\(\): /);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
