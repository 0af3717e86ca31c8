// venture_deal: the market for rounds. Startups seek money, investors see noisy signals, the best signals
// lead, syndicates fill.
//
// An investor of skill k sees x = (q + (noise/k) e) / sqrt(1 + (noise/k)^2), about standard normal whatever
// its skill, and invests if x is at least its caution less `pressure` times the share of its commitments by
// which it is behind its pace. The noise e is one draw for each startup, stage and fund; a fund that holds
// the startup already sees less of it. Startups are served in the order of their best signal, then of record
// id; the investor with the best signal leads and up to three more fill the round. A round that is not filled
// to fill_min_frac fails, and the startup goes unfunded.
#ifndef MODELS_VENTURE_DEAL_H
#define MODELS_VENTURE_DEAL_H

#include "models/world.h"

// Startups spend what they have raised, evenly over their runway, on development (RESEARCH); then the month's
// rounds, counted in world->equity.
void venture_deal_step(const struct model *model, struct world *world);

// Startups that have raised rounds before the run, from investors outside the model; at the opening.
void venture_deal_opening(const struct model *model, struct world *world);

// Counts the funds behind every startup, firm.backers.
void venture_deal_backers(struct world *world);

// Signal an investor requires when programmes pay back `invest_frac` of an investment and `gain_frac` of a
// gain: the expected multiple, net of the relief, that it requires without one at `caution`. Not above
// `caution`, and equal to it without relief.
double venture_deal_threshold(const struct equity *terms, double depth, double r, double caution,
                              double invest_frac, double gain_frac);

#endif
