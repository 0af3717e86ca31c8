// survey: asks a sample of firms before a programme opens and again in later waves, as the study of a
// programme does.
//
// The sample is every agent that fulfils the frame's conditions at the end of the month before the programme
// opens. Each is asked the same questions (SURVEY_ANSWERS) then (wave 0) and in each later wave, until it has
// left the register. The answers go to the group "survey" of struct run_data; analysis/experiment computes on
// them. Asking changes nothing: the survey only reads worlds.
#ifndef MODELS_SURVEY_H
#define MODELS_SURVEY_H

#include "models/world.h"
#include "sim/data.h"

enum { SURVEY_WAVES_MAX = 16 };

struct survey_plan {
    int programme; // that is studied
    int frame;     // programme whose conditions of eligibility are the sample frame; it may be closed
    int opens;     // month of the run in which the programme opens, at least 1
    int intake;    // months in which a firm counts as an applicant
    int waves_n;   // after wave 0
    int months[SURVEY_WAVES_MAX]; // a wave is asked at the end of this many months since `opens`, rising
};

// What is noted once. X(type, C type, name, unit, doc, value); f: struct firm, r: row, m: member
#define SURVEY_TRAITS(X)                                                                                     \
    X(DATA_I64, int64_t, ancestor, "1", "draw key of the firm", f->ancestor[r])                              \
    X(DATA_I64, int64_t, weight, "enterprises", "real enterprises that it stands for", f->weight[r])         \
    X(DATA_U8, uint8_t, sector, "1", "sector", f->sector[r])                                                 \
    X(DATA_U8, uint8_t, region, "1", "region", f->region[r])                                                 \
    X(DATA_F64, double, age_months, "month", "age", world->month - f->birth_month[r])                        \
    X(DATA_F64, double, growth, "1", "log of the last half year's sales over those of the half year before", \
      half_year_growth(world, r))                                                                            \
    X(DATA_U8, uint8_t, innovating, "1", "1 if it has innovated in 36 months", f->innovating_bits[r] & 1U)   \
    X(DATA_U8, uint8_t, borrower, "1", "1 if it has a loan", f->debt_vnd[r] > 0.0)                           \
    X(DATA_U8, uint8_t, offered, "1", "1 if the programme is offered to it",                                 \
      programme_offered(world->model, world, plan->programme, r))                                            \
    X(DATA_U8, uint8_t, drawn, "1", "1 if the lottery lets its application through",                         \
      programme_drawn(world->model, world, plan->programme, r))

// What is asked in each wave; NaN once the firm has left the register. X(name, unit, doc, value), `since`:
// the month in which the programme opens.
#define SURVEY_ANSWERS(X)                                                                                    \
    X(operating, "1", "1 if in operation", f->status[r] == STATUS_OPERATING)                                 \
    X(sales_vnd, "VND", "sales of twelve months", ring_sum(world, f->sales_ring, r))                         \
    X(profit_vnd, "VND",                                                                                     \
      "profit of twelve months before the owner's pay, since the programme opened at the earliest",          \
      profit_of_year(m))                                                                                     \
    X(workers, "workers", "workers", f->workers[r])                                                          \
    X(capital_vnd, "VND", "fixed assets", f->capital_vnd[r])                                                 \
    X(debt_vnd, "VND", "loans outstanding", f->debt_vnd[r])                                                  \
    X(support_vnd, "VND", "public support received so far", f->support_vnd[r])                               \
    X(loans_n, "loans", "loans received so far", f->loans_n[r])                                              \
    X(innovations_n, "innovations", "innovations implemented so far", f->innovations_n[r])                   \
    X(product, "1", "1 if it has implemented a product innovation since the programme opened",               \
      implemented_since(world, r, TYPE_IMPROVED_PRODUCT, since) ||                                           \
          implemented_since(world, r, TYPE_NEW_PRODUCT, since))                                              \
    X(process, "1", "1 if it has implemented a process innovation since the programme opened",               \
      implemented_since(world, r, TYPE_PROCESS, since))                                                      \
    X(active, "1", "1 if it has had a project since the programme opened", f->active_month[r] >= since)      \
    X(research, "1", "1 if it has done research since the programme opened", f->research_month[r] >= since)  \
    X(invested, "1", "1 if it has bought fixed assets since the programme opened",                           \
      f->invested_month[r] >= since)                                                                         \
    X(spent_vnd, "VND", "spending on innovation projects since the programme opened", m->spent_vnd)          \
    X(management, "1", "management practice, 0 to 1", f->management[r])                                      \
    X(skills, "1", "workers' skills, 0 to 1", f->skills[r])                                                  \
    X(digital, "1", "digital stage, 0 to 3", f->digital[r])                                                  \
    X(exporter, "1", "1 if it exports", f->exporter[r])

struct survey;

// NULL for want of memory.
struct survey *survey_create(const struct survey_plan *plan);
void survey_free(struct survey *survey); // NULL is allowed

// Sees a month of one world, after its audit and before world_close_month, each month from the first on.
// Returns ERROR_WORK for want of memory.
int survey_month(struct survey *survey, const struct world *world, struct error *err);

// Adds the group "survey" to `data`: a row per firm and replicate, with `replicate`, the traits, `applied`
// and `served` (1 if the programme has served it by the last wave); the answers by row, world and wave.
// World 0 (open) is the study's own; world 1 (closed) is its twin without the programme: the same firms, the
// same luck. Both lists have n surveys. Returns ERROR_WORK for want of memory, or if a pair of twins drew
// different samples.
int survey_data(struct run_data *data, struct survey *const *open, struct survey *const *closed, int n,
                struct error *err);

#endif
