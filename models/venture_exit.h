// venture_exit: what a deal returns, and when.
//
// The gross multiple of a deal of rank p in (0,1): 0 up to total_loss_frac, uniform on [0,1) over
// partial_loss_frac, then a piecewise Pareto from 1 with exponent tail_low up to tail_knee and tail_high
// above, not above multiple_max (VC_returns_01 to 07, 15, 16; thin exits: instruments.md).
//
// Rank, fixed when the startup's course shows (show_months after the investment), a Gaussian copula:
//     p = d + (1 - d) Phi(rho s + sqrt(1 - rho^2) z)
// with z the startup's own luck (one draw for all its deals), d the share of deals whose startup has left the
// register before (they are the worst deals), and s = (q + growth_weight g + help_weight (help - help_mean) -
// score_mean) / score_sd from its quality q, its standardised growth g since the investment and the manager's
// help. Winners move once more within their part of the distribution by their growth until the exit.
#ifndef MODELS_VENTURE_EXIT_H
#define MODELS_VENTURE_EXIT_H

#include "models/world.h"

// The standard normal distribution function for |x| <= 7 (beyond: as at 7); relative error of the tail below
// 1e-12.
double venture_exit_normal(double x);

// The gross multiple at rank p, in a market of `depth` (0 thin, 1 deep).
double venture_exit_multiple(const struct equity *terms, double depth, double p);

// What a buyer pays today for VND 1 invested `age` months ago if the deal is to bring `multiple` after `life`
// months: linear towards a loss, geometric towards a gain.
double venture_exit_fair(double multiple, double age, double life);

// Mean net multiple that an investor expects of a startup with standardised signal x, quality and signal
// having correlation r: the investor knows the distribution above. `gain_frac` of the gain is paid on top.
double venture_exit_expected(const struct equity *terms, double depth, double r, double x, double gain_frac);

// Quality of a startup as its outcome depends on it: the founder's ability and the lead of its products.
double venture_exit_quality(const struct model *model, const struct world *world, int64_t firm);

// Portfolio help, ranks that show, exits, write-offs and forced sales of the month.
void venture_exit_step(const struct model *model, struct world *world);

// Ends a holding: `proceeds_vnd` from the buyer to the fund, cost off the books.
void venture_exit_close(const struct model *model, struct world *world, int64_t holding, struct party buyer,
                        int64_t proceeds_vnd);

// Ends every holding in a firm that leaves: its cash goes to the investors first, in proportion to their cost
// and up to it.
void venture_exit_liquidate(const struct model *model, struct world *world, int64_t firm);

#endif
