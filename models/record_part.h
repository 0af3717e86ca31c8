// record_part: what the files of the recorder share and nobody else needs. Each group of the output has a
// file: record_funds.c, record_ledger.c and so on; its state belongs to one replicate, so that replicates can
// record at the same time.
#ifndef MODELS_RECORD_PART_H
#define MODELS_RECORD_PART_H

#include "models/metrics.h"
#include "models/record.h"

// Detail that is kept for the first replicates only, as far as this many bytes go.
#define RECORD_DETAIL_BYTES (INT64_C(256) << 20)

struct record_funds;
struct record_ledger;
struct record_twins;
struct record_panel;

struct record_replicate {
    struct metrics *metrics;
    struct record_funds *funds;
    struct record_ledger *ledger;
    struct record_twins *twins;
    uint64_t digest;
    bool done;
};

// A variable of a metric: values by replicate, month and label.
struct record_series {
    int row;
    enum metrics_group group;
    int labels_n;
    double *value;
};

struct record {
    struct run_data *data;
    const struct model *model;
    bool metrics_only;
    int months_n, replicates_n;
    int replicate_dim, time_dim, dim[METRICS_GROUPS_N]; // in the data; -1: no labels
    struct record_series *series;
    int series_n;
    double **programme;           // values of the group "programmes" by replicate, month and programme
    int digest;                   // the variable
    int funds_detail_n, ledger_n; // replicates whose funds are recorded in detail, and whose ledger
    struct record_replicate *replicate;
    struct record_panel *panel;
};

// The first replicates that RECORD_DETAIL_BYTES allow at so many bytes each; at least one.
int record_detail_replicates(const struct record *record, int64_t bytes_each);

// Adds the dimension `replicate` of the first n replicates and returns its index.
int record_replicate_dim(struct run_data *data, int n);

// A variable without metadata but what is given; dimensions are a list of n indices.
struct data_var record_var(const char *group, const char *name, const char *unit, enum data_type type,
                           int dims_n, const int *dims);

// Fills n numbers with NaN.
void record_missing(double *value, int64_t n);

// "0: micro, 1: small, ..." after `text`, for columns that hold codes of a group. Returns `out`, of `size`
// bytes.
const char *record_codes(const struct model *model, enum metrics_group group, const char *text, char *out,
                         size_t size);
enum { RECORD_CODES_MAX = 2048 };

// ---- record_programmes.c

int record_programmes_create(struct record *record, struct error *err);
void record_programmes_month(struct record *record, int replicate, const struct world *world);

// ---- record_parameters.c: all of them, before the run

int record_parameters(struct record *record, const struct config *config, struct error *err);

// ---- record_funds.c: made at a replicate's first month; added to the data at the end

int record_funds_month(struct record *record, int replicate, const struct world *world, struct error *err);
int record_funds_finish(struct record *record, struct error *err);
void record_funds_free(struct record_funds *funds);
int64_t record_funds_bytes(const struct model *model); // of a replicate in detail, about

// ---- record_ledger.c

int record_ledger_month(struct record *record, int replicate, const struct world *world, struct error *err);
int record_ledger_finish(struct record *record, struct error *err);
void record_ledger_free(struct record_ledger *ledger);
int64_t record_ledger_bytes(const struct model *model);

// ---- record_panel.c

int record_panel_create(struct record *record, struct error *err);
int record_panel_month(struct record *record, const struct world *world, struct error *err);
int record_panel_finish(struct record *record, struct error *err);
void record_panel_free(struct record_panel *panel);

// ---- record_twins.c

int record_twins_month(struct record *record, int replicate, const struct world *world, struct error *err);
void record_twins_end(struct record *record, int replicate, const struct world *world);
int record_twins_finish(struct record *record, struct error *err);
void record_twins_free(struct record_twins *twins);

#endif
