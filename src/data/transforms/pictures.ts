/** Between what browsers draw and what layers take: ToTensor, Resize, toImageData. */

import { contiguous, toDtype } from '../../ops/create/copy.ts';
import { fromFlat, fromTypedArray } from '../../ops/create/from-data.ts';
import { type Picture, shapeOfPicture } from '../../ops/create/picture.ts';
import { div, mul } from '../../ops/elementwise/binary.ts';
import { clamp } from '../../ops/elementwise/clamp.ts';
import { round } from '../../ops/elementwise/unary.ts';
import { matmul } from '../../ops/linalg/matmul.ts';
import { permute, transpose, unsqueeze } from '../../ops/view/view.ts';
import { describe } from '../../tensor/args.ts';
import { type DType, float32, getDefaultDtype, uint8 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { bindRecord } from '../../tensor/signature.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { sizeOf, Transform } from './transform.ts';

/** What can be drawn onto a canvas, as far as its size can be read: canvas, ImageBitmap, img, video, VideoFrame. */
export type Drawable =
  | OffscreenCanvas
  | HTMLCanvasElement
  | ImageBitmap
  | HTMLImageElement
  | HTMLVideoElement
  | VideoFrame;

interface Drawing {
  getImageData(x: number, y: number, width: number, height: number): Picture;
  drawImage(image: unknown, x: number, y: number): void;
}
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): Drawing | null;
}

/** The first of some members that is a positive number. */
const firstOf = (value: object, names: readonly string[]): number =>
  Number(names.map((name) => (value as Record<string, unknown>)[name]).find((size) => Number(size) > 0) ?? 0);

/** The pixels of what can be drawn; undefined for what cannot. */
function pixelsOf(value: unknown): Picture | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const width = firstOf(value, ['naturalWidth', 'videoWidth', 'displayWidth', 'width']);
  const height = firstOf(value, ['naturalHeight', 'videoHeight', 'displayHeight', 'height']);
  if (width === 0 || height === 0) return undefined;
  const own = typeof (value as Canvas).getContext === 'function' ? (value as Canvas).getContext('2d') : null;
  if (own !== null) return own.getImageData(0, 0, width, height);
  if (typeof OffscreenCanvas !== 'function') return undefined;
  const drawing = new OffscreenCanvas(width, height).getContext('2d') as unknown as Drawing;
  drawing.drawImage(value, 0, 0);
  return drawing.getImageData(0, 0, width, height);
}

/**
 * A picture as [channels, height, width] in 0 to 1: of ImageData, of `{ data, width, height }`, of a canvas, an ImageBitmap
 * and what else can be drawn, four channels (red, green, blue, alpha); of a tensor [height, width, channels] its own. What is
 * not uint8 is not divided by 255, as in torchvision.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const toTensor = new torch.transforms.ToTensor();
 * const red = { data: new Uint8Array([255, 0, 0, 255]), width: 1, height: 1 };
 * console.log(toTensor(red).flatten()); // => tensor([1., 0., 0., 1.])
 * ```
 */
export class ToTensor extends Transform {
  forward(pic: Tensor | Picture | Drawable): Tensor {
    if (pic instanceof Tensor && pic.dims.length !== 2 && pic.dims.length !== 3) {
      throw new RangeError(`ToTensor(): pic should be 2/3 dimensional. Got ${pic.dims.length} dimensions.`);
    }
    return scope(() => {
      const x = pic instanceof Tensor ? pic : this.read(pic);
      const image = permute(x.dims.length === 2 ? unsqueeze(x, 2) : x, [2, 0, 1]);
      return x.dtype === uint8 ? contiguous(div(toDtype(image, getDefaultDtype()), 255)) : contiguous(image);
    });
  }

  private read(pic: unknown): Tensor {
    const picture = shapeOfPicture(pic) === null ? pixelsOf(pic) : (pic as Picture);
    const dims = shapeOfPicture(picture);
    if (picture === undefined || dims === null) {
      throw new TypeError(
        `ToTensor(): pic should be ImageData, { data, width, height }, what can be drawn, or a tensor [H, W, C], got ${describe(pic)}`,
      );
    }
    return fromTypedArray(picture.data, dims);
  }

  override __call__(pic: Tensor | Picture | Drawable): Tensor {
    return this.forward(pic);
  }
}

/** Calling it applies it. */
export interface ToTensor {
  (pic: Tensor | Picture | Drawable): Tensor;
}

/** What `Resize` takes, named. */
export interface ResizeOptions {
  /** The longer edge is at most so long, if `size` is that of the shorter one. */
  maxSize?: number | null;
  /** Whether pixels are averaged when there become fewer; default true. */
  antialias?: boolean;
}

/** How much each of `from` places has in each of `to`: PyTorch's triangle, as wide as a new pixel if that is wider. */
function weightsOf(from: number, to: number, antialias: boolean, dtype: DType): Tensor {
  const scale = from / to;
  const support = antialias && scale > 1 ? scale : 1;
  const weights = new Array<number>(to * from).fill(0);
  for (let i = 0; i < to; i++) {
    const center = scale * (i + 0.5);
    if (!antialias) {
      const at = Math.max(center - 0.5, 0);
      const low = Math.min(Math.floor(at), from - 1);
      weights[i * from + low] += 1 - (at - low);
      weights[i * from + Math.min(low + 1, from - 1)] += at - low;
      continue;
    }
    const begin = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), from);
    const own = Array.from({ length: end - begin }, (_, j) =>
      Math.max(1 - Math.abs((j + begin - center + 0.5) / support), 0),
    );
    const total = own.reduce((sum, weight) => sum + weight, 0);
    own.forEach((weight, j) => {
      weights[i * from + begin + j] = weight / total;
    });
  }
  return fromFlat(weights, [to, from], dtype);
}

/**
 * Images [..., H, W] in another size, bilinear; what becomes smaller is averaged (`antialias`), as by
 * `F.interpolate(mode='bilinear', antialias=True)` and torchvision's Resize. uint8 is rounded.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const half = new torch.transforms.Resize([1, 2]);
 * console.log(half(torch.tensor([[[0, 0, 4, 4], [0, 0, 4, 4]]])).tolist()); // => [ [ [ 0.5714285969734192, 3.4285714626312256 ] ] ]
 * ```
 */
export class Resize extends Transform {
  /** [height, width], or the length of the shorter edge. */
  readonly size: number | readonly number[];
  /** The most for the longer edge. */
  readonly maxSize: number | null;
  /** Whether pixels are averaged. */
  readonly antialias: boolean;

  /**
   * @param size - [height, width]; one number is the shorter edge, the other follows.
   * @throws RangeError for sizes that are not positive, and for `maxSize` with two of them.
   */
  constructor(size: number | readonly number[], options?: ResizeOptions);
  constructor(options: ResizeOptions & { size: number | readonly number[] });
  constructor(...args: unknown[]) {
    super();
    const { size, maxSize, antialias } = bindRecord(
      'Resize(size: ints, maxSize: int? = null, antialias: bool = true)',
      args,
    );
    const sizes = typeof size === 'number' ? [size] : size;
    if (sizes.length < 1 || sizes.length > 2 || sizes.some((each) => each < 1)) {
      throw new RangeError(`Resize(): size must be one or two positive numbers, got ${describe(size)}`);
    }
    if (maxSize !== null && (sizes.length === 2 || maxSize <= sizes[0])) {
      throw new RangeError(
        `Resize(): maxSize = ${maxSize} must be strictly greater than the requested size for the smaller edge, size = ${String(size)}`,
      );
    }
    this.size = size;
    this.maxSize = maxSize;
    this.antialias = antialias;
  }

  /** The size that an image gets. */
  private target(height: number, width: number): [number, number] {
    const sizes = typeof this.size === 'number' ? [this.size] : this.size;
    if (sizes.length === 2) return [sizes[0], sizes[1]];
    const [short, long] = height < width ? [height, width] : [width, height];
    let newShort = sizes[0];
    let newLong = Math.trunc((sizes[0] * long) / short);
    if (this.maxSize !== null && newLong > this.maxSize) {
      newShort = Math.trunc((this.maxSize * newShort) / newLong);
      newLong = this.maxSize;
    }
    return height < width ? [newShort, newLong] : [newLong, newShort];
  }

  forward(img: Tensor): Tensor {
    const [height, width] = sizeOf('Resize', img);
    if (height === 0 || width === 0) throw new RangeError(`Resize(): the image has no pixels: ${img.shape}`);
    const [toHeight, toWidth] = this.target(height, width);
    return scope(() => {
      const x = img.dtype.isFloatingPoint ? img : toDtype(img, float32);
      const across = matmul(x, transpose(weightsOf(width, toWidth, this.antialias, x.dtype), 0, 1));
      const out = matmul(weightsOf(height, toHeight, this.antialias, x.dtype), across);
      return img.dtype.isFloatingPoint
        ? out
        : toDtype(clamp(round(out), 0, img.dtype === uint8 ? 255 : null), img.dtype);
    });
  }
}

/**
 * A tensor as ImageData, for `context.putImageData`: floats in 0 to 1 or uint8, [height, width] or [1, height, width] (grey),
 * [3, …] or [4, …], or uint8 [height, width, 4] as `torch.tensor(imageData)` gives it. Where there is no ImageData, the same
 * as `{ data, width, height }`.
 *
 * @throws TypeError for other dtypes; RangeError for other shapes.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { data, width, height } = torch.transforms.toImageData(torch.tensor([[[0, 1]]]));
 * console.log([...data].join(), width, height); // => 0,0,0,255,255,255,255,255 2 1
 * ```
 */
export function toImageData(pic: Tensor): ImageData {
  const { pic: img } = bindRecord('toImageData(pic: Tensor)', [pic]);
  const { dims, dtype } = img;
  if (dtype !== uint8 && !dtype.isFloatingPoint) {
    throw new TypeError(`toImageData(): expected uint8, or floats in 0 to 1, got ${dtype}`);
  }
  const isRows = dtype === uint8 && dims.length === 3 && dims[2] === 4 && ![1, 3, 4].includes(dims[0]);
  const channels = dims.length === 2 ? 1 : dims[0];
  if (!isRows && !((dims.length === 2 || dims.length === 3) && [1, 3, 4].includes(channels))) {
    throw new RangeError(
      `toImageData(): expected [height, width] or [1, 3 or 4, height, width], got a tensor of shape [${dims.join(', ')}]`,
    );
  }
  const [height, width] = isRows ? dims : dims.slice(-2);
  let bytes = new Uint8Array(0);
  scope(() => {
    const scaled = dtype === uint8 ? img : toDtype(clamp(round(mul(img, 255)), 0, 255), uint8);
    bytes = scaled.toTypedArray<Uint8Array<ArrayBuffer>>();
    return [];
  });
  const data = new Uint8ClampedArray(4 * height * width);
  const pixels = height * width;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 4; c++) {
      data[4 * i + c] = isRows
        ? bytes[4 * i + c]
        : c === 3 && channels < 4
          ? 255
          : bytes[(channels === 1 ? 0 : c) * pixels + i];
    }
  }
  if (typeof ImageData === 'function') return new ImageData(data, width, height);
  return { data, width, height, colorSpace: 'srgb' } as ImageData;
}
