/** The methods of a tensor: shapes, slices, rearrangements. */
import { install, type MethodsOf } from './install.ts';
import { METHODS, type Sources } from './view.generated.ts';

export type ViewMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
