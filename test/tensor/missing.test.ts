/** What a tensor does not have: answered where a person meant something, undefined elsewhere, and free where it has it. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { Tensor } from '../../src/tensor/tensor.ts';

type Loose = Record<string | symbol, unknown>;
const x = torch.zeros(2, 3) as unknown as Loose;

describe('reading', () => {
  test.each([
    ['requires_grad', "a tensor has no 'requires_grad': names are camelCase here, write 'requiresGrad'"],
    ['retain_grad', "write 'retainGrad'"],
    ['masked_fill_', "write 'maskedFill_'"],
    ['register_hook', "write 'registerHook'"],
    ['log_softmax', "write 'logSoftmax'"],
    ['length', "a tensor has no 'length': len(x) is x.size(0), the number of elements x.numel()"],
    ['0', 'a tensor has no [0]: write x.at(0)'],
    ['-1', 'a tensor has no [-1]: write x.at(-1)'],
    ['10', 'write x.at(10)'],
    ['0,1', 'write x.at(0,1)'],
  ])('%s says what to write instead', (key, message) => {
    expect(() => x[key]).toThrow(TypeError);
    expect(() => x[key]).toThrow(message);
  });

  test('a mask as an index says what to write instead', () => {
    const mask = torch.ones(2).gt(0);
    expect(() => x[mask as unknown as string]).toThrow('a tensor has no [mask]: write x.at(mask)');
  });

  test.each([
    'then',
    'asymmetricMatch',
    'nodeType',
    '$$typeof',
    'foo',
    'some_thing',
    '1.5',
    '',
    '__proto_',
    Symbol('s'),
  ])('%s is undefined, as of any object', (key) => {
    expect(x[key]).toBeUndefined();
  });

  test('awaiting, spreading and JSON do what they do', async () => {
    expect(await torch.tensor(3)).toBeInstanceOf(torch.Tensor);
    expect([...torch.tensor([1, 2])].map((each) => each.item())).toEqual([1, 2]);
    expect(JSON.stringify({ x: torch.tensor([1, 2]) })).toBe('{"x":[1,2]}');
    expect(x instanceof Object).toBe(true);
    expect('sum' in x && !('foo' in x)).toBe(true);
    expect(Object.hasOwn(x, 'foo')).toBe(false);
  });
});

describe('writing', () => {
  test.each([
    ['requires_grad', "write 'requiresGrad'"],
    ['0', 'a tensor has no [0]: write x.setAt_([0], value)'],
    ['-1', 'write x.setAt_([-1], value)'],
    ['0,1', 'write x.setAt_([0,1], value)'],
  ])('%s says what to write instead', (key, message) => {
    expect(() => {
      x[key] = 1;
    }).toThrow(message);
  });

  test('a property of its own can be put on a tensor', () => {
    const y = torch.zeros(1) as unknown as Loose;
    y.label = 'cat';
    expect(y.label).toBe('cat');
  });
});

test('a training step and a prediction ask for nothing that is not there', async () => {
  const end = Object.getPrototypeOf(Tensor.prototype) as object;
  let asked = 0;
  const count = <T>(result: T): T => {
    asked++;
    return result;
  };
  Object.setPrototypeOf(
    Tensor.prototype,
    new Proxy(end, {
      get: (target, key, receiver) => count(Reflect.get(target, key, receiver)),
      set: (target, key, value, receiver) => count(Reflect.set(target, key, value, receiver)),
      has: (target, key) => count(Reflect.has(target, key)),
    }),
  );
  try {
    const model = new torch.nn.Sequential(new torch.nn.Linear(3, 4), new torch.nn.ReLU(), new torch.nn.Linear(4, 2));
    const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    const [inputs, labels] = [torch.randn(5, 3), torch.tensor([0n, 1n, 0n, 1n, 0n])];
    const criterion = new torch.nn.CrossEntropyLoss();
    asked = 0;
    for (let i = 0; i < 3; i++) {
      optimizer.zeroGrad();
      const loss = criterion(model(inputs), labels);
      loss.backward();
      optimizer.step();
      loss.item();
    }
    torch.noGrad(() => model(inputs));
    await Promise.resolve(torch.inferenceMode(() => model(inputs).reshape(-1)));
    expect(asked).toBe(0);
    expect((torch.zeros(1) as unknown as Loose).foo).toBeUndefined();
    expect(asked).toBe(1);
  } finally {
    Object.setPrototypeOf(Tensor.prototype, end);
  }
});
