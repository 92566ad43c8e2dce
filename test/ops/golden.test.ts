/** Every operation computes what PyTorch computes, and refuses what PyTorch refuses: see golden/ops.py. */
import { testBook } from './book.ts';

for (const name of ['elementwise', 'shapes', 'losses', 'autograd', 'tracking']) testBook(`ops-${name}.json`);
