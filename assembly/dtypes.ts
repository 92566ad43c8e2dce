/** What the kernels ask about an element type, answered at compile time or by its code. */
import { DTypeCode } from "./codes";

/** Log2 of the bytes of one element of dtype `code`. */
export function shiftOf(code: i32): i32 {
  switch (code) {
    case DTypeCode.Float64:
    case DTypeCode.Int64:
      return 3;
    case DTypeCode.Float32:
    case DTypeCode.Int32:
      return 2;
    case DTypeCode.Int16:
    case DTypeCode.Float16:
    case DTypeCode.BFloat16:
      return 1;
    default:
      return 0;
  }
}
