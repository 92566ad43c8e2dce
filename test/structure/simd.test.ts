/**
 * What the speed rests on, read from the compiled text format: each hot innermost loop holds the vector instructions it
 * was written for, and calls nothing. Loops are found by what they do, wherever the compiler inlined them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './sources.ts';

/** How often each instruction stands in an innermost loop; a call also counts by its target, `call $name`. */
type Loop = Map<string, number>;

/** The innermost loops of every function, by the function's name. */
function innermostLoops(wat: string): Map<string, Loop[]> {
  const functions = new Map<string, Loop[]>();
  let found: Loop[] = [];
  let open: ({ ops: Loop; innermost: boolean } | null)[] = [];
  for (const line of wat.split('\n')) {
    const header = /^ \(func \$(?:"([^"]*)"|(\S+))/.exec(line);
    if (header) {
      found = [];
      open = [];
      functions.set(header[1] ?? header[2], found);
    }
    const op = /^\s*([a-z][\w.]*)/.exec(line)?.[1];
    if (op === undefined) continue;
    if (op === 'block' || op === 'if') open.push(null);
    else if (op === 'loop') {
      for (const outer of open) if (outer) outer.innermost = false;
      open.push({ ops: new Map(), innermost: true });
    } else if (op === 'end') {
      const closed = open.pop();
      if (closed?.innermost) found.push(closed.ops);
    } else {
      const keys = op === 'call' ? [op, line.trim()] : [op];
      for (const each of open) for (const key of keys) each?.ops.set(key, (each.ops.get(key) ?? 0) + 1);
    }
  }
  return functions;
}

const functions = readdirSync(join(ROOT, 'build'))
  .filter((name) => name.endsWith('.wat'))
  .flatMap((name) => [...innermostLoops(readFileSync(join(ROOT, 'build', name), 'utf8'))]);

/** The innermost loops of a part of assembly/ that hold exactly these numbers of these instructions. */
function loopsWith(part: string, counts: Record<string, number>): Loop[] {
  const loops = functions.flatMap(([name, each]) => (name.startsWith(`assembly/${part}`) ? each : []));
  return loops.filter((loop) => Object.entries(counts).every(([op, count]) => (loop.get(op) ?? 0) === count));
}

/** Instructions of a loop that move data to or from memory. */
function accesses(loop: Loop): number {
  return [...loop].reduce((sum, [op, count]) => sum + (/\.(load|store)/.test(op) ? count : 0), 0);
}

const CALLS = ['call', 'call_indirect'];
const callsNothing = (loop: Loop): boolean => CALLS.every((op) => !loop.has(op));

test('the text is read: loops within loops are not innermost, and blocks between them do not matter', () => {
  const text = ['loop $a', 'call $f', 'block', 'loop $b', 'f32x4.add', 'br_if $b', 'end', 'end', 'end'];
  const [[name, loops]] = innermostLoops(
    [' (func $x (param i32)', ...text.map((each) => `  ${each}`), ' )'].join('\n'),
  );
  expect([name, loops.map((loop) => [...loop])]).toEqual([
    'x',
    [
      [
        ['f32x4.add', 1],
        ['br_if', 1],
      ],
    ],
  ]);
});

// [name, part of assembly/, what its loop holds, loads and stores in all]
const KERNELS: [string, string, Record<string, number>, number][] = [
  [
    'gemm, 4 contiguous rows of 2 vectors, four times',
    'gemm/',
    { 'f32x4.mul': 32, 'f32x4.add': 32, 'v128.load32_splat': 16, 'v128.load': 8 },
    24,
  ],
  ['gemm, 4 rows of 2 vectors', 'gemm/', { 'f32x4.mul': 8, 'f32x4.add': 8, 'v128.load32_splat': 4, 'v128.load': 2 }, 6],
  ['gemm, 4 rows of 1 vector', 'gemm/', { 'f32x4.mul': 4, 'f32x4.add': 4, 'v128.load32_splat': 4, 'v128.load': 1 }, 5],
  ['gemm, 1 row of 8 vectors', 'gemm/', { 'f32x4.mul': 8, 'f32x4.add': 8, 'v128.load32_splat': 1, 'v128.load': 8 }, 9],
  ['gemm, dots of 2 rows and 4, twice', 'gemm/', { 'f32x4.mul': 16, 'f32x4.add': 16, 'v128.load': 12 }, 12],
  ['gemm, dots of 1 row and 4, twice', 'gemm/', { 'f32x4.mul': 8, 'f32x4.add': 8, 'v128.load': 10 }, 10],
  ['gemm of float64', 'gemm/', { 'f64x2.mul': 8, 'f64x2.add': 8, 'v128.load64_splat': 4, 'v128.load': 2 }, 6],
  ['add', 'binary-loops/', { 'f32x4.add': 4, 'v128.load': 8, 'v128.store': 4 }, 12],
  ['sub', 'binary-loops/', { 'f32x4.sub': 4, 'v128.load': 8, 'v128.store': 4 }, 12],
  ['mul', 'binary-loops/', { 'f32x4.mul': 4, 'v128.load': 8, 'v128.store': 4 }, 12],
  ['div', 'binary-loops/', { 'f32x4.div': 4, 'v128.load': 8, 'v128.store': 4 }, 12],
  ['pow of 3', 'unary-loops/', { 'f32x4.mul': 2, 'v128.load': 1, 'v128.store': 1 }, 2],
  ['sum', 'reduce/', { 'f32x4.add': 4, 'v128.load': 4 }, 4],
  ['var along rows', 'moments/', { 'f64x2.promote_low_f32x4': 2, 'f64x2.mul': 2, 'f64x2.add': 4 }, 2],
  ['var across columns', 'moments/', { 'f64x2.promote_low_f32x4': 1, 'f64x2.mul': 1, 'f64x2.add': 2 }, 6],
  ['arange', 'range/', { 'f64.mul': 1, 'f64.add': 1, 'f32.demote_f64': 1, 'f32.store': 1 }, 1],
  ['the partition of topk and median', 'families/order/select/', { 'i64.load': 1, 'i64.gt_u': 1 }, 1],
];

test.each(KERNELS)(
  '%s: the intended instructions, nothing else that touches memory, no call',
  (_, part, counts, memory) => {
    const loops = loopsWith(part, counts).filter((loop) => accesses(loop) === memory);
    expect(loops.length).toBeGreaterThan(0);
    expect(loops.every(callsNothing)).toBe(true);
  },
);

/** Calls for the rare lanes alone: behind a test of a whole vector or two, to the function named. */
function callsOnlyWhenFar(loop: Loop, target: string): boolean {
  const calls = [...loop].filter(([op]) => op.startsWith('call '));
  return loop.get('v128.any_true') === 1 && calls.every(([op]) => op === `call $assembly/${target}`);
}

// [name, part of assembly/, instructions that only its loop has together, products in its polynomial, what it may call]
const TRANSCENDENTAL: [string, string, Record<string, number>, number, string?][] = [
  ['exp', 'unary-loops/', { 'i32x4.shl': 1, 'f32x4.abs': 0, 'f32x4.div': 0 }, 9, 'math/exp32/expAny'],
  ['sigmoid', 'unary-loops/', { 'f32x4.abs': 1, 'f32x4.neg': 1, 'f32x4.div': 1 }, 10, 'math/exp32/expAny'],
  ['tanh', 'unary-loops/', { 'f32x4.abs': 1, 'f32x4.div': 1, 'f32x4.lt': 1 }, 10],
  ['erf', 'unary-loops/', { 'f64x2.div': 2, 'f32x4.demote_f64x2_zero': 2 }, 22],
  ['softmax', 'softmax/', { 'i32x4.shl': 2, 'f32x4.sub': 8 }, 16, 'softmax/expOf'],
];

test.each(TRANSCENDENTAL)('%s: four lanes at a time by polynomials, no call but of rare lanes', (...row) => {
  const [, part, counts, products, rare] = row;
  const loops = loopsWith(part, counts).filter(
    (loop) => loop.has('v128.store') && (loop.get('f32x4.mul') ?? 0) + (loop.get('f64x2.mul') ?? 0) >= products,
  );
  expect(loops.length).toBeGreaterThan(0);
  expect(loops.some((loop) => (rare ? callsOnlyWhenFar(loop, rare) : callsNothing(loop)))).toBe(true);
  for (const loop of loops) {
    // V8 lowers min and max to long sequences; pmin and pmax are one instruction.
    expect([loop.get('f32x4.min'), loop.get('f32x4.max')]).toEqual([undefined, undefined]);
    // Constants come from tables: written into the code they take half as long again.
    const constants = (loop.get('v128.load32_splat') ?? 0) + (loop.get('v128.load64_splat') ?? 0);
    expect(constants).toBeGreaterThanOrEqual(products / 2);
  }
});

test('no loop of the products calls anything while it multiplies vectors', () => {
  const multiplying = [...functions].flatMap(([name, loops]) =>
    loops.filter((loop) => name.startsWith('assembly/gemm/') && (loop.has('f32x4.mul') || loop.has('f64x2.mul'))),
  );
  expect(multiplying.length).toBeGreaterThanOrEqual(9);
  expect(multiplying.every(callsNothing)).toBe(true);
});
