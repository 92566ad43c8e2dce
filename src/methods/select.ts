/** The methods of a tensor: indexing, gathering, sorting. */
import { at } from '../ops/select/index.ts';
import { indexing } from '../ops/select/indexing.ts';
import { install, type MethodsOf } from './install.ts';
import { METHODS, type Sources } from './select.generated.ts';

export type SelectMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
indexing.at = at;
