// provider: knowledge providers (universities, institutes, extension centres, consultants). A firm that plans
// a project may look for one; places are few, and who gets one is settled by lottery. A link gives advice,
// which teaches, and collaboration, which raises the chance that the project succeeds; it lasts as long as
// projects run and some months more.
#ifndef MODELS_PROVIDER_H
#define MODELS_PROVIDER_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct provider {
    double places_frac;  // enterprises served at a time over operating enterprises at the opening
    double seek_frac;    // of firms with a new plan, at mean skills
    double cost_vnd;     // search and first contract, opening prices
    double link_months;  // after the last project
    double success_gain; // chance of success of a project with a link
};
extern const struct field provider_fields[];
extern const int provider_fields_n;

// Places by region; call when the opening firms stand.
void provider_open(const struct model *model, struct world *world);

// Whether a firm with a new plan looks for a provider this month and can pay for the first contract. Reads
// only.
int provider_sought(const struct model *model, const struct world *world, int64_t row);

// Equation N4: firms with scratch.flag set get the free places of their region, by lottery, and pay.
void provider_settle(const struct model *model, struct world *world);

#endif
