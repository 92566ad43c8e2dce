/** `vitest run --mode moving`: every test file in moving mode. */
import { moveEverything } from './moving.ts';

moveEverything();
