// credit: banks, investment, need of credit, the bank's decision, servicing, arrears and default (model.md
// section 4, phase 7).
//
// A firm has one loan at a time: a further loan of its bank is added to it, with the rate, the months left
// and the covered share weighted by amount. The lender is the firm's bank, or a public fund
// (firm.lender_fund). A covered loan counts in the guaranteeing fund's outstanding_vnd with weight *
// credit_covered_vnd, exactly, at all times; so does a loan fund's outstanding_vnd with weight * debt_vnd.
// Months of arrears below zero are the memory of a default, in months to go.
#ifndef MODELS_CREDIT_H
#define MODELS_CREDIT_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

#define CREDIT_BANKS_MAX 64

// Bits of firm.loan_event. EARLY marks a decision made by a programme earlier in the month, and is off by its
// end.
enum credit_event {
    CREDIT_EVENT_APPLIED = 1,
    CREDIT_EVENT_REFUSED = 2,
    CREDIT_EVENT_GRANTED = 4,
    CREDIT_EVENT_COLLATERAL = 8,
    CREDIT_EVENT_DEFAULTED = 16,
    CREDIT_EVENT_EARLY = 128,
};

// Groups of loans by days past due, from 10-90 days on (Circular 02/2013).
enum credit_group { GROUP_WATCH, GROUP_SUBSTANDARD, GROUP_DOUBTFUL, GROUP_LOSS, CREDIT_GROUPS_N };

struct credit {
    // banks
    int64_t banks_n;
    double bank_share_exponent, capital_ratio, capital_ratio_min, recapitalisation_per_month;
    double provision_frac[CREDIT_GROUPS_N], provision_general_frac;
    double intermediation_margin, operating_cost_per_year, credit_growth_per_year;
    // need
    double need_per_month, need_size_exponent, need_micro_workers, need_micro_factor;
    double loan_sales_months, loan_size_exponent, loan_months, investment_loan_months;
    double discouraged_base, discouraged_size, discouraged_borrower;
    double retry_per_month, patience_months;
    // what replaces a bank
    double urgent_frac, owner_saving_frac, owner_living_wages, trade_limit_months, trade_rate_per_year,
        informal_limit_months, informal_rate_per_year, side_buffer_months, late_max_months;
    double government_delay_months;
    // screening
    double pd_base, pd_leverage, pd_burden, pd_margin, pd_young, pd_size, pd_arrears;
    double margin_sd, signal_noise, relationship_years, effort_fall;
    // terms of a loan
    double collateral_ratio, collateral_frac, pledgeable_frac, property_months, property_size_exponent,
        property_log_sd, liquidation_frac;
    double leverage_max, price_of_risk, price_pd, spread_max, screening_cost_vnd, partial_min_frac;
    // servicing
    double owner_stops_per_month, owner_resumes_per_month, arrears_bad_months, restructure_per_month,
        restructure_months;
    double default_per_month, default_memory_months;
    // investment
    double invest_band, invest_per_month, invest_smooth_per_year, invest_owner_frac, invest_buffer_months,
        invest_loan_sales_months;
};
extern const struct field credit_fields[];
extern const int credit_fields_n;

// The phase: bills of the month, arrears and defaults, banks' own accounts, investment, need of credit and
// new loans.
void credit_step(const struct model *model, struct world *world);

// Opening of banks (credit_banks of them; room was reserved) and loans in the steady state of the need
// process. Firms and their deposits with banks exist; households or the government hold what makes the banks'
// capital ratio right.
void credit_open(const struct model *model, struct world *world);

// The bank of a new firm, a row of the bank table, by market share; u in (0,1).
int16_t credit_choose_bank(const struct model *model, double u);

// A firm leaves the register: it repays from its cash what it can, the rest defaults. Serial.
void credit_firm_leaves(const struct model *model, struct world *world, int64_t row);

// One-year default probability of a firm with the debt it has and the credit it seeks, from its true
// accounts, in (0,1).
double credit_pd(const struct model *model, const struct world *world, int64_t row);

// The same as seen by someone to whom accounts show the margin with noise of `noise` times its spread over
// firms (margin_sd), and who knows that; z is standard normal.
double credit_pd_seen(const struct model *model, const struct world *world, int64_t row, double noise,
                      double z);

// What the firm would ask for if it needed credit now: working capital, the gap in fixed assets and a
// postponed innovation project, whole VND.
double credit_loan_sought_vnd(const struct model *model, const struct world *world, int64_t row);

// Collateral that the firm and its owner can still pledge, at the bank's valuation, VND.
double credit_collateral_free_vnd(const struct model *model, const struct world *world, int64_t row);

// What a lender gets back of a defaulted VND that is secured by `ratio` VND of collateral, present value, in
// [0,1].
double credit_recovery_frac(const struct model *model, const struct world *world, double ratio);

// Covered part of the firm's loan, whole VND: round(covered_frac * debt_vnd), 0 without a guarantor.
double credit_covered_vnd(const struct world *world, int64_t row);

// A bank's capital, VND: assets at what they are worth less deposits.
int64_t credit_bank_capital_vnd(const struct model *model, const struct world *world, int64_t bank);

// Banks' cost of funds, 1/year.
double credit_deposit_rate(const struct model *model, const struct world *world);

// ---- what stands behind a firm beside banks (credit_owner.c) -----------------------------------------

// Equation O1: draws the wealth behind a firm that begins to trade, from its expected sales.
void credit_owner_opens(const struct model *model, struct world *world, int64_t row);

// Money that is to open a firm. At its first start the owner has it, and wealth beside it is drawn; one that
// returns gets what the owner's wealth allows. The amounts, whole VND, are cut to that.
void credit_owner_starts(const struct model *model, struct world *world, int64_t row, double *cash_vnd,
                         double *assets_vnd);

// The owner's wealth rises by `vnd` (falls, if negative, to zero at the least). No money is posted.
void credit_owner_receives(struct world *world, int64_t row, double vnd);

// Wealth that is pledged for the firm's loan beyond its fixed assets, and whole VND that are free.
double credit_owner_pledged_vnd(const struct credit *credit, const struct world *world, int64_t row);
double credit_owner_free_vnd(const struct credit *credit, const struct world *world, int64_t row);

// Bills of suppliers that the firm has not paid in time: firm.trade_vnd is what public buyers owe for the
// month's sales less this.
double credit_owner_late_vnd(const struct model *model, const struct world *world, int64_t row);

// What all public buyers owe a firm, months of its sales.
double credit_owner_waits_months(const struct model *model);

// Suppliers file for the bankruptcy of a firm whose late bills exceed late_max_months of sales.
bool credit_owner_insolvent(const struct model *model, const struct world *world, int64_t row);

// Whole VND per enterprise that replace `wanted_vnd`, in the order of price: the owner's free wealth, bills
// left unpaid, family and informal lenders. Reads the world only.
struct credit_substitute {
    double own_vnd, trade_vnd, informal_vnd;
};
struct credit_substitute credit_owner_replaces(const struct model *model, const struct world *world,
                                               int64_t row, double wanted_vnd);

// A firm leaves: it collects what public buyers owe; it pays suppliers and lenders as far as its cash goes,
// who lose the rest. Serial.
void credit_owner_collects(const struct model *model, struct world *world, int64_t row);
void credit_owner_settles(struct world *world, int64_t row);

// What a loan is worth to a firm whose other choice is informal credit: the interest it saves, VND of today.
double credit_gain_vnd(const struct model *model, double loan_vnd, double rate, double months);

// What stands behind a loan beside the borrower.
struct credit_backing {
    int16_t guarantor;     // fund row, or NOBODY
    double covered_frac;   // share of the loan that it covers
    double limit_vnd;      // the loan may not exceed this
    double collateral_vnd; // further collateral that the bank accepts, e.g. intellectual property
};

// The bank decides on the firm's unmet credit with a backing, by the rules of the phase. Serial, before the
// phase. Returns the loan granted, VND per enterprise; 0 if refused.
double credit_lend(const struct model *model, struct world *world, int64_t row,
                   const struct credit_backing *backing);

// Whether the bank's rules allow a loan with this backing, its room apart.
bool credit_would_lend(const struct model *model, const struct world *world, int64_t row,
                       const struct credit_backing *backing);

// Net lending that the bank's capital and its yearly ceiling still allow, VND.
int64_t credit_bank_room_vnd(const struct model *model, const struct world *world, int64_t bank);

// Terms of a loan by a public fund.
struct credit_terms {
    int16_t fund; // row
    double loan_vnd, rate, months;
};

// A public loan fund lends `terms->loan_vnd` per enterprise, which its cash allows. The firm first repays its
// bank from it. Serial, before the phase. The firm must not owe to a fund.
void credit_fund_lends(const struct model *model, struct world *world, int64_t row,
                       const struct credit_terms *terms);

// The firm repays `vnd` per enterprise (at most its debt and its cash) to whoever holds its loan. Serial.
void credit_repay(struct world *world, int64_t row, double vnd);

// ---- public guarantee and loan funds (models/instruments/guarantee.c, loan.c) -------------------
//
// Accounts of a programme with funds. Its cash_vnd is what leaves the public sector, funds included, less
// what returns: claims, loans and administration less fees, recoveries, repayments and interest; the capital
// paid in is an asset swap and not in it (model.md section 5). Its cost_vnd is administration and the fall of
// the funds' net asset value beyond what the government pays in or takes out: a new guarantee or loan counts
// at once with its expected loss net of fees, and funds are valued anew each January. fund.nav_vnd = cash +
// collateral taken over (fund.recovering_vnd) + loans at expected value - expected claims.
// fund.collateral_ratio is the collateral that the fund asks for, over the covered amount or loan.

#define CREDIT_FUNDS_MAX 64

// How funds of a programme begin: equal parts of the capital, paid in by the government.
struct credit_charter {
    int programme, loans; // loans: 1 for a loan fund, 0 for guarantee funds
    int64_t funds_n, capital_vnd;
    double fee_per_year, coverage_frac, leverage_max, collateral_ratio;
};

// Opens the funds; returns the row of the first, the others follow. NOBODY, and nothing is done, without
// capital or without room for funds in this month.
int64_t credit_funds_open(struct world *world, const struct credit_charter *charter);

// Row of a programme's first fund, or NOBODY.
int64_t credit_funds_first(const struct world *world, int programme);

// Sets a fund's net asset value; the programme bears the fall.
void credit_fund_revalue(struct world *world, int64_t row, int64_t nav_vnd);

// The government pays a month of a fund's administration, a share of its capital a year.
void credit_fund_administer(struct world *world, int64_t row, double cost_per_year);

// Returns a fund's money to the government once nothing is outstanding; its capital is then 0.
void credit_fund_wind_up(struct world *world, int64_t row);

// Adds to the public cash flow of the fund's programme: out positive, in negative.
void credit_public_cash(struct world *world, int64_t fund, int64_t amount);

#endif
