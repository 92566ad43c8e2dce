/** Numbers that are written into a tensor, for every dtype and every way: see golden/scalars.py. */
import { testBook } from './book.ts';

testBook('ops-scalars.json');
