/** What AssemblyScript calls an i32 is a number here: lets TypeScript read assembly/codes.ts. */
declare type i32 = number;
