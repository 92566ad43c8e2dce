/** The methods of a tensor: copies, conversions, new tensors like another. */

import { METHODS, type Sources } from './create.generated.ts';
import { install, type MethodsOf } from './install.ts';

export type CreateMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
