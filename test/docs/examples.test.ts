/**
 * Every exported name is documented, and every example prints what it says.
 *
 * The rule: what a user can reach from 'torchlet' has a docstring. What can be called (a function, a class) also has an
 * `@example`; constants (dtypes) and types need none, and another name for the same function needs nothing of its
 * own. The public methods and accessors of a class have a docstring each, but for overrides and a module's `forward`,
 * which the class describes. An example is TypeScript, imports what it uses, and shows at least one result.
 */
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { place, ROOT, readSources } from '../structure/sources.ts';
import { codeBlocks, docstring, type Exported, reachable, readmeExamples, run, toExample } from './examples.ts';

const { program, checker } = readSources();
const entry = program.getSourceFile(`${ROOT}src/index.ts`) as ts.SourceFile;
const names = reachable(checker, entry);

/** Whether it can be called or constructed. */
function callable({ symbol, declaration }: Exported): boolean {
  if (!(symbol.flags & ts.SymbolFlags.Value)) return false;
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
}

/** `export const divide = div`: the docstring is that of `div`. */
function isAlias({ declaration }: Exported): boolean {
  return (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    ts.isIdentifier(declaration.initializer)
  );
}

/** What tells the docstring of a name with overloads: those of all its declarations. */
function documentation({ symbol, declaration }: Exported): string {
  return (symbol.declarations ?? [declaration]).map(docstring).join('\n');
}

/** The public methods of a class that its docstring does not speak for. */
function methods({ name, declaration }: Exported): { name: string; node: ts.Node }[] {
  if (!ts.isClassDeclaration(declaration)) return [];
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override;
  return declaration.members
    .filter((member) => ts.isMethodDeclaration(member) || ts.isAccessor(member))
    .filter((member) => ts.isIdentifier(member.name) && !member.name.text.startsWith('_'))
    .filter((member) => !(ts.getCombinedModifierFlags(member) & hidden) && member.name.getText() !== 'forward')
    .filter((member) => !docstring(member).includes('@internal'))
    .map((member) => ({ name: `${name}.prototype.${member.name.getText()}`, node: member }));
}

const documented = names.map((exported) => ({ ...exported, text: documentation(exported) }));
const examples = documented.flatMap(({ name, declaration, text }) =>
  codeBlocks(text).map((code, i) => toExample(`${name} (${place(declaration)})${i > 0 ? ` ${i + 1}` : ''}`, code)),
);
const programs = [...examples, ...readmeExamples()];

describe('documentation', () => {
  test('every exported name has a docstring', () => {
    expect(names.length).toBeGreaterThan(100);
    const without = documented.filter((exported) => exported.text === '' && !isAlias(exported));
    expect(without.map(({ name, declaration }) => `${name} (${place(declaration)})`)).toEqual([]);
  });

  test('every function and class has an @example', () => {
    const without = documented.filter(
      (exported) =>
        callable(exported) &&
        !isAlias(exported) &&
        !(exported.text.includes('@example') && codeBlocks(exported.text).length > 0),
    );
    expect(without.map(({ name, declaration }) => `${name} (${place(declaration)})`)).toEqual([]);
  });

  test('every public method of an exported class has a docstring', () => {
    const parts = documented.flatMap(methods);
    const overloads = new Set(parts.filter(({ node }) => docstring(node) !== '').map(({ name }) => name));
    const without = parts.filter(({ name }) => !overloads.has(name));
    expect(without.map(({ name, node }) => `${name} (${place(node)})`)).toEqual([]);
  });

  test('examples type-check as a user would compile them', () => {
    const files = new Map(programs.map(({ code }, i) => [`${ROOT}test/docs/example-${i}.ts`, code]));
    const options = { ...program.getCompilerOptions(), noUnusedLocals: false, rootDir: ROOT };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = (name) => files.has(name) || fileExists(name);
    host.readFile = (name) => files.get(name) ?? readFile(name);
    host.getSourceFile = (name, version, ...rest) => {
      const code = files.get(name);
      if (code !== undefined) return ts.createSourceFile(name, `${code}\nexport {};\n`, version);
      return program.getSourceFile(name) ?? getSourceFile(name, version, ...rest);
    };
    const checked = ts.createProgram([...files.keys()], options, host);
    const problems = [...files.keys()].flatMap((name, i) =>
      ts
        .getPreEmitDiagnostics(checked, checked.getSourceFile(name))
        .map((d) => `${programs[i].at}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`),
    );
    expect(problems).toEqual([]);
  });
});

describe('examples print what they say', () => {
  test.each(programs.map((example) => [example.at, example] as const))('%s', (_, example) => {
    expect(example.expected, 'an example shows at least one result: console.log(…); // => …').not.toEqual([]);
    expect(run(example)).toEqual(example.expected);
  });
});
