// world: the state of one replicate. Firms, banks, funds, holdings and applications are tables (sim/table);
// money positions are in the ledger. A firm attribute is one row of FIRM_COLUMNS.
//
// All `_vnd` columns are per real enterprise, whole VND in a double; an agent stands for `weight`
// enterprises, so a flow of the economy is weight times the column. Months are counted from the start of the
// run (0 = first month); NEVER is "not yet".
#ifndef MODELS_WORLD_H
#define MODELS_WORLD_H

#include <stdbool.h>
#include "models/model.h"
#include "models/stream.h"
#include "sim/ledger.h"
#include "sim/order.h"
#include "sim/rng.h"
#include "sim/table.h"
#include "sim/vmath.h"

#define NEVER  (-32768)
#define NOBODY (-1)

enum firm_status {
    STATUS_UNTRADING, // registered, has not yet traded
    STATUS_OPERATING,
    STATUS_SUSPENDED, // temporarily, with return
    STATUS_CEASED,    // awaiting dissolution
    STATUS_BANKRUPT,  // insolvent: what it owns is locked until the proceedings end
    STATUS_GONE,      // dissolved, insolvent or struck off: leaves the table at the end of the month
    STATUSES_N
};
enum exit_reason { EXIT_NONE, EXIT_VOLUNTARY, EXIT_INSOLVENT, EXIT_DISSOLVED, EXIT_UNRECORDED, EXITS_N };
enum firm_origin { ORIGIN_NEW, ORIGIN_HOUSEHOLD, ORIGIN_SPIN_OFF, ORIGINS_N };
enum credit_state { CREDIT_NO_NEED, CREDIT_SATISFIED, CREDIT_PARTIAL, CREDIT_REFUSED };

// X(C type, COLUMN type, name, lanes, unit, economic, doc)
#define FIRM_COLUMNS(X)                                                                                      \
    X(int64_t, I64, id, 1, "", 1, "record id, unique for ever")                                              \
    X(int64_t, I64, ancestor, 1, "", 1, "draw key: the id of the agent this one was split from, or its own") \
    X(uint8_t, U8, alive, 1, "", 1, "1 while in the register")                                               \
    X(int64_t, I64, weight, 1, "enterprises", 1, "real enterprises the agent stands for")                    \
    /* traits fixed at birth */                                                                              \
    X(int16_t, I16, birth_month, 1, "month", 1, "month of registration")                                     \
    X(uint8_t, U8, sector, 1, "", 1, "sector, an index of the economy's sectors")                            \
    X(uint8_t, U8, region, 1, "", 1,                                                                         \
      "region, an index of the economy's regions; changes when the firm moves")                              \
    X(uint8_t, U8, zone, 1, "", 1, "1 if it stands in an industrial zone or park")                           \
    X(uint8_t, U8, ownership, 1, "", 1, "private, foreign or state")                                         \
    X(uint8_t, U8, owner_female, 1, "", 1, "1 if owned by a woman")                                          \
    X(uint8_t, U8, startup, 1, "", 1, "1 for an innovative startup (growth-seeking, equity-financed)")       \
    X(uint8_t, U8, st_capable, 1, "", 1,                                                                     \
      "1 if it could be certified as a science and technology enterprise")                                   \
    X(uint8_t, U8, origin, 1, "", 1, "new, formalised household business or spin-off")                       \
    X(int16_t, I16, bank, 1, "", 1, "row of its bank")                                                       \
    X(int16_t, I16, registered_workers, 1, "workers", 1, "workers declared at registration")                 \
    X(double, F64, ability, 1, "1", 1, "founder's ability, standard normal")                                 \
    X(double, F64, propensity, 1, "1", 1, "innovation propensity, mean 1 over firms")                        \
    X(float, F32, need_propensity, 1, "1", 1, "propensity to need credit, mean 1 over firms")                \
    /* status */                                                                                             \
    X(uint8_t, U8, status, 1, "", 1, "enum firm_status")                                                     \
    X(uint8_t, U8, exit_reason, 1, "", 1, "enum exit_reason of this month's exit")                           \
    X(int16_t, I16, status_month, 1, "month", 1, "month of the last change of status")                       \
    X(int16_t, I16, first_sale_month, 1, "month", 1, "month of the first sale")                              \
    X(int16_t, I16, last_sale_month, 1, "month", 1, "month of the last sale")                                \
    X(uint64_t, U64, operating_bits, 1, "", 1, "bit k: operating k months ago")                              \
    /* production */                                                                                         \
    X(double, F64, attraction, 1, "1", 1, "what the sector's demand is shared by")                           \
    X(double, F64, productivity, 1, "1", 1, "fixed factor of sales per worker, mean 1 over the log")         \
    X(double, F64, volatility, 1, "1", 1, "this year's volatility factor of growth, sqrt(Exp(1))")           \
    X(double, F64, efficiency, 1, "share", 1, "persistent part of the margin")                               \
    X(double, F64, transitory, 1, "share", 1, "transitory part of the margin")                               \
    X(double, F64, quality, 1, "1", 1,                                                                       \
      "log quality above the sector's: the sector's mean technology gap less its own, bounded")              \
    X(double, F64, workers, 1, "workers", 1, "workers of the enterprise")                                    \
    X(double, F64, log_workers, 1, "1", 1, "log of workers, as of this month's production")                  \
    X(double, F64, capital_vnd, 1, "VND", 1, "fixed assets")                                                 \
    X(double, F64, sales_vnd, 1, "VND", 1, "sales of the month")                                             \
    X(double, F64, expected_sales_vnd, 1, "VND", 1, "expected monthly sales, a moving average")              \
    X(double, F64, value_added_vnd, 1, "VND", 1, "value added of the month")                                 \
    X(double, F64, profit_vnd, 1, "VND", 1,                                                                  \
      "economic profit of the month, after interest, before owner's pay and tax")                            \
    X(double, F64, reported_vnd, 1, "VND", 1, "reported profit of the month")                                \
    X(double, F64, cumulated_loss_vnd, 1, "VND", 1, "economic losses not yet made good")                     \
    X(float, F32, sales_ring, 12, "VND", 1, "sales by calendar month of the last 12")                        \
    X(float, F32, reported_ring, 12, "VND", 1, "reported profit by calendar month of the last 12")           \
    X(float, F32, workers_ring, 12, "workers", 1, "workers by calendar month of the last 12")                \
    /* knowledge */                                                                                          \
    X(double, F64, skills, 1, "1", 1, "workers' skills, 0 to 1")                                             \
    X(double, F64, management, 1, "1", 1, "management practice, 0 to 1")                                     \
    X(uint8_t, U8, digital, 1, "", 1, "digital stage, 0 to 3")                                               \
    X(uint8_t, U8, certified, 1, "", 1, "international quality certificate")                                 \
    X(uint8_t, U8, exporter, 1, "", 1, "direct exporter")                                                    \
    X(uint8_t, U8, supplier, 1, "", 1, "supplies a large or foreign buyer")                                  \
    X(float, F32, technology_gap, 1, "1", 1, "log distance to the sector's frontier; 0 at the frontier")     \
    X(uint8_t, U8, degree, 1, "peers", 1, "enterprises of its region and sector that it hears of")           \
    X(uint8_t, U8, innovating_peers, 1, "peers", 1, "innovators among them when they last met")              \
    X(uint8_t, U8, cluster, 1, "", 1, "1 for a member of the cluster of its region and sector")              \
    X(uint8_t, U8, provider_months, 1, "month", 1, "months left of its link to a knowledge provider")        \
    X(int16_t, I16, trained_month, 1, "month", 1, "last formal training")                                    \
    X(int16_t, I16, invested_month, 1, "month", 1, "last purchase of fixed assets")                          \
    /* innovation */                                                                                         \
    X(uint8_t, U8, project, 1, "", 1, "0: none; else 1 + enum innovation_type of the project in progress")   \
    X(uint8_t, U8, plan, 1, "", 1, "0: none; else 1 + type of a project planned but not yet financed")       \
    X(int16_t, I16, project_until, 1, "month", 1, "month the project ends")                                  \
    X(int16_t, I16, plan_until, 1, "month", 1, "month the plan lapses")                                      \
    X(uint8_t, U8, plan_price, 1, "1/255", 1, "0: pays without support; else price above which it does not") \
    X(double, F64, project_cost_vnd, 1, "VND", 1, "cost of the project in progress, or of the plan")         \
    X(double, F64, project_support_vnd, 1, "VND", 1, "public support promised to the project or plan")       \
    X(double, F64, project_novelty, 1, "1", 1, "latent novelty of the project or plan, 0 to 1")              \
    X(int16_t, I16, implemented_month, 4, "month", 1, "last innovation implemented, by type")                \
    X(int16_t, I16, active_month, 1, "month", 1, "last month with a project running, finished or abandoned") \
    X(int16_t, I16, lens_month, 8, "month", 1, "last month that counts under each survey lens")              \
    X(int16_t, I16, research_month, 1, "month", 1, "last month of research spending")                        \
    X(uint64_t, U64, innovating_bits, 1, "", 1, "bit k: innovating (36 months) k months ago")                \
    /* finance */                                                                                            \
    X(double, F64, cash_vnd, 1, "VND", 1, "bank deposits")                                                   \
    X(double, F64, debt_vnd, 1, "VND", 1, "loan outstanding")                                                \
    X(float, F32, wealth_vnd, 1, "VND", 1, "wealth of the owner behind the firm, pledged or free")           \
    X(double, F64, trade_vnd, 1, "VND", 1,                                                                   \
      "claims on public buyers less bills of suppliers not paid in time")                                    \
    X(double, F64, informal_vnd, 1, "VND", 1, "owed to family and informal lenders")                         \
    X(float, F32, lending_rate, 1, "1/year", 1, "rate of the loan")                                          \
    X(double, F64, covered_frac, 1, "share", 1, "share of the loan that a guarantor covers")                 \
    X(int16_t, I16, guarantor, 1, "", 1, "row of the guaranteeing fund, or NOBODY")                          \
    X(int16_t, I16, lender_fund, 1, "", 1, "row of the public fund that holds the loan; NOBODY: its bank")   \
    X(int16_t, I16, loan_until, 1, "month", 1, "month of the last instalment")                               \
    X(int16_t, I16, arrears_months, 1, "month", 1, "months in arrears, 0 if none")                           \
    X(double, F64, unmet_credit_vnd, 1, "VND", 1, "credit needed and not yet given")                         \
    X(uint8_t, U8, credit_state, 1, "", 1, "enum credit_state of the last 12 months")                        \
    X(int16_t, I16, credit_month, 1, "month", 1, "month of the last need of credit")                         \
    X(uint8_t, U8, loan_event, 1, "", 1,                                                                     \
      "this month: bit 0 applied, 1 refused, 2 granted, 3 collateral, 4 defaulted")                          \
    X(double, F64, loan_new_vnd, 1, "VND", 1, "loan granted this month")                                     \
    X(float, F32, collateral_new_vnd, 1, "VND", 1, "collateral pledged for this month's loan")               \
    X(double, F64, research_fund_vnd, 1, "VND", 1, "internal science and technology fund, part of cash")     \
    X(uint8_t, U8, research_fund_age, 1, "month", 1, "mean age of the money in it")                          \
    X(double, F64, taxable_year_vnd, 1, "VND", 1, "reported profit of the calendar year so far")             \
    X(double, F64, loss_forward_vnd, 1, "VND", 1, "tax loss carried forward")                                \
    X(double, F64, tax_paid_vnd, 1, "VND", 1, "corporate tax paid this month")                               \
    X(int16_t, I16, first_profit_month, 1, "month", 1, "month of the first annual taxable profit")           \
    X(int16_t, I16, st_month, 1, "month", 1, "month of certification as S&T enterprise")                     \
    X(float, F32, outside_share, 1, "share", 1, "equity held by outside investors")                          \
    X(double, F64, last_valuation_vnd, 1, "VND", 1, "post-money valuation of the last round")                \
    X(int16_t, I16, round_month, 1, "month", 1, "month of the last equity round")                            \
    X(uint8_t, U8, stage, 1, "", 1, "rounds raised: 0 none, 1 seed, 2 A, 3 B")                               \
    X(uint8_t, U8, backers, 1, "", 1, "funds that hold a share of it")                                       \
    /* programmes: sets over the scenario's programmes; not part of the economic digest */                   \
    X(uint64_t, U64, served, 2, "", 0, "bit p: served by programme p")                                       \
    X(uint64_t, U64, applied, 2, "", 0, "bit p: an application to programme p is waiting")                   \
    X(double, F64, support_vnd, 1, "VND", 0, "support received so far")                                      \
    /* outcomes for the twin ledger */                                                                       \
    X(double, F64, project_spent_vnd, 1, "VND", 1, "research and innovation spending of the month")          \
    X(uint8_t, U8, project_event, 1, "", 1,                                                                  \
      "this month: bit 0 started, 1 postponed, 2 implemented, 3 abandoned")                                  \
    X(uint8_t, U8, project_event_type, 1, "", 1, "type of this month's project event")                       \
    X(int32_t, I32, innovations_n, 1, "1", 1, "innovations implemented so far")                              \
    X(int32_t, I32, loans_n, 1, "1", 1, "loans received so far")                                             \
    X(int32_t, I32, months_operating, 1, "month", 1, "months in operation within the run")                   \
    X(double, F64, worker_months, 1, "workers month", 1, "workers summed over months in operation")          \
    X(double, F64, sales_total_vnd, 1, "VND", 1, "sales summed over the run")                                \
    X(double, F64, value_added_total_vnd, 1, "VND", 1, "value added summed over the run")

#define BANK_COLUMNS(X)                                                                                      \
    X(int64_t, I64, id, 1, "", 1, "record id")                                                               \
    X(int64_t, I64, ancestor, 1, "", 1, "draw key")                                                          \
    X(uint8_t, U8, alive, 1, "", 1, "always 1")                                                              \
    X(double, F64, market_share, 1, "share", 1, "share of firms that bank here")                             \
    X(int64_t, I64, cash_vnd, 1, "VND", 1,                                                                   \
      "net deposits with the rest of the system: minus its deposit liabilities")                             \
    X(int64_t, I64, loans_vnd, 1, "VND", 1, "loans to enterprises")                                          \
    X(int64_t, I64, recovering_vnd, 1, "VND", 1,                                                             \
      "collateral of defaulted loans in recovery, at expected value")                                        \
    X(int64_t, I64, lent_year_vnd, 1, "VND", 1, "new lending in the calendar year")                          \
    X(int64_t, I64, repaid_year_vnd, 1, "VND", 1, "repayments in the calendar year")                         \
    X(int64_t, I64, quota_vnd, 1, "VND", 1, "net lending allowed in the calendar year")                      \
    X(int64_t, I64, arrears_vnd, 1, "VND", 1, "loans in arrears")                                            \
    X(int64_t, I64, provision_vnd, 1, "VND", 1, "provision for losses on loans, off the capital")

enum fund_kind { FUND_GUARANTEE, FUND_LOAN, FUND_VENTURE, FUND_ANGEL, FUND_KINDS_N };

// Guarantee funds, public loan funds, venture funds, the angel pool. A venture fund's commitments are by
// limited partner.
#define FUND_COLUMNS(X)                                                                                      \
    X(int64_t, I64, id, 1, "", 1, "record id")                                                               \
    X(int64_t, I64, ancestor, 1, "", 1, "draw key")                                                          \
    X(uint8_t, U8, alive, 1, "", 1, "1 for the whole run: rows of funds are never removed")                  \
    X(uint8_t, U8, kind, 1, "", 1, "enum fund_kind")                                                         \
    X(int16_t, I16, programme, 1, "", 1, "programme that owns it, or NOBODY")                                \
    X(int16_t, I16, vintage, 1, "month", 1, "first month")                                                   \
    X(int64_t, I64, cash_vnd, 1, "VND", 1, "cash")                                                           \
    X(int64_t, I64, capital_vnd, 1, "VND", 1, "paid-in capital (guarantee and loan funds)")                  \
    X(int64_t, I64, outstanding_vnd, 1, "VND", 1,                                                            \
      "covered part of guaranteed loans, loans outstanding, or holdings at cost")                            \
    X(int64_t, I64, claims_vnd, 1, "VND", 1, "guarantee claims paid so far")                                 \
    X(int64_t, I64, recoveries_vnd, 1, "VND", 1, "recoveries on claims so far")                              \
    X(int64_t, I64, committed_vnd, 3, "VND", 1, "commitments by limited partner: public, private, foreign")  \
    X(int64_t, I64, called_vnd, 3, "VND", 1, "capital called, by limited partner")                           \
    X(int64_t, I64, distributed_vnd, 3, "VND", 1, "distributions, by limited partner")                       \
    X(int64_t, I64, returned_vnd, 3, "VND", 1,                                                               \
      "part of the distributions that returned capital; units held are calls less this")                     \
    X(int64_t, I64, preferred_vnd, 1, "VND", 1,                                                              \
      "calls grown at the hurdle rate less distributions; carry begins at 0")                                \
    X(int64_t, I64, option_vnd, 1, "VND", 1,                                                                 \
      "public calls grown at the option rate less public distributions")                                     \
    X(double, F64, option_rate, 1, "1/year", 1,                                                              \
      "rate at which private partners may buy out the public one; 0: no option")                             \
    X(int64_t, I64, fees_vnd, 1, "VND", 1, "management fees so far")                                         \
    X(int64_t, I64, carry_vnd, 1, "VND", 1, "carried interest so far")                                       \
    X(int64_t, I64, invested_vnd, 1, "VND", 1, "invested so far, at cost")                                   \
    X(int64_t, I64, nav_vnd, 1, "VND", 1, "net asset value: cash plus holdings at the last valuation")       \
    X(double, F64, skill, 1, "1", 1, "precision of the manager's signal, 0 to 1")                            \
    X(double, F64, help, 1, "1", 1, "portfolio help of the manager, 0 to 1")                                 \
    X(double, F64, fee_per_year, 1, "1/year", 1,                                                             \
      "guarantee fee on the covered amount, or management fee on commitments")                               \
    X(double, F64, coverage_frac, 1, "share", 1, "share of a loan that the fund covers")                     \
    X(double, F64, leverage_max, 1, "1", 1, "ceiling of outstanding guarantees over capital")                \
    X(double, F64, collateral_ratio, 1, "1", 1,                                                              \
      "collateral that a guarantee or loan fund asks for, over what it covers or lends")                     \
    X(int64_t, I64, recovering_vnd, 1, "VND", 1,                                                             \
      "rights on collateral of defaulted loans in recovery, at expected value")                              \
    X(double, F64, caution, 1, "1", 1, "signal required before investing, standard deviations")              \
    X(int16_t, I16, invest_until, 1, "month", 1, "end of the investment period")                             \
    X(int16_t, I16, closes, 1, "month", 1, "end of life")                                                    \
    X(int16_t, I16, exit_within, 1, "month", 1, "months after which a holding must be exited; 0: no rule")   \
    X(int64_t, I64, month_claims_vnd, 1, "VND", 1, "claims paid this month")                                 \
    X(int64_t, I64, month_recoveries_vnd, 1, "VND", 1, "recoveries this month")

// A fund's holding in a startup.
#define HOLDING_COLUMNS(X)                                                                                   \
    X(int64_t, I64, id, 1, "", 1, "record id")                                                               \
    X(int64_t, I64, ancestor, 1, "", 1, "draw key")                                                          \
    X(uint8_t, U8, alive, 1, "", 1, "1 until exited or written off")                                         \
    X(int16_t, I16, fund, 1, "", 1, "row of the fund")                                                       \
    X(int64_t, I64, firm, 1, "", 1, "row of the startup, or NOBODY once it is gone")                         \
    X(int64_t, I64, cost_vnd, 1, "VND", 1, "invested, for all enterprises the startup stands for")           \
    X(int64_t, I64, value_vnd, 1, "VND", 1, "valuation")                                                     \
    X(double, F64, share, 1, "share", 1, "share of the startup")                                             \
    X(double, F64, sales_vnd, 1, "VND", 1, "expected monthly sales of the startup when last judged")         \
    X(double, F64, rank, 1, "1", 1,                                                                          \
      "place among all deals, 0 worst to 1 best, once its course shows; 0 before")                           \
    X(int16_t, I16, exit_month, 1, "month", 1, "month of the exit or write-off, once its course shows")      \
    X(int16_t, I16, since, 1, "month", 1, "month of the investment")                                         \
    X(uint8_t, U8, stage, 1, "", 1, "round: 1 seed, 2 A, 3 B")

// An application waiting for a decision.
#define APPLICATION_COLUMNS(X)                                                                               \
    X(int64_t, I64, id, 1, "", 0, "record id")                                                               \
    X(int64_t, I64, ancestor, 1, "", 0, "draw key")                                                          \
    X(uint8_t, U8, alive, 1, "", 0, "1 while it waits")                                                      \
    X(int64_t, I64, firm, 1, "", 0, "row of the applicant, or NOBODY once it is gone")                       \
    X(int16_t, I16, programme, 1, "", 0, "programme")                                                        \
    X(int16_t, I16, since, 1, "month", 0, "month of application")                                            \
    X(int16_t, I16, due, 1, "month", 0, "first month in which it can be decided")                            \
    X(int64_t, I64, files_n, 1, "enterprises", 0, "enterprises of the agent that are not yet decided on")    \
    X(double, F64, amount_vnd, 1, "VND", 0, "support asked for, per enterprise")

#define WORLD_FIELD(ctype, type, name, lanes, unit, economic, doc) ctype *name;
struct firm {
    FIRM_COLUMNS(WORLD_FIELD)
};
struct bank {
    BANK_COLUMNS(WORLD_FIELD)
};
struct fund {
    FUND_COLUMNS(WORLD_FIELD)
};
struct holding {
    HOLDING_COLUMNS(WORLD_FIELD)
};
struct application {
    APPLICATION_COLUMNS(WORLD_FIELD)
};
#undef WORLD_FIELD

// Sectors and instruments of the ledger (models/accounts.c has their names and the categories).
enum account {
    ACCOUNT_FIRMS,
    ACCOUNT_HOUSEHOLDS,
    ACCOUNT_GOVERNMENT,
    ACCOUNT_BANKS,
    ACCOUNT_GUARANTEE_FUNDS,
    ACCOUNT_LOAN_FUNDS,
    ACCOUNT_VENTURE_FUNDS,
    ACCOUNT_REST, // of the world
    ACCOUNTS_N
};
enum claim {
    CLAIM_CASH,
    CLAIM_LOANS,
    CLAIM_SHARES,
    CLAIM_FUND_UNITS,
    CLAIM_TRADE,    // bills not yet paid
    CLAIM_INFORMAL, // loans of family and informal lenders
    CLAIMS_N
};
#define CATEGORIES(X)                                                                                        \
    X(SALES, 1, 0, 0, "sales of goods and services")                                                         \
    X(MATERIALS, 1, 0, 0, "materials and services bought by firms")                                          \
    X(WAGES, 1, 0, 0, "wages")                                                                               \
    X(OWNER_PAY, 1, 0, 0, "owner's pay and profit withdrawn")                                                \
    X(OWNER_MONEY, 1, 0, 0, "owner's wealth put in when cash runs out")                                      \
    X(TRADE_CREDIT, 1, CLAIM_TRADE, 1, "bills that buyers leave unpaid, or that a seller waits for")         \
    X(TRADE_PAYMENT, 1, CLAIM_TRADE, -1, "late bills paid")                                                  \
    X(TRADE_LOSS, 0, CLAIM_TRADE, -1, "bills that are never paid")                                           \
    X(TRADE_PRICE, 1, 0, 0, "discounts forgone and penalties on late bills")                                 \
    X(INFORMAL_LOAN, 1, CLAIM_INFORMAL, 1, "money of family and informal lenders")                           \
    X(INFORMAL_REPAYMENT, 1, CLAIM_INFORMAL, -1, "that money repaid")                                        \
    X(INFORMAL_LOSS, 0, CLAIM_INFORMAL, -1, "that money lost")                                               \
    X(START_CAPITAL, 1, 0, 0, "money with which a firm starts to trade or returns")                          \
    X(WINDING_UP, 1, 0, 0, "cash left to the owner when a firm leaves the register")                         \
    X(INVESTMENT, 1, 0, 0, "fixed assets bought")                                                            \
    X(RESEARCH, 1, 0, 0, "research and innovation spending")                                                 \
    X(TRAINING, 1, 0, 0, "training, advice and certification bought")                                        \
    X(CORPORATE_TAX, 1, 0, 0, "corporate income tax")                                                        \
    X(INTEREST, 1, 0, 0, "interest on loans")                                                                \
    X(DEPOSIT_INTEREST, 1, 0, 0, "interest on deposits")                                                     \
    X(LOAN, 1, CLAIM_LOANS, 1, "new loans")                                                                  \
    X(LOAN_REPAYMENT, 1, CLAIM_LOANS, -1, "instalments")                                                     \
    X(LOAN_WRITE_OFF, 0, CLAIM_LOANS, -1, "loans written off")                                               \
    X(COLLATERAL, 1, 0, 0, "proceeds of collateral sold")                                                    \
    X(APPLICATION_COST, 1, 0, 0, "applicants' cost of paperwork and certification")                          \
    X(ADMINISTRATION, 1, 0, 0, "administration of programmes")                                               \
    X(GRANT, 1, 0, 0, "grants and subsidies")                                                                \
    X(FUND_CAPITAL, 1, CLAIM_FUND_UNITS, 1, "capital paid into public funds")                                \
    X(FUND_RETURN, 1, CLAIM_FUND_UNITS, -1, "capital returned by public funds")                              \
    X(FUND_LOSS, 0, CLAIM_FUND_UNITS, -1, "units of a closed fund written off")                              \
    X(GUARANTEE_FEE, 1, 0, 0, "guarantee fees")                                                              \
    X(GUARANTEE_CLAIM, 1, 0, 0, "claims paid by guarantee funds")                                            \
    X(GUARANTEE_RECOVERY, 1, 0, 0, "recoveries shared with guarantee funds")                                 \
    X(CAPITAL_CALL, 1, CLAIM_FUND_UNITS, 1, "capital called by venture funds")                               \
    X(DISTRIBUTION, 1, 0, 0, "distributions of venture funds")                                               \
    X(MANAGEMENT_FEE, 1, 0, 0, "management fees and carried interest")                                       \
    X(EQUITY_ROUND, 1, CLAIM_SHARES, 1, "equity rounds of startups")                                         \
    X(EQUITY_EXIT, 1, 0, 0, "proceeds of exits")                                                             \
    X(EQUITY_COST, 0, CLAIM_SHARES, -1, "holdings derecognised at cost on exit or write-off")                \
    X(INVESTOR_RELIEF, 1, 0, 0, "tax relief paid to investors")                                              \
    /* memos: changes of real assets that no money pays for */                                               \
    X(DEPRECIATION, 0, 0, 0, "memo: wear of fixed assets")                                                   \
    X(ASSETS_LOST, 0, 0, 0, "memo: fixed assets given up by firms that stop or move")                        \
    X(ASSETS_SOLD, 0, 0, 0, "memo: fixed assets sold to repay a loan, at book value")                        \
    X(ASSETS_SEIZED, 0, 0, 0, "memo: fixed assets taken by creditors, at book value")                        \
    X(COLLATERAL_TAKEN, 0, 0, 0, "memo: collateral that creditors have taken over, at expected value")

#define CATEGORY_ENUM(name, cash, claim, sign, doc) CATEGORY_##name,
enum category { CATEGORIES(CATEGORY_ENUM) CATEGORIES_N };
#undef CATEGORY_ENUM

extern const struct column world_firm_columns[], world_bank_columns[], world_fund_columns[],
    world_holding_columns[], world_application_columns[];
extern const struct ledger_names world_ledger_names;

// The month's environment, set by environment_step; constant within the month.
struct climate {
    int64_t year, month_of_year; // 2014, 0-11
    double real_growth;          // of the year, 1/year
    double inflation;            // of the year, 1/year
    double price_level;          // 1 at the start
    double gdp_index;            // real, 1 in the first year
    double productivity_index;   // real sales per worker, 1 at the start
    double wage_vnd;             // mean wage a month
    double bank_rate;            // mean lending rate, 1/year
    double exchange_rate;        // VND per USD
    double tax_rate;             // standard corporate tax
    double tax_rate_small;       // corporate tax of small enterprises
    // shocks to registrations, closures and suspensions, 1 in normal times
    double entry_factor, exit_factor, suspension_factor;
    double sales_factor[SECTORS_MAX]; // shocks to the sectors' demand, 1 in normal times
    double shock_mean;                // of the year's factors that the GDP data contain: equation S1
};

// Labour as of last month's production, by region and skill, and what it makes of this month's wages.
struct labour_state {
    double staff[REGIONS_MAX][SKILLS_N];     // workers of operating enterprises
    double reservoir[REGIONS_MAX][SKILLS_N]; // workers who are or could be there
    double norm[REGIONS_MAX][SKILLS_N]; // slack, a share of the reservoir, at which wages are on their path
    double wage[REGIONS_MAX][SKILLS_N]; // over the macro path's, 1 on it
    double dearer[SECTORS_MAX][REGIONS_MAX]; // rise of unit cost by wages off their path, share of sales
    double bill_norm;                        // log of wage bill over what demand would employ
    double income;                           // log deviation of wage income from its norm
};

// Deals of the month, by stage (0 seed, 1 A, 2 B) and source (0 angel, 1 private fund, 2 public fund).
struct equity_month {
    int64_t deals_n[3][3];
    int64_t invested_vnd[3][3];
};

struct sector_state {
    double attraction;         // sum of weight * attraction of operating firms
    double competitiveness;    // mean, weighted by attraction
    double demand_vnd;         // nominal demand of this month
    double opening_demand_vnd; // of the first month
    double starters_vnd;       // demand that starters have brought, in opening prices and volumes
    double volume;             // real growth since the opening, 1 there
    double demand_index;       // nominal demand a unit of opening demand: volume, price, season, disturbance
    double disturbance;        // AR(1) of log demand
    double frontier;           // competitiveness of foreign rivals
};

// What firms see of each other; set by peers_step from the state at the start of its month. A cell is a
// region and a sector: region * SECTORS_MAX + sector.
enum { CELLS_N = REGIONS_MAX * SECTORS_MAX };
struct peers_state {
    double innovating_share[CELLS_N]; // of operating firms
    double cluster_share[CELLS_N];    // innovators among the members of the cell's cluster
    double buyers_share[REGIONS_MAX]; // large or foreign firms among operating firms
    int64_t operating_n[CELLS_N];
    int64_t cluster_members_n[CELLS_N]; // real enterprises
    int64_t cluster_places_n[CELLS_N];  // set at the opening; a programme may add to them
};

// Knowledge providers' places: real enterprises that can be served at a time, by region.
struct provider_state {
    int64_t places_n[REGIONS_MAX]; // set at the opening; a programme may add to them
    int64_t linked_n[REGIONS_MAX]; // as of the last settlement
};

// Work space of the phases, each of firms.capacity elements; free to use within one phase.
enum { WORLD_BLOCK_BYTES = 8448 };
struct world_scratch {
    int64_t *rows;
    uint8_t *flag;
    uint8_t *occasion; // programme_step: a bit per enum programme_occasion that the firm is on this month
    double *value;
    struct order_item *item, *spare;
    void *bytes; // WORLD_BLOCK_BYTES for each block of firms: its totals
    int64_t capacity;
};

struct world {
    const struct model *model;
    struct rng rng;
    int64_t month; // months since the start of the run
    int threads;
    struct climate climate;
    struct institutions institutions;
    struct sector_state sector[SECTORS_MAX];
    struct labour_state labour;
    struct firm firm;
    struct table firms;
    struct bank bank;
    struct table banks;
    struct fund fund;
    struct table funds;
    struct holding holding;
    struct table holdings;
    struct application application;
    struct table applications;
    struct ledger ledger, ledger_before;
    struct programme_state programme[PROGRAMMES_MAX];
    struct equity_month equity;
    struct equity_board equity_board;
    int64_t agent_weight[2];    // of new agents: common, rare stratum
    int64_t next_application;   // record id of the next application, apart from the others: no trace in
                                // economic ids
    int64_t next_id;            // of records born inside the run by splits, funds, holdings, applications
    int64_t research_funds_vnd; // all internal S&T funds after the last settlement of taxes
    int64_t household_n[REGIONS_MAX]; // household businesses in the pool
    double sector_gap[SECTORS_MAX];   // mean technology gap of operating firms at the end of last month
    struct peers_state peers;         // what firms see of each other
    struct provider_state provider;   // places with knowledge providers
    struct world_scratch scratch;
};

// Creates the state at the start of the run: opening population, banks, positions. `replicate` keys its
// draws.
int world_create(struct world **world, const struct model *model, int replicate, int threads,
                 struct error *err);
void world_free(struct world *world);

// Makes room for a month's births, splits and applications; called at the start of a month, outside any
// phase's loop.
int world_reserve(struct world *world, struct error *err);

// Ends the month: the dead leave the tables and rows that point at firms follow.
void world_close_month(struct world *world);

// Books against agents' columns, every account, to the VND; in December ids and floating state of all rows
// too, which takes longer. Names account and month, or table, column and record.
int world_audit(struct world *world, struct error *err);

// Digest of the economic state: tables, ledger. Programme sets are left out.
uint64_t world_digest(const struct world *world);

// "2016-03" of the current month; `text` has WORLD_MONTH_TEXT bytes.
enum { WORLD_MONTH_TEXT = 16 };
void world_month_text(const struct world *world, char *text);

// Splits `part` enterprises off an agent (0 < part < weight): a new row of that weight with the same state
// and draw key, and the rest on the old row. Files that wait with programmes are divided too. Returns the new
// row.
int64_t world_split(struct world *world, int64_t row, int64_t part);

// Is the firm an MSME (fewer than 200 workers)?
static inline bool world_msme(const struct world *world, int64_t row)
{
    return world->firm.workers[row] < 200.0;
}

// The purpose of a draw in the current month; index tells several draws of one purpose apart.
static inline struct rng_purpose world_purpose(const struct world *world, enum stream stream, uint32_t index)
{
    return (struct rng_purpose){(uint16_t)world->month, (uint16_t)stream, index};
}

// ---- money of single agents ---------------------------------------------------------------------

// Who pays or is paid: an account, and the row of the agent where the account is a table (NOBODY for
// households, government, rest of the world).
struct party {
    enum account account;
    int64_t row;
};
struct party world_firm_party(int64_t row);
struct party world_bank_party(int64_t row);
struct party world_fund_party(const struct world *world, int64_t row);
struct party world_party(enum account account); // an account without agents

// The one door for money of single agents: moves `amount` >= 0 VND (in all) from payer to payee under a
// category, changes the cash columns of both, and the loan columns (firm.debt_vnd, bank.loans_vnd,
// fund.outstanding_vnd of loan funds) if the category changes loans, and posts to the ledger. An amount paid
// by or to a firm must be a multiple of its weight. Serial. Block loops of whole phases move money by columns
// and post the exact totals themselves.
void world_pay(struct world *world, enum category category, struct party payer, struct party payee,
               int64_t amount);

// Whole VND per enterprise times weight; `vnd` is rounded to a whole number first.
int64_t world_amount(const struct world *world, int64_t row, double vnd);

// ---- funds --------------------------------------------------------------------------------------

// Appends a fund with a new id; room was reserved. Its draw key is made from programme, vintage and ordinal,
// so that the same fund has the same luck in every scenario. Returns its row.
int64_t world_fund_birth(struct world *world, enum fund_kind kind, int programme, uint32_t ordinal);

#endif
