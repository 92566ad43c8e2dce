/** Labels, which the encoders share: their order and how they are shown. */

/** A label: a name or a number. */
export type Label = string | number;

/** NumPy's order: numbers ascending with NaN last, strings by code points and not by UTF-16 units. */
export function compareLabels(a: Label, b: Label): number {
  if (typeof a === 'number' && typeof b === 'number') {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a - b;
  }
  const [left, right] = [[...String(a)], [...String(b)]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = (left[i].codePointAt(0) as number) - (right[i].codePointAt(0) as number);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Each label once, sorted. */
export const uniqueSorted = <L extends Label>(labels: Iterable<L>): L[] => [...new Set(labels)].sort(compareLabels);

/** Whether a value is a label. */
export const isLabel = (value: unknown): value is Label => typeof value === 'string' || typeof value === 'number';

/** Throws for labels of both kinds; `where` ends the message. */
export function checkUniform(labels: readonly Label[], where = ''): void {
  if (new Set(labels.map((label) => typeof label)).size > 1) {
    throw new TypeError(
      'Encoders require their input argument must be uniformly strings or numbers. ' +
        `Got ['number', 'string']${where}`,
    );
  }
}

/** Labels as Python prints a list of them. */
export function showLabels(labels: readonly Label[]): string {
  return `[${labels.map((label) => (typeof label === 'string' ? `'${label}'` : String(label))).join(', ')}]`;
}
