/** The methods of a tensor: sums, means, extremes, running sums, softmax. */
import { install, type MethodsOf } from './install.ts';
import { METHODS, type Sources } from './reduce.generated.ts';

export type ReduceMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
