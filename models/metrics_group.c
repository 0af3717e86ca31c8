#include <string.h>
#include "models/metrics_part.h"

// ---- labels -------------------------------------------------------------------------------------

static const char *const gender_labels[] = {"male", "female"};
static const char *const survey_labels[METRICS_SURVEYS_N] = {"all", "small", "medium", "large", "20+"};
static const char *const age_labels[METRICS_AGES_N] = {"under_1", "1_to_3", "3_to_5", "5_to_10",
                                                       "10_and_over"};
static const char *const digital_labels[] = {"0", "1", "2", "3"};
static const char *const origin_labels[] = {"new", "household", "spin_off", "foreign"};
static const char *const reason_labels[] = {"voluntary", "insolvent", "dissolved", "unrecorded"};
static const char *const stage_labels[] = {"seed", "a", "b"};
static const char *const source_labels[] = {"angel", "private_fund", "public_fund"};

static int sectors_n(const struct model *model)
{
    return model->sectors_n;
}
static const char *sector_label(const struct model *model, int label)
{
    return model->sector[label].name;
}
static int regions_n(const struct model *model)
{
    return model->regions_n;
}
static const char *region_label(const struct model *model, int label)
{
    return model->region[label].name;
}
static int lenses_n(const struct model *model)
{
    return model->lenses_n;
}
static const char *lens_label(const struct model *model, int label)
{
    return model->lens[label].name;
}
static int programmes_n(const struct model *model)
{
    return model->programmes_n;
}
static const char *programme_label(const struct model *model, int label)
{
    return model->programme[label].name;
}

// ---- groups -------------------------------------------------------------------------------------

// Labels are either fixed or come from the model.
struct group {
    const char *name, *doc;
    const char *const *labels;
    int labels_n;
    int (*count)(const struct model *model);
    const char *(*label)(const struct model *model, int label);
};

#define FIXED(labels) labels, sizeof(labels) / sizeof(labels)[0], NULL, NULL
static const struct group groups[METRICS_GROUPS_N] = {
    [METRICS_TOTAL] = {"", "the whole economy", NULL, 1, NULL, NULL},
    [METRICS_SIZE_CLASS] = {"size_class", "micro below 10 workers, small below 50, medium below 200, large",
                            model_size_labels, SIZES_N, NULL, NULL},
    [METRICS_SECTOR] = {"sector", "sectors of the economy file", NULL, 0, sectors_n, sector_label},
    [METRICS_REGION] = {"region", "regions of the economy file", NULL, 0, regions_n, region_label},
    [METRICS_OWNERSHIP] = {"ownership", "private domestic, foreign, state", model_ownership_labels,
                           OWNERSHIPS_N, NULL, NULL},
    [METRICS_OWNER_GENDER] = {"owner_gender",
                              "gender of the owner; foreign and state enterprises count as male",
                              FIXED(gender_labels)},
    [METRICS_SURVEY_CLASS] = {"survey_class",
                              "classes of enterprise surveys, which overlap: all is 5 and more workers of "
                              "any ownership, small 5-19, "
                              "medium 20-99, large 100 and more, 20+ is 20 and more",
                              FIXED(survey_labels)},
    [METRICS_SIZE_CLASS_DECREE56] =
        {"size_class_decree56",
         "classes of Decree 56/2009: micro up to 10 workers; small up to 200 in agriculture, "
         "industry and construction, 50 in services; medium up to 300 and 100; large",
         model_size_labels, SIZES_N, NULL, NULL},
    [METRICS_AGE_CLASS] = {"age_class", "years since registration", FIXED(age_labels)},
    [METRICS_DIGITAL_STAGE] = {"digital_stage", "0 none to 3 most", FIXED(digital_labels)},
    [METRICS_LENS] = {"lens", "surveys as lenses on innovation", NULL, 0, lenses_n, lens_label},
    [METRICS_ORIGIN] = {"origin", "new, formalised household business, spin-off, foreign founder",
                        FIXED(origin_labels)},
    [METRICS_REASON] =
        {"reason",
         "voluntary, insolvent, dissolved before trade or after suspension, unrecorded (struck off silently)",
         FIXED(reason_labels)},
    [METRICS_TYPE] = {"type", "types of innovation", model_type_labels, TYPES_N, NULL, NULL},
    [METRICS_STAGE] = {"stage", "equity rounds: seed, A, B and later", FIXED(stage_labels)},
    [METRICS_SOURCE] = {"source", "who leads the round: angels, private funds, public funds",
                        FIXED(source_labels)},
    [METRICS_PROGRAMME] = {"programme", "programmes of the scenario, in its order", NULL, 0, programmes_n,
                           programme_label},
    [METRICS_FUND] = {"fund",
                      "funds by owner (vc: private venture funds, angels, or a programme), year of the first "
                      "month and order",
                      NULL, 0, NULL, NULL},
};
_Static_assert(sizeof reason_labels / sizeof reason_labels[0] == EXITS_N - 1, "a label per reason");

const char *metrics_group_name(enum metrics_group group)
{
    return groups[group].name;
}

const char *metrics_group_doc(enum metrics_group group)
{
    return groups[group].doc;
}

int metrics_labels_n(const struct model *model, enum metrics_group group)
{
    return groups[group].count ? groups[group].count(model) : groups[group].labels_n;
}

const char *metrics_label(const struct model *model, enum metrics_group group, int label)
{
    if (group == METRICS_TOTAL)
        return "";
    return groups[group].label ? groups[group].label(model, label) : groups[group].labels[label];
}

int metrics_groups_of(const struct metric *row, enum metrics_group out[METRICS_GROUPS_N])
{
    int n = 0;
    for (const char *at = row->groups; *at; at += *at == ';') {
        const size_t length = strcspn(at, ";");
        int found = METRICS_TOTAL;
        for (int g = METRICS_TOTAL + 1; g < METRICS_GROUPS_N; g++)
            if (strlen(groups[g].name) == length && memcmp(groups[g].name, at, length) == 0)
                found = g;
        CHECK(found != METRICS_TOTAL && n < METRICS_GROUPS_N);
        out[n++] = (enum metrics_group)found;
        at += length;
    }
    return n;
}
