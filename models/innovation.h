// innovation: one process of projects by Oslo type; surveys are lenses on it (Oslo Manual 2018, chapters 3
// and 9).
#ifndef MODELS_INNOVATION_H
#define MODELS_INNOVATION_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

// Bits of firm.project_event.
enum project_event {
    PROJECT_STARTED = 1,
    PROJECT_POSTPONED = 2, // for want of finance; once, in the plan's first month
    PROJECT_IMPLEMENTED = 4,
    PROJECT_ABANDONED = 8
};

struct innovation {
    double hazard[4]; // of a project a month at 10 workers, by type
    double size_exponent, size_factor_max;
    double history_share; // of persistence that is state dependence; the rest is fixed propensity
    double history_factor;
    double skills_effect, management_effect;
    double exporter_factor, supplier_factor, foreign_factor, startup_factor, st_factor;
    double peers_effect, gap_effect, ip_effect;
    double frontier_per_year;                      // growth of the frontier, log points
    double diffusion_per_year, imitation_per_year; // of the gap closed by what others know
    double absorption_skills, absorption_peers, absorption_buyers;
    double gap_opening, gap_log_sd, gap_half;
    double cost_sales_months[4]; // project cost in months of sales, by type, at 10 workers
    double cost_exponent, cost_min_vnd, cost_log_sd;
    double duration_months[4];
    double research_frac[4]; // share of projects of a type that include research
    double buffer_months;    // cash kept before a project is paid from own money
    double plan_months;      // patience of a postponed plan
    double success, success_skills;
    double user_cost_small, user_cost_large; // elasticity of projects to their price net of support
    double user_cost_floor, user_cost_half_years;
    double gain[4];        // of the technology gap closed by a project far behind the frontier at novelty 1
    double margin_gain[4]; // of margin, likewise
    double quality_max;
    int64_t window_months;
};
extern const struct field innovation_fields[];
extern const int innovation_fields_n;

// Before the first firm: the sectors' opening distance to the frontier.
void innovation_prepare(const struct model *model, struct world *world);

// The technology gap of a new row: about the mean of its sector.
void innovation_birth(const struct model *model, struct world *world, int64_t row);

// The innovation history of an opening firm, drawn from its own hazards.
void innovation_open(const struct model *model, struct world *world, int64_t row);

// Equations G1-G3 and I1-I5 of docs/model.md: the gap to the frontier, plans, finance from own money,
// instalments, outcomes.
void innovation_step(const struct model *model, struct world *world);

// Starts the planned project of a firm; the caller has seen to its finance.
void innovation_begin(const struct model *model, struct world *world, int64_t row);

// Money that the firm would use for a project: its own S&T fund and cash above its buffer, VND.
double innovation_own_money_vnd(const struct model *model, const struct world *world, int64_t row);

// What a planned project lacks after own money and promised support, VND; 0 without a plan.
double innovation_gap_vnd(const struct model *model, const struct world *world, int64_t row);

// Whether the firm has implemented an innovation within `window` months.
int innovation_recent(const struct world *world, int64_t row, int64_t window);

#endif
