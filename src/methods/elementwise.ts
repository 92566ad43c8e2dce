/** The methods of a tensor: arithmetic, functions of one number, comparisons. */

import { METHODS, type Sources } from './elementwise.generated.ts';
import { install, type MethodsOf } from './install.ts';

export type ElementwiseMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
