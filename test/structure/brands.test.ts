/** Values of another realm are the same values: nothing in the sources asks by identity what a built-in is. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import { place, readSources, walk } from './sources.ts';

const { checker, files } = readSources();

/** Whether what an expression names, or makes, is declared by the language, the browser or Node. */
function isBuiltIn(expression: ts.Expression, types: ts.TypeChecker): boolean {
  const symbols = [types.getSymbolAtLocation(expression), types.getTypeAtLocation(expression).symbol];
  return symbols.some((symbol) =>
    symbol?.declarations?.some((declaration) =>
      /\/typescript\/lib\/|\/@types\/node\//.test(declaration.getSourceFile().fileName),
    ),
  );
}

const EQUALS = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
]);

/** The class whose prototype an expression names, or what it names itself. */
const classIn = (expression: ts.Expression): ts.Expression =>
  ts.isPropertyAccessExpression(expression) && expression.name.text === 'prototype'
    ? expression.expression
    : expression;

/** Whether an expression is `x.constructor` or the prototype of x. */
const isOfValue = (expression: ts.Expression): boolean =>
  /\.(constructor|__proto__)$|getPrototypeOf\(.*\)$/.test(expression.getText());

/** Whether a node asks by identity whether a value is a built-in's. */
function asks(node: ts.Node, types: ts.TypeChecker): boolean {
  if (!ts.isBinaryExpression(node)) return false;
  const { left, right, operatorToken } = node;
  if (operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return isBuiltIn(right, types);
  if (!EQUALS.has(operatorToken.kind)) return false;
  const sides = [
    [left, right],
    [right, left],
  ];
  return sides.some(([asked, other]) => isOfValue(asked) && isBuiltIn(classIn(other), types));
}

test('no built-in is asked for by instanceof, by its constructor or by its prototype', () => {
  const found = files.flatMap((file) => [...walk(file)].filter((node) => asks(node, checker)));
  expect(found.map((node) => `${place(node)} ${node.getText()}`)).toEqual([]);
});

test('the scan sees each way to ask', () => {
  const text = `
    declare const x: object;
    x instanceof Map; x instanceof Float32Array; x instanceof (async () => {}).constructor;
    x.constructor === Object; Object.getPrototypeOf(x) !== Array.prototype;
    class Own {} x instanceof Own; x.constructor === Own; Object.getPrototypeOf(x) === Own.prototype;
  `;
  const host = ts.createCompilerHost({});
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === 'asks.ts' ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true) : read(name, ...rest);
  const program = ts.createProgram(['asks.ts'], { target: ts.ScriptTarget.ES2022, types: [] }, host);
  const file = program.getSourceFile('asks.ts') as ts.SourceFile;
  const found = [...walk(file)].filter((node) => asks(node, program.getTypeChecker()));
  expect(found.map((node) => node.getText())).toEqual([
    'x instanceof Map',
    'x instanceof Float32Array',
    'x instanceof (async () => {}).constructor',
    'x.constructor === Object',
    'Object.getPrototypeOf(x) !== Array.prototype',
  ]);
});
