/** Cutting windows out of images. */
import { tensor } from '../../ops/create/from-data.ts';
import { randint } from '../../ops/random/random.ts';
import { indexSelect } from '../../ops/select/gather.ts';
import { pad as padConstant } from '../../ops/view/pad.ts';
import { narrow } from '../../ops/view/slice.ts';
import { describe } from '../../tensor/args.ts';
import { int64 } from '../../tensor/dtype.ts';
import { bindRecord } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { sizeOf, Transform } from './transform.ts';

/** Height and width: one number for both, or a pair. */
export type CropSize = number | readonly [height: number, width: number];

/** Border widths: for all sides, for [left and right, top and bottom], or [left, top, right, bottom]. */
export type Padding = number | readonly [number, number] | readonly [number, number, number, number];

/** What stands in a border: one value, the outermost pixels, or the image mirrored, its edge left out or repeated. */
export type PaddingMode = 'constant' | 'edge' | 'reflect' | 'symmetric';

function checkSize(name: string, size: number | readonly number[]): [height: number, width: number] {
  const list = typeof size === 'number' ? [size] : size;
  const pair = list.length === 1 ? [list[0], list[0]] : list;
  if (pair.length !== 2) {
    throw new TypeError(`${name}(): Please provide only two dimensions (h, w) for size, got ${describe(size)}`);
  }
  for (const side of pair) {
    if (side < 1) throw new RangeError(`${name}(): size must be positive whole numbers, got ${side}`);
  }
  return [pair[0], pair[1]];
}

function checkPadding(padding: number | readonly number[]): [left: number, top: number, right: number, bottom: number] {
  const list = typeof padding === 'number' ? [padding] : padding;
  if (![1, 2, 4].includes(list.length)) {
    throw new TypeError(`Padding must be a number or a list of 1, 2 or 4 numbers, got ${describe(padding)}`);
  }
  const bad = list.find((side) => side < 0);
  if (bad !== undefined) throw new RangeError(`Padding must be whole and not negative, got ${bad}`);
  const [left, top = left, right = left, bottom = top] = list;
  return [left, top, right, bottom];
}

/** The place that border place i of a side of `size` pixels repeats, counted from the image's first. */
const MIRRORS: Record<Exclude<PaddingMode, 'constant'>, (i: number, size: number) => number> = {
  edge: (i, size) => Math.min(size - 1, Math.max(0, i)),
  reflect: (i, size) => (i < 0 ? -i : i >= size ? 2 * size - 2 - i : i),
  symmetric: (i, size) => (i < 0 ? -1 - i : i >= size ? 2 * size - 1 - i : i),
};

/** The image with borders. */
function bordered(img: Tensor, borders: readonly number[], mode: PaddingMode, fill: number): Tensor {
  const [left, top, right, bottom] = borders;
  if (borders.every((width) => width === 0)) return img;
  if (mode === 'constant') return padConstant(img, [left, right, top, bottom], 'constant', fill);
  const along = (x: Tensor, d: number, before: number, after: number): Tensor => {
    const size = x.size(d);
    const most = mode === 'edge' ? Infinity : mode === 'reflect' ? size - 1 : size;
    if (Math.max(before, after) > most) {
      throw new RangeError(`Padding of ${Math.max(before, after)} is too much for a side of ${size} and mode ${mode}`);
    }
    const places = Array.from({ length: before + size + after }, (_, i) => MIRRORS[mode](i - before, size));
    return indexSelect(x, d, tensor(places, { dtype: int64 }));
  };
  return along(along(img, -1, left, right), -2, top, bottom);
}

function window(img: Tensor, top: number, left: number, height: number, width: number): Tensor {
  return narrow(narrow(img, -2, top, height), -1, left, width);
}

/** What `RandomCrop` takes, named. */
export interface CropOptions {
  /** Border put around the image first; none if not given. */
  padding?: Padding | null;
  /** Whether an image that is too small gets borders, instead of being refused. */
  padIfNeeded?: boolean;
  /** What stands in a constant border; 0 if not given. */
  fill?: number;
  /** `'constant'` if not given. */
  paddingMode?: PaddingMode;
}

/**
 * A window of `size` at a random place, the same for all images of a batch: two draws, none where it fits exactly.
 *
 * @throws RangeError when the image, with its borders, is smaller than the window.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.manualSeed(0);
 * const crop = new torch.transforms.RandomCrop(2, { padding: 1 });
 * console.log(crop(torch.tensor([[1, 2], [3, 4]])).tolist()); // => [ [ 0, 3 ], [ 0, 0 ] ]
 * ```
 */
export class RandomCrop extends Transform {
  /** Height and width of the window. */
  readonly size: readonly [height: number, width: number];
  /** Border put around first: left, top, right, bottom. */
  readonly padding: readonly number[];
  /** Whether an image that is too small gets borders. */
  readonly padIfNeeded: boolean;
  /** What stands in a constant border. */
  readonly fill: number;
  /** What stands in a border. */
  readonly paddingMode: PaddingMode;

  constructor(
    size: CropSize,
    padding?: Padding | null | CropOptions,
    padIfNeeded?: boolean,
    fill?: number,
    paddingMode?: PaddingMode,
  );
  constructor(options: CropOptions & { size: CropSize });
  constructor(...args: unknown[]) {
    super();
    const {
      size,
      padding,
      padIfNeeded,
      fill,
      paddingMode: mode,
    } = bindRecord(
      "RandomCrop(size: ints, padding: ints? = null, padIfNeeded: bool = false, fill: float = 0, paddingMode: str = 'constant')",
      args,
    );
    this.size = checkSize('RandomCrop', size);
    this.padding = checkPadding(padding ?? 0);
    this.padIfNeeded = padIfNeeded;
    this.fill = fill;
    if (mode !== 'constant' && !Object.hasOwn(MIRRORS, mode)) {
      throw new RangeError(`Padding mode should be either constant, edge, reflect or symmetric, got ${describe(mode)}`);
    }
    this.paddingMode = mode as PaddingMode;
  }

  forward(img: Tensor): Tensor {
    const { size, padding, padIfNeeded, fill, paddingMode } = this;
    sizeOf('RandomCrop', img);
    const [height, width] = size;
    let x = bordered(img, padding, paddingMode, fill);
    let [h, w] = sizeOf('RandomCrop', x);
    if (padIfNeeded) {
      const [dx, dy] = [Math.max(0, width - w), Math.max(0, height - h)];
      x = bordered(x, [dx, dy, dx, dy], paddingMode, fill);
      [h, w] = sizeOf('RandomCrop', x);
    }
    if (h < height || w < width) {
      throw new RangeError(`Required crop size (${height}, ${width}) is larger than input image size (${h}, ${w})`);
    }
    if (h === height && w === width) return x;
    const place = (free: number): number => {
      const drawn = randint(0, free + 1, [1]);
      const value = drawn.item();
      drawn.dispose();
      return value;
    };
    const top = place(h - height);
    return window(x, top, place(w - width), height, width);
  }
}

/** Half of a whole number, rounded to the nearest, a tie to the even: Python's round. */
function half(n: number): number {
  const floor = Math.floor(n / 2);
  return n % 2 !== 0 && floor % 2 !== 0 ? floor + 1 : floor;
}

/**
 * The window of `size` in the middle; an image that is smaller gets zeros around it.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const crop = new torch.transforms.CenterCrop([1, 2]);
 * console.log(crop(torch.arange(12).view(3, 4)).tolist()); // => [ [ 5, 6 ] ]
 * ```
 */
export class CenterCrop extends Transform {
  /** Height and width of the window. */
  readonly size: readonly [height: number, width: number];

  /** @throws TypeError or RangeError for sizes that are not positive whole numbers. */
  constructor(size: CropSize | { size: CropSize }) {
    super();
    this.size = checkSize('CenterCrop', bindRecord('CenterCrop(size: ints)', [size]).size);
  }

  forward(img: Tensor): Tensor {
    const [height, width] = this.size;
    const [h, w] = sizeOf('CenterCrop', img);
    const [dx, dy] = [Math.max(0, width - w), Math.max(0, height - h)];
    const borders = [Math.floor(dx / 2), Math.floor(dy / 2), Math.ceil(dx / 2), Math.ceil(dy / 2)];
    const x = bordered(img, borders, 'constant', 0);
    return window(x, half(h + dy - height), half(w + dx - width), height, width);
  }
}
