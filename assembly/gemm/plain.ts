/**
 * Matrix product by the definition, for every element type, stride and size (k = 0 included): integers, which wrap, and
 * the floating point shapes too small to fill a vector.
 */

/** C = A·B + bias, strides in elements. */
export function plain<T>(
  m: i32, n: i32, k: i32, a: usize, rsa: i32, csa: i32, b: usize, rsb: i32, csb: i32, c: usize, ldc: i32, bias: usize,
): void {
  const stepA = <usize>csa * sizeof<T>();
  const stepB = <usize>rsb * sizeof<T>();
  for (let i = 0; i < m; i++) {
    const row = a + <usize>(i * rsa) * sizeof<T>();
    const out = c + <usize>(i * ldc) * sizeof<T>();
    for (let j: usize = 0; j < <usize>n; j++) {
      let sum = bias ? load<T>(bias + j * sizeof<T>()) : <T>0;
      let x = row;
      let y = b + j * <usize>csb * sizeof<T>();
      for (let p = 0; p < k; p++) {
        sum = <T>(sum + load<T>(x) * load<T>(y));
        x += stepA;
        y += stepB;
      }
      store<T>(out + j * sizeof<T>(), sum);
    }
  }
}
