/** The methods of a tensor: indexing, gathering, sorting. */
import { install, type MethodsOf } from './install.ts';
import { METHODS, type Sources } from './select.generated.ts';

export type SelectMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
