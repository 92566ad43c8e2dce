/** Bounds of golden numbers in units of the last place. */

/** The distance of two neighbours among the float32 about x. */
export function ulpOf(x: number): number {
  return 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126))) - 23);
}

/**
 * `n` float32 ULP of the largest of some numbers, and as many more as PyTorch is apart from itself between the kernels that
 * it chooses (golden/common.py measures it and writes it beside the numbers).
 */
export function ulps(n: number, { ulp = 0 }: { ulp?: number }, values: readonly number[]): number {
  const finite = values.filter(Number.isFinite).map(Math.abs);
  const largest = Math.max(0, ...finite);
  return largest === 0 ? 0 : (n + ulp) * ulpOf(largest);
}
