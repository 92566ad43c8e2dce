/** Operations that no file can have, with the words of their refusal. */

const NOTHING = /cannot be exported: ONNX has nothing for it$/;
const RANDOM = /draws random numbers/;

export const KNOWN: Record<string, RegExp> = {
  // Their results are numbers.
  allclose: /^gives no tensor$/,
  item: /^gives no tensor$/,
  // ONNX has no operator, and no few of them compute it.
  bincount: NOTHING,
  cumprod: NOTHING,
  histc: NOTHING,
  mode: NOTHING,
  quantile: NOTHING,
  multilabelMarginLoss: /reads the list of classes that its target holds/,
  ...Object.fromEntries(
    (
      'bernoulli multinomial normal rand randLike randint randintLike randn randnLike randperm ' +
      'bernoulli_ cauchy_ exponential_ geometric_ logNormal_ normal_ random_ uniform_'
    )
      .split(' ')
      .map((name) => [name, RANDOM]),
  ),
};

/** Why some samples of an operation have no file, by the words of the refusal. */
export const PARTLY: Record<string, RegExp> = {
  __getitem__: /at is (not )?exported with/,
  __setitem__: /setAt_ writes where an input says/,
  // Without a difference taken, it is a copy that is written.
  diff: /copy_ writes a tensor of outside/,
  // Of a number ONNX says that it has one dimension.
  nonzero: /^shape torch.Size\(\[0, 1\]\), not/,
  repeat_interleave: /repeatInterleave is exported only with one number of repeats/,
};

/** Why a layer has no file. */
export const REFUSED_LAYERS: Record<string, RegExp> = {
  MultiLabelMarginLoss: /^export\(\): multilabelMarginLoss reads the list of classes that its target holds/,
};
