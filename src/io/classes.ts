/** The classes that files may hold instances of: torchlet's layers, and what a user let in. */
import { known } from '../nn/known.ts';
import { Parameter } from '../nn/parameter.ts';
import type { ModuleClass, Parts } from '../nn/whole.ts';
import { describe } from '../tensor/args.ts';
import { Dict } from '../tensor/python-values.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Class, type Instance } from './pickle/values.ts';
import type { Classes } from './torch-file.ts';
import { bad } from './torch-tensors.ts';
import type { Values } from './torch-values.ts';

/** What `serialization.addSafeGlobals` let in: by Python's full name, or (null) by the class's own in any module. */
export const safeGlobals = new Map<ModuleClass, string | null>();

/** The class that was let in under a name. */
function safe(path: string): ModuleClass | undefined {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return [...safeGlobals].find(([{ name }, own]) => (own === null ? name === last : own === path))?.[0];
}

/** Python's name of a module's class; undefined for one that no file may hold. */
export function pathOf(module: object): string | undefined {
  const Class = module.constructor as ModuleClass;
  const given = safeGlobals.get(Class);
  return given ?? known.modules?.path(Class) ?? (given === null ? `__main__.${Class.name}` : undefined);
}

const LAYER = /^torch\.nn\.modules\.\w+\.(\w+)$/;

function refusal(path: string): TypeError {
  const [, layer] = LAYER.exec(path) ?? [];
  const name = path.slice(path.lastIndexOf('.') + 1);
  const way = layer
    ? `where torchlet has it, serialization.addSafeGlobals([${name}]) lets it in, as importing all of 'torchlet' does`
    : `if ${name} is a module that you wrote, serialization.addSafeGlobals([[${name}, ${JSON.stringify(path)}]]) lets your own in`;
  return new TypeError(
    `load(): the file names ${path}, which is not allowed: a file is data and runs nothing. Save the state_dict() in Python; ${way}`,
  );
}

/** What files may name, with `weightsOnly` or without. */
export function classesOf(weightsOnly: boolean): Classes {
  return {
    find(path) {
      const layer = known.modules?.layer(path);
      const found = safe(path) ?? (weightsOnly ? undefined : layer);
      if (found !== undefined) return new Class(path, found);
      if (layer === undefined) throw refusal(path);
      throw new TypeError(
        `load(): with weightsOnly the file may hold no module, and it names ${path}: leave weightsOnly out, or save the state_dict()`,
      );
    },
    make,
  };
}

/** Makes a module of what BUILD gave it. */
function make({ of, state }: Instance, values: Values, path: readonly string[]): unknown {
  const { modules } = known;
  if (!(state instanceof Dict) || modules === null) throw bad(`a ${of.path} has no state`);
  const members = state.entries();
  const entries = (name: string): [string, unknown][] => {
    const dict = members.get(name);
    members.delete(name);
    if (!(dict instanceof Dict)) throw bad(`${name} of a ${of.path} is no dict`);
    return [...dict.entries()].map(([key, value]) => {
      if (typeof key !== 'string') throw bad(`${name} of a ${of.path} has a key that is no string`);
      return [key, values.of(value, [...path, key])];
    });
  };
  const checked = <T>(list: [string, unknown][], is: (value: unknown) => value is T): [string, T | null][] =>
    list.map(([name, value]) => {
      if (value === null || is(value)) return [name, value];
      throw bad(`'${name}' of a ${of.path} is ${describe(value)}`);
    });
  const temporary = values.of(members.get('_non_persistent_buffers_set') ?? [], path);
  const training = members.get('training');
  if (typeof training !== 'boolean' || !Array.isArray(temporary)) throw bad(`a ${of.path} is not as PyTorch writes it`);
  const isParameter = (value: unknown): value is Parameter => value instanceof Parameter;
  const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
  const parts: Parts = {
    training,
    parameters: checked(entries('_parameters'), isParameter),
    buffers: checked(entries('_buffers'), isTensor).map(([name, x]) => [name, x, !temporary.includes(name)]),
    modules: checked(entries('_modules'), modules.is),
    attributes: [],
  };
  for (const [name, value] of members) {
    if (typeof name !== 'string') throw bad(`a ${of.path} has an attribute without a name`);
    if (name !== 'training' && !OWN.test(name)) parts.attributes.push([name, values.of(value, [...path, name])]);
  }
  try {
    return modules.make(of.value as ModuleClass, of.path, parts);
  } catch (error) {
    const { message } = error as Error;
    const where = path.length === 0 ? '' : ` at ${path.join('.')}`;
    const Kind = error instanceof TypeError ? TypeError : RangeError;
    throw new Kind(`load(): the ${of.path}${where} could not be made: ${message}`, { cause: error });
  }
}

/** What every module of PyTorch has, and says nothing here: hooks are functions, which no file holds. */
const OWN =
  /^_(non_persistent_buffers_set|is_full_backward_hook|(full_)?(backward|forward|state_dict|load_state_dict)\w*hooks\w*)$/;
