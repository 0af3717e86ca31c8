#include "models/metrics_part.h"
#include <math.h>
#include <string.h>
#include "sim/isa.h"

// THE list of metrics, a row each; a new number is a new row. What the kinds of rows mean:
//   BASE       enterprises for which `cond` holds: a population that other rows refer to, no metric itself
//   COUNT      the same as a metric; `by` is a group whose label l the condition may name (TOTAL: none)
//   SHARE      enterprises for which `cond` holds over those of the population `base`
//   SUM        `expr`, a whole number below 2^51 per enterprise, summed over enterprises and multiplied by
//   `scale` MEAN       that sum over the sum of `base` AGENTS     `expr` summed over agents instead of
//   enterprises EVENT      as SUM, for what happens to few firms in a month; `lane` is the label of `by` that
//   it counts for EVENT_BASE, EVENT_SHARE  a population of events, and an event's sum over it PROGRAMME  a
//   whole number of each programme OTHER      a function of its own
// Expressions see row i of a block: its columns `c`, and what metrics_block has ready. A flow is counted
// whatever became of the firm later in the month.
// clang-format off
#define METRICS(BASE, COUNT, SHARE, SUM, MEAN, AGENTS, EVENT, EVENT_BASE, EVENT_SHARE, PROGRAMME, OTHER) \
    BASE(operating, TOTAL, on[i]) \
    BASE(operating_a_year, TOTAL, on[i] & year_ago[i]) \
    BASE(innovating_before, TOTAL, on[i] & operated_before[i] & innovated_before[i]) \
    BASE(not_innovating_before, TOTAL, on[i] & operated_before[i] & !innovated_before[i]) \
    BASE(surveyed, LENS, on[i] & b->surveyed[l][i]) \
    BASE(digital_stages, DIGITAL, on[i] & (c.digital[i] == l)) \
    COUNT(enterprises_n, "enterprises", "size_class;size_class_decree56;sector;region;ownership;owner_gender;survey_class", \
        DECREE56, registered[i] & (class56[i] == l), \
        "operating enterprises (not suspended; not in bankruptcy) at month end: the register, with those that have not yet traded") \
    COUNT(enterprises_with_results_n, "enterprises", "size_class;sector;region;ownership;size_class_decree56", \
        DECREE56, results[i] & (class56[i] == l), \
        "enterprises with sales in the last 12 months (the statistics office concept; about 0.8 of the register) that operate") \
    COUNT(suspended_n, "enterprises", "size_class;region", TOTAL, c.status[i] == STATUS_SUSPENDED, \
        "temporarily suspended enterprises at month end") \
    COUNT(ceased_n, "enterprises", "size_class;region", TOTAL, c.status[i] == STATUS_CEASED, \
        "ceased enterprises awaiting dissolution") \
    COUNT(untrading_n, "enterprises", "region", TOTAL, c.status[i] == STATUS_UNTRADING, \
        "registered enterprises that have not yet traded") \
    EVENT(entries_n, "enterprises", "size_class;sector;region;origin", ORIGIN, \
        c.ownership[i] == OWNERSHIP_FOREIGN ? 3 : c.origin[i], 1.0, c.birth_month[i] == b->month, \
        "newly registered enterprises (origin: new; formalised household; spin-off; foreign founder)") \
    EVENT(entry_employment_n, "workers", "size_class;sector;region", TOTAL, 0, 1.0 / METRICS_FIXED, \
        c.birth_month[i] == b->month ? workers_fixed(c.workers[i]) : 0, \
        "workers of newly registered enterprises, of those that trade at once") \
    EVENT(registered_entry_employment_n, "workers", "sector;region", TOTAL, 0, 1.0, \
        c.birth_month[i] == b->month ? c.registered_workers[i] : 0, "workers declared at registration") \
    EVENT_BASE(exits_voluntary, c.exit_reason[i] == EXIT_VOLUNTARY) \
    EVENT_BASE(exits_insolvent, c.exit_reason[i] == EXIT_INSOLVENT) \
    EVENT_BASE(exits_dissolved, c.exit_reason[i] == EXIT_DISSOLVED) \
    EVENT_BASE(exits_unrecorded, c.exit_reason[i] == EXIT_UNRECORDED) \
    OTHER(exits_n, FLOW, "enterprises", "size_class;sector;region;reason", value_exits, \
        "permanent exits (voluntary; insolvent; dissolved after suspension; unrecorded), counted once, when the firm stops; as in " \
        "the register no total holds the unrecorded ones, which stand under their reason alone") \
    EVENT(suspensions_n, "enterprises", "size_class;region", TOTAL, 0, 1.0, \
        c.status[i] == STATUS_SUSPENDED && c.status_month[i] == b->month, "operating enterprises that suspended") \
    EVENT(returns_n, "enterprises", "size_class;region", TOTAL, 0, 1.0, \
        c.status[i] == STATUS_OPERATING && c.status_month[i] == b->month && c.first_sale_month[i] != NEVER && \
            c.first_sale_month[i] <= b->month, \
        "suspended enterprises that resumed, and ceased ones that did") \
    OTHER(survival_12m_frac, STOCK, "share", "size_class;age_class;sector", metrics_survival, \
        "of those operating 12 months ago the share still operating or suspended; size and age are those of 12 months ago") \
    OTHER(household_businesses_n, STOCK, "businesses", "region", metrics_households, "household businesses in the pool") \
    EVENT(formalisations_n, "enterprises", "region", TOTAL, 0, 1.0, \
        c.birth_month[i] == b->month && c.origin[i] == ORIGIN_HOUSEHOLD, "household businesses that registered as enterprises") \
    SUM(employment_n, STOCK, "workers", "size_class;sector;region;ownership", 1.0 / METRICS_FIXED, \
        workers_fixed(c.workers[i]) & -(int64_t)on[i], "workers of operating enterprises") \
    COUNT(startups_n, "enterprises", "region", TOTAL, registered[i] & c.startup[i], \
        "innovative startups, operating or not yet trading") \
    COUNT(st_enterprises_n, "enterprises", "region", TOTAL, (c.status[i] <= STATUS_SUSPENDED) & (c.st_month[i] != NEVER), \
        "certified science and technology enterprises") \
    SHARE(innovation_active_frac, "size_class;sector;region;ownership;owner_gender;survey_class", operating, TOTAL, \
        on[i] & ((c.active_month[i] > since_window) | (c.project[i] != 0)), \
        "any innovation project running; finished or abandoned in the window (default 36 months); of operating enterprises") \
    SHARE(innovating_lens_frac, "lens", surveyed, LENS, \
        on[i] & b->surveyed[l][i] & \
            ((c.lens_month[l * cap + i] > lens_since[l]) | \
             (activities[l] & ((c.active_month[i] > lens_since[l]) | (c.project[i] != 0)))), \
        "share innovating as one survey would report it: its population; window; types and recognition threshold; in total all " \
        "surveys' answers together") \
    SHARE(innovating_frac, "size_class;sector;region;ownership;owner_gender;survey_class", operating, TOTAL, \
        on[i] & innovates[i], "implemented at least one innovation in the last 36 months; of operating enterprises") \
    SHARE(innovating_new_product_frac, "size_class;survey_class", operating, TOTAL, \
        on[i] & (c.implemented_month[TYPE_NEW_PRODUCT * cap + i] > since_window), \
        "introduced a new product in the last 36 months; of operating enterprises") \
    SHARE(innovating_improved_product_frac, "size_class;survey_class", operating, TOTAL, \
        on[i] & (c.implemented_month[TYPE_IMPROVED_PRODUCT * cap + i] > since_window), \
        "improved a product in the last 36 months; of operating enterprises") \
    SHARE(innovating_process_frac, "size_class;survey_class", operating, TOTAL, \
        on[i] & (c.implemented_month[TYPE_PROCESS * cap + i] > since_window), \
        "introduced or improved a process in the last 36 months; of operating enterprises") \
    SHARE(innovating_organisation_frac, "size_class;survey_class", operating, TOTAL, \
        on[i] & (c.implemented_month[TYPE_ORGANISATION * cap + i] > since_window), \
        "organisational or marketing innovation in the last 36 months; of operating enterprises") \
    SHARE(innovation_persistence_frac, "", innovating_before, TOTAL, \
        on[i] & operated_before[i] & innovated_before[i] & innovates[i], \
        "of those innovating 36 months ago and still operating the share innovating now") \
    SHARE(innovation_entry_frac, "", not_innovating_before, TOTAL, \
        on[i] & operated_before[i] & !innovated_before[i] & innovates[i], \
        "of those not innovating 36 months ago and still operating the share innovating now") \
    EVENT(projects_started_n, "projects", "size_class;type", TYPE, c.project_event_type[i], 1.0, c.project_event[i] & 1, \
        "innovation projects started") \
    EVENT(projects_postponed_n, "projects", "size_class;type", TYPE, c.project_event_type[i], 1.0, c.project_event[i] >> 1 & 1, \
        "innovation projects postponed for want of finance, counted once, in their first month") \
    EVENT(projects_succeeded_n, "projects", "size_class;type", TYPE, c.project_event_type[i], 1.0, c.project_event[i] >> 2 & 1, \
        "innovation projects implemented") \
    SUM(rd_spending_vnd, FLOW, "VND", "size_class;sector;region", 1.0, vmath_int(c.project_spent_vnd[i]), \
        "research and innovation spending of firms") \
    SHARE(rd_performers_frac, "size_class;survey_class", operating, TOTAL, on[i] & (c.research_month[i] > since_year), \
        "firms with research spending in the last 12 months; of operating enterprises") \
    SHARE(trained_frac, "size_class;survey_class", operating, TOTAL, on[i] & (c.trained_month[i] > since_year), \
        "firms with formal training in the last 12 months; of operating enterprises") \
    SHARE(exporters_frac, "size_class;survey_class", operating, TOTAL, on[i] & c.exporter[i], \
        "direct exporters; of operating enterprises") \
    SHARE(certified_frac, "size_class;survey_class", operating, TOTAL, on[i] & c.certified[i], \
        "firms with an international quality certificate; of operating enterprises") \
    OTHER(digital_frac, STOCK, "share", "size_class;survey_class;digital_stage", value_digital, \
        "firms at each digital stage; without digital_stage: at stage 1 or above; of operating enterprises") \
    SHARE(supplier_frac, "size_class", operating, TOTAL, on[i] & c.supplier[i], \
        "firms that supply a large or foreign buyer; of operating enterprises") \
    SUM(revenue_vnd, FLOW, "VND", "size_class;sector;region;ownership", 1.0, vmath_int(c.sales_vnd[i]), "sales of enterprises") \
    SUM(value_added_vnd, FLOW, "VND", "size_class;sector;region;ownership", 1.0, vmath_int(c.value_added_vnd[i]), \
        "value added of enterprises: sales less materials and services bought") \
    OTHER(value_added_growth_frac, STOCK, "share", "region;sector", metrics_value_added_growth, \
        "real value added of the last 12 months over the 12 before minus 1; deflated by the price level of each month") \
    OTHER(productivity_vnd, STOCK, "VND/worker/year", "size_class;sector", metrics_productivity, \
        "value added per worker over the last 12 months, nominal; at a yearly rate while the run is younger") \
    OTHER(productivity_p90_p10, STOCK, "ratio", "sector", metrics_productivity_spread, \
        "90th over 10th percentile of revenue productivity: sales of the last 12 months per worker now, of enterprises that " \
        "operated in all of them; within sectors, the total being their mean by enterprises") \
    SHARE(loss_making_frac, "size_class", enterprises_with_results_n, TOTAL, \
        results[i] & (b->reported_year[i] < -band * b->sales_year[i]), \
        "firms with a loss over the last 12 months: reported profit below the break-even band; of enterprises with results") \
    SHARE(break_even_frac, "size_class", enterprises_with_results_n, TOTAL, \
        results[i] & (b->reported_year[i] >= -band * b->sales_year[i]) & (b->reported_year[i] <= band * b->sales_year[i]), \
        "firms with reported profit within the break-even band over the last 12 months; of enterprises with results") \
    SHARE(investing_frac, "size_class;survey_class", operating, TOTAL, on[i] & (c.invested_month[i] > since_year), \
        "firms that bought fixed assets in the last 12 months; of operating enterprises") \
    MEAN(employment_growth_frac, "share", "size_class;survey_class", operating_a_year, 1.0 / METRICS_FIXED, \
        growth_fixed(c.workers[i], b->workers_before[i]) & -(int64_t)(on[i] & year_ago[i]), \
        "mean annual employment growth of firms operating 12 months ago and now: change of workers since 11 months ago over the " \
        "mean of both, times 12/11") \
    SHARE(borrowers_frac, "size_class;survey_class", operating, TOTAL, on[i] & (c.debt_vnd[i] > 0.0), \
        "firms with a bank loan or credit line, or a loan of a public fund; of operating enterprises") \
    SHARE(constrained_full_frac, "size_class;survey_class", operating, TOTAL, on[i] & (c.credit_state[i] == CREDIT_REFUSED), \
        "needed credit in the last 12 months and got none (refused or discouraged); of operating enterprises") \
    SHARE(constrained_partial_frac, "size_class;survey_class", operating, TOTAL, on[i] & (c.credit_state[i] == CREDIT_PARTIAL), \
        "got part of the credit needed or was discouraged while holding other finance; of operating enterprises") \
    SHARE(no_credit_need_frac, "size_class;survey_class", operating, TOTAL, on[i] & (c.credit_state[i] == CREDIT_NO_NEED), \
        "needed no credit in the last 12 months; of operating enterprises") \
    EVENT(loan_applications_n, "applications", "size_class", TOTAL, 0, 1.0, bank_event(&c, i, CREDIT_EVENT_APPLIED), \
        "applications to banks") \
    EVENT(loan_rejections_n, "applications", "size_class", TOTAL, 0, 1.0, bank_event(&c, i, CREDIT_EVENT_REFUSED), \
        "applications refused") \
    EVENT_BASE(loans_granted, bank_event(&c, i, CREDIT_EVENT_GRANTED)) \
    EVENT_BASE(secured_loans_vnd, bank_event(&c, i, CREDIT_EVENT_COLLATERAL) ? (int64_t)c.loan_new_vnd[i] : 0) \
    EVENT_SHARE(collateral_required_frac, "size_class", loans_granted, bank_event(&c, i, CREDIT_EVENT_COLLATERAL), \
        "new loans that required collateral; of new bank loans") \
    EVENT_SHARE(collateral_over_loan_frac, "size_class", secured_loans_vnd, \
        bank_event(&c, i, CREDIT_EVENT_COLLATERAL) ? (int64_t)c.collateral_new_vnd[i] : 0, \
        "collateral value over new loan value where required") \
    SUM(credit_total_vnd, STOCK, "VND", "", 1.0, bank_debt(&c, i), "bank loans outstanding to all enterprises") \
    OTHER(credit_private_vnd, STOCK, "VND", "", value_private_credit, "bank loans outstanding to private domestic enterprises") \
    OTHER(msme_credit_vnd, STOCK, "VND", "size_class", value_msme_credit, \
        "bank loans outstanding to MSMEs: enterprises below 200 workers") \
    MEAN(lending_rate_frac, "1/year", "size_class", credit_total_vnd, 1.0, \
        vmath_int(c.debt_vnd[i] * (double)c.lending_rate[i]) & -(int64_t)(c.lender_fund[i] == NOBODY), \
        "mean annual rate of outstanding loans of banks, weighted by amount") \
    OTHER(npl_frac, STOCK, "share", "", metrics_bad_loans, "non-performing share of bank loans: in arrears beyond the banks' limit") \
    EVENT(defaults_n, "loans", "size_class", TOTAL, 0, 1.0, (c.loan_event[i] & CREDIT_EVENT_DEFAULTED) != 0, "loans defaulted") \
    PROGRAMME(guarantee_capital_vnd, STOCK, "VND", guarantee->capital_vnd, "guarantee funds' capital") \
    PROGRAMME(guarantee_outstanding_vnd, STOCK, "VND", guarantee->outstanding_vnd, \
        "guaranteed loans outstanding: their covered part") \
    PROGRAMME(guarantee_claims_vnd, FLOW, "VND", guarantee->claims_vnd, "claims paid by guarantee funds") \
    PROGRAMME(guarantee_recoveries_vnd, FLOW, "VND", guarantee->recoveries_vnd, "recoveries on claims") \
    OTHER(equity_deals_n, FLOW, "deals", "stage;source", metrics_equity_deals, "startup equity rounds closed") \
    OTHER(equity_invested_vnd, FLOW, "VND", "stage;source", metrics_equity_invested, "startup equity invested") \
    OTHER(fund_tvpi, STOCK, "ratio", "fund", metrics_fund_tvpi, \
        "total value over paid-in capital, venture funds and angels; in total all of them together") \
    OTHER(fund_dpi, STOCK, "ratio", "fund", metrics_fund_dpi, \
        "distributions over paid-in capital, venture funds and angels; in total all of them together") \
    OTHER(fund_irr_frac, STOCK, "1/year", "fund", metrics_fund_irr, \
        "internal rate of return to date of calls, distributions and net asset value; in total of all venture funds and angels") \
    PROGRAMME(programme_aware_n, STOCK, "enterprises", programme_open(m->model, m->world, p) ? state->aware_n : 0, \
        "eligible firms that know the programme, counted each January; 0 while it is closed") \
    PROGRAMME(programme_applications_n, FLOW, "applications", state->month.applications_n, "applications") \
    OTHER(programme_awards_n, FLOW, "awards", "programme;size_class", metrics_programme_awards, "awards") \
    PROGRAMME(programme_cash_vnd, FLOW, "VND", state->month.cash_vnd, \
        "public cash out minus cash in (injections; grants; administration; claims; calls minus repayments; recoveries; " \
        "distributions)") \
    PROGRAMME(programme_cost_vnd, FLOW, "VND", state->month.cost_vnd, \
        "accrual public cost: grants; administration; present value at approval of guarantees; loans and equity; re-estimated " \
        "yearly") \
    PROGRAMME(programme_compliance_vnd, FLOW, "VND", state->month.compliance_vnd, "applicants' own cost of applying") \
    PROGRAMME(programme_disbursed_vnd, FLOW, "VND", state->month.disbursed_vnd, "support paid to firms or funds") \
    EVENT(tax_revenue_vnd, "VND", "region", TOTAL, 0, 1.0, (int64_t)c.tax_paid_vnd[i], "corporate tax paid by enterprises") \
    PROGRAMME(tax_forgone_vnd, FLOW, "VND", state->month.forgone_vnd, "corporate tax forgone") \
    OTHER(fiscal_balance_vnd, FLOW, "VND", "", metrics_fiscal_balance, \
        "all taxes received minus public cash out (tax forgone is a memo item and not subtracted again)") \
    OTHER(started_12m_frac, STOCK, "share", "", metrics_started, \
        "of those registered 12 to 24 months ago the share with sales since, whether or not they are still there; of those " \
        "registered within the run while it is younger") \
    OTHER(operating_n, STOCK, "enterprises", "size_class;sector;region;ownership;owner_gender;survey_class", value_operating, \
        "operating enterprises that trade: what shares of operating enterprises are of") \
    AGENTS(agents_n, "agents", "size_class;sector;region;ownership;owner_gender;survey_class", on[i], \
        "operating firm agents simulated: what a share of operating enterprises rests on")
// clang-format on

// ---- what becomes of the rows -------------------------------------------------------------------

// The list as seen by what is made of some kinds of rows only.
#define NOTHING(...)
#define BITS(BASE, COUNT, SHARE)                                                                             \
    METRICS(BASE, COUNT, SHARE, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
#define AMOUNTS(SUM, MEAN, AGENTS)                                                                           \
    METRICS(NOTHING, NOTHING, NOTHING, SUM, MEAN, AGENTS, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
#define EVENTS(EVENT, BASE, SHARE)                                                                           \
    METRICS(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, EVENT, BASE, SHARE, NOTHING, NOTHING)
#define PROGRAMMES(PROGRAMME)                                                                                \
    METRICS(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, PROGRAMME,      \
            NOTHING)

// Lanes of a measure, and the group whose labels they are.
enum { LANES_TOTAL = 1, LANES_DECREE56 = SIZES_N, LANES_DIGITAL = 4, LANES_LENS = LENSES_MAX };
enum { LANES_ORIGIN = 4, LANES_TYPE = TYPES_N };
enum {
    BY_TOTAL = METRICS_TOTAL,
    BY_DECREE56 = METRICS_SIZE_CLASS_DECREE56,
    BY_DIGITAL = METRICS_DIGITAL_STAGE
};
enum { BY_LENS = METRICS_LENS, BY_ORIGIN = METRICS_ORIGIN, BY_TYPE = METRICS_TYPE };

// The place of each measure in a cell: conditions as bits, then amounts, then events.
#define PLACE_LANES(name, by)                                       MEASURE_##name, MEASURE_##name##_last = MEASURE_##name + LANES_##by - 1,
#define PLACE_BASE(name, by, cond)                                  PLACE_LANES(name, by)
#define PLACE_COUNT(name, unit, groups, by, cond, doc)              PLACE_LANES(name, by)
#define PLACE_SHARE(name, groups, base, by, cond, doc)              PLACE_LANES(name, by)
#define PLACE_SUM(name, kind, unit, groups, scale, expr, doc)       PLACE_LANES(name, TOTAL)
#define PLACE_MEAN(name, unit, groups, base, scale, expr, doc)      PLACE_LANES(name, TOTAL)
#define PLACE_AGENTS(name, unit, groups, expr, doc)                 PLACE_LANES(name, TOTAL)
#define PLACE_EVENT(name, unit, groups, by, lane, scale, expr, doc) PLACE_LANES(name, by)
#define PLACE_EVENT_BASE(name, expr)                                PLACE_LANES(name, TOTAL)
#define PLACE_EVENT_SHARE(name, groups, base, expr, doc)            PLACE_LANES(name, TOTAL)
#define PLACE_PROGRAMME(name, kind, unit, expr, doc)                PROGRAMME_##name,
enum {
    BITS(PLACE_BASE, PLACE_COUNT, PLACE_SHARE) BITS_N,
    WORDS = (BITS_N + 31) / 32,
    COUNTS_N = 32 * WORDS,
    AMOUNTS_BEFORE = COUNTS_N - 1,
    AMOUNTS(PLACE_SUM, PLACE_MEAN, PLACE_AGENTS) EVENTS_FIRST,
    EVENTS_BEFORE = EVENTS_FIRST - 1,
    EVENTS(PLACE_EVENT, PLACE_EVENT_BASE, PLACE_EVENT_SHARE) MEASURES_N,
    AMOUNTS_N = EVENTS_FIRST - COUNTS_N,
    STRIDE = (MEASURES_N + 7) / 8 * 8, // cells begin on cache lines
};
enum { PROGRAMMES(PLACE_PROGRAMME) PROGRAMMES_N };

const int metrics_counts_n = COUNTS_N;
const int metrics_stride = STRIDE;
const int metrics_programme_rows = PROGRAMMES_N;
const int metrics_measure_entries = MEASURE_entries_n;
const int metrics_measure_value_added = MEASURE_value_added_vnd;
const int metrics_measure_workers = MEASURE_employment_n;

// ---- measures of a block ------------------------------------------------------------------------

// A bit per condition and row, eight to a byte.
typedef uint8_t block_bits[4 * WORDS][PAR_BLOCK];

// Amounts per enterprise, of AGENTS rows per agent. They are read together, so they begin at different
// offsets in a page.
enum { BLOCK_ROOM = PAR_BLOCK + 8 };
typedef int64_t block_amounts[AMOUNTS_N][BLOCK_ROOM];

VMATH_INLINE int64_t workers_fixed(double workers)
{
    return vmath_int(workers * METRICS_FIXED);
}

// Yearly growth over the mean of both ends, from a change over 11 months.
VMATH_INLINE int64_t growth_fixed(double now, double before)
{
    return vmath_int((now - before) / (now + before) * (2.0 * 12.0 / 11.0 * METRICS_FIXED));
}

VMATH_INLINE int64_t bank_debt(const struct firm *c, int i)
{
    return vmath_int(c->debt_vnd[i]) & -(int64_t)(c->lender_fund[i] == NOBODY);
}

// Whether a bank, not a public fund, took part in the event.
static int64_t bank_event(const struct firm *c, int i, int event)
{
    return (c->loan_event[i] & event) && c->lender_fund[i] == NOBODY;
}

#define BIT_LOOP(name, by, cond)                                                                             \
    for (int l = 0; l < LANES_##by; l++) {                                                                   \
        uint8_t *out = bits[(MEASURE_##name + l) / 8];                                                       \
        const uint8_t bit = (uint8_t)(1 << (MEASURE_##name + l) % 8);                                        \
        for (int i = 0; i < n; i++)                                                                          \
            out[i] |= (uint8_t)(-(uint8_t)(cond)) & bit;                                                     \
    }
#define BIT_BASE(name, by, cond)                     BIT_LOOP(name, by, cond)
#define BIT_COUNT(name, unit, groups, by, cond, doc) BIT_LOOP(name, by, cond)
#define BIT_SHARE(name, groups, base, by, cond, doc) BIT_LOOP(name, by, cond)

ISA_CLONES static void metrics_bits(const struct metrics_block *b, block_bits bits)
{
    const struct firm c = b->firm;
    const double band = b->metrics->model->production.break_even_frac;
    const uint8_t *on = b->operating, *registered = b->registered, *results = b->results,
                  *class56 = b->class56;
    const uint8_t *year_ago = b->year_ago, *operated_before = b->operated_before;
    const uint8_t *innovates = b->innovates, *innovated_before = b->innovated_before;
    const int16_t since_year = b->since_year, since_window = b->since_window;
    const int64_t cap = b->capacity;
    const int n = b->n;
    int16_t lens_since[LENSES_MAX];
    uint8_t activities[LENSES_MAX];

    for (int l = 0; l < LENSES_MAX; l++) {
        const struct lens *lens = &b->metrics->model->lens[l];
        lens_since[l] = (int16_t)(b->month - lens->window_months);
        activities[l] = lens->activities != 0;
    }
    memset(bits, 0, sizeof(block_bits));
    BITS(BIT_BASE, BIT_COUNT, BIT_SHARE)
}

#define AMOUNT_LOOP(name, expr)                                                                              \
    for (int i = 0; i < n; i++)                                                                              \
        amount[MEASURE_##name - COUNTS_N][i] = (expr);
#define AMOUNT_SUM(name, kind, unit, groups, scale, expr, doc)  AMOUNT_LOOP(name, expr)
#define AMOUNT_MEAN(name, unit, groups, base, scale, expr, doc) AMOUNT_LOOP(name, expr)
#define AMOUNT_AGENTS(name, unit, groups, expr, doc)            AMOUNT_LOOP(name, expr)

ISA_CLONES static void metrics_amounts(const struct metrics_block *b, block_amounts amount)
{
    const struct firm c = b->firm;
    const uint8_t *on = b->operating, *year_ago = b->year_ago;
    const int n = b->n;
    AMOUNTS(AMOUNT_SUM, AMOUNT_MEAN, AMOUNT_AGENTS)
}

#define FACTOR_SUM(name, kind, unit, groups, scale, expr, doc)  weight,
#define FACTOR_MEAN(name, unit, groups, base, scale, expr, doc) weight,
#define FACTOR_AGENTS(name, unit, groups, expr, doc)            1,

static void add_amounts(const struct metrics_block *b, block_amounts amount, int64_t *sums)
{
    for (int i = 0; i < b->n; i++) {
        const int64_t weight = b->firm.weight[i];
        const int64_t factor[AMOUNTS_N] = {AMOUNTS(FACTOR_SUM, FACTOR_MEAN, FACTOR_AGENTS)};
        int64_t *cell = sums + (size_t)b->cell[i] * (STRIDE - COUNTS_N);
        for (int a = 0; a < AMOUNTS_N; a++)
            cell[a] += factor[a] * amount[a][i];
    }
}

// Each bit that is set adds the weight.
ISA_CLONES static void metrics_counts(const struct metrics_block *b, block_bits bits, uint32_t *counts)
{
    uint32_t word[WORDS][PAR_BLOCK], bit[32];
    for (int j = 0; j < 32; j++)
        bit[j] = UINT32_C(1) << j;
    for (int k = 0; k < WORDS; k++)
        for (int i = 0; i < b->n; i++)
            word[k][i] = bits[4 * k][i] | (uint32_t)bits[4 * k + 1][i] << 8 |
                         (uint32_t)bits[4 * k + 2][i] << 16 | (uint32_t)bits[4 * k + 3][i] << 24;
    for (int i = 0; i < b->n; i++) {
        uint32_t *cell = counts + (size_t)b->cell[i] * COUNTS_N;
        const uint32_t weight = (uint32_t)b->firm.weight[i];
        for (int k = 0; k < WORDS; k++)
            for (int j = 0; j < 32; j++)
                cell[32 * k + j] += (word[k][i] & bit[j]) ? weight : 0;
    }
}

#define EVENT_ADD(name, lane, expr)                                                                          \
    {                                                                                                        \
        const int64_t x = (expr);                                                                            \
        if (x != 0)                                                                                          \
            cell[MEASURE_##name - COUNTS_N + (lane)] += c.weight[i] * x;                                     \
    }
#define ADD_EVENT(name, unit, groups, by, lane, scale, expr, doc) EVENT_ADD(name, lane, expr)
#define ADD_EVENT_BASE(name, expr)                                EVENT_ADD(name, 0, expr)
#define ADD_EVENT_SHARE(name, groups, base, expr, doc)            EVENT_ADD(name, 0, expr)

// Rows to which anything happened that an EVENT may count.
ISA_CLONES static void metrics_eventful(const struct metrics_block *b, uint8_t *eventful)
{
    const struct firm c = b->firm;
    const int16_t month = b->month;
    for (int i = 0; i < b->n; i++)
        eventful[i] = (uint8_t)(c.project_event[i] | c.loan_event[i] | c.exit_reason[i] |
                                (c.status_month[i] == month) | (c.birth_month[i] == month));
    for (int i = 0; i < b->n; i++)
        eventful[i] |= c.tax_paid_vnd[i] > 0.0;
}

static void add_events(const struct metrics_block *b, int64_t *sums)
{
    const struct firm c = b->firm;
    uint8_t flag[PAR_BLOCK];
    int eventful[PAR_BLOCK], eventful_n = 0;
    metrics_eventful(b, flag);
    for (int i = 0; i < b->n; i++) {
        eventful[eventful_n] = i;
        eventful_n += flag[i] != 0;
    }
    for (int k = 0; k < eventful_n; k++) {
        const int i = eventful[k];
        int64_t *cell = sums + (size_t)b->cell[i] * (STRIDE - COUNTS_N);
        EVENTS(ADD_EVENT, ADD_EVENT_BASE, ADD_EVENT_SHARE)
    }
}

void metrics_block_add(const struct metrics_block *block, uint32_t *counts, int64_t *sums)
{
    block_bits bits;
    block_amounts amount;
    metrics_bits(block, bits);
    metrics_amounts(block, amount);
    metrics_counts(block, bits, counts);
    add_amounts(block, amount, sums);
    add_events(block, sums);
}

#define PROGRAMME_VALUE(name, kind, unit, expr, doc)                                                         \
    for (int p = 0; p < n; p++) {                                                                            \
        const struct programme_state *state = &m->world->programme[p];                                       \
        const struct metrics_guarantee *guarantee = &m->guarantee[p];                                        \
        (void)state, (void)guarantee;                                                                        \
        m->programme[PROGRAMME_##name * n + p] = (expr);                                                     \
    }

void metrics_programmes(struct metrics *m)
{
    const int n = m->model->programmes_n;
    PROGRAMMES(PROGRAMME_VALUE)
}

// ---- values -------------------------------------------------------------------------------------

static double ratio(double top, double bottom)
{
    return bottom != 0.0 ? top / bottom : NAN;
}

// Sum of a measure's lanes in a slot.
static int64_t lanes_sum(const struct metrics *m, int measure, int lanes, enum metrics_group group, int label)
{
    const int64_t *slot = m->slot + (int64_t)metrics_slot(m, group, label) * STRIDE + measure;
    int64_t sum = 0;
    for (int l = 0; l < lanes; l++)
        sum += slot[l];
    return sum;
}

// The same for a label of any group that the row has: lanes of the measure are labels in the whole economy.
static int64_t measured(const struct metrics *m, const struct metric *row, int measure, int lanes,
                        enum metrics_group group, int label)
{
    if (group != METRICS_TOTAL && group == row->by && lanes == row->lanes)
        return lanes_sum(m, measure + label, 1, METRICS_TOTAL, 0);
    return group == row->by ? lanes_sum(m, measure, lanes, METRICS_TOTAL, 0)
                            : lanes_sum(m, measure, lanes, group, label);
}

static double value_sum(const struct metrics *m, const struct metric *row, enum metrics_group group,
                        int label)
{
    return (double)measured(m, row, row->measure, row->lanes, group, label) * row->scale;
}

static double value_ratio(const struct metrics *m, const struct metric *row, enum metrics_group group,
                          int label)
{
    return ratio(value_sum(m, row, group, label),
                 (double)measured(m, row, row->base, row->base_lanes, group, label));
}

static double value_digital(const struct metrics *m, const struct metric *row, enum metrics_group group,
                            int label)
{
    const bool stage = group == METRICS_DIGITAL_STAGE;
    const enum metrics_group within = stage ? METRICS_TOTAL : group;
    const int place = stage ? 0 : label, first = stage ? label : 1;
    (void)row;
    return ratio(
        (double)lanes_sum(m, MEASURE_digital_stages + first, stage ? 1 : LANES_DIGITAL - 1, within, place),
        (double)lanes_sum(m, MEASURE_operating, 1, within, place));
}

static double value_exits(const struct metrics *m, const struct metric *row, enum metrics_group group,
                          int label)
{
    static const int reason[EXITS_N - 1] = {MEASURE_exits_voluntary, MEASURE_exits_insolvent,
                                            MEASURE_exits_dissolved, MEASURE_exits_unrecorded};
    int64_t seen = 0;
    (void)row;
    if (group == METRICS_REASON)
        return (double)lanes_sum(m, reason[label], 1, METRICS_TOTAL, 0);
    for (int k = 0; k + 1 < EXITS_N - 1; k++)
        seen += lanes_sum(m, reason[k], 1, group, label);
    return (double)seen;
}

static double value_operating(const struct metrics *m, const struct metric *row, enum metrics_group group,
                              int label)
{
    (void)row;
    return (double)lanes_sum(m, MEASURE_operating, 1, group, label);
}

static double value_private_credit(const struct metrics *m, const struct metric *row,
                                   enum metrics_group group, int label)
{
    (void)row, (void)group, (void)label;
    return (double)lanes_sum(m, MEASURE_credit_total_vnd, 1, METRICS_OWNERSHIP, OWNERSHIP_PRIVATE);
}

static double value_msme_credit(const struct metrics *m, const struct metric *row, enum metrics_group group,
                                int label)
{
    (void)row;
    if (group == METRICS_SIZE_CLASS)
        return label == SIZE_LARGE ? 0.0 : (double)lanes_sum(m, MEASURE_credit_total_vnd, 1, group, label);
    return (double)(lanes_sum(m, MEASURE_credit_total_vnd, 1, METRICS_TOTAL, 0) -
                    lanes_sum(m, MEASURE_credit_total_vnd, 1, METRICS_SIZE_CLASS, SIZE_LARGE));
}

static double value_programme(const struct metrics *m, const struct metric *row, enum metrics_group group,
                              int label)
{
    const int n = m->model->programmes_n;
    const int64_t *value = m->programme + (int64_t)row->measure * n;
    int64_t sum = 0;
    for (int p = 0; p < n; p++)
        sum += group == METRICS_TOTAL || p == label ? value[p] : 0;
    return (double)sum;
}

// ---- the rows -----------------------------------------------------------------------------------

#define STOCK METRICS_STOCK
#define FLOW  METRICS_FLOW

#define LANES_OF(name) (MEASURE_##name##_last - MEASURE_##name + 1)
#define ROW(name, kind, unit, groups, doc, value, by, base, scale)                                           \
    {#name,                                                                                                  \
     kind,                                                                                                   \
     unit,                                                                                                   \
     groups,                                                                                                 \
     doc,                                                                                                    \
     value,                                                                                                  \
     (enum metrics_group)BY_##by,                                                                            \
     MEASURE_##name,                                                                                         \
     LANES_OF(name),                                                                                         \
     MEASURE_##base,                                                                                         \
     LANES_OF(base),                                                                                         \
     scale,                                                                                                  \
     #base},
#define ROW_COUNT(name, unit, groups, by, cond, doc)                                                         \
    ROW(name, STOCK, unit, groups, doc, value_sum, by, operating, 1.0)
#define ROW_SHARE(name, groups, base, by, cond, doc)                                                         \
    ROW(name, STOCK, "share", groups, doc, value_ratio, by, base, 1.0)
#define ROW_SUM(name, kind, unit, groups, scale, expr, doc)                                                  \
    ROW(name, kind, unit, groups, doc, value_sum, TOTAL, operating, scale)
#define ROW_MEAN(name, unit, groups, base, scale, expr, doc)                                                 \
    ROW(name, STOCK, unit, groups, doc, value_ratio, TOTAL, base, scale)
#define ROW_AGENTS(name, unit, groups, expr, doc)                                                            \
    ROW(name, STOCK, unit, groups, doc, value_sum, TOTAL, operating, 1.0)
#define ROW_EVENT(name, unit, groups, by, lane, scale, expr, doc)                                            \
    ROW(name, FLOW, unit, groups, doc, value_sum, by, operating, scale)
#define ROW_EVENT_SHARE(name, groups, base, expr, doc)                                                       \
    ROW(name, FLOW, "share", groups, doc, value_ratio, TOTAL, base, 1.0)
#define ROW_PROGRAMME(name, kind, unit, expr, doc)                                                           \
    {#name, kind, unit, "programme", doc, value_programme, METRICS_TOTAL, PROGRAMME_##name,                  \
     1,     0,    1,    1.0,         NULL},
#define ROW_OTHER(name, kind, unit, groups, function, doc)                                                   \
    {#name, kind, unit, groups, doc, function, METRICS_TOTAL, 0, 1, 0, 1, 1.0, NULL},

const struct metric metrics_rows[] = {METRICS(NOTHING, ROW_COUNT, ROW_SHARE, ROW_SUM, ROW_MEAN, ROW_AGENTS,
                                              ROW_EVENT, NOTHING, ROW_EVENT_SHARE, ROW_PROGRAMME, ROW_OTHER)};
const int metrics_rows_n = sizeof metrics_rows / sizeof metrics_rows[0];

double metrics_value(const struct metrics *metrics, int row, enum metrics_group group, int label)
{
    return metrics_rows[row].value(metrics, &metrics_rows[row], group, label);
}

const char *metrics_cell_methods(const struct metric *row)
{
    if (row->kind == METRICS_STOCK)
        return "time: point";
    return strcmp(row->unit, "share") == 0 ? "time: mean" : "time: sum";
}
