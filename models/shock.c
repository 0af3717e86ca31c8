#include "models/world.h"

#define AT(member) offsetof(struct shock, member)
const struct field shock_fields[] = {
    {"enabled", FIELD_BOOL, "", "true", 0, 1, AT(enabled), NULL, 0, "",
     "Whether it happens; one that GDP data contain is taken out of them if it does not",
     "definition: a scenario's choice"},
    {"source", FIELD_TEXT, "", "", 0, 0, AT(source), NULL, 0, "", "Rows of the evidence tables it rests on",
     "definition: ids of evidence"},
    {"from", FIELD_MONTH, "", NULL, 0, 24000, AT(from), NULL, 0, "", "First month",
     "definition: of the shock's own source"},
    {"until", FIELD_MONTH, "", NULL, 0, 24000, AT(until), NULL, 0, "", "Last month",
     "definition: of the shock's own source"},
    {"in_gdp", FIELD_BOOL, "", "false", 0, 1, AT(in_gdp), NULL, 0, "",
     "The growth data contain the shock, if they reach its end: demand is only moved within the year",
     "definition: of the shock's own source"},
    {"sectors", FIELD_TEXT, "", "", 0, 0, AT(sectors), NULL, 0, "",
     "Sectors whose demand moves, comma separated; empty: all", "definition: of the shock's own source"},
    {"sales", FIELD_REAL, "1", "1", 0.0, 10.0, AT(sales), NULL, 0, "f", "Factor on demand in these sectors",
     "definition: of the shock's own source"},
    {"entry", FIELD_REAL, "1", "1", 0.0, 10.0, AT(entry), NULL, 0, "", "Factor on registrations",
     "definition: of the shock's own source"},
    {"exit", FIELD_REAL, "1", "1", 0.0, 10.0, AT(exit), NULL, 0, "", "Factor on closures",
     "definition: of the shock's own source"},
    {"suspension", FIELD_REAL, "1", "1", 0.0, 10.0, AT(suspension), NULL, 0, "", "Factor on suspensions",
     "definition: of the shock's own source"},
    {"growth", FIELD_REAL, "1/year", "0", -0.5, 0.5, AT(growth), NULL, 0, "",
     "What it does to real growth in its window, a year", "definition: of the shock's own source"},
};
#undef AT
const int shock_fields_n = sizeof shock_fields / sizeof shock_fields[0];

static int acts(const struct shock *shock, int64_t month)
{
    return month >= shock->from && month <= shock->until;
}

// Factor of the shocks that are, or are not, in the GDP data on a sector's demand.
static double sales_factor(const struct model *model, int64_t month, int sector, int contained)
{
    double factor = 1.0;
    for (int k = 0; k < model->shocks_n; k++) {
        const struct shock *s = &model->shock[k];
        if (s->enabled && s->contained == contained && acts(s, month) && s->sector_mask >> sector & 1)
            factor *= s->sales;
    }
    return factor;
}

// S1: mean of those factors over the months of the year and the sectors, by their demand in January. What the
// GDP data contain is divided by it, so that it moves demand within the year and leaves the year's sum alone.
static double year_mean(const struct model *model, const struct world *world, int64_t january)
{
    double off = 0.0, all = 0.0;
    for (int s = 0; s < model->sectors_n; s++) {
        const double weight = world->sector[s].opening_demand_vnd * world->sector[s].volume;
        all += 12.0 * weight;
        for (int64_t m = january; m < january + 12; m++)
            off += weight * (sales_factor(model, m, s, 1) - 1.0);
    }
    return all > 0.0 ? vmath_max(1.0 + off / all, 1e-3) : 1.0; // exactly 1 without shocks
}

void shock_month(const struct model *model, struct world *world)
{
    struct climate *c = &world->climate;
    const int64_t month = model->run.start + world->month;
    if (world->month == 0 || c->month_of_year == 0)
        c->shock_mean = year_mean(model, world, month - c->month_of_year);
    for (int s = 0; s < model->sectors_n; s++)
        c->sales_factor[s] =
            sales_factor(model, month, s, 0) * (sales_factor(model, month, s, 1) / c->shock_mean);
    c->entry_factor = c->exit_factor = c->suspension_factor = 1.0;
    for (int k = 0; k < model->shocks_n; k++) {
        const struct shock *s = &model->shock[k];
        if (!acts(s, month))
            continue;
        if (s->enabled) {
            c->entry_factor *= s->entry;
            c->exit_factor *= s->exit;
            c->suspension_factor *= s->suspension;
        }
        if (s->enabled != s->contained) // the data have it and it is off, or they have it not and it is on
            c->real_growth += s->enabled ? s->growth : -s->growth;
    }
}
