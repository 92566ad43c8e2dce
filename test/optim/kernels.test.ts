/** What an optimizer gives its kernel is what the kernel's rule takes: by name, in order, none missing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { core } from '../../src/wasm/core.ts';
import { rules as others } from '../../src/wasm/families/rules.generated.ts';
import '../../src/index.ts';
import { ROOT, walk } from '../structure/sources.ts';

const OPTIM = new URL('../../src/optim/', import.meta.url);

const SOURCES = ['assembly/optim.ts', 'assembly/families/rules/index.ts'];

/** The fields of each rule, without those that all rules have. */
const rules: Record<string, string[]> = Object.fromEntries(
  SOURCES.flatMap((file) => [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(/^@unmanaged class (\w+) extends Rule \{\n([\s\S]*?)^\}/gm),
  ]).map(([, name, body]) => [
    `${name.toLowerCase()}Step`,
    [...body.matchAll(/^ {2}(\w+): v128;$/gm)].map(([, field]) => field),
  ]),
);

/** The calls of `run` in src/optim: where, of which kernel, and the names of the numbers. */
const calls = readdirSync(OPTIM)
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(new URL(file, OPTIM), 'utf8'), ts.ScriptTarget.ES2022, true);
    return [...walk(source)]
      .filter((node) => ts.isCallExpression(node) && node.expression.getText() === 'run')
      .map((node) => {
        const [kernel, ...others] = (node as ts.CallExpression).arguments;
        const list = others.at(-1) as ts.ArrayLiteralExpression;
        return {
          file,
          kernel: kernel.getText().replace(/^(core|rules)\./, ''),
          numbers: list.elements.map((element) => element.getText()),
        };
      });
  });

test('each optimizer gives its rule the numbers that are its fields, in their order', () => {
  expect(calls.length).toBeGreaterThan(7);
  for (const { file, kernel, numbers } of calls) expect(numbers, file).toEqual(rules[kernel]);
});

test('each rule has a kernel of its name, and an optimizer', () => {
  const used = calls.map(({ kernel }) => kernel);
  for (const kernel of Object.keys(rules)) {
    const found = core[kernel as 'adamStep'] ?? others[kernel as 'nadamStep'];
    expect(typeof found, `${kernel} of ${SOURCES.join(' or ')}; node build.mjs core`).toBe('function');
    expect(used, `optimizers that run ${kernel}`).toContain(kernel);
  }
});
