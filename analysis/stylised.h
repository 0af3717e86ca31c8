// stylised: regularities of firm dynamics in a run's panel beside what studies found, as rows of a CSV file
// (analysis/moments/firm_dynamics.csv): an estimator, the firms it is asked of, an accepted range, a source.
#ifndef ANALYSIS_STYLISED_H
#define ANALYSIS_STYLISED_H

#include "analysis/report_text.h"
#include "analysis/sample.h"
#include "analysis/stylised_estimate.h"
#include "sim/error.h"

enum { STYLISED_ID_MAX = 64, STYLISED_TEXT_MAX = 400, STYLISED_FACTS_MAX = 128 };

struct stylised_fact {
    char id[STYLISED_ID_MAX], title[STYLISED_TEXT_MAX], estimator[STYLISED_ID_MAX];
    double parameter, min_workers, max_workers; // NaN: none
    char sector[STYLISED_ID_MAX];               // a label of the economy's sectors, "": all
    double first_year, last_year;
    double low, high; // accepted range; NaN: open on this side
    char source[STYLISED_TEXT_MAX], note[STYLISED_TEXT_MAX];
};

struct stylised_facts {
    struct stylised_fact *fact;
    int n;
};

// Reads a file; note may be missing. An unknown estimator, a range whose ends are exchanged or both open, or
// a fact without a source is a fault. Returns ERROR_INPUT with the place of each fault, ERROR_WORK for want
// of memory. Free it with stylised_facts_free either way.
int stylised_facts_read(struct stylised_facts *facts, const char *path, struct error *err);
void stylised_facts_free(struct stylised_facts *facts);

struct stylised_row {
    const struct stylised_fact *fact;
    // The estimate of all firms and its 95 % interval: delete-a-group jackknife over FIRM_GROUPS groups of
    // firms, Student's t with one degree less. NaN where there are too few firms.
    struct sample_interval value;
    int inside; // the estimate lies in the accepted range
};

struct stylised {
    struct stylised_row *row;
    int rows_n;
};

// Evaluates the facts. A sector that the run does not have has no value; each is told in `missing`. `facts`
// must outlive it. Returns ERROR_WORK for want of memory.
int stylised_create(struct stylised **stylised, const struct firm_panel *panel, const struct run_data *data,
                    const struct stylised_facts *facts, struct error *missing, struct error *err);
void stylised_free(struct stylised *stylised); // NULL is allowed

int stylised_inside(const struct stylised *stylised); // how many rows lie inside

// Prints the rows, as text and Markdown with a count. Returns 0 or -1 for want of memory.
int stylised_print(const struct stylised *stylised, enum report_format format, FILE *to);

#endif
