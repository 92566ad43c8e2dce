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

/** Elementwise, one operand, result in the operand's dtype: of the core. */
export const enum UnaryCode {
  Neg = 0,
  Abs = 1,
  Sign = 2,
  Square = 3,
  /** For `pow`. */
  Cube = 4,
  Relu = 5,
  // From here on floating point only: the host promotes integers first.
  Sqrt = 6,
  Rsqrt = 7,
  Reciprocal = 8,
  Exp = 9,
  Log = 10,
  Tanh = 11,
  Sigmoid = 12,
  Floor = 13,
  Ceil = 14,
  Round = 15,
  Trunc = 16,
}

/** The same of the family `more`, all of them floating point only. */
export const enum MoreUnaryCode {
  Expm1 = 0,
  Log1p = 1,
  Log2 = 2,
  Log10 = 3,
  Sin = 4,
  Cos = 5,
  Erf = 6,
  LogSigmoid = 7,
  Softplus = 8,
  Silu = 9,
  /** The derivatives of silu and gelu are kernels too: composed they take 6 to 12 passes. */
  SiluSlope = 10,
  Gelu = 11,
  GeluSlope = 12,
  GeluTanh = 13,
  GeluTanhSlope = 14,
  Tan = 15,
  Asin = 16,
  Acos = 17,
  Atan = 18,
  Sinh = 19,
  Cosh = 20,
  Erfc = 21,
}

/** Elementwise, two operands of one dtype, result in that dtype: of the core. */
export const enum BinaryCode {
  Add = 0,
  Sub = 1,
  Mul = 2,
  Div = 3,
  /** Python's quotient of whole numbers, rounded down. */
  FloorDivide = 4,
  /** The quotient without its fraction. */
  TruncDivide = 5,
  Pow = 6,
  /** Pow where b is one number, for which some exponents have shorter ways. */
  PowNumber = 7,
  Maximum = 8,
  Minimum = 9,
  /** b where a > 0, otherwise 0: the derivative of relu, a being its output and b the gradient. */
  ReluMask = 10,
  /** a where a > 0, otherwise a * b: leaky relu with slope b. */
  LeakyRelu = 11,
}

/** The same of the family `more`. */
export const enum MoreBinaryCode {
  /** Python's remainder: the result takes the divisor's sign. */
  Remainder = 0,
  /** C's remainder: the result takes the dividend's sign. */
  Fmod = 1,
  // From here on floating point only.
  /** a where a > 0, otherwise b (e^a - 1): elu with alpha b. */
  Elu = 2,
  Atan2 = 3,
  Hypot = 4,
  /** a log(b), and 0 where a is 0. */
  Xlogy = 5,
  LogAddExp = 6,
  /** As Maximum and Minimum, but a number wins against NaN. */
  Fmax = 7,
  Fmin = 8,
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
