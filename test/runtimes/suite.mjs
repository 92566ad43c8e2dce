/**
 * The one small program that every runtime runs, with the package as it is installed: it trains a regression and a
 * classification, and gives every number as its bits, so that two runtimes agree only if they agree to the last one.
 */

/** Numbers as the hexadecimal words of their float32. */
const bits = (numbers) => Array.from(new Uint32Array(Float32Array.from(numbers).buffer), (word) => word.toString(16));

/** 60 steps of SGD; the losses. */
function fit(torch, model, criterion, x, y) {
  const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-4 });
  const losses = [];
  for (let step = 0; step < 60; step++) {
    optimizer.zeroGrad();
    const loss = criterion(model(x), y);
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
  }
  return losses;
}

/** Everything a host must agree on with every other, as plain JSON. */
export function train(torch) {
  const { nn } = torch;
  torch.manualSeed(0);
  const x = torch.randn(64, 4);
  const values = x.sum(1, true).sin();
  const labels = x.argmax(1);

  const regression = new nn.Sequential(new nn.Linear(4, 8), new nn.Tanh(), new nn.Linear(8, 1));
  const valueLosses = fit(torch, regression, new nn.MSELoss(), x, values);
  const classifier = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Dropout(0.1), new nn.Linear(16, 4));
  const labelLosses = fit(torch, classifier, new nn.CrossEntropyLoss(), x, labels);
  classifier.eval();
  const prediction = torch.noGrad(() => torch.softmax(classifier(x), 1));
  const correct = prediction.argmax(1).eq(labels).sum().item();

  const grid = torch.linspace(0.01, 4, 100);
  return {
    printed: String(classifier),
    losses: [valueLosses, labelLosses].map((losses) => [losses[0], losses[losses.length - 1]]),
    correct,
    lossBits: [...bits(valueLosses), ...bits(labelLosses)],
    predictionBits: bits(prediction.flatten().tolist()),
    functionBits: ['exp', 'log', 'tanh', 'sigmoid', 'sin', 'erf', 'rsqrt'].flatMap((f) => bits(grid[f]().tolist())),
  };
}
