/**
 * What a value of JavaScript's own is, asked for its brand: one of another realm (an iframe, a vm context, Jest's sandbox,
 * Next's edge sandbox) has other constructors, so that `instanceof` says no. And what a value of torchlet's own is that
 * another copy of the package made.
 */

/** What `Object.prototype.toString` calls a value: `'Map'`, `'Float32Array'`, `'Error'`. */
export const brandOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

export const isArrayBuffer = (value: unknown): value is ArrayBuffer | SharedArrayBuffer =>
  /^(Shared)?ArrayBuffer$/.test(brandOf(value));

/** Whether a value is a Uint8Array, as Node's Buffer is. */
export const isBytes = (value: unknown): value is Uint8Array => brandOf(value) === 'Uint8Array';

export const isMap = (value: unknown): value is Map<unknown, unknown> => brandOf(value) === 'Map';

export const isError = (value: unknown): value is Error => brandOf(value) === 'Error';

/** Whether a value is to be awaited: a promise, or what can be one. */
export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

export const isAsyncFunction = (value: unknown): boolean => brandOf(value) === 'AsyncFunction';

/** Whether a value is a typed array or a DataView. */
export const isView = (value: unknown): value is ArrayBufferView => ArrayBuffer.isView(value);

/** The bytes of a buffer or of a view of one; undefined for anything else. */
export function asBytes(value: unknown): Uint8Array | undefined {
  if (isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return isArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

/** Under which a prototype says what it is to every copy of torchlet, and which copy it is of. */
const MARK = Symbol.for('torchlet.kind');

interface Mark {
  readonly kind: string;
  readonly copy: object;
}

/** This copy. */
const COPY: object = Object.freeze({});

/** Lets other copies of torchlet know what instances of a class are. */
export function markKind(prototype: object, kind: string): void {
  Object.defineProperty(prototype, MARK, { value: { kind, copy: COPY } satisfies Mark });
}

/** What a value is that another copy of torchlet made, `'tensor'` or `'module'`; null for all other values. */
export function kindElsewhere(value: unknown): string | null {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return null;
  const mark = (value as { [MARK]?: Mark })[MARK];
  return mark === undefined || mark.copy === COPY ? null : mark.kind;
}

/** What messages say of it. */
export const ELSEWHERE = 'of another copy of torchlet: one program may load it only once, in one version and format';
