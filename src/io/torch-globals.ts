/**
 * What a PyTorch file may name: what `weights_only` allows in PyTorch 2.13, as far as it has a meaning here. Each is looked
 * up here and never in the program; everything else is refused by its name.
 */
import { isBytes } from '../tensor/brands.ts';
import { Dict, Tuple } from '../tensor/python-values.ts';
import { Callable, Class } from './pickle/values.ts';
import { bad, elementType, FileTensor, fileTensor, STORAGES, StorageType } from './torch-tensors.ts';

type Call = (args: readonly unknown[]) => unknown;

const parameter: Call = ([data, requiresGrad = true]) => {
  if (!(data instanceof FileTensor)) throw bad('a parameter has no tensor');
  return new FileTensor({ ...data, requiresGrad: requiresGrad === true, parameter: true });
};

/** A dict of a dict, of pairs, or of nothing. */
const dict: Call = ([given]) => {
  if (given instanceof Dict) return given;
  const made = new Dict();
  if (given === undefined) return made;
  for (const pair of Array.isArray(given) ? given : [null]) {
    const items: unknown = pair instanceof Tuple ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2) throw bad('a dict is made of what are no pairs');
    made.set(items[0], items[1]);
  }
  return made;
};

/** Bytes, which protocol 2 writes as a string to be encoded. */
const encode: Call = ([text, encoding]) => {
  if (typeof text !== 'string' || encoding !== 'latin1') throw bad('bytes are made of no string, or not by latin1');
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
};

const itemsOf: Call = ([items]) => {
  if (items instanceof Tuple || Array.isArray(items)) return items;
  throw bad('a set, or a size, is made of no list');
};

const CALLS: Readonly<Record<string, Call>> = {
  'torch._utils._rebuild_tensor': (args) => fileTensor(args),
  'torch._utils._rebuild_tensor_v2': (args) => fileTensor(args),
  'torch._utils._rebuild_tensor_v3': (args) => fileTensor([...args.slice(0, 6), args[7]], args[6]),
  'torch._utils._rebuild_parameter': parameter,
  'torch._utils._rebuild_parameter_with_state': parameter,
  'torch._utils._rebuild_device_tensor_from_cpu_tensor': ([data, , , requiresGrad]) =>
    data instanceof FileTensor ? new FileTensor({ ...data, requiresGrad: requiresGrad === true }) : parameter([]),
  // A tensor with attributes of its own, which are left out.
  'torch._tensor._rebuild_from_type_v2': ([rebuild, type, args]) => {
    if (!(rebuild instanceof Callable && type instanceof Class && args instanceof Tuple)) {
      throw bad('a tensor is made of no function');
    }
    const made = rebuild.call(args.items);
    return type.path === PARAMETER ? parameter([made]) : made;
  },
  'torch.nn.parameter.Parameter': parameter,
  'torch.Size': itemsOf,
  'torch.device': ([type, index]) => (index === undefined ? type : `${String(type)}:${String(index)}`),
  'torch.serialization._get_layout': ([name]) => name,
  'collections.OrderedDict': dict,
  'collections.Counter': dict,
  '_codecs.encode': encode,
  'builtins.bytearray': ([given]) => (isBytes(given) ? given : new Uint8Array(0)),
  'builtins.set': ([items = []]) => itemsOf([items]),
};

const PARAMETER = 'torch.nn.parameter.Parameter';

/** What the allow-list has under a name; undefined for nothing. */
export function allowed(path: string): unknown {
  if (Object.hasOwn(CALLS, path)) return new Callable(CALLS[path]);
  if (path === 'torch.Tensor') return new Class(path);
  if (path === 'torch.storage.UntypedStorage') return new StorageType(null);
  const name = path.startsWith('torch.') ? path.slice(6) : '';
  const storage = name.endsWith('Storage') ? name.slice(0, -7) : '';
  if (Object.hasOwn(STORAGES, storage)) return new StorageType(elementType(STORAGES[storage]));
  return elementType(name) ?? undefined;
}
