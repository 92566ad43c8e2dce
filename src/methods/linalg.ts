/** The methods of a tensor: products, norms. */
import { install, type MethodsOf } from './install.ts';
import { METHODS, type Sources } from './linalg.generated.ts';

export type LinalgMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
