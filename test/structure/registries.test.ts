/**
 * What is generated says what it is generated of: the core's interface what core.wasm exports, the lists of operations
 * what PyTorch has. `node build.mjs core` writes all of it.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { camel } from '../opinfo/golden.ts';

const MEND = 'run `node build.mjs core`';

test('the interface of the core is what core.wasm exports, with as many parameters', async () => {
  const source = ts.createSourceFile(
    'core.generated.ts',
    readFileSync('src/wasm/core.generated.ts', 'utf8'),
    ts.ScriptTarget.ES2022,
  );
  const declared: Record<string, number> = {};
  source.forEachChild((node) => {
    if (!ts.isInterfaceDeclaration(node)) return;
    for (const member of node.members) {
      if (ts.isMethodSignature(member)) declared[(member.name as ts.Identifier).text] = member.parameters.length;
    }
  });
  const { instance } = await WebAssembly.instantiate(readFileSync('build/core.wasm'));
  const exported = Object.entries(instance.exports).flatMap(([name, value]) =>
    typeof value === 'function' ? [[name, value.length] as const] : [],
  );
  expect(exported.length).toBeGreaterThan(50);
  expect(declared, MEND).toEqual(Object.fromEntries(exported));
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
