/** Tensors as golden/common.py packs them: `f 2,3:` and the elements' bytes in base64. */
import * as torch from '../../src/index.ts';

export interface Unpacked {
  dtype: torch.DType;
  dims: number[];
  values: number[];
}

/** f: float32, d: float64, q: float32 as int16 multiples of 2^-11, i: int64 in decimal. */
export function unpack(text: string): Unpacked {
  const [head, body] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  const [kind, shape] = head.split(' ') as [string, string];
  const dims = shape === '' ? [] : shape.split(',').map(Number);
  if (kind === 'i') return { dtype: torch.int64, dims, values: body.split(' ').filter(Boolean).map(Number) };
  const { buffer } = new Uint8Array(Buffer.from(body, 'base64'));
  if (kind === 'q') return { dtype: torch.float32, dims, values: [...new Int16Array(buffer)].map((n) => n / 2048) };
  if (kind === 'd') return { dtype: torch.float64, dims, values: [...new Float64Array(buffer)] };
  return { dtype: torch.float32, dims, values: [...new Float32Array(buffer)] };
}

/** A tensor of its own memory; `dtype` says which integers they are. */
export function unpackTensor(text: string, dtype?: torch.DType): torch.Tensor {
  const unpacked = unpack(text);
  const words = text
    .slice(text.indexOf(':') + 1)
    .split(' ')
    .filter(Boolean);
  const values = text.startsWith('i') ? BigInt64Array.from(words, BigInt) : unpacked.values;
  const x = torch.tensor(values, { dtype: dtype ?? unpacked.dtype });
  return x.reshape(unpacked.dims).clone();
}
