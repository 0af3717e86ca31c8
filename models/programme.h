// programme: what every public programme has in common, whatever its kind: window, eligibility, awareness,
// application, queue, selection, budget. A kind (models/instruments/NAME.c) adds its terms and at most six
// hooks.
#ifndef MODELS_PROGRAMME_H
#define MODELS_PROGRAMME_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/config.h"

struct model;
struct world;

#define PROGRAMMES_MAX        128
#define PROGRAMME_TERMS_BYTES 1024

// When a firm thinks of a kind of programme.
enum programme_occasion {
    OCCASION_NONE,    // firms do not apply: the programme runs an institution
    OCCASION_YEARLY,  // once a year, in the firm's own planning month
    OCCASION_CREDIT,  // while it needs credit that its bank has not given
    OCCASION_PROJECT, // while it plans an innovation project
};

enum programme_selection { SELECTION_FIRST_COME, SELECTION_LOTTERY, SELECTION_SCORE };

// A firm's application as the kind sees it.
struct programme_offer {
    double amount_vnd;  // support per firm that an award commits, whole VND
    double benefit_vnd; // what the firm expects from it, in VND of today; it applies if this exceeds its cost
};

// A project that a firm thinks of, or is about to begin.
struct programme_project {
    int type;
    double cost_vnd;
    bool begun; // about to begin: what must be awarded first is no longer expected, it is promised or not
};

// A kind of programme. All hooks are optional, and no kind has more than five.
struct instrument {
    union {
        struct config_kind config; // as the scenario files see it
        struct {
            const char *name, *doc;
            const struct field *fields;
            int fields_n;
        };
    };
    enum programme_occasion occasion;

    // The institution's month, from the programme's start on, also after its last month of service: opens,
    // pays, runs off. It must ask programme_open before it enters into anything new. Serial.
    void (*operate)(const struct model *model, struct world *world, int programme);

    // What an eligible firm that knows of the programme could get. Reads the world, writes `offer` only; runs
    // in parallel. A benefit of 0 means: no use for it.
    void (*offer)(const struct model *model, const struct world *world, int programme, int64_t row,
                  struct programme_offer *offer);

    // How much support the institution can still commit to this firm, VND, beyond the programme's budget.
    int64_t (*room)(const struct model *model, const struct world *world, int programme, int64_t row);

    // Whether the institution takes the file of one enterprise of the agent, by draws of `key`. Reads only.
    // An award that follows may still refuse.
    bool (*accepts)(const struct model *model, const struct world *world, int programme, int64_t row,
                    double amount_vnd, int64_t key);

    // Delivers to one selected agent (all of its weight). Serial, in queue order. Returns VND committed per
    // firm against the budget (0 if it costs none), or a negative number if the institution refuses the file.
    double (*award)(const struct model *model, struct world *world, int programme, int64_t row,
                    double amount_vnd);

    // At the annual settlement of an eligible firm: the deduction from its taxable base (0 on entry) and the
    // share of the tax that remains due (1 on entry). Runs in parallel and may write this firm's own columns.
    void (*relief)(const struct model *model, struct world *world, int programme, int64_t row,
                   double taxable_vnd, double *deduction_vnd, double *tax_share);

    // Share of the cost of a project that the programme is expected to bear for an eligible firm that knows
    // it (I6). Reads only, in parallel. What the firm does with the lower price is models/user_cost.
    double (*bears)(const struct model *model, const struct world *world, int programme, int64_t row,
                    const struct programme_project *project);
};

// Terms of one programme of the scenario. The field rows are programme_fields (models/programme.c).
struct programme {
    char name[CONFIG_NAME_MAX];
    int kind;                    // index in the registry, instrument_at()
    char source[FIELD_TEXT_MAX]; // row of evidence/systems.csv or another evidence id
    int64_t enabled, start, end; // end: last month of service
    // eligibility: a conjunction
    double workers_min, workers_max, age_min_years, age_max_years;
    int64_t ownerships, startups_only, women_only, st_only;
    char sectors[FIELD_TEXT_MAX], regions[FIELD_TEXT_MAX]; // names, comma separated; empty: all
    // take-up
    double aware_frac, aware_per_year, paperwork_size_exponent, delay_months;
    int64_t paperwork_vnd, certification_vnd;
    double offered_frac, awarded_frac; // of a pilot: by a draw that is fixed for each enterprise
    // selection
    int64_t selection;
    double score_noise_sd, connections_weight;
    // budget; -1: no ceiling
    int64_t budget_year_vnd, budget_total_vnd, awards_per_year;
    double administration_frac;
    // resolved by model_resolve
    uint32_t sector_mask, region_mask, draw_index;
    _Alignas(16) unsigned char terms[PROGRAMME_TERMS_BYTES];
};

extern const struct field programme_fields[];
extern const int programme_fields_n;

// The registry, in the order of models/instruments.c; NULL past the last.
const struct instrument *instrument_at(int kind);
int instrument_find(const char *name); // index or -1

// The kind's own terms.
static inline const void *programme_terms(const struct programme *programme)
{
    return programme->terms;
}

// What a programme has done in the month and in all; money in whole VND, counts in real enterprises.
struct programme_account {
    int64_t applications_n, awards_n;
    int64_t awards_by_size_n[4];
    int64_t cash_vnd;       // public cash out minus in
    int64_t cost_vnd;       // accrual public cost
    int64_t compliance_vnd; // applicants' own cost of applying
    int64_t disbursed_vnd;  // support paid to firms or funds
    int64_t forgone_vnd;    // corporate tax forgone
};

struct programme_state {
    struct programme_account month;
    int64_t committed_year_vnd, committed_total_vnd, awards_year_n; // against the budget
    int64_t awards_total_n, decided_n; // enterprises served; whose files are closed, served or not
    int64_t aware_n;                   // eligible enterprises that know it, counted each January
};

// Open in this month: enabled, inside its window, with a budget that is not zero.
bool programme_open(const struct model *model, const struct world *world, int programme);

// Whether a firm fulfils the conditions of eligibility.
bool programme_fits(const struct model *model, const struct world *world, int programme, int64_t row);

// The two draws of a pilot, fixed for each firm and programme: whether it is offered to the firm, and whether
// the firm's application comes through the lottery. Always true where the shares are 1.
bool programme_offered(const struct model *model, const struct world *world, int programme, int64_t row);
bool programme_drawn(const struct model *model, const struct world *world, int programme, int64_t row);

// Whether a firm may apply: it fits, and the programme is offered to it.
bool programme_eligible(const struct model *model, const struct world *world, int programme, int64_t row);

// Whether the firm has heard of it: a fixed draw per firm and programme against the awareness curve
// aware_frac * (1 - exp(-aware_per_year * years open)), along which a firm moves the faster the more
// innovators it has among its peers.
bool programme_known(const struct model *model, const struct world *world, int programme, int64_t row);

// Years since the firm has heard of it; 0 if it has not.
double programme_known_years(const struct model *model, const struct world *world, int programme,
                             int64_t row);

// The chance that an application is served, as firms have seen it so far.
double programme_chance(const struct model *model, const struct world *world, int programme);

// The phase: institutions operate, firms hear, apply, wait, are selected and served.
void programme_step(const struct model *model, struct world *world);

// Agents that a programme splits in a month at most. Beyond it an agent is decided on as one enterprise.
int64_t programme_splits_max(const struct world *world);

// Whether this programme has served the firm at any time.
bool programme_served(const struct world *world, int programme, int64_t row);

#endif
