/**
 * The float64 functions that NativeMath does not have, or not for every operand. Within a few ULP; NaN passes, and
 * infinities give the limits.
 */

/** Constants first ... first + degree of a table as a polynomial, lowest power first. */
function polynomial(first: usize, degree: i32, x: f64): f64 {
  let p = load<f64>(first + (<usize>degree << 3));
  for (let i = degree - 1; i >= 0; i--) p = p * x + load<f64>(first + (<usize>i << 3));
  return p;
}

/** erf(1) to 24 bits. */
const ERF_ONE: f64 = 0.845062911510467529297;

/** The rational approximations of Sun's fdlibm: P0..P4 Q0..Q5 in x^2 below 0.84375, where erf(x) = x + x P / Q. */
// @ts-ignore: decorator
@lazy const ERF_SMALL = memory.data<f64>([
  1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
  -2.37630166566501626084e-5,
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
  -3.96022827877536812320e-6,
]);
/** P0..P6 Q0..Q6 in |x| - 1 below 1.25: erf(|x|) = ERF_ONE + P / Q. */
// @ts-ignore: decorator
@lazy const ERF_MIDDLE = memory.data<f64>([
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
  -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3,
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
  1.36370839120290507362e-2, 1.19844998467991074170e-2,
]);
/** P0..P7 Q0..Q8 in 1 / x^2 from there to 1 / 0.35: erfc(|x|) = exp(-x^2 - 0.5625 + P / Q) / |x|. */
// @ts-ignore: decorator
@lazy const ERF_LARGE = memory.data<f64>([
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
  -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
  1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
]);

/** P0..P6 Q0..Q7 of the same beyond. */
// @ts-ignore: decorator
@lazy const ERF_HUGE = memory.data<f64>([
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2,
  -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2,
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
  2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
]);

/** erf(a) - ERF_ONE for 0.84375 <= a < 1.25. */
function erfMiddle(a: f64): f64 {
  const s = a - 1;
  return polynomial(ERF_MIDDLE, 6, s) / polynomial(ERF_MIDDLE + 56, 6, s);
}

/** erfc(a) for a >= 1.25. The rounding of a^2 would count e^(a^2) fold, so z^2 is exact and the rest comes apart. */
function erfTail(a: f64): f64 {
  const s = 1 / (a * a);
  const quotient = a < 2.857142857142857
    ? polynomial(ERF_LARGE, 7, s) / polynomial(ERF_LARGE + 64, 8, s)
    : polynomial(ERF_HUGE, 6, s) / polynomial(ERF_HUGE + 56, 7, s);
  const z = <f64><f32>a;
  return NativeMath.exp(-z * z - 0.5625) * NativeMath.exp((z - a) * (z + a) + quotient) / a;
}

/** The error function. */
export function erf64(x: f64): f64 {
  const a = abs(x);
  if (a < 0.84375) {
    const z = x * x;
    return x + x * (polynomial(ERF_SMALL, 4, z) / polynomial(ERF_SMALL + 40, 5, z));
  }
  if (a < 1.25) return copysign(ERF_ONE + erfMiddle(a), x);
  if (x != x) return x;
  return copysign(a < 6 ? 1 - erfTail(a) : 1, x);
}

/** 1 - erf(x), with all digits where that is small. */
export function erfc64(x: f64): f64 {
  const a = abs(x);
  if (a < 0.84375) return 1 - erf64(x);
  if (!(a < 28)) return x > 0 ? 0 : x < 0 ? 2 : x;
  const tail = a < 1.25 ? 1 - ERF_ONE - erfMiddle(a) : erfTail(a);
  return x > 0 ? tail : 2 - tail;
}

/** 1 / (1 + e^-x), from e^-|x| so that small results keep their digits. */
export function sigmoid64(x: f64): f64 {
  const e = NativeMath.exp(-abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** log(sigmoid(x)). */
export function logSigmoid64(x: f64): f64 {
  return min<f64>(x, 0) - NativeMath.log1p(NativeMath.exp(-abs(x)));
}

/** log(1 + e^x), and x itself above PyTorch's threshold of 20. */
export function softplus64(x: f64): f64 {
  return x > 20 ? x : NativeMath.log1p(NativeMath.exp(x));
}

/** pi/2 in three parts, the first two of 31 bits, so that n times them is exact for n < 2^22. */
const HALF_PI_1: f64 = 1.5707963267341256;
const HALF_PI_2: f64 = 6.07710049817245e-11;
const HALF_PI_3: f64 = 8.333742918520879e-20;

/**
 * sin(x) with 0 quarters, cos(x) with 1. NativeMath reads past its table where |x| is in 2^20 pi/2 ... 2^21 and may
 * return the wrong sign there, so that range is reduced to |r| <= pi/4 here.
 */
function sinCos64(x: f64, quarters: i32): f64 {
  const a = abs(x);
  if (a < 1600000 || a >= 4194304) return quarters ? NativeMath.cos(x) : NativeMath.sin(x);
  const turns = nearest(x * 0.63661977236758134308);
  const r = x - turns * HALF_PI_1 - turns * HALF_PI_2 - turns * HALF_PI_3;
  const n = <i32>turns + quarters;
  const y = n & 1 ? NativeMath.cos(r) : NativeMath.sin(r);
  return n & 2 ? -y : y;
}

/** Sine. */
export function sin64(x: f64): f64 {
  return sinCos64(x, 0);
}

/** Cosine. */
export function cos64(x: f64): f64 {
  return sinCos64(x, 1);
}

/** Tangent. */
export function tan64(x: f64): f64 {
  return sin64(x) / cos64(x);
}

/** 1 / √2, 1 / √(2 pi); 2 √(2 / pi) in the tanh form of gelu, x sigmoid(GELU_TANH (x + GELU_CUBE x^3)). */
const SQRT_HALF: f64 = 0.70710678118654752440;
const GELU_PDF: f64 = 0.39894228040143267794;
const GELU_TANH: f64 = 1.5957691216057307117;
const GELU_CUBE: f64 = 0.044715;

/** x Phi(x), Phi being the normal distribution. */
export function gelu64(x: f64): f64 {
  return x * 0.5 * erfc64(-x * SQRT_HALF);
}

/** Phi(x) + x phi(x). */
export function geluSlope64(x: f64): f64 {
  return 0.5 * erfc64(-x * SQRT_HALF) + x * GELU_PDF * NativeMath.exp(x * x * -0.5);
}

/** The derivative of x sigmoid(u) at sigmoid(u) = s and x u' = w. */
function gateSlope64(s: f64, w: f64): f64 {
  return s + s * (1 - s) * w;
}

/** x sigmoid(x). */
export function silu64(x: f64): f64 {
  return x * sigmoid64(x);
}

/** The derivative of silu. */
export function siluSlope64(x: f64): f64 {
  return gateSlope64(sigmoid64(x), x);
}

/** gelu with tanh in the place of erf. */
export function geluTanh64(x: f64): f64 {
  return x * sigmoid64(GELU_TANH * (x + GELU_CUBE * x * x * x));
}

/** Its derivative. */
export function geluTanhSlope64(x: f64): f64 {
  const cube = GELU_CUBE * x * x * x;
  return gateSlope64(sigmoid64(GELU_TANH * (x + cube)), GELU_TANH * (x + 3 * cube));
}

/** log(e^a + e^b). */
export function logAddExp64(a: f64, b: f64): f64 {
  return a == b ? a + NativeMath.LN2 : max(a, b) + NativeMath.log1p(NativeMath.exp(-abs(a - b)));
}

/** √(a^2 + b^2), without overflow. */
export function hypot64(a: f64, b: f64): f64 {
  a = abs(a);
  b = abs(b);
  if (a == Infinity || b == Infinity) return Infinity;
  const high = max(a, b);
  const ratio = min(a, b) / high;
  return high == 0 ? 0 : high * sqrt(1 + ratio * ratio);
}
