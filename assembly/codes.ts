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
export const DESCRIPTOR: i32 = 1024;
/** The most dimensions that a kernel walks after the host has merged what it can. */
export const MAX_RANK: i32 = 8;
/** Scalars that the host hands to a kernel as an operand of stride 0: 16 bytes each. */
export const SCALARS: i32 = 2048;
/** Scratch of the kernels themselves (splatted operands, row pointers). */
export const SCRATCH: i32 = 3072;
