/** Errors that tell of the engine's troubles and not of an argument: they should never reach a user. */

const ENGINE = new RegExp(
  [
    'Cannot (read|set|convert|mix|destructure|assign|define|delete|redefine)',
    'is not (a function|iterable|a constructor|defined|extensible|callable|an object)',
    'call stack',
    'Invalid (array length|typed array|count value|DataView|array buffer|code point|time)',
    'offset is out of bounds',
    'Array buffer allocation',
    'unreachable|memory access|table index',
    'Reduce of empty',
    "'in' operator|'instanceof'",
    'has only a getter|read only property',
    'Class constructor',
    'Spread syntax',
    'toString\\(\\) radix|toFixed',
    'Unexpected (token|end of JSON)',
    'to primitive value|Symbol value|to a BigInt',
    'Proxy|circular structure',
  ].join('|'),
);

/** What torchlet's own messages begin with: whose argument it is. */
const OURS = /^[\w.]+\(\)[: ]/;

/** Whether the error is the engine's own, or none. */
export function isEngineError(error: unknown): boolean {
  return !(error instanceof Error) || (ENGINE.test(error.message) && !OURS.test(error.message));
}
