// vmath: elementary functions with the same bits on every compiler, optimisation level and machine.
//
// Built from + - x / sqrt and integer operations only (no libm, no FMA), branch-free so that compilers
// vectorise loops over them. Domains are those the models need; outside they saturate as documented instead
// of raising or giving NaN. Accuracy against MPFR is tested: exp, log, pow within 2 ulp; the quantile within
// 6 ulp.
#ifndef SIM_VMATH_H
#define SIM_VMATH_H

// static inline: double vmath_exp(x), vmath_log(x), vmath_pow(x, y), vmath_quantile(p), vmath_sqrt(x),
// vmath_round(x), vmath_floor(x), vmath_abs(x), vmath_min(a, b), vmath_max(a, b), vmath_clamp(x, low, high);
// int64_t vmath_int(x)
#include "sim/vmath_inline.h"

// The same over arrays; `out` may be `x`, but not overlap it otherwise. Any n.
void vmath_exp_n(const double *x, int n, double *out);
void vmath_log_n(const double *x, int n, double *out);
void vmath_pow_n(const double *x, double y, int n, double *out); // x > 0
void vmath_quantile_n(const double *p, int n, double *out);      // standard normal, AS 241

#define VMATH_MODE_WRONG    1 // the thread does not round to nearest, or flushes subnormals
#define VMATH_ANSWERS_WRONG 2 // built with flags or a compiler that change the bits

// Known answers and the floating-point mode of the calling thread (round to nearest, no flush to zero).
// Returns 0 if right, else one of the values above.
int vmath_selftest(void);

#endif
