/**
 * Parts and orders, sorting, scanning, writing by index, products, statistics and borders compute what PyTorch
 * computes, and refuse what PyTorch refuses: see golden/arranging.py.
 */
import { testBook } from './book.ts';

testBook('ops-arranging.json');
