/** A model goes out, comes in, is trained on, and goes out again: torchlet and onnxruntime agree at each step. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { open } from './runtime.ts';

const { nn } = torch;

class Attending extends nn.Module {
  first = new nn.LayerNorm(6);
  qkv = new nn.Linear(6, 18);
  out = new nn.Linear(6, 2);
  forward(x: torch.Tensor): torch.Tensor {
    const [q, k, v] = this.qkv(this.first(x)).chunk(3, -1);
    return this.out(q.matmul(k.transpose(1, 2)).div(2.5).softmax(-1).matmul(v).mean(1));
  }
}

const MODELS: [name: string, model: torch.nn.Module, shape: number[]][] = [
  [
    'layers',
    new nn.Sequential(
      new nn.Linear(6, 8),
      new nn.GELU(),
      new nn.Linear(8, 4),
      new nn.LayerNorm(4),
      new nn.Tanh(),
      new nn.Linear(4, 2),
      new nn.LogSoftmax(1),
    ),
    [5, 6],
  ],
  ['attention', new Attending(), [3, 4, 6]],
];

test.each(MODELS)('%s', async (_, model, shape) => {
  torch.manualSeed(1);
  const x = torch.randn(shape);
  model.eval();
  const run = model as unknown as (x: torch.Tensor) => torch.Tensor;
  const close = (a: torch.Tensor, b: torch.Tensor): void => {
    expect(torch.allclose(a, b, 1e-5, 1e-5), `${a}\n${b}`).toBe(true);
  };

  const options = { inputNames: ['x'], dynamicAxes: { x: { 0: 'n' } } };
  const file = torch.onnx.export(model, [x], options);
  const net = torch.onnx.load(file);
  close(net(x), run(x));
  const more = torch.randn([7, ...shape.slice(1)]);
  close(net(more), run(more));
  expect(Object.keys(net.stateDict()).sort()).toEqual(Object.keys(model.stateDict()).sort());

  // The same steps on both give the same weights.
  const train = (module: torch.nn.Module): number[] => {
    module.train();
    const optimizer = new torch.optim.Adam(module.parameters(), { lr: 0.01 });
    const losses = Array.from({ length: 5 }, () => {
      const loss = (module as unknown as typeof run)(x).square().mean();
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.item() as number;
    });
    module.eval();
    return losses;
  };
  const [ours, theirs] = [train(net), train(model)];
  ours.forEach((loss, i) => {
    expect(Math.abs(loss - (theirs[i] as number))).toBeLessThan(1e-5);
  });
  close(net(x), run(x));

  const again = torch.onnx.export(net, [x], options);
  const session = await open(again);
  const [out] = await session.run({ x });
  await session.release();
  close(out as torch.Tensor, net(x));
  const back = torch.onnx.load(again);
  expect(Object.keys(back.stateDict()).sort()).toEqual(Object.keys(net.stateDict()).sort());
  close(back(more), net(more));
});
