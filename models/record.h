// record: what a run leaves behind. Fills struct run_data from worlds, month by month; replicates may record
// in parallel.
//
//   root        a variable per metric (models/metrics.c) by replicate and time, and METRIC_by_GROUP per
//   breakdown; the digest of
//               each replicate's final state
//   programmes  per programme and month: who knows it, applications, awards, money
//   funds       per fund and month: capital by limited partner, value, TVPI, DPI, IRR, guarantees
//   ledger      flows by month, category, payer and payee, as far as they occur; positions
//   panel       a keyed sample of the first replicate's firms, a column per attribute, a row per firm and
//   month parameters  every resolved parameter with unit, default, bounds and source twins       outcomes by
//   ancestor, of the first run.twin_replicates replicates
//
// A month that a replicate has not reached is NaN. The ledger and the detail of funds are kept for as many of
// the first replicates as fit into 256 MiB each; the dimension `replicate` of these groups is then shorter.
#ifndef MODELS_RECORD_H
#define MODELS_RECORD_H

#include "models/world.h"
#include "sim/data.h"

struct record;

// Describes the run's output in `data`: dimensions, metrics, programmes, parameters (none if `config` is
// NULL). `data`, `model` and `config` must outlive the record. Returns ERROR_WORK for want of memory,
// ERROR_INPUT if the panel would be above 4 GiB; *record is then NULL.
int record_create(struct record **record, struct run_data *data, const struct model *model,
                  const struct config *config, struct error *err);
void record_free(struct record *record); // NULL is allowed

// As record_create for the metrics with their breakdowns and the digest alone.
int record_create_metrics(struct record **record, struct run_data *data, const struct model *model,
                          struct error *err);

// Records the month of a world after its audit, before world_close_month; each month of a replicate once,
// from the first on. Calls for different replicates may run at the same time. Returns ERROR_WORK for want of
// memory, or if the panel grows above 4 GiB.
int record_month(struct record *record, int replicate, const struct world *world, struct error *err);

// After a replicate's last month: its digest and the twin ledger's rows.
int record_replicate(struct record *record, int replicate, const struct world *world, struct error *err);

// After all replicates: funds, ledger, panel and twin ledger, whose sizes are known only now.
int record_finish(struct record *record, struct error *err);

#endif
