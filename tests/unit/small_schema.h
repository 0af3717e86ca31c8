// small_schema: a schema with every type of field, a map with kinds and a map without, for the tests of the
// loader.
#ifndef TESTS_UNIT_SMALL_SCHEMA_H
#define TESTS_UNIT_SMALL_SCHEMA_H

#include <stddef.h>
#include <string.h>
#include "sim/config.h"

#define SMALL_ENTRIES_MAX 4

struct small_top {
    char name[FIELD_TEXT_MAX];
};

struct small_run {
    int64_t agents, verbose, closure, start;
};

struct small_demand {
    double replicator_per_year, speed;
    double size_share[3], weight[2];
    struct series growth, shock;
    int64_t classes, budget_vnd;
    double inner_low, inner_high;
};

struct small_grant {
    double rate_frac;
    int64_t sizes;
};

struct small_loan {
    double rate_frac;
    int64_t months, sizes;
};

struct small_programme {
    char name[CONFIG_NAME_MAX];
    int kind;
    int64_t enabled, budget_vnd;
    struct small_grant grant;
    struct small_loan loan;
};

struct small_region {
    char name[CONFIG_NAME_MAX];
    double share;
};

struct small {
    struct small_top top;
    struct small_run run;
    struct small_demand demand;
    struct small_programme programme[SMALL_ENTRIES_MAX];
    struct small_region region[SMALL_ENTRIES_MAX];
    int programmes_n, regions_n;
};

static const char *const small_sizes[] = {"micro", "small", "medium"};
static const char *const small_sides[] = {"left", "right"};
static const char *const small_closures[] = {"fixed", "elastic", "open"};

static const struct field small_top_fields[] = {
    {"name", FIELD_TEXT, "", "untitled", 0, 0, offsetof(struct small_top, name), NULL, 0, "", "Title.", ""},
};

#define SMALL_RUN(member) offsetof(struct small_run, member)
static const struct field small_run_fields[] = {
    {"agents", FIELD_INT, "1", "40000", 0, 1e7, SMALL_RUN(agents), NULL, 0, "N", "Agents.",
     "assumption: speed"},
    {"verbose", FIELD_BOOL, "", "false", 0, 1, SMALL_RUN(verbose), NULL, 0, "", "Says more.", ""},
    {"closure", FIELD_CHOICE, "", "elastic", 0, 0, SMALL_RUN(closure), small_closures, 3, "", "Closure.",
     "model"},
    {"start", FIELD_MONTH, "month", "2014-01", 480, 731, SMALL_RUN(start), NULL, 0, "", "First month.", ""},
};

#define SMALL_DEMAND(member) offsetof(struct small_demand, member)
static const struct field small_demand_fields[] = {
    {"replicator_per_year", FIELD_REAL, "1/year", "1", 0, 5, SMALL_DEMAND(replicator_per_year), NULL, 0,
     "\\lambda", "Replicator speed.", "model-notes 3"},
    {"speed", FIELD_REAL, "1/month", NULL, 0, 1, SMALL_DEMAND(speed), NULL, 0, "", "Must be given.", ""},
    {"size_share", FIELD_VECTOR, "1", NULL, 0, 1, SMALL_DEMAND(size_share), small_sizes, 3, "",
     "No fallback.", ""},
    {"weight", FIELD_VECTOR, "1", "left: 0.25, right: 0.75", 0, 1, SMALL_DEMAND(weight), small_sides, 2, "",
     "With fallback.", ""},
    {"growth", FIELD_SERIES, "1/year", NULL, -0.2, 0.5, SMALL_DEMAND(growth), NULL, 0, "", "No fallback.",
     ""},
    {"shock", FIELD_SERIES, "1", "2020: 0.9, 2021: 0.8, 2022: 0.95", 0, 10, SMALL_DEMAND(shock), NULL, 0, "",
     "With fallback.", "f12"},
    {"classes", FIELD_SET, "", "[micro, small]", 0, 0, SMALL_DEMAND(classes), small_sizes, 3, "", "Classes.",
     ""},
    {"budget_vnd", FIELD_MONEY, "VND", "0", -1, 1e15, SMALL_DEMAND(budget_vnd), NULL, 0, "", "Money.", ""},
    {"inner.low", FIELD_REAL, "1", "0", 0, 1, SMALL_DEMAND(inner_low), NULL, 0, "", "In a group.", ""},
    {"inner.high", FIELD_REAL, "1", "1", 0, 1, SMALL_DEMAND(inner_high), NULL, 0, "", "In a group.", ""},
};

#define SMALL_PROGRAMME(member) offsetof(struct small_programme, member)
static const struct field small_programme_fields[] = {
    {"enabled", FIELD_BOOL, "", "true", 0, 1, SMALL_PROGRAMME(enabled), NULL, 0, "", "Open at all.", ""},
    {"budget_vnd", FIELD_MONEY, "VND", NULL, -1, 1e15, SMALL_PROGRAMME(budget_vnd), NULL, 0, "",
     "Must be given.", ""},
};

static const struct field small_grant_fields[] = {
    {"rate_frac", FIELD_REAL, "1", "0.5", 0, 1, offsetof(struct small_grant, rate_frac), NULL, 0, "",
     "Share.", ""},
    {"sizes", FIELD_SET, "", "[]", 0, 0, offsetof(struct small_grant, sizes), small_sizes, 3, "", "Sizes.",
     ""},
};

static const struct field small_loan_fields[] = {
    {"rate_frac", FIELD_REAL, "1", "0.06", 0, 1, offsetof(struct small_loan, rate_frac), NULL, 0, "", "Rate.",
     ""},
    {"months", FIELD_INT, "month", "36", 1, 240, offsetof(struct small_loan, months), NULL, 0, "", "Term.",
     ""},
    {"sizes", FIELD_CHOICE, "", "small", 0, 0, offsetof(struct small_loan, sizes), small_sizes, 3, "",
     "One size.", ""},
};

static const struct field small_region_fields[] = {
    {"share", FIELD_REAL, "1", "0.5", 0, 1, offsetof(struct small_region, share), NULL, 0, "", "Share.", ""},
};

#define SMALL_N(fields) ((int)(sizeof(fields) / sizeof(fields)[0]))

static const struct config_kind small_kinds[] = {
    {"grant", "A share of cost.", small_grant_fields, SMALL_N(small_grant_fields)},
    {"loan", "A loan.", small_loan_fields, SMALL_N(small_loan_fields)},
};

static const struct config_kind *small_kind(int index)
{
    return index < SMALL_N(small_kinds) ? &small_kinds[index] : NULL;
}

static int small_programme_entry(void *target, const char *name, int kind, void **common_base,
                                 void **kind_base)
{
    struct small *small = target;
    int i = 0;
    while (i < small->programmes_n && strcmp(small->programme[i].name, name) != 0)
        i++;
    if (i == SMALL_ENTRIES_MAX)
        return -1;
    struct small_programme *programme = &small->programme[i];
    if (i == small->programmes_n) {
        small->programmes_n++;
        snprintf(programme->name, sizeof programme->name, "%s", name);
        programme->kind = kind;
    }
    *common_base = programme;
    *kind_base = kind == 0 ? (void *)&programme->grant : (void *)&programme->loan;
    return 0;
}

static int small_region_entry(void *target, const char *name, int kind, void **common_base, void **kind_base)
{
    struct small *small = target;
    int i = 0;
    CHECK(kind == -1);
    while (i < small->regions_n && strcmp(small->region[i].name, name) != 0)
        i++;
    if (i == SMALL_ENTRIES_MAX)
        return -1;
    if (i == small->regions_n)
        snprintf(small->region[small->regions_n++].name, CONFIG_NAME_MAX, "%s", name);
    *common_base = &small->region[i];
    *kind_base = NULL;
    return 0;
}

static const struct config_section small_sections[] = {
    {"", "", small_top_fields, SMALL_N(small_top_fields), offsetof(struct small, top)},
    {"run", "How it is run.", small_run_fields, SMALL_N(small_run_fields), offsetof(struct small, run)},
    {"economy.demand", "Shares of demand.", small_demand_fields, SMALL_N(small_demand_fields),
     offsetof(struct small, demand)},
};

static const struct config_map small_maps[] = {
    {"programmes", "What the state does.", small_programme_fields, SMALL_N(small_programme_fields),
     small_kind, SMALL_ENTRIES_MAX, small_programme_entry},
    {"economy.regions", "Regions.", small_region_fields, SMALL_N(small_region_fields), NULL,
     SMALL_ENTRIES_MAX, small_region_entry},
};

static const struct config_schema small_schema = {small_sections, SMALL_N(small_sections), small_maps,
                                                  SMALL_N(small_maps)};

#endif
