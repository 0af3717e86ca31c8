// isa: when one source is compiled for several x86-64 instruction sets and the processor's best is taken at
// run time.
//
// The functions so marked give the same bits in every version (no FMA is ever formed, -ffp-contract=off), so
// this is a matter of speed alone. Define MANGROVE_ISA_BASELINE to compile the baseline only, which tests
// compare with. There is one version only under the thread sanitizer (it runs before the resolvers) and off
// x86-64 ELF systems.
#ifndef SIM_ISA_H
#define SIM_ISA_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ISA_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define ISA_THREAD_SANITIZER 1
#endif

#if defined(__x86_64__) && defined(__ELF__) && !defined(MANGROVE_ISA_BASELINE) &&                            \
    !defined(ISA_THREAD_SANITIZER)
#define ISA_DISPATCH 1
#else
#define ISA_DISPATCH 0
#endif

// For a static function that loops over one block of rows, called in the same file from inside the parallel
// region. Its name must be the only one in the program: clang 14 gives the resolver, NAME.resolver, external
// linkage. Never for a function of another file (clang 14 links a resolver without versions) or one that
// opens a parallel region (gcc leaves the region's body at the baseline).
#if ISA_DISPATCH
#define ISA_CLONES __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define ISA_CLONES
#endif

// Before a loop over the rows of a block in which each row reads and writes its own elements only. Columns
// come through pointers that might overlap, and gcc gives vectors up where there are too many pairs to test.
// clang tests them all, and would warn of loops that it leaves alone.
#if defined(__GNUC__) && !defined(__clang__)
#define ISA_ROWS _Pragma("GCC ivdep")
#else
#define ISA_ROWS
#endif

#endif
