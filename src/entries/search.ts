/** The entry `torchlet/search`: hyperparameter search. */
import '../start/inlined.ts';

export * from '../search/index.ts';
