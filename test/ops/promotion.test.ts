/** The dtypes that tensors of two dtypes meet in, for every operation of several tensors: see golden/promotion.py. */
import { testBook } from './book.ts';

testBook('ops-promotion.json');
