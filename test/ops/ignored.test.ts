/** Losses with NaN and infinities at places that count for nothing, and losses of nothing: see golden/ignored.py. */
import { testBook } from './book.ts';

testBook('ignored');
