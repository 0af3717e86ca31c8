#include "models/equity.h"
#include <string.h>
#include "models/venture_deal.h"
#include "models/venture_exit.h"
#include "models/venture_fund.h"

static const char *const equity_stage_labels[EQUITY_STAGES] = {"seed", "a", "b"};

const struct field equity_fields[] = {
    {"commitments_usd", FIELD_SERIES, "USD",
     "2014: 150e6, 2015: 190e6, 2016: 290e6, 2017: 430e6, 2018: 560e6, 2019: 650e6, 2020: 700e6, 2021: "
     "720e6, 2022: 730e6, 2023: 740e6, 2024: 750e6",
     0.0, 1e12, offsetof(struct equity, commitments_usd), NULL, 0, "",
     "Commitments to new private venture funds by vintage at a cycle of 1, the last year's growing after it",
     "assumption: so that calls of the next four years give vc_usd_2019_derived, vc_usd_2020, vc_usd_recent "
     "and "
     "vc_usd_2023; range x0.5-2"},
    {"angel_usd", FIELD_SERIES, "USD",
     "2014: 4e6, 2015: 5e6, 2016: 6e6, 2017: 8e6, 2018: 10e6, 2019: 12e6, 2020: 12e6, 2021: 14e6, 2022: "
     "14e6, 2023: 14e6",
     0.0, 1e12, offsetof(struct equity, angel_usd), NULL, 0, "",
     "Money of angels for new deals by year, the last year's growing after it",
     "assumption: a few dozen active angels with 1.1 deals a year (angel_returns_06); range x0.3-3"},
    {"cycle", FIELD_SERIES, "1",
     "2014: 0.9, 2015: 1.05, 2016: 0.85, 2017: 0.9, 2018: 1.2, 2019: 1.2, 2020: 0.8, 2021: 2.1, 2022: 1.2, "
     "2023: 0.85, 2024: 0.85",
     0.05, 20.0, offsetof(struct equity, cycle), NULL, 0, "C_t",
     "World cycle of venture capital over its trend: what is committed to new funds, how fast funds invest, "
     "and "
     "by its root how many startups seek money and how much; 1 in years not given",
     "assumption: vc_usd_2019_derived, vc_usd_2020, vc_usd_recent (1.5bn in 2021) and vc_usd_2023 over their "
     "trend, near that of world venture investment; range x0.7-1.4"},
    {"commitments_growth", FIELD_REAL, "1/year", "0.03", -0.5, 0.5,
     offsetof(struct equity, commitments_growth), NULL, 0, "",
     "Growth of commitments and angel money after the last data year",
     "assumption: between stagnation since vc_usd_2023 and nominal output growth; range -0.02-0.08"},
    {"waiting_frac", FIELD_REAL, "1", "0.5", 0.0, 10.0, offsetof(struct equity, waiting_frac), NULL, 0, "",
     "Private and foreign money that waits for matched managers, share of the year's commitments",
     "assumption: institutions that would follow a public anchor, fund_of_funds_07 and 15; range 0.1-1"},
    {"foreign_frac", FIELD_REAL, "1", "0.8", 0.0, 1.0, offsetof(struct equity, foreign_frac), NULL, 0, "",
     "Foreign share of commitments to private funds",
     "assumption: most named investors of vc_deals_2023 are foreign; range 0.65-0.9"},
    {"funds_per_year", FIELD_INT, "1/year", "6", 1.0, 36.0, offsetof(struct equity, funds_per_year), NULL, 0,
     "", "Private funds by vintage; the k-th has a share of the money in proportion to 1/k",
     "assumption: 24 companies a fund (VC_fund_terms_08) and vc_deals_2023; range 4-12"},
    {"fee_per_year", FIELD_REAL, "1/year", "0.02", 0.0, 0.1, offsetof(struct equity, fee_per_year), NULL, 0,
     "", "Management fee of private funds on commitments, on holdings at cost after the investment period",
     "VC_fund_terms_01, VC_fund_terms_06"},
    {"carry_frac", FIELD_REAL, "1", "0.2", 0.0, 0.5, offsetof(struct equity, carry_frac), NULL, 0, "",
     "Carried interest on profit, with full catch-up above the hurdle", "VC_fund_terms_03"},
    {"hurdle_per_year", FIELD_REAL, "1/year", "0.08", 0.0, 0.3, offsetof(struct equity, hurdle_per_year),
     NULL, 0, "", "Return of the limited partners before carried interest",
     "VC_fund_terms_07, fund_of_funds_13"},
    {"invest_months", FIELD_INT, "month", "60", 12.0, 120.0, offsetof(struct equity, invest_months), NULL, 0,
     "", "Investment period of a private fund", "VC_fund_terms_06"},
    {"pace_months", FIELD_INT, "month", "42", 1.0, 120.0, offsetof(struct equity, pace_months), NULL, 0, "",
     "Months in which a fund may invest all of its commitments, evenly",
     "VC_fund_terms_09: 25 % in the first year, a third and then half of the rest; range 36-60"},
    {"life_months", FIELD_INT, "month", "120", 24.0, 240.0, offsetof(struct equity, life_months), NULL, 0, "",
     "Life of a fund from its first close", "VC_fund_terms_05"},
    {"extension_months", FIELD_INT, "month", "24", 0.0, 60.0, offsetof(struct equity, extension_months), NULL,
     0, "", "Extension of a fund that still holds startups, year by year", "VC_fund_terms_05"},
    {"concentration_max", FIELD_REAL, "1", "0.15", 0.01, 1.0, offsetof(struct equity, concentration_max),
     NULL, 0, "", "Ceiling of a fund's money in one startup, share of commitments",
     "assumption: usual term of partnership agreements; range 0.1-0.2"},
    {"ticket_min_frac", FIELD_REAL, "1", "0.002", 0.0, 1.0, offsetof(struct equity, ticket_min_frac), NULL, 0,
     "", "Smallest investment that a fund bothers with, share of commitments",
     "assumption: 24 companies a fund (VC_fund_terms_08) with small first tickets; range 0.001-0.005"},
    {"skill_mean", FIELD_REAL, "1", "0.75", 0.05, 1.0, offsetof(struct equity, skill_mean), NULL, 0, "",
     "Mean skill of private managers: precision of their signals",
     "assumption: scale of the index; range 0.6-0.9"},
    {"skill_sd", FIELD_REAL, "1", "0.15", 0.0, 0.5, offsetof(struct equity, skill_sd), NULL, 0, "",
     "Standard deviation of skill over managers",
     "assumption: persistent differences between managers; range 0.05-0.25"},
    {"help_mean", FIELD_REAL, "1", "0.5", 0.0, 1.0, offsetof(struct equity, help_mean), NULL, 0, "",
     "Mean portfolio help of private managers", "assumption: scale of the index; range 0.3-0.7"},
    {"help_sd", FIELD_REAL, "1", "0.15", 0.0, 0.5, offsetof(struct equity, help_sd), NULL, 0, "",
     "Standard deviation of help over managers", "assumption: as skill; range 0.05-0.25"},
    {"caution", FIELD_REAL, "1", "1.8", -3.0, 5.0, offsetof(struct equity, caution), NULL, 0, "c",
     "Signal that private managers require, standard deviations", "assumption: fitted to m53; range 1-2.5"},
    {"angel_skill", FIELD_REAL, "1", "0.55", 0.05, 1.0, offsetof(struct equity, angel_skill), NULL, 0, "",
     "Skill of angels", "assumption: below private managers, angel_returns_02; range 0.4-0.7"},
    {"angel_help", FIELD_REAL, "1", "0.4", 0.0, 1.0, offsetof(struct equity, angel_help), NULL, 0, "",
     "Portfolio help of angels",
     "assumption: one person's time (angel_networks_01 is the test); range 0.2-0.6"},
    {"angel_caution", FIELD_REAL, "1", "1.4", -3.0, 5.0, offsetof(struct equity, angel_caution), NULL, 0, "",
     "Signal that angels require, standard deviations", "assumption: fitted to m53; range 0.5-2"},
    {"seek_per_year", FIELD_VECTOR, "1/year", "seed: 0.065, a: 1, b: 2", 0.0, 12.0,
     offsetof(struct equity, seek_per_year), equity_stage_labels, EQUITY_STAGES, "",
     "Hazard that a startup seeks its next round, by stage",
     "assumption: with caution fitted to m53 and the mix of rounds; range x0.5-2"},
    {"amount_usd", FIELD_VECTOR, "USD", "seed: 0.6e6, a: 5e6, b: 28e6", 1e3, 1e10,
     offsetof(struct equity, amount_usd), equity_stage_labels, EQUITY_STAGES, "",
     "Median amount sought, by stage",
     "assumption: mean deal 529m/122 = USD 4.3m (vc_usd_2023, vc_deals_2023), USD 10m in Hanoi "
     "(hn_startup_raised); "
     "range x0.5-2"},
    {"share_sold", FIELD_VECTOR, "1", "seed: 0.18, a: 0.2, b: 0.15", 0.01, 0.9,
     offsetof(struct equity, share_sold), equity_stage_labels, EQUITY_STAGES, "",
     "Share of the startup that a round buys, by stage", "assumption: usual dilution; range 0.1-0.3"},
    {"amount_log_sd", FIELD_REAL, "1", "1.0", 0.0, 3.0, offsetof(struct equity, amount_log_sd), NULL, 0, "",
     "Log standard deviation of the amount within a stage",
     "assumption: with the stages a log standard deviation of 1.8 (model-notes section 4); range 0.7-1.4"},
    {"fill_min_frac", FIELD_REAL, "1", "0.5", 0.01, 1.0, offsetof(struct equity, fill_min_frac), NULL, 0, "",
     "Part of the amount sought without which a round fails",
     "assumption: runway of a year and a half; range 0.4-0.8"},
    {"meet_frac", FIELD_REAL, "1", "0.25", 0.0, 1.0, offsetof(struct equity, meet_frac), NULL, 0, "",
     "Chance that a startup that seeks money meets a given fund in the month; the angel pool it always meets",
     "assumption: some eight of thirty active funds; range 0.1-0.5"},
    {"signal_noise", FIELD_REAL, "1", "1.5", 0.0, 10.0, offsetof(struct equity, signal_noise), NULL, 0,
     "\\sigma", "Noise of a signal of skill 1, standard deviations of quality",
     "assumption: signal and quality correlate 0.45 at mean skill (as scores do, 0.1-0.6); range 1-2.5"},
    {"insider_noise", FIELD_REAL, "1", "0.5", 0.0, 1.0, offsetof(struct equity, insider_noise), NULL, 0, "",
     "Share of the noise that is left for a fund that already holds the startup",
     "assumption: a board seat for a year; range 0.3-0.8"},
    {"quality_weight", FIELD_REAL, "1", "0.8", 0.0, 5.0, offsetof(struct equity, quality_weight), NULL, 0, "",
     "Weight of a full product lead in a startup's quality, against one standard deviation of the founder's "
     "ability",
     "assumption: product and founder matter alike; range 0.3-1.5"},
    {"pressure", FIELD_REAL, "1", "1", 0.0, 5.0, offsetof(struct equity, pressure), NULL, 0, "",
     "Fall of the signal that a manager requires, standard deviations, for each full commitment it is behind "
     "its pace",
     "assumption: money chases deals, and managers must invest what they have raised; range 0-2"},
    {"heat", FIELD_REAL, "1", "0.4", 0.0, 5.0, offsetof(struct equity, heat), NULL, 0, "",
     "Fall of the signal that investors require, standard deviations, for a log unit of the world cycle",
     "assumption: in hot markets investors fund riskier startups; with vc_usd_2020, vc_usd_recent and "
     "vc_usd_2023; range 0-2"},
    {"opening_frac", FIELD_VECTOR, "1", "seed: 0.06, a: 0.015, b: 0.005", 0.0, 0.3,
     offsetof(struct equity, opening_frac), equity_stage_labels, EQUITY_STAGES, "",
     "Startups of the opening whose last round was of this stage",
     "assumption: the mix that the first years' rounds leave; range x0.5-2"},
    {"gap_months", FIELD_INT, "month", "15", 0.0, 60.0, offsetof(struct equity, gap_months), NULL, 0, "",
     "Months after a round before the next is sought", "assumption: runway of 12-18 months; range 12-18"},
    {"runway_months", FIELD_INT, "month", "18", 1.0, 60.0, offsetof(struct equity, runway_months), NULL, 0,
     "", "Months over which a startup spends a round on development and growth",
     "assumption: runway of 12-24 months; range 12-24"},
    {"total_loss_frac", FIELD_REAL, "1", "0.45", 0.0, 0.6, offsetof(struct equity, total_loss_frac), NULL, 0,
     "", "Share of deals that return nothing, thin exits",
     "VC_returns_15 raised for thin exits (instruments.md)"},
    {"partial_loss_frac", FIELD_REAL, "1", "0.3", 0.0, 0.39, offsetof(struct equity, partial_loss_frac), NULL,
     0, "", "Share of deals that return less than their cost", "VC_returns_01 less VC_returns_15"},
    {"tail_low", FIELD_REAL, "1", "0.78", 0.1, 5.0, offsetof(struct equity, tail_low), NULL, 0, "",
     "Pareto exponent of multiples from 1 to the knee", "VC_returns_02 and 04 (instruments.md)"},
    {"tail_high", FIELD_REAL, "1", "1.36", 0.1, 5.0, offsetof(struct equity, tail_high), NULL, 0, "",
     "Pareto exponent of multiples above the knee", "VC_returns_16"},
    {"tail_knee", FIELD_REAL, "1", "5", 1.0, 100.0, offsetof(struct equity, tail_knee), NULL, 0, "",
     "Multiple at which the exponent changes", "VC_returns_16"},
    {"multiple_max", FIELD_REAL, "1", "50", 1.0, 1e4, offsetof(struct equity, multiple_max), NULL, 0, "",
     "Largest multiple that the exit venues allow, thin exits",
     "VC_returns_06, VC_returns_07 (instruments.md)"},
    {"deep_total_loss_frac", FIELD_REAL, "1", "0.35", 0.0, 0.6, offsetof(struct equity, deep_total_loss_frac),
     NULL, 0, "", "Share of deals that return nothing where exits are deep", "VC_returns_15"},
    {"deep_multiple_max", FIELD_REAL, "1", "200", 1.0, 1e4, offsetof(struct equity, deep_multiple_max), NULL,
     0, "", "Largest multiple where exits are deep", "VC_returns_07 (instruments.md)"},
    {"early_loss_frac", FIELD_REAL, "1", "0.05", 0.0, 0.9, offsetof(struct equity, early_loss_frac), NULL, 0,
     "d", "Share of deals whose startup leaves the register before its exit: part of the total losses",
     "assumption: measured in the baseline, so that the pooled multiples keep VC_returns_01 to 07; range "
     "0-0.3"},
    {"outcome_correlation", FIELD_REAL, "1", "0.4", 0.0, 0.99, offsetof(struct equity, outcome_correlation),
     NULL, 0, "\\rho", "Correlation of a deal's rank with what is known of the startup",
     "assumption: most of an outcome is luck, screening and help matter (venture_capital_01); range 0.2-0.6"},
    {"growth_weight", FIELD_REAL, "1", "0.5", 0.0, 5.0, offsetof(struct equity, growth_weight), NULL, 0, "",
     "Weight of a startup's realised growth against its quality", "assumption: both matter; range 0.2-1"},
    {"growth_mean_per_year", FIELD_REAL, "1/year", "0.14", -1.0, 2.0,
     offsetof(struct equity, growth_mean_per_year), NULL, 0, "",
     "Mean log growth of financed startups' sales in the baseline, by which growth is standardised",
     "assumption: measured in the baseline; range 0-0.4"},
    {"growth_sd_per_year", FIELD_REAL, "1/year", "0.31", 0.01, 3.0,
     offsetof(struct equity, growth_sd_per_year), NULL, 0, "",
     "Its standard deviation over a year; grows with the square root of time",
     "assumption: measured in the baseline; model-notes section 3 has 0.40 for all firms; range 0.25-0.6"},
    {"help_weight", FIELD_REAL, "1", "1", 0.0, 5.0, offsetof(struct equity, help_weight), NULL, 0, "",
     "Weight of portfolio help, none to full, against one standard deviation of quality",
     "assumption: venture_capital_01 gives the sign; range 0-2"},
    {"score_mean", FIELD_REAL, "1", "0.8", -5.0, 5.0, offsetof(struct equity, score_mean), NULL, 0, "",
     "Mean score of deals in the baseline",
     "assumption: measured in the baseline, so that ranks are uniform; range 0.5-1.5"},
    {"score_sd", FIELD_REAL, "1", "1", 0.1, 5.0, offsetof(struct equity, score_sd), NULL, 0, "",
     "Standard deviation of the score of deals in the baseline", "assumption: as score_mean; range 0.8-1.4"},
    {"help_management_per_year", FIELD_REAL, "1/year", "0.05", 0.0, 1.0,
     offsetof(struct equity, help_management_per_year), NULL, 0, "",
     "Share of the gap to best management practice that full help of one investor closes in a year",
     "assumption: far below intensive consulting (instruments.md: +35 points in a year); range 0.02-0.1"},
    {"show_months", FIELD_INT, "month", "24", 1.0, 36.0, offsetof(struct equity, show_months), NULL, 0, "",
     "Months after which the course of a deal shows", "VC_returns_14: write-offs after 2-4 years"},
    {"loss_until_months", FIELD_INT, "month", "48", 36.0, 120.0, offsetof(struct equity, loss_until_months),
     NULL, 0, "", "Months by which losing deals have ended, evenly since their course shows",
     "VC_returns_14"},
    {"win_from_months", FIELD_INT, "month", "60", 36.0, 72.0, offsetof(struct equity, win_from_months), NULL,
     0, "", "Months after which winning deals exit", "VC_returns_14: wins after 5-8 years"},
    {"win_until_months", FIELD_INT, "month", "96", 72.0, 240.0, offsetof(struct equity, win_until_months),
     NULL, 0, "", "Months by which winning deals have exited, evenly", "VC_returns_14"},
    {"forced_discount_frac", FIELD_REAL, "1", "0.3", 0.0, 0.95, offsetof(struct equity, forced_discount_frac),
     NULL, 0, "", "Discount of a forced sale on fair value, thin exits; none where exits are deep",
     "assumption: illiquidity discount of instruments.md, SME exchange; range 0.2-0.5"},
    {"uplift_frac", FIELD_REAL, "1", "0.5", 0.0, 1.0, offsetof(struct equity, uplift_frac), NULL, 0, "",
     "Share of the gain at a later round by which a holding is written up; falls are written off in full",
     "assumption: prudent valuation of unsold holdings; range 0.3-1"},
};
const int equity_fields_n = sizeof equity_fields / sizeof equity_fields[0];

void equity_board_relief(struct world *world, struct equity_relief relief)
{
    struct equity_board *board = &world->equity_board;
    CHECK(board->reliefs_n < PROGRAMMES_MAX);
    board->relief[board->reliefs_n++] = relief;
}

int64_t equity_funds_max(const struct model *model)
{
    return 4 * model->equity.funds_per_year + 4 + 2 * (int64_t)model->programmes_n;
}

int64_t equity_holdings_max(void)
{
    return (int64_t)EQUITY_SEEKERS_MAX * EQUITY_SYNDICATE_MAX;
}

int64_t equity_splits_max(void)
{
    return 1;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t equity_budget_vnd(const struct model *model, const struct world *world, int programme)
{
    const struct programme *p = &model->programme[programme];
    const struct programme_state *s = &world->programme[programme];
    int64_t left = INT64_MAX;
    if (p->budget_year_vnd >= 0)
        left = smaller(left, p->budget_year_vnd - s->committed_year_vnd);
    if (p->budget_total_vnd >= 0)
        left = smaller(left, p->budget_total_vnd - s->committed_total_vnd);
    return left > 0 ? left : 0;
}

void equity_administer(const struct model *model, struct world *world, int programme, int64_t amount_vnd)
{
    struct programme_account *month = &world->programme[programme].month;
    const int64_t paid = vmath_int(model->programme[programme].administration_frac * (double)amount_vnd);
    world_pay(world, CATEGORY_ADMINISTRATION, world_party(ACCOUNT_GOVERNMENT),
              world_party(ACCOUNT_HOUSEHOLDS), paid);
    month->cash_vnd += paid;
    month->cost_vnd += paid;
}

int64_t equity_relief_pay(const struct model *model, struct world *world, int programme, int64_t fund,
                          int64_t wanted_vnd)
{
    struct programme_state *s = &world->programme[programme];
    const int64_t paid = smaller(wanted_vnd, equity_budget_vnd(model, world, programme));
    if (paid <= 0)
        return 0;
    world_pay(world, CATEGORY_INVESTOR_RELIEF, world_party(ACCOUNT_GOVERNMENT), world_fund_party(world, fund),
              paid);
    s->committed_year_vnd += paid;
    s->committed_total_vnd += paid;
    s->month.cash_vnd += paid;
    s->month.cost_vnd += paid;
    s->month.disbursed_vnd += paid;
    equity_administer(model, world, programme, paid);
    return paid;
}

static bool venture(const struct world *world, int64_t row)
{
    return world->fund.kind[row] == FUND_VENTURE || world->fund.kind[row] == FUND_ANGEL;
}

void equity_open(const struct model *model, struct world *world)
{
    venture_fund_opening(model, world);
    venture_deal_opening(model, world);
}

void equity_step(const struct model *model, struct world *world)
{
    world->equity = (struct equity_month){0};
    venture_fund_costs(world, -1);
    venture_fund_vintages(model, world);
    for (int64_t row = 0; row < world->funds.n; row++) {
        if (venture(world, row))
            venture_fund_extend(model, world, row);
    }
    venture_exit_step(model, world);
    for (int64_t row = 0; row < world->funds.n; row++) {
        if (venture(world, row))
            venture_fund_month(model, world, row);
    }
    venture_deal_step(model, world);
    venture_deal_backers(world);
    venture_fund_revalue(world);
    venture_fund_costs(world, +1);
    memset(&world->equity_board, 0, sizeof world->equity_board);
}

void equity_firm_leaves(const struct model *model, struct world *world, int64_t row)
{
    if (world->firm.stage[row] == 0)
        return;
    venture_fund_costs(world, -1);
    venture_exit_liquidate(model, world, row);
    venture_fund_costs(world, +1);
}

double equity_fund_tvpi(const struct world *world, int64_t row)
{
    const double called = (double)venture_fund_called_vnd(world, row);
    const double value = (double)(venture_fund_distributed_vnd(world, row) + world->fund.nav_vnd[row]);
    return called > 0.0 ? value / called : 0.0;
}

double equity_fund_dpi(const struct world *world, int64_t row)
{
    const double called = (double)venture_fund_called_vnd(world, row);
    return called > 0.0 ? (double)venture_fund_distributed_vnd(world, row) / called : 0.0;
}
