/**
 * Lesson 2: a first network. What a linear layer computes, how layers are stacked, and how many numbers there are to
 * learn.
 *
 *     npm run course -- 02
 */
import * as torch from 'torchlet';
import { nn, type Tensor } from 'torchlet';

// The first weights are random; with a seed they are the same at every start.
torch.manualSeed(2);

// 1. One example with three features, as a row: a network takes a batch, [examples, features].
const input = torch.tensor([[0.3471, 0.4547, -0.2356]]);

// A linear layer takes three numbers and gives two. Each output has a weight for every input, and a bias.
const linear = new nn.Linear(3, 2);
console.log(linear);
console.log(linear.weight);
console.log(linear.bias);

// It is called like a function.
const output = linear(input);
console.log(output);

// The same by hand: output = input times transposed weights, plus bias. (With `{ bias: false }` a layer is
// made without one, and linear.bias is null.)
const byHand = input.matmul(linear.weight.t()).add(linear.bias);
console.log(byHand);
console.log('the same:', torch.allclose(output, byHand));

// A batch of four examples goes through at once, and each row is treated alone.
console.log(linear(torch.randn(4, 3)).shape);

// 2. Layers in a row: what one gives, the next takes, so 4 stands twice and 5 stands twice.
const stacked = new nn.Sequential(new nn.Linear(3, 4), new nn.Linear(4, 5), new nn.Linear(5, 2));
console.log(stacked);
console.log(stacked(input));

// Three linear layers are no more than one: the product of their weights does the same (and what they make of zeros is the
// bias). Only a bend between them, an activation such as ReLU, makes a deep network stronger than one layer. Lesson 3
// shows them.
const weight = stacked[2].weight.matmul(stacked[1].weight).matmul(stacked[0].weight);
const bias = stacked(torch.zeros(1, 3));
console.log('one layer does it:', torch.allclose(stacked(input), input.matmul(weight.t()).add(bias), { atol: 1e-6 }));

const model = new nn.Sequential(new nn.Linear(3, 4), new nn.ReLU(), new nn.Linear(4, 2));
console.log(model(input));

// 3. The numbers to learn are the parameters. A layer has inputs x outputs weights and outputs biases.
let total = 0;
for (const [name, parameter] of model.namedParameters()) {
  console.log(name, parameter.shape, parameter.numel());
  total += parameter.numel();
}
console.log('parameters:', total, 'by hand:', (3 + 1) * 4 + (4 + 1) * 2);

// 4. The same network as a class. The constructor names the layers, forward() says how data flow through them: that is
// the form for a network which is not just a row of layers.
class Net extends nn.Module {
  hidden = new nn.Linear(3, 4);
  output = new nn.Linear(4, 2);

  forward(x: Tensor): Tensor {
    return this.output(torch.relu(this.hidden(x)));
  }
}

torch.manualSeed(3);
const net = new Net();
console.log(net);
console.log(net(input));

// The same seed gives the same weights, whichever way the network is written.
torch.manualSeed(3);
const again = new nn.Sequential(new nn.Linear(3, 4), new nn.ReLU(), new nn.Linear(4, 2));
console.log('the same:', torch.equal(net(input), again(input)));
