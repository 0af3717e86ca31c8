// equity: startups raise rounds (seed, A, B and later) from an angel pool, private venture funds, funds
// backed by a fund of funds and public direct funds; all of them are rows of the fund table (FUND_ANGEL,
// FUND_VENTURE).
//
// Three files do the work: venture_fund (commitments, calls, fees, distributions, closing, value),
// venture_deal (who seeks, signals, syndicates) and venture_exit (what a deal returns and when). This one
// holds the parameters, the phase and what other subjects need.
//
// A fund's row stays for the whole run (`alive` is 1 for ever, the table is never compacted): it is closed
// once world->month > fund.closes, and its totals stand for the reports. Accounts, to the VND, after every
// phase:
//     sum of holding.cost_vnd of a fund         = fund.outstanding_vnd, and over all funds the funds'
//     position in CLAIM_SHARES fund.called_vnd - fund.returned_vnd       = units held by that limited partner
//     (0 once the fund is closed) fund.cash_vnd + sum of holding.value_vnd  = fund.nav_vnd
// Capital comes back as FUND_RETURN up to the units outstanding and as DISTRIBUTION beyond.
#ifndef MODELS_EQUITY_H
#define MODELS_EQUITY_H

#include <stdint.h>
#include "models/programme.h"
#include "sim/field.h"

struct model;
struct world;

#define EQUITY_STAGES        3    // seed, A, B and later
#define EQUITY_SEEKERS_MAX   1024 // startups that meet investors in one month; more wait for the next
#define EQUITY_SYNDICATE_MAX 4    // investors in one round
#define EQUITY_INVESTORS_MAX 1024 // funds that invest at one time

enum limited_partner { PARTNER_PUBLIC, PARTNER_PRIVATE, PARTNER_FOREIGN, PARTNERS_N };

struct equity {
    // money that comes to managers
    struct series commitments_usd, angel_usd, cycle;
    double commitments_growth, waiting_frac, foreign_frac;
    int64_t funds_per_year;
    // terms of funds
    double fee_per_year, carry_frac, hurdle_per_year;
    int64_t invest_months, pace_months, life_months, extension_months;
    double concentration_max, ticket_min_frac;
    double skill_mean, skill_sd, help_mean, help_sd, caution;
    double angel_skill, angel_help, angel_caution;
    // rounds
    double seek_per_year[EQUITY_STAGES], amount_usd[EQUITY_STAGES], share_sold[EQUITY_STAGES];
    double amount_log_sd, fill_min_frac, meet_frac, signal_noise, insider_noise, quality_weight;
    double pressure, heat, opening_frac[EQUITY_STAGES];
    int64_t gap_months, runway_months;
    // outcomes
    double total_loss_frac, partial_loss_frac, tail_low, tail_high, tail_knee, multiple_max;
    double deep_total_loss_frac, deep_multiple_max, early_loss_frac;
    double outcome_correlation, growth_weight, growth_mean_per_year, growth_sd_per_year, help_weight;
    double score_mean, score_sd, help_management_per_year;
    int64_t show_months, loss_until_months, win_from_months, win_until_months;
    double forced_discount_frac, uplift_frac;
};
extern const struct field equity_fields[];
extern const int equity_fields_n;

// What one programme promises to private investors this month.
struct equity_relief {
    int16_t programme;
    uint8_t angels, funds; // 1 if it covers the angel pool; private partners of venture funds
    double invest_frac;    // of an investment, paid back to the investor
    double gain_frac;      // of the gain at an exit, paid to the investor
    int64_t deal_max_vnd;  // ceiling a deal and enterprise; -1: none
};

// What programmes change in the market this month. The programmes' `operate` hooks write it in their phase;
// equity_step reads it and clears it at its end, so a programme that is closed leaves no trace.
struct equity_board {
    struct equity_relief relief[PROGRAMMES_MAX];
    int reliefs_n;
    double
        exit_depth; // in [0,1]: 0 thin exits, 1 as deep as the market that the published multiples come from
    double supply_extra_frac[2]; // more domestic and foreign commitments to private funds, share of the
                                 // baseline's
};

// Adds a relief to the month's board.
void equity_board_relief(struct world *world, struct equity_relief relief);

// Pays a relief into a fund, as far as the programme's budget goes, and books it as public cash and cost.
// Returns what was paid.
int64_t equity_relief_pay(const struct model *model, struct world *world, int programme, int64_t fund,
                          int64_t wanted_vnd);

// The phase: new vintages, exits, fees and distributions, rounds, valuation.
void equity_step(const struct model *model, struct world *world);

// The funds that are already investing at the start of the run, and the startups that have raised money
// before; called once by world_create, after population_open.
void equity_open(const struct model *model, struct world *world);

// Ends every holding in a firm that leaves the register: what cash the firm has goes to its investors first,
// up to their cost, the rest of the cost is lost. Serial, before the owners take the cash.
void equity_firm_leaves(const struct model *model, struct world *world, int64_t row);

// Rows for which world_reserve must make room before a month (and world_create before equity_open): births of
// funds by this subject and by programmes (at most 2 a programme and month), births of holdings, and splits
// of firms.
int64_t equity_funds_max(const struct model *model);
int64_t equity_holdings_max(void);
int64_t equity_splits_max(void);

// Pays a programme's administration of `amount_vnd` of support and books it as cash and cost.
void equity_administer(const struct model *model, struct world *world, int programme, int64_t amount_vnd);

// VND that a programme may still commit this year and in all; INT64_MAX without a ceiling.
int64_t equity_budget_vnd(const struct model *model, const struct world *world, int programme);

// Total value and distributions over capital called; 0 before the first call. IRR: analysis, from the series
// of calls, distributions and value.
double equity_fund_tvpi(const struct world *world, int64_t row);
double equity_fund_dpi(const struct world *world, int64_t row);

#endif
