// par: loops over agents in fixed blocks, and sums that do not depend on the number of threads (the only file
// that includes omp.h). A call from inside another of these loops runs on the calling thread alone; without
// OpenMP every call does.
#ifndef SIM_PAR_H
#define SIM_PAR_H

#include <stdint.h>

#define PAR_BLOCK 1024 // rows a block; part of the definition of a floating sum
#define PAR_LANES 8    // explicit lanes inside a block

// Calls fn(ctx, block, begin, end) for each block of [0, n), in parallel on `threads`; a block runs on one
// thread. Integer results may be added freely per block; floating ones go to arrays indexed by block. Which
// thread runs a block depends on `threads` and n alone (static schedule), so a thread meets the memory again
// that it touched first.
void par_blocks(int threads, int64_t n, void (*fn)(void *ctx, int64_t block, int64_t begin, int64_t end),
                void *ctx);

// Calls fn(ctx, item) for items 0..n-1, in parallel, one item at a time to whichever thread is free.
void par_items(int threads, int n, void (*fn)(void *ctx, int item), void *ctx);

// Writes the indices of the nonzero flags in increasing order to `rows`, which has room for them, and returns
// their number. The same for any number of threads; no allocation.
int64_t par_select(int threads, int64_t n, const uint8_t *flag, int64_t *rows);

// The sum of one block, for any n >= 0: element i goes to lane i % PAR_LANES, each lane is summed by rising i
// from 0.0, then the lanes are added in order. The same bits from every compiler.
double par_block_sum(const double *x, int n);

// The sum of per-block sums in block order.
double par_ordered_sum(const double *block_sum, int64_t blocks_n);

// Blocks that cover n rows; the last may be short.
int64_t par_blocks_n(int64_t n);

// Processors this process may use, at least 1: those of its affinity mask, at most OMP_NUM_THREADS if that is
// set.
int par_threads_available(void);

#endif
