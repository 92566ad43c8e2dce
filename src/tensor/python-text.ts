/** Values as Python prints them. */

/** A number as Python prints it. */
export function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const small = value !== 0 && Math.abs(value) < 1e-4;
  const text = (small ? value.toExponential() : String(value)).replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}

/** A boolean as Python prints it. */
export function pythonBool(value: boolean): string {
  return value ? 'True' : 'False';
}

/** A tuple of integers as Python prints it. */
export function pythonTuple(values: readonly number[]): string {
  return `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;
}
