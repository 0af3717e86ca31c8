#include "models/record_part.h"
#include <stdlib.h>
#include <string.h>

// Totals of an ancestor's enterprises, whatever agents carry them.
struct twin {
    int64_t ancestor, weight, innovations_n, loans_n, survived, months_operating;
    double worker_months, sales_vnd, value_added_vnd, support_vnd;
    uint8_t sector, region, size, female;
};

struct record_twins {
    struct twin *twin;
    int64_t n, capacity;
    int64_t *slot; // hash table by ancestor: 1 + index, 0 if empty; 2 * capacity slots
};

static int no_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory for the twin ledger");
}

// ---- finding ancestors --------------------------------------------------------------------------

// The slot where an ancestor is or would be.
static int64_t *slot_of(const struct record_twins *t, int64_t ancestor)
{
    const uint64_t mask = 2 * (uint64_t)t->capacity - 1;
    uint64_t at = rng_hash((uint64_t)ancestor) & mask;
    while (t->slot[at] && t->twin[t->slot[at] - 1].ancestor != ancestor)
        at = (at + 1) & mask;
    return &t->slot[at];
}

static int grow(struct record_twins *t, struct error *err)
{
    const int64_t capacity = t->capacity ? 2 * t->capacity : 4096;
    struct twin *twin = realloc(t->twin, (size_t)capacity * sizeof *twin);
    if (!twin)
        return no_memory(err);
    t->twin = twin;
    int64_t *slot = calloc(2 * (size_t)capacity, sizeof *slot);
    if (!slot)
        return no_memory(err);
    free(t->slot);
    t->slot = slot;
    t->capacity = capacity;
    for (int64_t k = 0; k < t->n; k++)
        *slot_of(t, twin[k].ancestor) = k + 1;
    return ERROR_NONE;
}

// Workers by which a new row is classed: those of the opening, or with which an entrant starts at once; the
// declared ones of a firm that did not trade yet.
static double first_workers(const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const int64_t next = (world->climate.month_of_year + 1) % 12; // a lane that no month has overwritten yet
    const double opening = (double)f->workers_ring[next * world->firms.capacity + row];
    const double declared = (double)f->registered_workers[row];
    if (f->birth_month[row] >= 0)
        return f->workers[row] > 0.0 ? f->workers[row] : declared;
    if (opening > 0.0)
        return opening;
    return f->first_sale_month[row] < 0 && f->first_sale_month[row] != NEVER ? f->workers[row] : declared;
}

static int meet(struct record_twins *t, const struct world *world, int64_t row, struct error *err)
{
    const struct firm *f = &world->firm;
    const int rc = t->n == t->capacity ? grow(t, err) : ERROR_NONE;
    if (rc)
        return rc;
    int64_t *slot = slot_of(t, f->ancestor[row]);
    if (*slot)
        return ERROR_NONE; // another part of the same
    t->twin[t->n] = (struct twin){.ancestor = f->ancestor[row],
                                  .sector = f->sector[row],
                                  .region = f->region[row],
                                  .size = (uint8_t)model_size_class(first_workers(world, row)),
                                  .female = f->owner_female[row]};
    *slot = ++t->n;
    return ERROR_NONE;
}

// Adds what a row has come to.
static void collect(struct record_twins *t, const struct world *world, int64_t row)
{
    const struct firm *f = &world->firm;
    const int64_t slot = *slot_of(t, f->ancestor[row]), w = f->weight[row];
    CHECK(slot > 0); // every ancestor has been met
    struct twin *twin = &t->twin[slot - 1];
    const bool there = f->status[row] < STATUS_CEASED;
    twin->weight += w;
    twin->innovations_n += w * f->innovations_n[row];
    twin->loans_n += w * f->loans_n[row];
    twin->months_operating += w * f->months_operating[row];
    twin->survived += there ? w : 0;
    twin->worker_months += (double)w * f->worker_months[row];
    twin->sales_vnd += (double)w * f->sales_total_vnd[row];
    twin->value_added_vnd += (double)w * f->value_added_total_vnd[row];
    twin->support_vnd += (double)w * f->support_vnd[row];
}

// ---- the run ------------------------------------------------------------------------------------

int record_twins_month(struct record *record, int replicate, const struct world *world, struct error *err)
{
    struct record_replicate *own = &record->replicate[replicate];
    const struct firm *f = &world->firm;
    if (!own->twins)
        own->twins = calloc(1, sizeof *own->twins);
    if (!own->twins)
        return no_memory(err);
    for (int64_t row = 0; row < world->firms.n; row++) {
        const bool new = world->month == 0 || f->birth_month[row] == world->month;
        const int rc = new ? meet(own->twins, world, row, err) : ERROR_NONE;
        if (rc)
            return rc;
        if (f->status[row] == STATUS_GONE && f->status_month[row] == world->month)
            collect(own->twins, world, row);
    }
    return ERROR_NONE;
}

void record_twins_end(struct record *record, int replicate, const struct world *world)
{
    for (int64_t row = 0; row < world->firms.n; row++)
        if (world->firm.status[row] != STATUS_GONE)
            collect(record->replicate[replicate].twins, world, row);
}

void record_twins_free(struct record_twins *twins)
{
    if (!twins)
        return;
    free(twins->twin);
    free(twins->slot);
    free(twins);
}

// ---- the end ------------------------------------------------------------------------------------

static int twin_compare(const void *left, const void *right)
{
    const struct twin *a = left, *b = right;
    return (a->ancestor > b->ancestor) - (a->ancestor < b->ancestor);
}

// X(name, type, C type, unit, what it is, value; t: struct twin, r: replicate)
#define TWIN_VARIABLES(X)                                                                                    \
    X(replicate, DATA_I32, int32_t, "1", "replicate", r)                                                     \
    X(ancestor, DATA_I64, int64_t, "1", "draw key, the same in every scenario of a seed", t->ancestor)       \
    X(weight, DATA_I64, int64_t, "enterprises", "real enterprises that it stands for", t->weight)            \
    X(sector, DATA_U8, uint8_t, "1", "sector", t->sector)                                                    \
    X(region, DATA_U8, uint8_t, "1", "region", t->region)                                                    \
    X(size_class, DATA_U8, uint8_t, "1", "size class at the opening or at birth", t->size)                   \
    X(owner_female, DATA_U8, uint8_t, "1", "1 if owned by a woman", t->female)                               \
    X(months_operating, DATA_I64, int64_t, "enterprises month",                                              \
      "months in operation, of all its enterprises", t->months_operating)                                    \
    X(worker_months, DATA_F64, double, "workers month", "workers summed over months in operation",           \
      t->worker_months)                                                                                      \
    X(sales_total_vnd, DATA_F64, double, "VND", "sales over the run", t->sales_vnd)                          \
    X(value_added_total_vnd, DATA_F64, double, "VND", "value added over the run", t->value_added_vnd)        \
    X(innovations_n, DATA_I64, int64_t, "innovations", "innovations implemented", t->innovations_n)          \
    X(loans_n, DATA_I64, int64_t, "loans", "loans received", t->loans_n)                                     \
    X(support_vnd, DATA_F64, double, "VND", "support received", t->support_vnd)                              \
    X(survived, DATA_I64, int64_t, "enterprises",                                                            \
      "enterprises still in the register and not ceased at the end", t->survived)

static const char *definition(const struct model *model, const char *name, const char *doc, char *out)
{
    static const enum metrics_group groups[] = {METRICS_SECTOR, METRICS_REGION, METRICS_SIZE_CLASS};
    for (size_t k = 0; k < sizeof groups / sizeof groups[0]; k++)
        if (strcmp(name, metrics_group_name(groups[k])) == 0)
            return record_codes(model, groups[k], doc, out, RECORD_CODES_MAX);
    return doc;
}

static void *add_column(struct record *record, int dim, const char *name, enum data_type type,
                        const char *unit, const char *doc)
{
    char text[RECORD_CODES_MAX];
    struct data_var var = record_var("twins", name, unit, type, 1, &dim);
    var.long_name = doc;
    var.definition = definition(record->model, name, doc, text);
    const int index = data_var_add(record->data, &var);
    return index < 0 ? NULL : record->data->var[index].value;
}

#define COLUMN_FILL(name, type, ctype, unit, doc, expr)                                                      \
    {                                                                                                        \
        ctype *value = add_column(record, dim, #name, type, unit, doc);                                      \
        for (int32_t r = 0; r < record->replicates_n && value; r++)                                          \
            for (int64_t k = 0; k < finished_n(record, r); k++) {                                            \
                const struct twin *t = &record->replicate[r].twins->twin[k];                                 \
                (void)t; /* a column may be of the replicate alone */                                        \
                *value++ = (expr);                                                                           \
            }                                                                                                \
    }

// Ancestors of a replicate whose ledger is complete; 0 if it has none.
static int64_t finished_n(const struct record *record, int replicate)
{
    const struct record_replicate *own = &record->replicate[replicate];
    return own->done && own->twins ? own->twins->n : 0;
}

int record_twins_finish(struct record *record, struct error *err)
{
    int64_t n = 0;
    for (int r = 0; r < record->replicates_n; r++) {
        const int64_t here = finished_n(record, r);
        if (here > 0)
            qsort(record->replicate[r].twins->twin, (size_t)here, sizeof(struct twin), twin_compare);
        n += here;
    }
    if (n == 0)
        return ERROR_NONE;
    const int dim = data_dim_add(record->data, "row", "",
                                 "an ancestor in a replicate, by rising replicate and key", n, NULL, NULL);
    if (dim >= 0) {
        TWIN_VARIABLES(COLUMN_FILL)
    }
    return data_failed(record->data) ? no_memory(err) : ERROR_NONE;
}
