/** The methods of a tensor: random fills and draws. */
import * as random from '../ops/random/random.ts';
import { install, type MethodsOf } from './install.ts';

const METHODS = {
  uniform_: random.uniform_,
  normal_: random.normal_,
  bernoulli_: random.bernoulli_,
  random_: random.random_,
  exponential_: random.exponential_,
  geometric_: random.geometric_,
  logNormal_: random.logNormal_,
  cauchy_: random.cauchy_,
  bernoulli: random.bernoulli,
  multinomial: random.multinomial,
} as const;

export type RandomMethods = MethodsOf<typeof METHODS, typeof random>;

install(METHODS);
