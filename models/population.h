// population: the opening register as weighted agents, drawn from published size, sector, region and
// ownership distributions; and the traits that opening firms and entrants share.
#ifndef MODELS_POPULATION_H
#define MODELS_POPULATION_H

#include <stdint.h>
#include "sim/error.h"
#include "sim/field.h"

struct model;
struct world;

struct population {
    int64_t register_n;  // enterprises in the register at the opening
    double trading_frac; // share of it that trades
    int64_t suspended_n, ceased_n;
    int64_t foreign_n, state_n, startups_n, st_capable_n, st_certified_n;
    double workers_max;
    double micro_median, micro_log_sd;
    double foreign_median, foreign_log_sd, state_median, state_log_sd, startup_median, startup_log_sd,
        st_median, st_log_sd;
    double age_mean_years, age_size_exponent, age_state_factor;
    double loss_months;
    double women_frac;
    double propensity_log_sd, need_log_sd, productivity_log_sd;
    double cash_months;
    double rare_share_max;
    double registered_median, registered_log_sd;
};
extern const struct field population_fields[];
extern const int population_fields_n;

// Strata: agents of the rare stratum (medium and large, foreign and state firms, startups, firms that could
// become S&T enterprises) have weight 1 if the number of agents allows it.
enum stratum { STRATUM_COMMON, STRATUM_RARE, STRATA_N };

// Weights of agents in the two strata for the run's number of agents.
void population_weights(const struct model *model, int64_t weight[STRATA_N]);

// Fills the firm table and the opening cash positions; integer weights sum exactly to the counts above. Room
// was reserved.
void population_open(const struct model *model, struct world *world);

// Agents that population_open makes.
int64_t population_agents(const struct model *model);

// The record id and draw key of a firm: when, where and in which order it is born; below 2^49. `month` counts
// from 1 for entrants and is 0 for the opening population; ordinal below 2^24.
int64_t population_key(int64_t month, int stratum, int region, int sector, int64_t ordinal);

// What a firm is born with; workers and sector decide the rest.
struct birth {
    int64_t key, weight;
    int region, sector, ownership, origin, status;
    int startup, st_capable;
    int64_t birth_month;
    int stream;     // of its draws: STREAM_POPULATION_TRAITS or STREAM_ENTRANT_TRAITS
    int64_t record; // record id if it is another than the draw key; 0: the key
    // founder's ability: what is known of it before, and the share of its standard deviation that is
    double ability_mean, ability_known;
};

// The standard normals behind the ability of the firms with these n draw keys.
void population_abilities(const struct world *world, const int64_t *key, int n, int stream, double *ability);

// Appends the firm with its traits drawn from its key; returns its row. It neither trades nor owns anything
// yet.
int64_t population_birth(const struct model *model, struct world *world, const struct birth *birth);

// Gives a row the size of `workers`: attraction that yields that size at today's demand, expected sales,
// workers.
void population_size(const struct model *model, struct world *world, int64_t row, double workers);

#endif
