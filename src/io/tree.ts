/**
 * Nested values to JSON, with the tensors kept apart. A tensor's place is taken by `{"$": ["tensor", name]}`; values
 * that JSON has no form for are tagged the same way, and so is an object that has a key `$` of its own.
 */
import { describe, isOptions } from '../tensor/args.ts';
import { Tensor } from '../tensor/tensor.ts';
import { damaged } from './header.ts';

/** The key in a file's metadata under which nested values stand. */
export const TREE = 'torchlet';

/** Deeper nesting than this is a mistake, or an attack on the stack. */
const DEEPEST = 200;

/** The tensors of a value under dotted names, and JSON for the rest. */
export interface Packed {
  tensors: [name: string, x: Tensor][];
  json: string;
}

/** Takes a value apart; throws a TypeError that names the place of what cannot be saved. */
export function pack(value: unknown): Packed {
  const tensors: [string, Tensor][] = [];
  const names = new Set(['', '__metadata__']);
  const above = new Set<object>();

  const nameOf = (path: readonly string[]): string => {
    const wanted = path.join('.') || 'tensor';
    let name = wanted;
    for (let i = 2; names.has(name); i++) name = `${wanted}#${i}`;
    names.add(name);
    return name;
  };

  const visit = (node: unknown, path: readonly string[]): unknown => {
    if (node === null || typeof node === 'string' || typeof node === 'boolean') return node;
    if (typeof node === 'number') return isJson(node) ? node : tag('number', Object.is(node, -0) ? '-0' : String(node));
    if (typeof node === 'bigint') return tag('bigint', String(node));
    if (node === undefined) return tag('undefined');
    if (node instanceof Tensor) {
      const name = nameOf(path);
      tensors.push([name, node]);
      return tag('tensor', name);
    }
    const where = path.length === 0 ? '' : ` at ${path.join('.')}`;
    if (!Array.isArray(node) && !isOptions(node)) {
      const instead =
        typeof (node as { stateDict?: unknown }).stateDict === 'function'
          ? "; save its stateDict(), or a whole module to a path that ends in .pt or .pth, or as { format: 'pt' }"
          : '';
      throw new TypeError(`save(): cannot save ${describe(node)}${where}${instead}`);
    }
    if (above.has(node)) throw new TypeError(`save(): cannot save a value that contains itself${where}`);
    if (path.length >= DEEPEST) throw new RangeError(`save(): nested more than ${DEEPEST} deep${where}`);
    above.add(node);
    const packed = Array.isArray(node)
      ? Array.from(node as unknown[], (item, i) => visit(item, [...path, String(i)]))
      : Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item, [...path, key])]));
    above.delete(node);
    return '$' in packed && Object.hasOwn(packed, '$') ? tag('object', packed) : packed;
  };

  const tree = visit(value, []);
  return { tensors, json: JSON.stringify({ version: 1, tree }) };
}

const isJson = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);
const tag = (...parts: unknown[]): unknown => ({ $: parts });

/** A value that waits for its tensors. */
export type Unpacked = (tensors: ReadonlyMap<string, Tensor>) => unknown;

/** Reads what `pack` wrote; throws where it is damaged or its tensors are not exactly `names`. */
export function unpack(json: string, names: readonly string[]): Unpacked {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw damaged(`its tree of values is not JSON: ${(error as Error).message}`);
  }
  const { version, tree } = (parsed ?? {}) as { version?: unknown; tree?: unknown };
  if (version !== 1) throw damaged(`its tree of values has version ${describe(version)}, this reader knows 1`);
  const missing = new Set(names);

  const read = (node: unknown, depth: number): Unpacked => {
    if (depth > DEEPEST) throw damaged(`its tree of values is nested more than ${DEEPEST} deep`);
    if (Array.isArray(node)) {
      const items = node.map((item) => read(item, depth + 1));
      return (tensors) => items.map((item) => item(tensors));
    }
    if (typeof node !== 'object' || node === null) return () => node;
    if (Object.hasOwn(node, '$')) return readTag((node as { $: unknown }).$, depth);
    return readObject(node, depth);
  };

  const readObject = (node: object, depth: number): Unpacked => {
    const members = Object.entries(node).map(([key, item]) => [key, read(item, depth + 1)] as const);
    return (tensors) => Object.fromEntries(members.map(([key, item]) => [key, item(tensors)]));
  };

  const readTag = (parts: unknown, depth: number): Unpacked => {
    const [kind, value] = Array.isArray(parts) ? (parts as unknown[]) : [];
    if (kind === 'tensor' && typeof value === 'string') {
      if (!missing.delete(value)) {
        throw damaged(`its tree of values names a tensor that is not there: ${describe(value)}`);
      }
      return (tensors) => tensors.get(value);
    }
    if (kind === 'number' && NUMBERS.includes(value)) return () => Number(value);
    if (kind === 'bigint' && typeof value === 'string' && /^-?\d+$/.test(value)) return () => BigInt(value);
    if (kind === 'undefined') return () => undefined;
    if (kind === 'object' && isOptions(value)) return readObject(value, depth);
    throw damaged(`its tree of values has the unknown tag ${JSON.stringify(parts)}`);
  };

  const value = read(tree, 0);
  const [extra] = missing;
  if (extra !== undefined) throw damaged(`its tree of values does not name the tensor ${JSON.stringify(extra)}`);
  return value;
}

const NUMBERS: readonly unknown[] = ['NaN', 'Infinity', '-Infinity', '-0'];
