/** The entry `torchlet/methods`: installs PyTorch's methods on the tensor, and declares them. */
import '../start/inlined.ts';
import '../methods/index.ts';
