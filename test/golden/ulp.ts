/** Bounds of golden numbers in units of the last place. */

/**
 * `n` float32 ULP of the largest of some numbers, and as many more as PyTorch is apart from itself between the kernels that
 * it chooses (golden/common.py measures it and writes it beside the numbers).
 */
export function ulps(n: number, { ulp = 0 }: { ulp?: number }, values: readonly number[]): number {
  const largest = Math.max(...values.map(Math.abs));
  return largest === 0 ? 0 : (n + ulp) * 2 ** (Math.floor(Math.log2(largest)) - 23);
}
