/** Files that would run code, take memory or time, or that two readers could read differently, are refused by their reason. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const u16 = (n: number): string => String.fromCharCode(n & 255, (n >> 8) & 255);
const u32 = (n: number): string => u16(n & 0xffff) + u16(n >>> 16);
const text = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

interface Entry {
  name: string;
  data: string;
  method?: number;
  crc?: number;
  flags?: number;
  size?: number;
  packed?: number;
  offset?: number;
  extra?: string;
  /** What stands before the data, where it differs. */
  local?: string;
}

/** An archive as its entries say, true or not. Checksums of 0 are those that were not computed. */
function zip(entries: Entry[], { count = entries.length, start = -1, comment = '' } = {}): Uint8Array {
  let body = '';
  let directory = '';
  for (const {
    name,
    data,
    method = 0,
    crc = 0,
    flags = 0,
    size = data.length,
    packed = data.length,
    extra = '',
    ...more
  } of entries) {
    const offset = more.offset ?? body.length;
    const head = u16(flags) + u16(method) + u32(0) + u32(crc) + u32(packed) + u32(size);
    body += `PK\x03\x04${u16(0)}${head}${u16((more.local ?? name).length)}${u16(0)}${more.local ?? name}${data}`;
    directory += `PK\x01\x02${u32(0)}${head}${u16(name.length)}${u16(extra.length)}${u16(0)}${u16(0)}${u16(0)}${u32(0)}${u32(offset)}${name}${extra}`;
  }
  const at = start < 0 ? body.length : start;
  const end = `PK\x05\x06${u32(0)}${u16(count)}${u16(count)}${u32(directory.length)}${u32(at)}${u16(comment.length)}${comment}`;
  return latin(body + directory + end);
}

/** A PyTorch file of this pickle, and of storages. */
const file = (pickle: string, storages: Record<string, string> = {}): Uint8Array =>
  zip([
    { name: 'archive/data.pkl', data: `\x80\x02${pickle}.` },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
    { name: 'archive/version', data: '3\n' },
  ]);

const string = (value: string): string => `X${u32(value.length)}${value}`;
const int = (value: number): string => `J${u32(value)}`;
const storage = (count: number, key = '0', type = 'Float'): string =>
  `(${string('storage')}ctorch\n${type}Storage\n${string(key)}${string('cpu')}${int(count)}tQ`;
const ordered = 'ccollections\nOrderedDict\n)R';
const tensor = (of: string, offset: number, shape: number[], strides: number[], grad = '\x89'): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${of}${int(offset)}(${shape.map(int).join('')}t(${strides.map(int).join('')}t${grad}${ordered}tR`;

test('the files of this test are read where nothing is wrong with them', () => {
  const bytes = file(tensor(storage(2), 0, [2], [1]), { 0: '\0\0\x80\x3f\0\0\0\x40' });
  expect(torch.load<torch.Tensor>(bytes).tolist()).toEqual([1, 2]);
  expect(torch.load(file(`}${string('a')}](K\x01M\x02\x01es`))).toEqual({ a: [1, 258] });
});

describe('what would run', () => {
  const call = (module: string, name: string, args = string('echo')): string => `c${module}\n${name}\n${args}\x85R`;
  test.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['subprocess', 'Popen'],
    ['__builtin__', 'eval'],
    ['builtins', 'exec'],
    ['builtins', 'getattr'],
    ['torch', 'load'],
    ['torch.hub', 'load'],
    ['torch._utils', '_import_dotted_name'],
    ['torch.storage', '_load_from_bytes'],
    ['runpy', '_run_code'],
    ['importlib', 'import_module'],
    ['numpy.core.multiarray', '_reconstruct'],
    ['constructor', 'constructor'],
    ['__proto__', 'toString'],
    ['torch.nn.modules.linear', 'constructor'],
    ['torch.nn.modules.linear.Linear', 'forward'],
    ['torch', 'toStringStorage'],
  ])('%s.%s is refused by its name', (module, name) => {
    const path = `${module === '__builtin__' ? 'builtins' : module}.${name}`;
    for (const bytes of [
      file(call(module, name)),
      file(`c${module}\n${name}\n`),
      file(`c${module}\n${name}\n)\x81}b`),
    ]) {
      expect(() => torch.load(bytes)).toThrow(`names ${path}`);
      expect(() => torch.load(bytes, { weightsOnly: false })).toThrow(TypeError);
    }
  });

  test('a class is never called, and a function never made', () => {
    expect(() => torch.load(file('ctorch.nn.modules.linear\nLinear\nK\x01K\x01\x86R'))).toThrow(
      'calls what is no function',
    );
    expect(() => torch.load(file('ctorch.nn.modules.linear\nLinear\nK\x01\x85\x81'))).toThrow('by arguments');
    expect(() => torch.load(file(`ccollections\nOrderedDict\n)\x81`))).toThrow('what is no class');
    expect(() => torch.load(file(`${string('eval')})R`))).toThrow('calls what is no function');
    expect(() => torch.load(file('ccollections\nOrderedDict\n'))).toThrow('is a class, a function or a storage');
  });

  test.each([
    ['INST', '(ios\nsystem\n'],
    ['OBJ', '(cos\nsystem\no'],
    ['STACK_GLOBAL', `${string('os')}${string('system')}\x93`],
    ['EXT1', '\x82\x01'],
    ['NEWOBJ_EX', '\x92'],
    ['PERSID', 'P0\n'],
    ['an opcode that is none', '\xff'],
  ])('the opcode %s', (_, code) => {
    expect(() => torch.load(file(code))).toThrow(
      /opcode 0x[0-9a-f]+, which torch\.save does not write|names os\.system/,
    );
  });
});

describe('what would take memory or time', () => {
  const quick = (bytes: Uint8Array, message: string | RegExp): void => {
    const begun = performance.now();
    expect(() => torch.load(bytes)).toThrow(message);
    expect(performance.now() - begun).toBeLessThan(3000);
  };

  test('lists within lists that stand for 2^60 values', () => {
    // Each in the next: the innermost list is written once.
    let nested = ']q\0';
    for (let i = 0; i < 60; i++) nested = `](${nested}h${String.fromCharCode(i)}eq${String.fromCharCode(i + 1)}`;
    quick(file(nested), 'stands for more than 33554432 values');
  });

  test('nesting without end', () => {
    quick(file(']'.repeat(100_000) + 'a'.repeat(99_999)), 'nested more than 1000 deep');
    quick(file(`N${'\x85'.repeat(100_000)}`), 'nested more than 1000 deep');
    quick(file(`]q\0h\0a`), 'contains itself');
  });

  test('sizes that are larger than the file', () => {
    quick(file(`X${u32(0xffffffff)}a`), 'was cut off');
    quick(file('\x8a\xff\x01'), 'was cut off');
    quick(file(tensor(storage(2 ** 30), 0, [2 ** 30], [1]), { 0: 'abcd' }), 'has 4 bytes, expected 4294967296');
    quick(file(tensor(storage(1), 0, [2 ** 31 - 1, 2 ** 31 - 1], [0, 0]), { 0: 'abcd' }), 'reaches beyond');
    quick(file('r\xff\xff\xff\xff'), 'changes a value that is not there');
  });

  test('a tensor that repeats one element without end takes no memory', () => {
    const x = torch.load<torch.Tensor>(file(tensor(storage(1), 0, [2 ** 30, 4], [0, 0]), { 0: '\0\0\x80\x3f' }));
    expect([...x.shape]).toEqual([2 ** 30, 4]);
  });

  test('deflated data that say they are larger than deflating makes anything', () => {
    const data = text(deflateRawSync(Buffer.alloc(1000)));
    const npz = (size: number): Uint8Array => zip([{ name: 'a.npy', data, method: 8, size }]);
    quick(npz(2 ** 31), 'does not unpack to 2147483648 bytes');
    quick(npz(999), 'does not unpack to 999 bytes');
    quick(npz(1001), 'does not unpack to 1001 bytes');
    quick(npz(1000), 'does not begin as one');
  });
});

describe('archives', () => {
  const data = { name: 'archive/data.pkl', data: '\x80\x02N.' };

  test.each<[string, Uint8Array, string]>([
    ['a name twice', zip([data, data]), 'the entry "archive/data.pkl" twice'],
    [
      'entries that overlap',
      zip([data, { name: 'b', data: 'x'.repeat(60) }, { ...data, name: 'c', offset: 0 }]),
      'called or packed otherwise',
    ],
    [
      'an entry that lies in another',
      zip([data, { ...data, offset: 0, name: 'archive/data.pkl ' }]),
      'called or packed otherwise',
    ],
    ['another name where it stands', zip([{ ...data, local: 'archive/data.pkx' }]), 'called or packed otherwise'],
    ['a method that there is not', zip([{ ...data, method: 14 }]), 'packed by method 14'],
    ['what is encrypted', zip([{ ...data, flags: 1 }]), 'is encrypted'],
    ['a wrong checksum', zip([{ ...data, crc: 5 }]), 'the checksum of its entry "archive/data.pkl" is wrong'],
    ['stored data of two sizes', zip([{ ...data, size: 3 }]), 'does not unpack to 3 bytes'],
    ['data beyond the end', zip([{ ...data, packed: 1000, size: 1000 }]), 'beyond'],
    ['too few entries', zip([data], { count: 2 }), 'fewer entries than it says'],
    ['a directory beyond the end', zip([data], { start: 10_000 }), 'beyond its end'],
    ['a directory elsewhere', zip([data], { start: 3 }), 'fewer entries than it says'],
    ['an entry of 64 bits without them', zip([{ ...data, packed: 0xffffffff, size: 0xffffffff }]), 'beyond'],
    ['nothing that is known', zip([{ name: 'readme.txt', data: '' }]), 'zip archive of readme.txt'],
    ['an end that was cut off', file('N').slice(0, -1), 'was cut off'],
    ['a beginning alone', file('N').slice(0, 60), 'was cut off'],
    ['a storage that is missing', file(tensor(storage(1), 0, [1], [1])), 'storage "0" is missing'],
  ])('%s', (_, bytes, message) => {
    expect(() => torch.load(bytes)).toThrow(message);
    expect(() => torch.load(bytes)).toThrow(/^load\(\): /);
  });

  test('comments, and sizes of 64 bits, are read', () => {
    expect(torch.load(zip([data], { comment: 'made by hand' }))).toBe(null);
    const size = data.data.length;
    const extra = `${u16(1)}${u16(16)}${u32(size)}${u32(0)}${u32(size)}${u32(0)}`;
    const large = zip([{ ...data, packed: 0xffffffff, size: 0xffffffff, extra }]);
    // What stands before the data knows the size only from its extra fields, which are not needed.
    expect(torch.load(large)).toBe(null);
  });

  test('data in the other order of bytes', () => {
    const entries = [
      { name: 'archive/data.pkl', data: `\x80\x02${tensor(storage(2), 0, [2], [1])}.` },
      { name: 'archive/byteorder', data: 'big' },
      { name: 'archive/data/0', data: '\x3f\x80\0\0\x40\0\0\0' },
    ];
    expect(torch.load<torch.Tensor>(zip(entries)).tolist()).toEqual([1, 2]);
  });
});

describe('tensors', () => {
  const bytes = { 0: '\0\0\x80\x3f\0\0\0\x40' };
  test.each<[string, string, string]>([
    ['a size below 0', tensor(storage(2), 0, [-1], [1]), 'a shape, or strides, that are none'],
    ['a stride below 0', tensor(storage(2), 1, [2], [-1]), 'a shape, or strides, that are none'],
    ['an offset below 0', tensor(storage(2), -1, [1], [1]), 'an offset, or strides, that are none'],
    ['strides of another number', tensor(storage(2), 0, [1, 1], [1]), 'an offset, or strides, that are none'],
    ['more than there is', tensor(storage(2), 1, [2], [1]), 'reaches beyond the 2 elements'],
    [
      '65 dimensions',
      tensor(storage(2), 0, Array(65).fill(1), Array(65).fill(1)),
      'a shape, or strides, that are none',
    ],
    ['no storage', tensor('N', 0, [1], [1]), 'has no storage'],
    ['ints that require grad', tensor(storage(1, '0', 'Long'), 0, [1], [1], '\x88'), 'requires grad'],
    [
      'two sizes of one storage',
      `${tensor(storage(2), 0, [1], [1])}${tensor(storage(1), 0, [1], [1])}\x86`,
      'two sizes, or two dtypes',
    ],
    ['a boolean of 128', tensor(storage(8, '0', 'Bool'), 0, [8], [1]), 'has the byte 128 at 2, not 0 or 1'],
    ['complex numbers', tensor(storage(1, '0', 'ComplexFloat'), 0, [1], [1]), 'tensor is complex64'],
  ])('%s', (_, pickle, message) => {
    expect(() => torch.load(file(pickle, bytes))).toThrow(message);
  });

  test('where one is refused, none is made', () => {
    const { live } = torch.memory.stats();
    const good = tensor(storage(2), 0, [2], [1]);
    const bad = tensor(storage(1, '1', 'ComplexFloat'), 0, [1], [1]);
    for (let i = 0; i < 100; i++) {
      expect(() => torch.load(file(`${good}${bad}\x86`, { ...bytes, 1: 'abcdefgh' }))).toThrow(
        'tensor "1" is complex64',
      );
    }
    expect(torch.memory.stats().live).toBe(live);
  });
});

describe('what a file is, if not one of these', () => {
  test.each<[string, string, string]>([
    ['a web page', '<!DOCTYPE html><html lang="en">', 'a web page'],
    ['a page with a byte order mark', '\xef\xbb\xbf\n<HTML>', 'a web page'],
    ['JSON', '{"error": "not found"}', 'JSON'],
    ['a pointer of LFS', 'version https://git-lfs.github.com/spec/v1\noid', 'a pointer of Git LFS'],
    ['HDF5', '\x89HDF\r\n\x1a\n', 'an HDF5 file'],
    ['gzip', '\x1f\x8b\x08\0\0\0\0\0\0\0', 'packed by gzip'],
    ['a tar', `${'x'.repeat(257)}ustar\x0000`, 'a tar archive'],
  ])('%s', (_, begin, what) => {
    expect(() => torch.load(latin(begin))).toThrow(`load(): the file is ${what}`);
  });

  test('another pickle, and one of a later protocol', () => {
    expect(() => torch.load(latin('\x80\x04\x95\x01\0\0\0\0\0\0\0N.'))).toThrow('looks like a Python pickle');
    expect(() => torch.load(file('\x80\x04N'))).toThrow('has protocol 4');
  });

  test('a safetensors file whose header is as long as a pickle begins', () => {
    const header = JSON.stringify({ x: { dtype: 'U8', shape: [1], data_offsets: [0, 1] } }).padEnd(0x280);
    const bytes = latin(`${u32(0x280)}${u32(0)}${header}\x07`);
    expect(torch.load(bytes).x.tolist()).toEqual([7]);
  });
});
