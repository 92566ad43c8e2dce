/** The methods of a tensor: random fills and draws. */
import { install, type MethodsOf } from './install.ts';
import { METHODS, type Sources } from './random.generated.ts';

export type RandomMethods = MethodsOf<typeof METHODS, Sources>;

install(METHODS);
