// credit_parts: what the files of credit share and nobody else needs.
#ifndef MODELS_CREDIT_PARTS_H
#define MODELS_CREDIT_PARTS_H

#include "models/world.h"

// A need of credit as the bank hears it, VND per enterprise.
struct credit_request {
    double sought_vnd; // in all
    double invest_vnd; // of it for fixed assets
    double months;     // life that fits what it is for
};

// A bank's answer; loan_vnd is 0 if it refuses.
struct credit_offer {
    double loan_vnd, rate, collateral_vnd;
};

// Indices of the draws of STREAM_CREDIT_SCREENING.
enum credit_screening { SCREENING_SIGNAL, SCREENING_OWNER };

// No backing at all.
extern const struct credit_backing credit_unbacked;

static const double credit_log_ten = 2.302585092994045684; // sizes are measured from ten workers

// ---- credit.c

// Market share of a bank.
double credit_bank_share(const struct model *model, int64_t bank);

// ---- credit_bank.c

// Collateral that banks ask of the firm over an uncovered loan: fixed per owner, 0 if none.
double credit_bank_ratio(const struct model *model, const struct world *world, int64_t row);

// The bank's decision; reads the world only.
void credit_decide(const struct model *model, const struct world *world, int64_t row,
                   const struct credit_request *request, const struct credit_backing *backing,
                   struct credit_offer *offer);

// Sets the year's ceilings on net lending, from the loans at its start.
void credit_bank_year(const struct model *model, struct world *world);

// General provision on the bank's loans, VND.
int64_t credit_bank_general_vnd(const struct model *model, const struct world *world, int64_t bank);

// The banks' month: collateral sold, interest on deposits, costs, dividends or new capital; recoveries of
// funds.
void credit_bank_month(const struct model *model, struct world *world);

// ---- credit_debt.c

// Bills of the month, arrears, defaults.
void credit_service(const struct model *model, struct world *world);

// Brings the guarantor's outstanding_vnd up to date after a change of debt or covered share; `before` is
// credit_covered_vnd before the change.
void credit_follow_cover(struct world *world, int64_t row, double before);

// ---- credit_need.c

// Probability that the firm comes to need credit in a month.
double credit_need_probability(const struct model *model, const struct world *world, int64_t row);

// The firm's request as of now for `sought_vnd`.
struct credit_request credit_request_of(const struct model *model, const struct world *world, int64_t row,
                                        double sought_vnd);

// Investment, need of credit, new loans.
void credit_need(const struct model *model, struct world *world);

#endif
