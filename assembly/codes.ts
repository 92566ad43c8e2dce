/**
 * The numbers that cross the boundary: what TypeScript names and AssemblyScript switches on.
 *
 * Both compilers read this file, so it holds enums and plain integer constants and nothing else.
 */

/** Element types. The order is the order of PyTorch's promotion within each kind and must not change. */
export const enum DTypeCode {
  Float32 = 0,
  Float64 = 1,
  Int64 = 2,
  Int32 = 3,
  UInt8 = 4,
  Bool = 5,
  // Stored and converted, never computed in.
  Int8 = 6,
  Int16 = 7,
  Float16 = 8,
  BFloat16 = 9,
}

/** Elementwise, one operand, result in the operand's dtype. */
export const enum UnaryCode {
  Neg = 0,
  Abs = 1,
  Sign = 2,
  Square = 3,
  Relu = 4,
  // From here on floating point only: the host promotes integers first.
  Sqrt = 5,
  Rsqrt = 6,
  Reciprocal = 7,
  Exp = 8,
  Expm1 = 9,
  Log = 10,
  Log1p = 11,
  Log2 = 12,
  Log10 = 13,
  Tanh = 14,
  Sigmoid = 15,
  Sin = 16,
  Cos = 17,
  Erf = 18,
  Floor = 19,
  Ceil = 20,
  Round = 21,
  Trunc = 22,
  LogSigmoid = 23,
  Softplus = 24,
  Silu = 25,
  /** The derivatives of silu and gelu are kernels too: composed they take 6 to 12 passes. */
  SiluSlope = 26,
  Gelu = 27,
  GeluSlope = 28,
  GeluTanh = 29,
  GeluTanhSlope = 30,
  Tan = 31,
  Asin = 32,
  Acos = 33,
  Atan = 34,
  Sinh = 35,
  Cosh = 36,
  Erfc = 37,
  /** For `pow`; of every dtype. */
  Cube = 38,
}

/** Elementwise, two operands of one dtype, result in that dtype. */
export const enum BinaryCode {
  Add = 0,
  Sub = 1,
  Mul = 2,
  Div = 3,
  Pow = 4,
  Maximum = 5,
  Minimum = 6,
  /** Python's remainder: the result takes the divisor's sign. */
  Remainder = 7,
  FloorDivide = 8,
  /** b where a > 0, otherwise 0: the derivative of relu, a being its output and b the gradient. */
  ReluMask = 9,
  /** a where a > 0, otherwise a * b: leaky relu with slope b. */
  LeakyRelu = 10,
  /** C's remainder: the result takes the dividend's sign. */
  Fmod = 11,
  // From here on floating point only.
  /** a where a > 0, otherwise b (e^a - 1): elu with alpha b. */
  Elu = 12,
  Atan2 = 13,
  Hypot = 14,
  /** a log(b), and 0 where a is 0. */
  Xlogy = 15,
  LogAddExp = 16,
  /** As Maximum and Minimum, but a number wins against NaN. */
  Fmax = 17,
  Fmin = 18,
  /** The quotient without its fraction. */
  TruncDivide = 19,
  /** Pow where b is one number, for which some exponents have shorter ways. */
  PowNumber = 20,
}

/** Elementwise, two operands of one dtype, result in bool. */
export const enum CompareCode {
  Eq = 0,
  Ne = 1,
  Lt = 2,
  Le = 3,
  Gt = 4,
  Ge = 5,
  LogicalAnd = 6,
  LogicalOr = 7,
  LogicalXor = 8,
}

/** Reductions whose result has the operand's dtype. */
export const enum ReduceCode {
  Sum = 0,
  Prod = 1,
  Max = 2,
  Min = 3,
}

/** Reductions that find a position, result in int64. */
export const enum ArgCode {
  Max = 0,
  Min = 1,
}

/** The descriptor: i32 words at DESCRIPTOR, all strides in elements. */
export const DESCRIPTOR = 1024;
/** The most dimensions that a kernel walks after the host has merged what it can. */
export const MAX_RANK = 8;
/** Scalars that the host hands to a kernel as an operand of stride 0: 16 bytes each. */
export const SCALARS = 2048;
/** Scratch of the kernels themselves (splatted operands, row pointers). */
export const SCRATCH = 3072;
