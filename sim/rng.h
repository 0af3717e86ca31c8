// rng: every draw is keyed by who, when and why (Philox4x32-10, Salmon et al. 2011).
//
// Counter: who (64 bits, the draw key of an agent), month and stream (16 bits each), index (32 bits).
// Key: seed (32 bits), replicate (32 bits). There is no state: a draw can be repeated anywhere, and adding a
// draw or a programme elsewhere changes nothing here.
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdint.h>

struct rng {
    uint32_t seed, replicate;
};

// Why a draw is made: `stream` is a value below 65536 from the one list of the models (models/stream.h);
// `month` is the month of the run, 0-65535; `index` tells several blocks of one purpose apart.
struct rng_purpose {
    uint16_t month, stream;
    uint32_t index;
};

// One block: four 32-bit words. The counter's words, low to high: who & 0xffffffff, who >> 32, month | stream
// << 16, index.
void rng_block(struct rng rng, uint64_t who, struct rng_purpose why, uint32_t out[4]);

// A uniform in (0,1), 52 bits, never 0 or 1: (k + 0.5) 2^-52. The first of a block's two.
double rng_uniform(struct rng rng, uint64_t who, struct rng_purpose why);

// A standard normal by inversion of rng_uniform.
double rng_normal(struct rng rng, uint64_t who, struct rng_purpose why);

// An integer of 0..n-1, n > 0, from the first 64 bits of the block; a value's probability differs from 1/n by
// less than 2^-64.
int rng_index(struct rng rng, uint64_t who, struct rng_purpose why, int n);

// For n agents at once, two uniforms (u, v) from one block each; the same numbers as the scalar call gives
// for u. v may be NULL. Vectorised; no allocation; any n. `u` and `v` may not overlap each other or `who`.
void rng_uniforms(struct rng rng, const int64_t *who, int n, struct rng_purpose why, double *u, double *v);

// As rng_uniforms, but standard normals.
void rng_normals(struct rng rng, const int64_t *who, int n, struct rng_purpose why, double *z, double *y);

// A mixer of ids and keys: one-to-one on 64 bits, each output bit depending on every input bit; one step of
// SplitMix64 (Steele, Lea and Flood 2014). For new draw keys and hash tables, not for draws.
uint64_t rng_hash(uint64_t x);

#endif
