/** PyTorch's zip format, written: what `torch.load` reads in Python, with `weights_only=True` and with `mmap=True`. */

import { known } from '../nn/known.ts';
import { Parameter } from '../nn/parameter.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { isBytes } from '../tensor/brands.ts';
import type { Bytes } from '../tensor/dtype.ts';
import { DType, type TypedArray } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/elements.ts';
import { Call, Dict, PYTHON, Tuple } from '../tensor/python-values.ts';
import { Tensor } from '../tensor/tensor.ts';
import { pathOf } from './classes.ts';
import { crc32 } from './crc32.ts';
import { Made, Name, Persistent, pickle, placed } from './pickle/pickle.ts';
import { type Narrow, type Written, writtenAs } from './stored.ts';
import { elementName, STORAGES } from './torch-tensors.ts';
import { encodeUtf8 } from './utf8.ts';
import { type Content, writeZip } from './zip.ts';

/** The storages that a pickle refers to, each once. */
class Storages {
  readonly contents: Content[] = [];
  private readonly known = new Map<object, Persistent>();
  private readonly narrow: Narrow | null;

  constructor(narrow: Narrow | null) {
    this.narrow = narrow;
  }

  /** The storage that x sees; all of it is written, so that views stay views. */
  of(x: Tensor): Persistent {
    const found = this.known.get(x.storage);
    if (found !== undefined) return found;
    const way: Written = writtenAs(x.dtype, this.narrow);
    const count = x.storage.nbytes / x.dtype.itemsize;
    const key = String(this.contents.length);
    const size = count * way.itemsize;
    this.contents.push({ name: `data/${key}`, size, bytes: () => way.bytes(elementsOf(x) as TypedArray) });
    const name = elementName(way.name);
    const storage = Object.keys(STORAGES).find((each) => STORAGES[each] === name);
    const made = new Persistent(new Tuple(['storage', new Name(`torch.${storage}Storage`), key, 'cpu', count]));
    this.known.set(x.storage, made);
    return made;
  }
}

const ordered = (): Call => new Call('collections.OrderedDict', []);

function tensorOf(x: Tensor, storages: Storages, requiresGrad: boolean): Call {
  const { offset, dims, strides } = x;
  return new Call('torch._utils._rebuild_tensor_v2', [
    storages.of(x),
    offset,
    new Tuple(dims),
    new Tuple(strides),
    requiresGrad,
    ordered(),
  ]);
}

/** The bytes of a file in PyTorch's zip format. */
export function writeTorch(obj: unknown, narrow: Narrow | null): Bytes {
  const storages = new Storages(narrow);
  const data = pickle(obj, (value, path) => {
    if (value instanceof Tensor) {
      if (value.isDisposed) throw new Error(`save(): cannot save a tensor that was disposed of${placed(path)}`);
      if (!(value instanceof Parameter)) return tensorOf(value, storages, value.tracked);
      return new Call('torch._utils._rebuild_parameter', [tensorOf(value, storages, false), value.tracked, ordered()]);
    }
    if (known.modules?.is(value)) {
      const name = pathOf(value);
      if (name !== undefined) return new Made(name, known.modules.state(value, name));
    }
    if (isOptions(value)) {
      const python = (value as { [PYTHON]?: () => object })[PYTHON];
      return python === undefined ? new Dict(Object.entries(value)) : python();
    }
    if (value instanceof DType) return new Name(String(value));
    if (isBytes(value)) {
      return new Call('_codecs.encode', [Array.from(value, (byte) => String.fromCharCode(byte)).join(''), 'latin1']);
    }
    throw new TypeError(`save(): cannot save ${describe(value)}${placed(path)}${wayOut(value)}`);
  });
  const file = (name: string, content: string | Uint8Array): Content => {
    const bytes = typeof content === 'string' ? encodeUtf8(content) : content;
    return { name, size: bytes.length, bytes: () => bytes };
  };
  const contents = [
    file('data.pkl', data),
    file('.format_version', '1'),
    file('.storage_alignment', '64'),
    file('byteorder', 'little'),
    ...storages.contents,
    file('version', '3\n'),
    file('.data/serialization_id', String(crc32(data)).padStart(40, '0')),
  ];
  return writeZip(contents.map((content) => ({ ...content, name: `archive/${content.name}` })));
}

/** How else to save what is none of PyTorch's. */
function wayOut(value: object): string {
  if (typeof (value as { stateDict?: unknown }).stateDict !== 'function') return '';
  const { name } = value.constructor;
  return `; save its stateDict(), or let its class in: serialization.addSafeGlobals([${name}])`;
}
