/** The classes that files may hold instances of: torchlet's layers, and what a user let in. */
import { known } from '../nn/known.ts';
import type { ModuleClass } from '../nn/whole.ts';
import { Dict } from '../tensor/python-values.ts';
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
  return given ?? known.modules?.path(Class, given === null) ?? (given === null ? `__main__.${Class.name}` : undefined);
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
function make({ of: { path, value }, state }: Instance, values: Values): unknown {
  const where = values.where('');
  const { modules } = known;
  if (!(state instanceof Dict) || modules === null) throw bad(`the ${path} ${where} has no state`);
  const members = modules.members(state, (member, name) => values.member(member, name));
  try {
    return modules.make(value as ModuleClass, path, members);
  } catch (error) {
    const { message, name } = error as Error;
    const Kind = name === 'TypeError' ? TypeError : RangeError;
    const place = where === '' ? '' : ` at ${where}`;
    throw new Kind(`load(): the ${path}${place} could not be made: ${message}`, { cause: error });
  }
}
