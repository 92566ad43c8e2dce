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
const ERF_SMALL = memory.data<f64>([
  1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
  -2.37630166566501626084e-5,
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
  -3.96022827877536812320e-6,
]);
/** P0..P6 Q0..Q6 in |x| - 1 below 1.25: erf(|x|) = ERF_ONE + P / Q. */
const ERF_MIDDLE = memory.data<f64>([
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
  -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3,
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
  1.36370839120290507362e-2, 1.19844998467991074170e-2,
]);
/** P0..P7 Q0..Q8 in 1 / x^2 from there on: erf(|x|) = 1 - exp(-x^2 - 0.5625 + P / Q) / |x|. */
const ERF_LARGE = memory.data<f64>([
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1,
  -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
  1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
  4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
]);

/** The error function. */
export function erf64(x: f64): f64 {
  const a = abs(x);
  if (a < 0.84375) {
    const z = x * x;
    return x + x * (polynomial(ERF_SMALL, 4, z) / polynomial(ERF_SMALL + 40, 5, z));
  }
  if (a < 1.25) {
    const s = a - 1;
    return copysign(ERF_ONE + polynomial(ERF_MIDDLE, 6, s) / polynomial(ERF_MIDDLE + 56, 6, s), x);
  }
  if (a >= 6) return copysign<f64>(1, x);
  const s = 1 / (a * a);
  const quotient = polynomial(ERF_LARGE, 7, s) / polynomial(ERF_LARGE + 64, 8, s);
  return copysign(1 - NativeMath.exp(quotient - a * a - 0.5625) / a, x);
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
