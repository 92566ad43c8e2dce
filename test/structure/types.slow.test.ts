/** What the package says of its types. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import { place, readSources, walk } from './sources.ts';

test('no public type is any', () => {
  const found: string[] = [];
  const { program: declarations } = readSources({ noEmit: false, declaration: true, emitDeclarationOnly: true });
  let count = 0;
  declarations.emit(undefined, (name, text) => {
    count++;
    const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
    for (const node of walk(file)) {
      if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${place(node)} ${node.parent.getText().slice(0, 80)}`);
    }
  });
  expect(count).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
