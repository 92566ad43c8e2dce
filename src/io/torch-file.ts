/** PyTorch's files: the zip archives that it writes since 1.6, and the rows of pickles that it wrote before. */

import { within } from '../memory/errors.ts';
import { Dict, Tuple } from '../tensor/python-values.ts';
import { unpickle } from './pickle/unpickle.ts';
import { Class, type Instance } from './pickle/values.ts';
import { allowed } from './torch-globals.ts';
import { bad, FileStorage, Maker, StorageType } from './torch-tensors.ts';
import { Values } from './torch-values.ts';
import type { Archive } from './zip.ts';

/** What a file may name besides data, and what is made of it. */
export interface Classes {
  /** The class of that name; throws for one that is not let in. */
  find(path: string): Class;
  /** Makes an instance. */
  make(instance: Instance, values: Values): unknown;
}

/** The storages of a file by key, as its pickle names them. */
class Storages {
  readonly byKey = new Map<string, FileStorage>();
  private readonly found: (storage: FileStorage) => void;

  constructor(found: (storage: FileStorage) => void) {
    this.found = found;
  }

  /** The storage of an id: `('storage', class, key, device, count)`, and a view of it, which no longer is written. */
  of(id: unknown): FileStorage | Class {
    const [tag, type, key, device, count, view = null] = id instanceof Tuple ? id.items : [];
    // A class, with its source, which nobody reads.
    if (tag === 'module' && type instanceof Class) return type;
    if (tag !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || typeof device !== 'string') {
      throw bad('its pickle refers to something that is no storage');
    }
    if (!Number.isSafeInteger(count) || (count as number) < 0) throw bad(`storage ${JSON.stringify(key)} has no size`);
    if (view !== null) throw bad(`storage ${JSON.stringify(key)} is a view: load and save it again in PyTorch`);
    const known = this.byKey.get(key);
    if (known === undefined) {
      const storage = new FileStorage(key, type, count as number);
      this.found(storage);
      this.byKey.set(key, storage);
      return storage;
    }
    if (known.count === count && known.type.element?.name === type.element?.name) return known;
    throw bad(`storage ${JSON.stringify(key)} has two sizes, or two dtypes`);
  }
}

function worldOf(storages: Storages, classes: Classes): Parameters<typeof unpickle>[2] {
  return {
    global: (path) => allowed(path) ?? classes.find(path),
    persistent: (id) => storages.of(id),
  };
}

/** Makes the value of a file; where that fails nothing was made. */
function make(value: unknown, littleEndian: boolean, classes: Classes): unknown {
  const maker = new Maker();
  maker.littleEndian = littleEndian;
  const values = new Values(maker, classes.make);
  try {
    return within('load', () => values.of(value));
  } catch (error) {
    maker.dispose();
    throw error;
  }
}

const DATA = '/data.pkl';

/** The folder of an archive that PyTorch wrote; undefined for another archive. */
export function torchFolder(archive: Archive): string | undefined {
  const name = [...archive.keys()].find(
    (each) => each.indexOf('/') + DATA.length === each.length && each.endsWith(DATA),
  );
  return name?.slice(0, -DATA.length);
}

/** Reads an archive that PyTorch wrote. */
export function readTorchZip(archive: Archive, folder: string, classes: Classes): unknown {
  const entry = (name: string): Uint8Array | undefined => archive.get(`${folder}/${name}`)?.();
  if (archive.has(`${folder}/constants.pkl`)) {
    throw new TypeError(
      'load(): the file is a TorchScript program; save its state_dict() in Python: torch.save(model.state_dict(), f)',
    );
  }
  const storages = new Storages((storage) => {
    const bytes = entry(`data/${storage.key}`);
    if (bytes === undefined) throw bad(`storage ${JSON.stringify(storage.key)} is missing`);
    storage.bytes = bytes;
  });
  const pickle = entry('data.pkl') as Uint8Array;
  const [value, end] = unpickle(pickle, 0, worldOf(storages, classes));
  if (end !== pickle.length) throw bad(`${pickle.length - end} bytes follow its pickle`);
  const order = entry('byteorder');
  return make(value, order === undefined || String.fromCharCode(...order.subarray(0, 6)) !== 'big', classes);
}

/** What stands behind the protocol in the first pickle of a row: the number 0x1950a86a20f9469cfc6c. */
const MAGIC = '\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.';

/** Reads a row of pickles: a number, a version, the system, the value, the storages' keys; then the storages. */
export function readTorchRow(bytes: Uint8Array, classes: Classes): unknown {
  let at = 2 + MAGIC.length;
  if (String.fromCharCode(...bytes.subarray(2, at)) !== MAGIC) {
    throw bad('it looks like a Python pickle that torch.save did not write');
  }
  const storages = new Storages(() => {});
  const world = worldOf(storages, classes);
  const none = worldOf(storages, {
    ...classes,
    find: () => {
      throw bad('it is none that torch.save wrote');
    },
  });
  const next = (of = none): unknown => {
    const [value, end] = unpickle(bytes, at, of);
    at = end;
    return value;
  };
  if (next() !== 1001) throw bad('it has a version that is not 1001');
  const system = next();
  const value = next(world);
  const keys = next();
  if (!Array.isArray(keys) || new Set(keys).size !== storages.byKey.size)
    throw bad('the list of its storages is wrong');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of keys as unknown[]) {
    const storage = storages.byKey.get(key as string);
    const where = `storage ${JSON.stringify(key)}`;
    if (storage === undefined) throw bad(`${where} is listed and used nowhere`);
    const begin = at + 8;
    if (begin > bytes.length) throw bad(`${where} was cut off`);
    const count = view.getBigInt64(at, true);
    at = begin + storage.count * (storage.type.element?.itemsize ?? 1);
    if (count !== BigInt(storage.count)) throw bad(`${where} has ${count} elements, expected ${storage.count}`);
    if (at > bytes.length) throw bad(`${where} was cut off`);
    storage.bytes = bytes.subarray(begin, at);
  }
  if (at !== bytes.length) throw bad(`${bytes.length - at} bytes follow its storages`);
  const littleEndian = !(system instanceof Dict) || system.entries().get('little_endian') !== false;
  return make(value, littleEndian, classes);
}
