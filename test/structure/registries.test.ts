/**
 * What is generated says what it is generated of: the interfaces of kernels what their modules export, the lists of operations
 * what PyTorch has. `node build.mjs core` writes all of it.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { camel } from '../opinfo/golden.ts';
import { FAMILIES } from './sources.ts';

const MEND = 'run `node build.mjs core`';

test.each([
  ['core', 'src/wasm/core.generated.ts', 30],
  ...FAMILIES.map((name): [string, string, number] => [name, `src/wasm/families/${name}.generated.ts`, 1]),
])('the interface of %s is what its module exports, with as many parameters', async (name, file, least) => {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  const declared: Record<string, number> = {};
  source.forEachChild((node) => {
    if (!ts.isInterfaceDeclaration(node)) return;
    for (const member of node.members) {
      if (ts.isMethodSignature(member)) declared[(member.name as ts.Identifier).text] = member.parameters.length;
    }
  });
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 32768 });
  const { instance } = await WebAssembly.instantiate(readFileSync(`build/${name}.wasm`), { env: { memory } });
  const exported = Object.entries(instance.exports).flatMap(([own, value]) =>
    typeof value === 'function' ? [[own, value.length] as const] : [],
  );
  expect(exported.length).toBeGreaterThan(least);
  expect(declared, MEND).toEqual(Object.fromEntries(exported));
});

test('no kernel is exported by two modules, so that it does not matter who comes first', () => {
  const names = ['core', ...FAMILIES].flatMap((name) =>
    WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(`build/${name}.wasm`)))
      .filter(({ kind }) => kind === 'function')
      .map((exported) => exported.name),
  );
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});

const places = JSON.parse(readFileSync('test/golden/places.json', 'utf8')) as Record<
  'torch' | 'Tensor' | 'F',
  string[]
>;
const known = (place: keyof typeof places): Set<string> => new Set(places[place].map(camel));

/** The operations of a place: what has a signature, or what is installed. */
const generated = JSON.parse(readFileSync('test/golden/operations.generated.json', 'utf8')) as Record<string, string[]>;

test('every operation that is listed is there', () => {
  expect(generated.torch.filter((name) => !(name in torch))).toEqual([]);
  expect(generated.Tensor.filter((name) => !(name in torch.Tensor.prototype))).toEqual([]);
  expect(generated.F.filter((name) => !(name in torch.nn.functional))).toEqual([]);
  expect(generated.torch.length).toBeGreaterThan(200);
  expect(generated.Tensor.length).toBeGreaterThan(200);
});

test('an operation that PyTorch has as function, method and in place is so here', () => {
  const [functions, methods] = [known('torch'), known('Tensor')];
  const rows = Object.entries(torch).flatMap(([name, value]) => {
    const { row } = value as unknown as { row?: { backward?: unknown } };
    return row?.backward === undefined ? [] : [name];
  });
  expect(rows.length).toBeGreaterThan(40);
  for (const name of rows) {
    for (const form of [name, `${name}_`]) {
      if (functions.has(form)) expect(torch, MEND).toHaveProperty(form);
      if (methods.has(form)) expect(form in torch.Tensor.prototype, `${form}: ${MEND}`).toBe(true);
    }
  }
});

test('what stands where PyTorch has nothing of the name is said to', () => {
  const beyond = (place: keyof typeof places, list: readonly string[]): string[] =>
    list.filter((name) => !known(place).has(name));
  expect(beyond('torch', generated.torch)).toEqual(['expand']);
  expect(beyond('Tensor', generated.Tensor)).toEqual(['T', 'at', 'bucketize', 'mT', 'setAt_']);
});
