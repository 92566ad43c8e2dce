/** PyTorch's methods of a tensor, `x.sum()`: importing this installs them all, and declares them to the compiler. */
import './create.ts';
import './elementwise.ts';
import './linalg.ts';
import './random.ts';
import './reduce.ts';
import './select.ts';
import './transposes.ts';
import './view.ts';
