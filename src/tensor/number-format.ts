/**
 * Python's float formatting. It rounds exact ties to even and keeps the sign of zero, where JavaScript's `toFixed` and
 * `toExponential` round ties up, drop the sign and change notation from 1e21 on.
 */

/** `f'{value:.{digits}f}'`, for 0 to 100 digits. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const x = Math.abs(value);
  // Every float64 from 1e21 on is an integer.
  if (x >= 1e21) return sign(value) + BigInt(x) + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const text = x.toFixed(digits);
  return sign(value) + (isHalf(x, digits) ? toEven(text) : text);
}

/** `f'{value:.{digits}e}'`, for 0 to 100 digits. */
export function exponential(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const x = Math.abs(value);
  const [mantissa, exponent] = x.toExponential(digits).split('e') as [string, string];
  const rounded = isHalf(x, digits - Number(exponent)) ? toEven(mantissa) : mantissa;
  return `${sign(value)}${rounded}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

/** Whether x lies exactly between two multiples of 10^-digits; x is not negative. */
function isHalf(x: number, digits: number): boolean {
  if (digits >= 0) {
    // x * 10^digits = n + 1/2 makes x an odd number over 2^(digits + 1) * 5^digits; as x is binary, 5^digits divides
    // that number. Scaling by a power of two is exact.
    return (x * 2 ** (digits + 1)) % 2 === 1;
  }
  if (!Number.isInteger(x)) return false;
  const unit = 10n ** BigInt(-digits);
  return (BigInt(x) % unit) * 2n === unit;
}

/** Takes back the rounding of a tie where it went up to an odd digit. */
function toEven(text: string): string {
  const last = Number(text[text.length - 1]);
  return last % 2 === 0 ? text : text.slice(0, -1) + (last - 1);
}
