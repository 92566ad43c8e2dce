/** What programs give, as test/golden/functions.py writes it. */
import { expect } from 'vitest';
import { Tensor } from '../../src/index.ts';

function plain(value: unknown): unknown {
  if (value instanceof Tensor) return plain(value.tolist());
  return Array.isArray(value) ? value.map(plain) : value;
}

/** The numbers that a program gives, or `!` where it is refused. */
export function answer(program: () => unknown): unknown {
  try {
    return plain(program());
  } catch {
    return '!';
  }
}

/** Compares float64 numbers: rows have 12 digits of them. */
export function near(got: unknown, want: unknown): void {
  const numbers = (value: unknown): unknown[] => (Array.isArray(value) ? value.flatMap(numbers) : [value]);
  const shape = (value: unknown): unknown => (Array.isArray(value) ? value.map(shape) : typeof value);
  expect(shape(got)).toEqual(shape(want));
  const wanted = numbers(want);
  numbers(got).forEach((value, i) => {
    if (typeof value !== 'number') expect(value).toBe(wanted[i]);
    else expect(Math.abs(value - (wanted[i] as number))).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(value)));
  });
}
