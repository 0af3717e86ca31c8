// venture_fund: the life of a venture fund or of an angel pool: commitments by limited partner, capital
// calls, fees, carried interest, distributions, value, closing. All functions are serial and move money
// through the ledger.
#ifndef MODELS_VENTURE_FUND_H
#define MODELS_VENTURE_FUND_H

#include <stdbool.h>
#include "models/world.h"

struct venture_fund_terms {
    enum fund_kind kind; // FUND_VENTURE or FUND_ANGEL
    int programme;       // or NOBODY
    uint32_t ordinal;    // tells funds of one owner and month apart
    int64_t committed_vnd[PARTNERS_N];
    double skill, help, caution; // of the manager
    double fee_per_year;         // of commitments in the investment period, of holdings at cost after it
    double option_rate;          // at which private partners may buy out the public one, 1/year; 0: no option
    int64_t delay_months;        // to the first close; life and investment period begin then
    int64_t exit_within;         // months after which a holding must be sold; 0: no rule
};

// Opens a fund. Room in the table was reserved (equity_funds_max). Returns its row.
int64_t venture_fund_open(const struct model *model, struct world *world,
                          const struct venture_fund_terms *terms);

// Private (PARTNER_PRIVATE) or foreign money that may still be committed to funds in this calendar year, VND:
// the year's supply, what waits for managers included, less what has been committed, whoever raised the fund.
int64_t venture_fund_supply_vnd(const struct model *model, const struct world *world,
                                enum limited_partner partner);

// World cycle of venture capital in a month of the run; 1 outside of the years that are known.
double venture_fund_cycle(const struct model *model, int64_t month);

// Terms of a fund that a programme offers to open.
struct venture_fund_offer {
    int programme;
    int64_t public_vnd;  // at most; the budget binds too
    double public_share; // at most, of commitments: private partners bring the rest
    int64_t minimum_vnd; // in all; with less, no fund
};

// Whether a programme that holds `per_year` rounds of selection a year, evenly spaced from its start, holds
// one this month.
bool venture_fund_round(const struct model *model, const struct world *world, int programme,
                        int64_t per_year);

// Opens a fund of a programme. The public part shrinks if the budget or matching private money is short;
// nothing happens if the fund would be below its minimum. Books the commitment against the programme's
// budget. Returns the row or NOBODY.
int64_t venture_fund_commit(const struct model *model, struct world *world,
                            const struct venture_fund_offer *offer, struct venture_fund_terms *terms);

// New private vintages and the year's angel pool, if this is their month.
void venture_fund_vintages(const struct model *model, struct world *world);

// The funds of earlier years that still invest at the start of the run, with what is left of their
// commitments.
void venture_fund_opening(const struct model *model, struct world *world);

// Skill in [0.05, 1] and portfolio help in [0, 1] of a manager, drawn for (who, month, index).
double venture_fund_skill(const struct model *model, const struct world *world, uint64_t who, uint32_t index);
double venture_fund_help(const struct model *model, const struct world *world, uint64_t who, uint32_t index);

// Draw key of the managers of a programme's funds.
static inline uint64_t venture_fund_owner(const struct model *model, int programme)
{
    return UINT64_C(1) << 32 | model->programme[programme].draw_index;
}

bool venture_fund_closed(const struct world *world, int64_t row);
bool venture_fund_investing(const struct model *model, const struct world *world,
                            int64_t row); // new startups
int64_t venture_fund_committed_vnd(const struct world *world, int64_t row);
int64_t venture_fund_called_vnd(const struct world *world, int64_t row);
int64_t venture_fund_distributed_vnd(const struct world *world, int64_t row);
double venture_fund_private_share(const struct world *world, int64_t row); // of commitments, domestic

// What the fund can put into startups this month, VND: cash and uncalled commitments less fees to come, and
// not faster than its pace.
int64_t venture_fund_room_vnd(const struct model *model, const struct world *world, int64_t row);

// Share of its commitments by which the fund is behind its pace, in [0,1].
double venture_fund_lag(const struct model *model, const struct world *world, int64_t row);

// Sees to it that the fund has `needed_vnd` in cash, calling capital pro rata to what is uncalled. Returns
// the cash it has, at most `needed_vnd`.
int64_t venture_fund_raise(const struct model *model, struct world *world, int64_t row, int64_t needed_vnd);

// Extends the life of a fund that reaches its end with holdings, up to the extension; before the exits of the
// month.
void venture_fund_extend(const struct model *model, struct world *world, int64_t row);

// Hurdle, fee, carried interest and distribution of the month; the end of a fund that closes. After the exits
// of the month.
void venture_fund_month(const struct model *model, struct world *world, int64_t row);

// Net asset values from cash and holdings.
void venture_fund_revalue(struct world *world);

// Adds sign x (public calls - public distributions - public part of net asset value) of every programme's
// funds to its accrual cost. Called with -1 before and +1 after the month's business, it adds the month's
// change: capital paid in is a swap of assets, fees and losses of value are the cost, re-estimated monthly.
void venture_fund_costs(struct world *world, int sign);

#endif
