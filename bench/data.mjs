/**
 * The numbers that every contender computes with, made by a formula that pytorch.py repeats: whole-number arithmetic
 * below 2^53 and one rounding to float32, so all have the same bits.
 */

/** `count` numbers within ±scale / 2. */
export function numbers(count, seed, scale = 1) {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = (((i * 7919 + seed * 104729) % 100003) / 100003 - 0.5) * scale;
  return out;
}

/** `count` labels below `classes`. */
export function labels(count, seed, classes) {
  return Array.from({ length: count }, (_, i) => (i * 7 + seed * 3 + (i >> 2)) % classes);
}

/** Labels as rows of 0 and 1, for the libraries whose loss wants them so. */
export function oneHot(list, classes) {
  const out = new Float32Array(list.length * classes);
  list.forEach((label, i) => {
    out[i * classes + label] = 1;
  });
  return out;
}

/** Weights and biases of each linear layer, the weight as PyTorch keeps it: [out, in]. */
export function layersOf(sizes) {
  return sizes.slice(1).map((fanOut, i) => ({
    fanIn: sizes[i],
    fanOut,
    weight: numbers(fanOut * sizes[i], 2 * i + 1, 3 / Math.sqrt(sizes[i])),
    bias: numbers(fanOut, 2 * i + 2, 0.1),
  }));
}

/** [rows, columns] as [columns, rows]. */
export function transposed(data, rows, columns) {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c];
  return out;
}

/** How many different batches a training loop goes round. */
export const BATCHES = 4;

/** The batches: x [batch, in], and y [batch, 1] for one output or a label for each row. */
export function batchesOf({ sizes, batch }) {
  const width = sizes[0];
  const classes = sizes[sizes.length - 1];
  return Array.from({ length: BATCHES }, (_, i) => ({
    x: numbers(batch * width, 100 + i, 2),
    y: classes === 1 ? numbers(batch, 200 + i, 2) : labels(batch, i, classes),
  }));
}

export const LEARNING_RATE = 0.01;

/** A few elements from all over a result: what contenders are compared by. */
export function sample(data) {
  const step = Math.max(1, Math.floor(data.length / 13));
  const out = [];
  for (let i = 0; i < data.length && out.length < 13; i += step) out.push(Number(data[i]));
  return out;
}
