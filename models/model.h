// model: the const description of a run: economy, institutions, programmes. Filled from YAML through field
// rows, never written after model_load.
#ifndef MODELS_MODEL_H
#define MODELS_MODEL_H

#include "models/capability.h"
#include "models/credit.h"
#include "models/demand.h"
#include "models/demography.h"
#include "models/entry.h"
#include "models/environment.h"
#include "models/equity.h"
#include "models/innovation.h"
#include "models/labour.h"
#include "models/location.h"
#include "models/peers.h"
#include "models/population.h"
#include "models/production.h"
#include "models/programme.h"
#include "models/provider.h"
#include "models/shock.h"
#include "models/tax.h"

#define SECTORS_MAX 16
#define REGIONS_MAX 16
#define LENSES_MAX  8

// Labels of fixed dimensions; sectors, regions, lenses and programmes are data of the scenario.
enum size_class { SIZE_MICRO, SIZE_SMALL, SIZE_MEDIUM, SIZE_LARGE, SIZES_N };
enum ownership { OWNERSHIP_PRIVATE, OWNERSHIP_FOREIGN, OWNERSHIP_STATE, OWNERSHIPS_N };
enum innovation_type { TYPE_IMPROVED_PRODUCT, TYPE_PROCESS, TYPE_NEW_PRODUCT, TYPE_ORGANISATION, TYPES_N };
extern const char *const model_size_labels[SIZES_N], *const model_ownership_labels[OWNERSHIPS_N],
                                                         *const model_type_labels[TYPES_N];

struct run_terms {
    int64_t start, until; // first and last month, months since 1970-01
    int64_t agents;       // opening number of firm agents aimed at; 0: one agent per enterprise
    int64_t replicates, seed;
    double panel_share;      // share of firms in the panel of replicate 0
    int64_t twin_replicates; // replicates whose twin ledger is written
};

struct sector {
    char name[CONFIG_NAME_MAX];
    double firm_share, entry_share;    // of opening enterprises and of registrations
    int64_t industry, manufacturing;   // bool: class bounds of Decree 56; survey population of manufacturers
    double tail_above_10_frac;         // P(workers > 10) at the opening
    double sales_per_worker_vnd;       // a month, at the opening
    double export_frac;                // of sales paid by the rest of the world
    double import_frac;                // of the home market served from abroad
    double growth_relative;            // real growth over that of GDP
    double capital_months;             // of sales
    double innovation_factor;          // of the hazard of a project
    double startup_share, st_share;    // of startups; of firms that could become S&T enterprises
    double foreign_share, state_share; // of foreign and of state enterprises
    double tail_exponent;              // of workers above 10 in private enterprises
    double exit_factor;                // of the hazards of ceasing and going dormant
};

struct region {
    char name[CONFIG_NAME_MAX];
    double firm_share, entry_share, sales_factor, startup_share;
    double women_factor; // owners who are women, over the national share
    double cost_factor;  // land and rent over the national mean
    double zone_share;   // of places in industrial zones
};

// A survey as a lens on the one innovation process.
struct lens {
    char name[CONFIG_NAME_MAX];
    char source[FIELD_TEXT_MAX];
    double workers_min;    // population
    int64_t manufacturing; // bool: manufacturers only
    int64_t window_months; //
    int64_t types;         // a bit per innovation_type
    int64_t activities;    // bool: running and abandoned projects count, not only implemented ones
    double novelty_min;    // recognition threshold on a project's novelty in [0,1]
};

struct model {
    char name[FIELD_TEXT_MAX], title[FIELD_TEXT_MAX];
    int64_t closure; // enum closure
    struct run_terms run;
    struct population population;
    struct environment environment;
    struct demand demand;
    struct production production;
    struct labour labour;
    struct peers peers;
    struct provider provider;
    struct innovation innovation;
    struct capability capability;
    struct credit credit;
    struct equity equity;
    struct tax tax;
    struct demography demography;
    struct entry entry;
    struct location location;
    struct sector sector[SECTORS_MAX];
    int sectors_n;
    struct region region[REGIONS_MAX];
    int regions_n;
    struct lens lens[LENSES_MAX];
    int lenses_n;
    struct shock shock[SHOCKS_MAX];
    int shocks_n;
    struct programme programme[PROGRAMMES_MAX];
    int programmes_n;
};

// The schema: every parameter that a scenario may set. Filled by model_schema, which a caller keeps while it
// uses it.
enum { MODEL_SECTIONS_N = 17, MODEL_MAPS_N = 5, MODEL_MONTHS_MAX = 1200 };
struct model_schema {
    struct config_section sections[MODEL_SECTIONS_N];
    struct config_map maps[MODEL_MAPS_N];
    struct config_schema config;
};
void model_schema(struct model_schema *out);

// Fills a model from a configuration: fields, then relations between them (shares that sum to one, windows,
// names).
int model_load(struct model *model, const struct config *config, struct error *err);

// Months of the run.
int model_months(const struct model *model);

// Size class by the scenario's bounds (10, 50, 200 workers), and by Decree 56/2009 (micro to 10; small to 200
// in industry, 50 in services; medium to 300, 100). vn: census17_*; moments m01-m04.
enum size_class model_size_class(double workers);
enum size_class model_size_class_decree56(double workers, int64_t industry);

#endif
