#include "models/credit_parts.h"

static const char *const credit_group_labels[CREDIT_GROUPS_N] = {"watch", "substandard", "doubtful", "loss"};

const struct field credit_fields[] = {
    // banks
    {"banks_n", FIELD_INT, "1", "30", 1.0, 64.0, offsetof(struct credit, banks_n), NULL, 0, "",
     "Number of banks", "assumption: 31 domestic commercial banks of some size; range 20-40"},
    {"bank_share_exponent", FIELD_REAL, "1", "0.8", 0.0, 3.0, offsetof(struct credit, bank_share_exponent),
     NULL, 0, "", "Exponent of banks' market shares by rank",
     "assumption: the four state banks hold about half of credit; range 0.6-1.1"},
    {"capital_ratio", FIELD_REAL, "1", "0.12", 0.01, 1.0, offsetof(struct credit, capital_ratio), NULL, 0, "",
     "Capital over loans that banks hold and pay dividends above",
     "assumption: system capital adequacy of 12-13 %; range 0.1-0.14"},
    {"capital_ratio_min", FIELD_REAL, "1", "0.09", 0.0, 1.0, offsetof(struct credit, capital_ratio_min), NULL,
     0, "", "Capital over loans below which a bank makes no new loan",
     "assumption: Circular 36/2014 demands 9 %; range 0.08-0.1"},
    {"recapitalisation_per_month", FIELD_REAL, "1/month", "0.1", 0.0, 1.0,
     offsetof(struct credit, recapitalisation_per_month), NULL, 0, "",
     "Share of missing capital that a bank's owners put in a month",
     "assumption: share issues take one to two years; range 0.02-0.1"},
    {"provision_frac", FIELD_VECTOR, "1", "watch: 0.05, substandard: 0.2, doubtful: 0.5, loss: 1", 0.0, 1.0,
     offsetof(struct credit, provision_frac), credit_group_labels, CREDIT_GROUPS_N, "",
     "Specific provision over a loan less what its collateral and guarantor are worth, by time past due: to "
     "3 "
     "months, to 6, to 12, longer",
     "assumption: groups 2 to 5 of Circular 02/2013/TT-NHNN; range x0.5-1"},
    {"provision_general_frac", FIELD_REAL, "1", "0.0075", 0.0, 0.1,
     offsetof(struct credit, provision_general_frac), NULL, 0, "",
     "General provision over all loans but the lost ones",
     "assumption: 0.75 % by Circular 02/2013/TT-NHNN; range 0.005-0.01"},
    {"intermediation_margin", FIELD_REAL, "1/year", "0.035", 0.0, 0.5,
     offsetof(struct credit, intermediation_margin), NULL, 0, "", "Mean lending rate less the cost of funds",
     "assumption: net interest margins of 3-4 %; range 0.025-0.045"},
    {"operating_cost_per_year", FIELD_REAL, "1/year", "0.012", 0.0, 0.2,
     offsetof(struct credit, operating_cost_per_year), NULL, 0, "",
     "Banks' cost of staff and branches over loans",
     "assumption: cost to income near 45 %; range 0.008-0.018"},
    {"credit_growth_per_year", FIELD_REAL, "1/year", "0.25", 0.0, 5.0,
     offsetof(struct credit, credit_growth_per_year), NULL, 0, "",
     "Net lending of a bank in a calendar year over its loans at the start of the year, ceiling",
     "assumption: the central bank's yearly ceilings of 14-25 % a bank; range 0.14-0.35"},
    // need
    {"need_per_month", FIELD_REAL, "1/month", "0.12", 0.0, 1.0, offsetof(struct credit, need_per_month), NULL,
     0, "\\nu", "Probability that a firm of ten workers comes to need credit in a month",
     "assumption: model-notes 2.9; wbes23_fin20_all; range 0.02-0.4"},
    {"need_size_exponent", FIELD_REAL, "1", "0.5", -1.0, 1.0, offsetof(struct credit, need_size_exponent),
     NULL, 0, "", "Rise of that probability with workers",
     "assumption: model-notes 2.9 has 0.1, which leaves large firms too little of credit (sme_loans_2024, "
     "private_loans_2024); range 0.1-0.4"},
    {"need_micro_workers", FIELD_REAL, "workers", "5", 0.0, 1000.0,
     offsetof(struct credit, need_micro_workers), NULL, 0, "", "Workers below which need is far lower",
     "assumption: model-notes 2.9; range 3-6"},
    {"need_micro_factor", FIELD_REAL, "1", "0.16", 0.0, 1.0, offsetof(struct credit, need_micro_factor), NULL,
     0, "", "Factor of need below that size",
     "sme_borrower_share_2024_derived; assumption: model-notes 2.9; range 0.08-0.4"},
    {"loan_sales_months", FIELD_REAL, "month", "1.1", 0.0, 60.0, offsetof(struct credit, loan_sales_months),
     NULL, 0, "", "Working capital asked for by a firm of ten workers, months of sales",
     "assumption: model-notes 2.9; range 0.5-8"},
    {"loan_size_exponent", FIELD_REAL, "1", "0.2", -1.0, 1.0, offsetof(struct credit, loan_size_exponent),
     NULL, 0, "", "Rise of that with workers",
     "sme_credit_share_2017; assumption: large firms borrow more of their sales; range 0-0.3"},
    {"loan_months", FIELD_REAL, "month", "7.5", 1.0, 120.0, offsetof(struct credit, loan_months), NULL, 0, "",
     "Life of a working-capital loan", "assumption: model-notes 2.9 has 11; wbes23_fin14_all; range 6-60"},
    {"investment_loan_months", FIELD_REAL, "month", "30", 1.0, 240.0,
     offsetof(struct credit, investment_loan_months), NULL, 0, "",
     "Life of the part of a loan that buys fixed assets or an innovation project",
     "assumption: medium-term loans of two to five years (wbes23_fin12_all: 29 % invest with bank money); "
     "range 24-60"},
    {"discouraged_base", FIELD_REAL, "1", "-1", -10.0, 10.0, offsetof(struct credit, discouraged_base), NULL,
     0, "", "Log odds that a firm of ten workers without debt does not ask for the credit it needs",
     "wbes23_fin23_all; assumption: model-notes 2.9; range -3-3"},
    {"discouraged_size", FIELD_REAL, "1", "-0.25", -5.0, 5.0, offsetof(struct credit, discouraged_size), NULL,
     0, "", "Change of those log odds a log unit of workers", "assumption: model-notes 2.9; range -1-0"},
    {"discouraged_borrower", FIELD_REAL, "1", "-2.5", -10.0, 10.0,
     offsetof(struct credit, discouraged_borrower), NULL, 0, "",
     "Change of those log odds for a firm with a loan", "assumption: model-notes 2.9; range -4-3"},
    {"retry_per_month", FIELD_REAL, "1/month", "0.1", 0.0, 1.0, offsetof(struct credit, retry_per_month),
     NULL, 0, "", "Probability that a firm whose need is not met asks again in a month",
     "assumption: once a year at first refusal; range 0.03-0.2"},
    {"patience_months", FIELD_REAL, "month", "12", 1.0, 120.0, offsetof(struct credit, patience_months), NULL,
     0, "", "Months after which an unmet need is given up",
     "definition: surveys ask for the last fiscal year (wbes23_fin20_all)"},
    // what replaces a bank
    {"urgent_frac", FIELD_REAL, "1", "0.2", 0.0, 1.0, offsetof(struct credit, urgent_frac), NULL, 0, "",
     "Share of refused credit that a firm cannot wait for: it turns to owner, suppliers and informal lenders",
     "wbes23_fin7_all: banks finance a seventh of working capital; assumption: range 0.1-0.6"},
    {"owner_saving_frac", FIELD_REAL, "1", "0.3", 0.0, 1.0, offsetof(struct credit, owner_saving_frac), NULL,
     0, "s", "Share of owner's pay and withdrawals beyond the cost of living that becomes wealth",
     "assumption: household saving rates of 15-40 % in the upper half of incomes; range 0.1-0.5"},
    {"owner_living_wages", FIELD_REAL, "1", "1.5", 0.0, 100.0, offsetof(struct credit, owner_living_wages),
     NULL, 0, "", "An owner's cost of living over the mean wage",
     "assumption: a household of about two wages of which the firm bears most; range 1-3"},
    {"trade_limit_months", FIELD_REAL, "month", "1", 0.0, 60.0, offsetof(struct credit, trade_limit_months),
     NULL, 0, "", "Bills of suppliers that a firm can leave unpaid, months of its materials",
     "assumption: suppliers wait 30-60 days beyond the term before they stop to deliver; range 0.3-2"},
    {"trade_rate_per_year", FIELD_REAL, "1/year", "0.24", 0.0, 5.0,
     offsetof(struct credit, trade_rate_per_year), NULL, 0, "",
     "Price of late bills: discounts forgone and penalties",
     "assumption: a discount of 2 % for payment a month earlier; range 0.1-0.45"},
    {"informal_limit_months", FIELD_REAL, "month", "0.5", 0.0, 60.0,
     offsetof(struct credit, informal_limit_months), NULL, 0, "",
     "What family and informal lenders give at most, months of expected sales",
     "pci_black_credit_2021, pci_black_credit_2022: 4-13 % of firms; assumption: range 0.2-1.5"},
    {"informal_rate_per_year", FIELD_REAL, "1/year", "0.3", 0.0, 5.0,
     offsetof(struct credit, informal_rate_per_year), NULL, 0, "", "Price of that money",
     "assumption: 2-3 % a month; directed_credit_02 finds returns far above bank rates; range 0.2-0.6"},
    {"side_buffer_months", FIELD_REAL, "month", "0.5", 0.0, 24.0, offsetof(struct credit, side_buffer_months),
     NULL, 0, "", "Cash above which a firm repays informal lenders and late bills, months of expected sales",
     "assumption: a third of production.cash_buffer_months; range 0.2-1.5"},
    {"late_max_months", FIELD_REAL, "month", "2", 0.0, 120.0, offsetof(struct credit, late_max_months), NULL,
     0, "", "Late bills, months of expected sales, beyond which suppliers have the firm declared insolvent",
     "assumption: beyond what they tolerate (trade_limit_months); range 0.7-4"},
    {"government_delay_months", FIELD_REAL, "month", "2", 0.0, 24.0,
     offsetof(struct credit, government_delay_months), NULL, 0, "", "Months that public buyers take to pay",
     "assumption: budget procedures of one to three months; range 0.5-4"},
    // screening
    {"pd_base", FIELD_REAL, "1", "-5.84", -20.0, 20.0, offsetof(struct credit, pd_base), NULL, 0, "\\beta_0",
     "Log odds of default within a year of an old firm of ten workers without margin, debt or arrears",
     "assumption: logistic regression on the model's own defaults; bank_credit_08: 3 % (1.5-6)"},
    {"pd_leverage", FIELD_REAL, "1", "1.98", -20.0, 20.0, offsetof(struct credit, pd_leverage), NULL, 0,
     "\\beta_1", "Change of the log odds with debt over fixed assets and cash",
     "assumption: logistic regression on the model's own defaults; bank_credit_05"},
    {"pd_burden", FIELD_REAL, "1", "1.75", -20.0, 20.0, offsetof(struct credit, pd_burden), NULL, 0,
     "\\beta_2", "Change of the log odds with interest over interest and reported profit",
     "assumption: logistic regression on the model's own defaults; bank_credit_05"},
    {"pd_margin", FIELD_REAL, "1", "-8", -100.0, 100.0, offsetof(struct credit, pd_margin), NULL, 0,
     "\\beta_3", "Change of the log odds with the reported margin of the last 12 months",
     "assumption: logistic regression on the model's own defaults; bank_credit_01"},
    {"pd_young", FIELD_REAL, "1", "-1.16", -20.0, 20.0, offsetof(struct credit, pd_young), NULL, 0,
     "\\beta_4", "Change of the log odds for a newborn firm, falling as 1/(1 + years)",
     "assumption: logistic regression on the model's own defaults; bank_credit_02: the hazard peaks after "
     "three years"},
    {"pd_size", FIELD_REAL, "1", "-0.16", -20.0, 20.0, offsetof(struct credit, pd_size), NULL, 0, "\\beta_5",
     "Change of the log odds a log unit of workers",
     "assumption: logistic regression on the model's own defaults; range -0.4-0"},
    {"pd_arrears", FIELD_REAL, "1", "1.7", -20.0, 20.0, offsetof(struct credit, pd_arrears), NULL, 0,
     "\\beta_6", "Change of the log odds in arrears or right after a default",
     "assumption: logistic regression on the model's own defaults; range 1-3"},
    {"margin_sd", FIELD_REAL, "1", "0.052", 0.0, 1.0, offsetof(struct credit, margin_sd), NULL, 0, "",
     "Standard deviation of the reported margin over firms",
     "assumption: of the model's own firms, persistent and transitory margins of production; range "
     "0.04-0.08"},
    {"signal_noise", FIELD_REAL, "1", "1.5", 0.0, 20.0, offsetof(struct credit, signal_noise), NULL, 0, "",
     "Noise of the margin that a bank reads from a new client's accounts, over margin_sd",
     "assumption: accounts of small firms tell little (wbes15_audited); range 0.8-3"},
    {"relationship_years", FIELD_REAL, "year", "5", 0.1, 50.0, offsetof(struct credit, relationship_years),
     NULL, 0, "", "Years of relationship that halve the noise",
     "bank_credit_06: a limit 8 % higher after five years more of information"},
    {"effort_fall", FIELD_REAL, "1", "0.5", 0.0, 0.95, offsetof(struct credit, effort_fall), NULL, 0, "",
     "Fall of screening effort with the covered share of a loan",
     "credit_guarantee_26: effort follows the retained share; assumption: range 0.2-0.8"},
    // terms of a loan
    {"collateral_ratio", FIELD_REAL, "1", "2.16", 0.0, 20.0, offsetof(struct credit, collateral_ratio), NULL,
     0, "\\kappa", "Collateral over the uncovered part of a loan", "wbes15_collateral"},
    {"collateral_frac", FIELD_REAL, "1", "0.935", 0.0, 1.0, offsetof(struct credit, collateral_frac), NULL, 0,
     "", "Share of firms of which banks require collateral", "wbes23_fin11_all"},
    {"pledgeable_frac", FIELD_REAL, "1", "0.9", 0.0, 1.0, offsetof(struct credit, pledgeable_frac), NULL, 0,
     "", "Share of fixed assets that a bank takes as collateral",
     "assumption: model-notes 2.9, about four months of sales with stocks; range 0.5-1"},
    {"property_months", FIELD_REAL, "month", "9", 0.0, 100.0, offsetof(struct credit, property_months), NULL,
     0, "", "Mean wealth of owners beside a firm of ten workers when it opens, months of sales",
     "assumption: model-notes section 5; range 1-15"},
    {"property_size_exponent", FIELD_REAL, "1", "0.4", -1.0, 1.0,
     offsetof(struct credit, property_size_exponent), NULL, 0, "",
     "Rise of that wealth, in months of sales, with workers",
     "sme_loans_2024 over private_loans_2024: large firms owe more of their sales; assumption: land and "
     "group assets; range 0-0.4"},
    {"property_log_sd", FIELD_REAL, "1", "1", 0.0, 4.0, offsetof(struct credit, property_log_sd), NULL, 0, "",
     "Log standard deviation of that wealth over owners",
     "assumption: land is unequally owned (pci_no_collateral_2022); range 0.5-1.5"},
    {"liquidation_frac", FIELD_REAL, "1", "0.35", 0.0, 1.0, offsetof(struct credit, liquidation_frac), NULL,
     0, "\\rho", "What collateral brings when sold, over the bank's valuation",
     "bank_credit_08: loss given default 35-45 %; bank_credit_04; range 0.2-0.5"},
    {"leverage_max", FIELD_REAL, "1", "0.8", 0.0, 1.0, offsetof(struct credit, leverage_max), NULL, 0, "",
     "Debt over fixed assets and cash above which banks do not lend",
     "assumption: 70-80 % in banks' rules; range 0.6-0.85"},
    {"price_of_risk", FIELD_REAL, "1", "0.3", 0.0, 5.0, offsetof(struct credit, price_of_risk), NULL, 0, "",
     "Rise of the lending rate with the default probability",
     "assumption: rates of small firms lie 1-2 points higher (market_rate_sme_2019); range 0.1-0.6"},
    {"price_pd", FIELD_REAL, "1", "0.03", 0.0, 1.0, offsetof(struct credit, price_pd), NULL, 0, "",
     "Default probability at which a firm pays the mean rate", "bank_credit_08"},
    {"spread_max", FIELD_REAL, "1/year", "0.03", 0.0, 1.0, offsetof(struct credit, spread_max), NULL, 0, "",
     "Highest rate above the mean", "market_rate_sme_2019: 8-10 % against lending_rate_2019"},
    {"screening_cost_vnd", FIELD_REAL, "VND", "1000000", 0.0, 1000000000000.0,
     offsetof(struct credit, screening_cost_vnd), NULL, 0, "",
     "Cost of handling a loan, prices of the opening",
     "assumption: some days of a loan officer; wbes23_bready_fin27_all: 13 days to a decision; range "
     "5e5-5e6"},
    {"partial_min_frac", FIELD_REAL, "1", "0.2", 0.0, 1.0, offsetof(struct credit, partial_min_frac), NULL, 0,
     "", "Smallest part of the credit asked for that a bank grants instead of refusing",
     "vietnam_credit_06: most applicants get 25-50 %; range 0.1-0.4"},
    // servicing
    {"owner_stops_per_month", FIELD_REAL, "1/month", "0.06", 0.0, 1.0,
     offsetof(struct credit, owner_stops_per_month), NULL, 0, "",
     "Probability that an owner with wealth whose firm cannot pay an instalment does not pay it",
     "assumption: fitted to npl_2014 to npl_2019 and bank_credit_08; range 0.02-0.2"},
    {"owner_resumes_per_month", FIELD_REAL, "1/month", "0.05", 0.0, 1.0,
     offsetof(struct credit, owner_resumes_per_month), NULL, 0, "",
     "Probability that the owner of a firm in arrears that cannot pay starts to pay again",
     "assumption: fitted to npl_2014 to npl_2019; range 0.02-0.2"},
    {"arrears_bad_months", FIELD_REAL, "month", "3", 1.0, 60.0, offsetof(struct credit, arrears_bad_months),
     NULL, 0, "", "Months in arrears from which a loan is non-performing",
     "definition: 90 days, Circular 02/2013"},
    {"restructure_per_month", FIELD_REAL, "1/month", "0.02", 0.0, 1.0,
     offsetof(struct credit, restructure_per_month), NULL, 0, "",
     "Probability that a bank gives a non-performing loan more time, a month",
     "assumption: restructured loans are about as many as written-off ones; range 0-0.15"},
    {"restructure_months", FIELD_REAL, "month", "12", 0.0, 120.0, offsetof(struct credit, restructure_months),
     NULL, 0, "", "More time", "assumption: a year; range 6-36"},
    {"default_per_month", FIELD_REAL, "1/month", "0.03", 0.0, 1.0, offsetof(struct credit, default_per_month),
     NULL, 0, "", "Probability that a bank writes a non-performing loan off, a month",
     "assumption: more than a year in the books of bad loans (npl_2014 to npl_2019); range 0.02-0.1"},
    {"default_memory_months", FIELD_REAL, "month", "60", 0.0, 600.0,
     offsetof(struct credit, default_memory_months), NULL, 0, "",
     "Months for which a default counts in the score",
     "definition: the credit information centre keeps five years"},
    // investment
    {"invest_band", FIELD_REAL, "1", "0.35", 0.0, 1.0, offsetof(struct credit, invest_band), NULL, 0, "",
     "Gap of fixed assets, over desired ones, from which a firm closes it at once",
     "firm_dynamics_20, half of investment in spikes; above what piecewise investment leaves open in a "
     "growing "
     "firm; assumption: range 0.2-0.5"},
    {"invest_per_month", FIELD_REAL, "1/month", "0.15", 0.0, 1.0, offsetof(struct credit, invest_per_month),
     NULL, 0, "", "Probability that a firm beyond the band invests, a month",
     "assumption: about half a year of planning; range 0.05-0.3"},
    {"invest_smooth_per_year", FIELD_REAL, "1/year", "0.5", 0.0, 12.0,
     offsetof(struct credit, invest_smooth_per_year), NULL, 0, "",
     "Part of the gap of fixed assets beyond wear that a firm closes piece by piece, a year",
     "firm_dynamics_20: half of investment is made outside spikes; convex costs of adjustment; assumption: "
     "range 0.2-1.5"},
    {"invest_owner_frac", FIELD_REAL, "1", "0.5", 0.0, 1.0, offsetof(struct credit, invest_owner_frac), NULL,
     0, "", "Part of the owner's free wealth that goes into fixed assets the firm cannot pay for",
     "assumption: small firms invest from savings of owners, who keep a reserve; range 0.2-0.8"},
    {"invest_buffer_months", FIELD_REAL, "month", "0.8", 0.0, 24.0,
     offsetof(struct credit, invest_buffer_months), NULL, 0, "",
     "Cash that a firm does not invest, months of sales",
     "assumption: below production.cash_buffer_months; range 0.3-1.5"},
    {"invest_loan_sales_months", FIELD_REAL, "month", "0.4", 0.0, 60.0,
     offsetof(struct credit, invest_loan_sales_months), NULL, 0, "",
     "Largest part of a loan that buys fixed assets, months of sales",
     "assumption: a third of the fixed assets; range 0.5-3"},
};
const int credit_fields_n = sizeof credit_fields / sizeof credit_fields[0];

const struct credit_backing credit_unbacked = {NOBODY, 0.0, 9e15, 0.0};

// Shares fall with the rank x as x^-a: bank b has the part of ranks from b + 1/2 to b + 3/2. Returns
// x^(1-a)/(1-a), or log x.
static double rank_integral(double a, double x)
{
    const double k = 1.0 - a;
    return vmath_abs(k) < 1e-6 ? vmath_log(x) : vmath_pow(x, k) / k;
}

double credit_bank_share(const struct model *model, int64_t bank)
{
    const double a = model->credit.bank_share_exponent, n = (double)model->credit.banks_n,
                 x = (double)bank + 0.5;
    const double all = rank_integral(a, n + 0.5) - rank_integral(a, 0.5);
    return (rank_integral(a, x + 1.0) - rank_integral(a, x)) / all;
}

int16_t credit_choose_bank(const struct model *model, double u)
{
    const double a = model->credit.bank_share_exponent, k = 1.0 - a, n = (double)model->credit.banks_n;
    const double low = rank_integral(a, 0.5), high = rank_integral(a, n + 0.5);
    const double at = low + u * (high - low);
    const double x = vmath_abs(k) < 1e-6 ? vmath_exp(at) : vmath_pow(at * k, 1.0 / k);
    return (int16_t)vmath_clamp(x - 0.5, 0.0, n - 1.0);
}

double credit_deposit_rate(const struct model *model, const struct world *world)
{
    return vmath_max(world->climate.bank_rate - model->credit.intermediation_margin, 0.0);
}

// Collateral comes in at the rate 1/T, so its present value is 1/(1 + f T) of its price.
double credit_recovery_frac(const struct model *model, const struct world *world, double ratio)
{
    const double wait = credit_deposit_rate(model, world) * model->environment.insolvency_months / 12.0;
    return vmath_min(model->credit.liquidation_frac * ratio, 1.0) / (1.0 + wait);
}

double credit_gain_vnd(const struct model *model, double loan_vnd, double rate, double months)
{
    return loan_vnd * (model->credit.informal_rate_per_year - rate) * months /
           24.0; // half is outstanding on average
}

double credit_covered_vnd(const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    return f->guarantor[row] == NOBODY ? 0.0 : vmath_round(f->covered_frac[row] * f->debt_vnd[row]);
}

// ---- default probability: logistic regression on what accounts show, and the persistent margin

// Sums of the last 12 months.
static void year_of(const struct world *world, int64_t row, double *sales, double *reported)
{
    const struct firm *f = &world->firm;
    *sales = *reported = 0.0;
    for (int k = 0; k < 12; k++) {
        *sales += (double)f->sales_ring[k * world->firms.capacity + row];
        *reported += (double)f->reported_ring[k * world->firms.capacity + row];
    }
}

static double logistic(double x)
{
    return 1.0 / (1.0 + vmath_exp(-x));
}

// Logistic regression on leverage, interest burden, margin, age, size and arrears, if the firm borrows what
// it seeks.
double credit_pd_seen(const struct model *model, const struct world *world, int64_t row, double noise,
                      double z)
{
    const struct credit *p = &model->credit;
    const struct firm *f = &world->firm;
    const double sought = f->unmet_credit_vnd[row], debt = f->debt_vnd[row] + sought;
    const double assets = f->capital_vnd[row] + f->cash_vnd[row] + sought;
    const double leverage = assets > 0.0 ? vmath_min(debt / assets, 1.5) : debt > 0.0 ? 1.5 : 0.0;
    double sales, reported;
    year_of(world, row, &sales, &reported);
    const double true_margin = sales > 0.0 ? vmath_clamp(reported / sales, -0.3, 0.3) : 0.0;
    // expectation of a normal margin of mean 0 given itself plus noise
    const double margin = (true_margin + noise * p->margin_sd * z) / (1.0 + noise * noise);
    const double interest = debt * world->climate.bank_rate;
    const double burden = interest > 0.0 ? interest / (interest + vmath_max(margin * sales, 0.0)) : 0.0;
    const double years = (double)(world->month - f->birth_month[row]) / 12.0;
    const double arrears = f->arrears_months[row];
    const double memory = arrears > 0.0 ? 1.0 : -arrears / vmath_max(p->default_memory_months, 1.0);
    return logistic(p->pd_base + p->pd_leverage * leverage + p->pd_burden * burden + p->pd_margin * margin +
                    p->pd_young / (1.0 + years) + p->pd_size * (f->log_workers[row] - credit_log_ten) +
                    p->pd_arrears * memory);
}

double credit_pd(const struct model *model, const struct world *world, int64_t row)
{
    return credit_pd_seen(model, world, row, 0.0, 0.0);
}

void credit_step(const struct model *model, struct world *world)
{
    if (world->climate.month_of_year == 0)
        credit_bank_year(model, world);
    credit_service(model, world);
    credit_need(model, world);
    credit_bank_month(model, world); // after new loans: capital is held against the month's end
}
