/** What modules, their parts and the engine say when they are used as JavaScript allows and PyTorch does not. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn } = torch;

class Unfinished extends (nn.Module as unknown as new () => object) {}

/** Everything without its types: the mistakes below do not compile. */
type Loose = { (...args: unknown[]): Loose; new (...args: unknown[]): Loose; readonly [name: string]: Loose };
const n = nn as unknown as Loose;
const t = torch as unknown as Loose;
const layer = new nn.Linear(2, 2);
const loose = layer as unknown as Loose;
const model = new nn.Sequential(new nn.ReLU(), layer) as unknown as Loose;
const x = torch.ones(2, 2) as unknown as Loose;
const w = torch.ones(2, { requiresGrad: true });
const loss = (): Loose => w.mul(2).sum() as unknown as Loose;

const MISTAKES: [call: () => unknown, kind: ErrorConstructor, message: string][] = [
  [() => model.at([0, 1]), TypeError, 'indices must be integers, got a list of 2; the slice(start, end) of a Seq'],
  [() => model.at(1.5), TypeError, 'indices must be integers, got 1.5'],
  [() => model.at('0'), TypeError, 'indices must be integers, got "0"'],
  [() => model.at(), TypeError, 'indices must be integers, got undefined'],
  [() => new n.ModuleList([layer]).at(0.5), TypeError, 'indices must be integers, got 0.5'],
  [() => Reflect.set(x, 'requiresGrad', 'false'), TypeError, 'requiresGrad must be a boolean, got "false"'],
  [() => x.requiresGrad_([]), TypeError, "requiresGrad_(): argument 'requiresGrad' must be bool, not a list of 0"],
  [() => loose.requiresGrad_('no'), TypeError, 'requiresGrad must be a boolean, got "no"'],
  [() => t.ones(2, { requiresGrad: 'yes' }), TypeError, 'argument \'requiresGrad\' must be bool, not "yes"'],
  [() => new n.Linear(3, 2, 'yes'), TypeError, 'Linear(): argument \'bias\' must be bool, not "yes"'],
  [() => new n.Linear(3, 2, { bias: 1 }), TypeError, "Linear(): argument 'bias' must be bool, not 1"],
  [
    () => new n.LayerNorm(2, 1e-5, 'no'),
    TypeError,
    'LayerNorm(): argument \'elementwiseAffine\' must be bool, not "no"',
  ],
  [() => new n.ReLU('x'), TypeError, 'ReLU(): argument \'inplace\' must be bool, not "x"'],
  [() => new n.Parameter(x, 'no'), TypeError, 'Parameter(): argument \'requiresGrad\' must be bool, not "no"'],
  [() => new n.Parameter(x, { bogus: 1 }), TypeError, "Parameter() got an unexpected option 'bogus'"],
  [() => new n.Linear(3, 2, true, 1), TypeError, "Linear(): argument 'device' must be a device or null, not 1"],
  [
    () => new n.Linear(3, 2, { dtype: 'float32' }),
    TypeError,
    'Linear(): argument \'dtype\' must be a torch dtype or null, not "float32"',
  ],
  [() => new n.Linear(3, 2, true, 'cpu', torch.float32, 7), TypeError, 'Linear() takes at most 5 arguments, got 6'],
  [() => new n.Flatten(1, 2, 3), TypeError, 'Flatten() takes at most 2 arguments, got 3'],
  [() => new n.Softmax(1, 2), TypeError, 'Softmax() takes at most 1 arguments, got 2'],
  [() => new n.MSELoss({}, 1), TypeError, 'MSELoss() takes at most 1 arguments, got 2'],
  [() => new n.Threshold(), TypeError, "Threshold(): argument 'threshold' must be a number, not undefined"],
  [() => new n.Threshold(1), TypeError, "Threshold(): argument 'value' must be a number, not undefined"],
  [() => (new Unfinished() as unknown as Loose)(x), Error, 'Module [Unfinished] is missing the required "forward" fun'],
  [() => t.autograd.grad(loss(), layer), TypeError, 'grad(): expected Tensors, got a Linear: give its parameters()'],
  [() => t.autograd.grad(loss(), [[w]]), TypeError, 'grad(): expected Tensors, got a list of 1: take it out of the'],
  [() => t.autograd.grad(5, w), TypeError, 'grad(): expected Tensors, got 5'],
  [() => t.autograd.grad(loss(), null), TypeError, 'grad(): expected Tensors, got null'],
  [() => t.autograd.grad(loss(), w, true), TypeError, 'gradients can be either Tensors or null, but got true'],
  [
    () => t.autograd.grad(loss(), w, { gradOutputs: 5 }),
    TypeError,
    'gradients can be either Tensors or null, but got 5',
  ],
  [() => t.autograd.grad([loss(), loss()], w, { gradOutputs: [x] }), RangeError, 'got 2 tensors and 1 gradients'],
  [() => loss().backward({ inputs: [layer] }), TypeError, 'backward(): expected Tensors, got a Linear: give its param'],
  [() => loss().backward({ inputs: layer }), TypeError, 'backward(): expected Tensors, got a Linear: give its param'],
  [() => loss().backward({ inputs: [] }), RangeError, '`inputs` argument to `backward()` cannot be empty.'],
  [() => t.autograd.backward(5), TypeError, 'backward(): expected Tensors, got 5'],
  [() => n.utils.clipGradNorm_(layer, 1), TypeError, 'clipGradNorm_(): expected Tensors, got a Linear: give its'],
  [() => n.utils.clipGradValue_(5, 1), TypeError, 'clipGradValue_(): expected Tensors, got 5'],
  [() => loose.apply(5), TypeError, 'apply(): fn must be a function, got 5'],
  [() => loose.loadStateDict(Promise.resolve({})), TypeError, 'to be dict-like, got a Promise: await it.'],
  [
    () => loose.loadStateDict(torch.save({})),
    TypeError,
    'to be dict-like, got a Uint8Array: torch.load(bytes) reads it.',
  ],
  [() => loose.loadStateDict(x), TypeError, 'to be dict-like, got a tensor of shape [2, 2].'],
  [
    () => t.load('https://a.example/b'),
    TypeError,
    'load(): "https://a.example/b" is no file; fetch it and give `await',
  ],
  [() => t.load(Promise.resolve()), TypeError, 'got a Promise: await it'],
  [() => new n.Sequential(nn.ReLU), TypeError, 'class ReLU is not a Module subclass: write new ReLU()'],
  [() => new n.Sequential([layer]), TypeError, 'a list of 1 is not a Module subclass: write ...list'],
  [() => new n.ModuleList([nn.ReLU]), TypeError, 'class ReLU is not a Module subclass: write new ReLU()'],
];

describe('mistakes', () => {
  it.each(MISTAKES.map((each) => [String(each[0]).replace('() => ', ''), ...each] as const))(
    '%s',
    (_, call, kind, message) => {
      expect(call).toThrow(message);
      expect(call).toThrow(kind);
    },
  );

  it.each(['Sigmoid', 'Tanh', 'Softsign', 'Tanhshrink', 'LogSigmoid', 'Softmax2d'])('nn.%s takes nothing', (name) => {
    expect(() => new n[name](1)).toThrow(new TypeError(`${name}() takes at most 0 arguments, got 1`));
    expect(() => new n[name]({ dim: 1 })).toThrow(`${name}() got an unexpected option 'dim'; it takes no options`);
  });

  it.each(Object.keys(nn.init).filter((name) => name.endsWith('_')))('nn.init.%s takes no module', (name) => {
    expect(() => n.init[name](layer, 1)).toThrow(
      new TypeError(`${name}(): argument 'tensor' must be Tensor, not a Linear`),
    );
  });
});
