/**
 * Lesson 1: tensors. A tensor is a grid of numbers of one type with any number of dimensions. Data, weights, losses and
 * gradients are all tensors, so this comes first.
 *
 *     npm run course -- 01
 */
import * as torch from 'torchlet';

// Three days, two temperatures each: nested lists become a tensor with as many dimensions as the lists are deep.
const temperatures = torch.tensor([
  [72, 75],
  [60, 80],
  [65, 78],
]);
console.log(temperatures);

// The shape counts the elements along each dimension, the dtype says what they are. 32-bit floats are the rule.
console.log(temperatures.shape, temperatures.dtype);
console.log(temperatures.dim(), 'dimensions,', temperatures.numel(), 'elements,', temperatures.size(0), 'rows');

// Operators are methods. They go element by element, and the shapes must fit.
const drift = torch.tensor([
  [2, 2],
  [2, 2],
  [0, 1],
]);
console.log(temperatures.add(drift));
console.log(temperatures.sub(32).div(1.8));
try {
  temperatures.add(torch.ones(3, 3));
} catch (error) {
  console.log((error as Error).message);
}

// A shape fits too if dimensions of size 1, or missing ones at the front, can be repeated: broadcasting.
const perStation = torch.tensor([10, -10]);
console.log(temperatures.add(perStation));

// Indexing. A number picks along its dimension and removes it, [start, stop] keeps a range, ':' keeps all.
console.log(temperatures.at(0));
console.log(temperatures.at(':', 1));
console.log(temperatures.at([1, 3], 0));
console.log(temperatures.at(temperatures.gt(70)));

// A sum or a mean runs over everything, or along one dimension, which then is gone.
console.log(temperatures.mean(), temperatures.mean(0), temperatures.mean(1));
// item() makes an ordinary number of a tensor with one element.
console.log(temperatures.max().item(), temperatures.argmax(1));

// The same six numbers in another shape. -1 stands for what is left.
console.log(temperatures.reshape(2, 3));
console.log(temperatures.view(-1).shape, temperatures.t().shape, temperatures.unsqueeze(0).shape);

// Matrix multiplication: [3, 2] times [2, 1] is [3, 1]. Here it takes a weighted sum of each row, and with that
// a layer of a network is nearly written.
const weights = torch.tensor([[0.25], [0.75]]);
console.log(temperatures.matmul(weights));

// A seed determines all random numbers that follow: the same program gives the same numbers.
torch.manualSeed(7);
console.log(torch.rand(2, 3));
console.log(torch.randn(2, 3));
console.log(torch.zeros(2), torch.ones(2, { dtype: torch.int64 }), torch.arange(0, 10, 3));
