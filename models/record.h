// record: what a run leaves behind. Fills struct run_data from worlds, month by month; replicates may record in parallel.
#ifndef MODELS_RECORD_H
#define MODELS_RECORD_H

#include "models/world.h"
#include "sim/data.h"

struct record;

// Describes the run's output in `data`: dimensions, a variable per metric (models/metrics.c) and breakdown, the groups programmes,
// funds, ledger, parameters. `data` must outlive the record. Returns ERROR_WORK for want of memory.
int record_create(struct record **record, struct run_data *data, const struct model *model, const struct config *config,
                  struct error *err);
void record_free(struct record *record);

// Records the month of a world after its audit, before world_close_month. Calls for different replicates may run at the same time.
int record_month(struct record *record, int replicate, const struct world *world, struct error *err);

// After a replicate's last month: its digest and the twin ledger's rows.
int record_replicate(struct record *record, int replicate, const struct world *world, struct error *err);

// After all replicates: the panel and the twin ledger, whose sizes are known only now.
int record_finish(struct record *record, struct error *err);

#endif
