/** Pictures as browsers and decoders give them: bytes, a width and a height. */
import { brandOf, isBytes } from '../../tensor/brands.ts';

/** `ImageData`, or what decoders of PNG and JPEG give: rows of pixels, each of 1 to 4 bytes. */
export interface Picture {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** The shape of a picture, [height, width, channels]; null for what is none. */
export function shapeOfPicture(value: unknown): [height: number, width: number, channels: number] | null {
  if (typeof value !== 'object' || value === null || !('width' in value && 'height' in value && 'data' in value)) {
    return null;
  }
  const { data, width, height } = value;
  if (!isBytes(data) && brandOf(data) !== 'Uint8ClampedArray') return null;
  if (typeof width !== 'number' || typeof height !== 'number') return null;
  const { length } = data as Uint8Array;
  const channels = length / (width * height);
  if (Number.isInteger(channels) && channels >= 1 && channels <= 4) return [height, width, channels];
  throw new RangeError(
    `a picture of ${width} x ${height} pixels cannot have ${length} bytes: expected 4 for each pixel`,
  );
}
