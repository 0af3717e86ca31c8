#include <stdlib.h>
#include <string.h>
#include "models/metrics_part.h"
#include "sim/isa.h"

// ---- memory -------------------------------------------------------------------------------------

// Slots in order: the whole economy, then the labels of the groups that cells are made of.
static const enum metrics_group slot_groups[] = {
    METRICS_TOTAL,     METRICS_SIZE_CLASS,   METRICS_SECTOR,      METRICS_REGION,
    METRICS_OWNERSHIP, METRICS_OWNER_GENDER, METRICS_SURVEY_CLASS};
enum { SLOT_GROUPS_N = sizeof slot_groups / sizeof slot_groups[0] };

// Where the parts of `sums` begin; each on a cache line.
static void layout(struct metrics *m)
{
    const struct model *model = m->model;
    m->cells_n = (int64_t)METRICS_BINS_N * model->sectors_n * model->regions_n * METRICS_OWNERS_N;
    m->survival_n = (int64_t)SIZES_N * METRICS_AGES_N * model->sectors_n;
    m->at_opened = m->cells_n * (metrics_stride - metrics_counts_n);
    m->at_kept = m->at_opened + m->survival_n;
    m->at_first_sales = m->at_kept + m->survival_n;
    m->at_productivity = m->at_first_sales + METRICS_COHORTS_N;
    m->part_n = (m->at_productivity + (int64_t)model->sectors_n * METRICS_PRODUCTIVITY_BINS + 7) / 8 * 8;
    for (int k = 0; k < SLOT_GROUPS_N; k++) {
        m->slot_first[slot_groups[k]] = m->slots_n;
        m->slots_n += metrics_labels_n(model, slot_groups[k]);
    }
}

enum { VECTORS_N = 4 }; // work space of marginalise

static int reserve(struct metrics *m, struct error *err)
{
    const size_t ring = (size_t)METRICS_MEMORY_MONTHS * (size_t)m->slots_n;
    m->sums = aligned_alloc(64, (size_t)m->parts_n * (size_t)m->part_n * sizeof *m->sums);
    m->counts = aligned_alloc(64, (size_t)m->parts_n * (size_t)m->cells_n * (size_t)metrics_counts_n *
                                      sizeof *m->counts);
    m->vectors = aligned_alloc(64, VECTORS_N * (size_t)metrics_stride * sizeof *m->vectors);
    m->slot = aligned_alloc(64, (size_t)m->slots_n * (size_t)metrics_stride * sizeof *m->slot);
    m->opened = calloc(12 * (size_t)m->survival_n, sizeof *m->opened);
    m->value_added = calloc(ring, sizeof *m->value_added);
    m->workers = calloc(ring, sizeof *m->workers);
    m->real_value_added = calloc(ring, sizeof *m->real_value_added);
    m->fund_flow = calloc((size_t)model_months(m->model), sizeof *m->fund_flow);
    m->programme =
        calloc((size_t)metrics_programme_rows * (size_t)m->model->programmes_n + 1, sizeof *m->programme);
    if (m->sums && m->counts && m->vectors && m->slot && m->opened && m->value_added && m->workers &&
        m->real_value_added && m->fund_flow && m->programme)
        return ERROR_NONE;
    return error_add(err, ERROR_WORK, "out of memory for the metrics of a replicate");
}

int metrics_create(struct metrics **metrics, const struct model *model, int threads, struct error *err)
{
    struct metrics *m = *metrics = calloc(1, sizeof *m);
    if (!m)
        return error_add(err, ERROR_WORK, "out of memory for the metrics of a replicate");
    m->model = model;
    m->parts_n = threads < 1 ? 1 : threads > METRICS_PARTS_MAX ? METRICS_PARTS_MAX : threads;
    layout(m);
    const int rc = reserve(m, err);
    if (rc) {
        metrics_free(m);
        *metrics = NULL;
    }
    return rc;
}

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    free(metrics->sums);
    free(metrics->counts);
    free(metrics->vectors);
    free(metrics->slot);
    free(metrics->opened);
    free(metrics->value_added);
    free(metrics->workers);
    free(metrics->real_value_added);
    free(metrics->fund_flow);
    free(metrics->programme);
    free(metrics);
}

// ---- a block made ready -------------------------------------------------------------------------

static struct firm firm_from(const struct firm *f, int64_t begin)
{
#define COLUMN_FROM(ctype, type, name, lanes, unit, economic, doc) .name = f->name + begin,
    return (struct firm)
    {
        FIRM_COLUMNS(COLUMN_FROM)
    };
#undef COLUMN_FROM
}

// Status, size class, cell.
ISA_CLONES static void metrics_classes(struct metrics_block *b)
{
    const struct model *model = b->metrics->model;
    const struct firm c = b->firm;
    const uint32_t sectors = (uint32_t)model->sectors_n, regions = (uint32_t)model->regions_n;
    uint8_t industry[PAR_BLOCK], bin[PAR_BLOCK];
    for (int i = 0; i < b->n; i++)
        industry[i] = (uint8_t)model->sector[c.sector[i]].industry;
    for (int i = 0; i < b->n; i++) {
        const uint8_t status = c.status[i];
        b->operating[i] = status == STATUS_OPERATING;
        b->registered[i] = status <= STATUS_OPERATING;
        b->results[i] = (status == STATUS_OPERATING) & (c.last_sale_month[i] > b->since_year);
    }
    for (int i = 0; i < b->n; i++) {
        const double w = c.workers[i], small = industry[i] ? 200.0 : 50.0,
                     medium = industry[i] ? 300.0 : 100.0;
        b->class56[i] = (uint8_t)((w > 10.0) + (w > small) + (w > medium));
        bin[i] =
            (uint8_t)((w >= 5.0) + (w >= 10.0) + (w >= 20.0) + (w >= 50.0) + (w >= 100.0) + (w >= 200.0));
    }
    for (int i = 0; i < b->n; i++) {
        const uint32_t place = (bin[i] * sectors + c.sector[i]) * regions + c.region[i];
        b->cell[i] = place * METRICS_OWNERS_N + 2U * c.ownership[i] + c.owner_female[i];
    }
}

// Who is asked by each survey, and what the firms did 12 and 36 months ago.
ISA_CLONES static void metrics_histories(struct metrics_block *b)
{
    const struct model *model = b->metrics->model;
    const struct firm c = b->firm;
    const uint64_t year_known = b->month >= 11, window_known = b->month >= 36;
    uint8_t manufacturing[PAR_BLOCK];
    for (int i = 0; i < b->n; i++)
        manufacturing[i] = (uint8_t)model->sector[c.sector[i]].manufacturing;
    memset(b->surveyed, 0, sizeof b->surveyed);
    for (int l = 0; l < model->lenses_n; l++) {
        const double least = model->lens[l].workers_min;
        const uint8_t any = !model->lens[l].manufacturing;
        for (int i = 0; i < b->n; i++)
            b->surveyed[l][i] = (uint8_t)((c.workers[i] >= least) & (manufacturing[i] | any));
    }
    for (int i = 0; i < b->n; i++) {
        b->year_ago[i] = (uint8_t)(c.operating_bits[i] >> 11 & year_known);
        b->operated_before[i] = (uint8_t)(c.operating_bits[i] >> 35 & window_known);
        b->innovated_before[i] = (uint8_t)(c.innovating_bits[i] >> 36 & 1);
        b->innovates[i] = (uint8_t)(c.innovating_bits[i] & 1);
    }
}

// Sums of a ring over the last `months` months, four lanes at a time.
ISA_CLONES static void metrics_years(const struct metrics_block *b, const float *ring, int month_of_year,
                                     int months, double sum[PAR_BLOCK])
{
    const float *lane[12];
    int k = 0;
    for (int ago = 0; ago < 12; ago++)
        lane[ago] = ring + (month_of_year + 12 - ago) % 12 * b->capacity;
    memset(sum, 0, sizeof(double[PAR_BLOCK]));
    for (; k + 4 <= months; k += 4) {
        const float *p = lane[k], *q = lane[k + 1], *r = lane[k + 2], *s = lane[k + 3];
        for (int i = 0; i < b->n; i++)
            sum[i] += ((double)p[i] + (double)q[i]) + ((double)r[i] + (double)s[i]);
    }
    for (; k < months; k++)
        for (int i = 0; i < b->n; i++)
            sum[i] += (double)lane[k][i];
}

static void block_fill(struct metrics_block *b, const struct metrics *m, int64_t begin, int64_t end)
{
    const struct world *w = m->world;
    const int month_of_year = (int)w->climate.month_of_year;
    b->metrics = m;
    b->firm = firm_from(&w->firm, begin);
    b->capacity = w->firms.capacity;
    b->n = (int)(end - begin);
    b->month = (int16_t)m->month;
    b->since_year = (int16_t)(m->month - 12);
    b->since_window = (int16_t)(m->month - m->model->innovation.window_months);
    b->workers_before = b->firm.workers_ring + (month_of_year + 1) % 12 * b->capacity;
    metrics_classes(b);
    metrics_histories(b);
    const int months = m->month < 11 ? (int)m->month + 1 : 12; // within the run
    metrics_years(b, b->firm.sales_ring, month_of_year, months, b->sales_year);
    metrics_years(b, b->firm.reported_ring, month_of_year, months, b->reported_year);
}

// ---- what is not made of cells ------------------------------------------------------------------

// The place among survivors of a firm with so many workers that is `age` months old.
VMATH_INLINE int32_t survival_place(float workers, int age, int sector, int sectors_n)
{
    const int size = (workers >= 10.0F) + (workers >= 50.0F) + (workers >= 200.0F);
    const int years = (age >= 12) + (age >= 36) + (age >= 60) + (age >= 120);
    return (size * METRICS_AGES_N + years) * sectors_n + sector;
}

// A place in the sums and what is added there.
struct place {
    int32_t at[PAR_BLOCK];
    int64_t weight[PAR_BLOCK];
};

static void place_add(const struct place *place, int n, int64_t *sums)
{
    for (int i = 0; i < n; i++)
        sums[place->at[i]] += place->weight[i];
}

// A firm operates at the end of a month if it takes part in the next month's production: bit 0 of
// operating_bits tells of the end of last month, bit 11 of 12 months ago.
ISA_CLONES static void metrics_survivors(const struct metrics_block *b, const float *workers_now,
                                         struct place *opened, struct place *kept)
{
    const struct firm c = b->firm;
    const int sectors_n = b->metrics->model->sectors_n;
    for (int i = 0; i < b->n; i++) {
        const int age = b->month - c.birth_month[i];
        opened->at[i] = survival_place(workers_now[i], age, c.sector[i], sectors_n);
        kept->at[i] = survival_place(b->workers_before[i], age - 11, c.sector[i], sectors_n);
    }
    for (int i = 0; i < b->n; i++) {
        const int64_t stays = (c.status[i] == STATUS_OPERATING) | (c.status[i] == STATUS_SUSPENDED);
        opened->weight[i] = c.weight[i] & -(int64_t)(c.operating_bits[i] & 1);
        kept->weight[i] = c.weight[i] & -(int64_t)(c.operating_bits[i] >> 11 & (uint64_t)stays);
    }
}

// Sales a worker by sector, of firms that operated in all of the last 12 months; bins of equal width within
// an octave.
ISA_CLONES static void metrics_productivity_places(const struct metrics_block *b, struct place *place)
{
    const struct firm c = b->firm;
    for (int i = 0; i < b->n; i++) {
        const int64_t all = b->operating[i] & ((~c.operating_bits[i] & 0xfff) == 0) & (c.workers[i] > 0.0);
        place->weight[i] = c.weight[i] & -all;
    }
    for (int i = 0; i < b->n; i++) {
        const double productivity = b->sales_year[i] / vmath_max(c.workers[i], 1e-3);
        const int bin = (int)(vmath_bits(productivity) >> 47) - METRICS_PRODUCTIVITY_FIRST;
        const int within = bin < 0                           ? 0
                           : bin < METRICS_PRODUCTIVITY_BINS ? bin
                                                             : METRICS_PRODUCTIVITY_BINS - 1;
        place->at[i] = c.sector[i] * METRICS_PRODUCTIVITY_BINS + within;
    }
}

static void add_places(const struct metrics_block *b, int64_t *sums)
{
    const struct metrics *m = b->metrics;
    struct place opened, kept;
    metrics_survivors(b, b->firm.workers_ring + m->world->climate.month_of_year * b->capacity, &opened,
                      &kept);
    place_add(&opened, b->n, sums + m->at_opened);
    place_add(&kept, b->n, sums + m->at_kept);
    metrics_productivity_places(b, &opened);
    place_add(&opened, b->n, sums + m->at_productivity);
}

static void add_first_sales(const struct metrics_block *b, int64_t *first_sales)
{
    const struct firm *c = &b->firm;
    for (int i = 0; i < b->n; i++)
        if (c->first_sale_month[i] == b->month && c->birth_month[i] >= 0 &&
            b->month - c->birth_month[i] < METRICS_COHORTS_N)
            first_sales[c->birth_month[i] % METRICS_COHORTS_N] += c->weight[i];
}

// ---- the month ----------------------------------------------------------------------------------

// One part of the firm table.
static void scan_part(void *context, int part)
{
    const struct metrics *m = context;
    const int64_t rows = m->world->firms.n, blocks = par_blocks_n(rows);
    const size_t counts_n = (size_t)m->cells_n * (size_t)metrics_counts_n;
    uint32_t *counts = m->counts + (size_t)part * counts_n;
    int64_t *sums = m->sums + part * m->part_n;
    struct metrics_block b;

    memset(counts, 0, counts_n * sizeof *counts);
    memset(sums, 0, (size_t)m->part_n * sizeof *sums);
    for (int64_t k = blocks * part / m->parts_n; k < blocks * (part + 1) / m->parts_n; k++) {
        const int64_t begin = k * PAR_BLOCK, end = begin + PAR_BLOCK < rows ? begin + PAR_BLOCK : rows;
        block_fill(&b, m, begin, end);
        metrics_block_add(&b, counts, sums);
        add_places(&b, sums);
        add_first_sales(&b, sums + m->at_first_sales);
    }
}

ISA_CLONES static void metrics_add(int64_t *restrict to, const int64_t *restrict from, int64_t n)
{
    for (int64_t k = 0; k < n; k++)
        to[k] += from[k];
}

// Adds a measure vector to the slot of a label.
static void add_to(struct metrics *m, enum metrics_group group, int label, const int64_t *from)
{
    metrics_add(m->slot + (int64_t)metrics_slot(m, group, label) * metrics_stride, from, metrics_stride);
}

// The slots that a bin of workers belongs to.
static void add_bin(struct metrics *m, int bin, const int64_t *from)
{
    const int size = bin < 2 ? SIZE_MICRO : bin < 4 ? SIZE_SMALL : bin < 6 ? SIZE_MEDIUM : SIZE_LARGE;
    add_to(m, METRICS_TOTAL, 0, from);
    add_to(m, METRICS_SIZE_CLASS, size, from);
    if (bin == 0)
        return; // below 5 workers: in no survey
    add_to(m, METRICS_SURVEY_CLASS, 0, from);
    add_to(m, METRICS_SURVEY_CLASS, bin < 3 ? 1 : bin < 5 ? 2 : 3, from);
    if (bin >= 3)
        add_to(m, METRICS_SURVEY_CLASS, 4, from);
}

// All measures of a cell, over all parts. Returns 0 if there is nothing in it.
ISA_CLONES static int64_t metrics_cell(const struct metrics *m, int64_t cell, int64_t *restrict out)
{
    const int counts_n = metrics_counts_n, others_n = metrics_stride - metrics_counts_n;
    const int64_t *others = m->sums + cell * others_n;
    for (int k = 0; k < others_n; k++)
        out[counts_n + k] = others[k];
    for (int k = 0; k < counts_n; k++)
        out[k] = 0;
    for (int part = 0; part < m->parts_n; part++) {
        const uint32_t *counts = m->counts + (part * m->cells_n + cell) * counts_n;
        for (int k = 0; k < counts_n; k++)
            out[k] += counts[k];
    }
    int64_t any = 0;
    for (int k = 0; k < metrics_stride; k++)
        any |= out[k];
    return any;
}

// From cells to slots: sums over owners, regions, sectors in turn.
static void marginalise(struct metrics *m)
{
    const int sectors = m->model->sectors_n, regions = m->model->regions_n, stride = metrics_stride;
    const size_t bytes = (size_t)stride * sizeof *m->slot;
    int64_t *owner = m->vectors, *place = owner + stride, *sector = place + stride, *bin = sector + stride,
            cell = 0;
    memset(m->slot, 0, (size_t)m->slots_n * bytes);
    for (int k = 0; k < METRICS_BINS_N; k++) {
        memset(bin, 0, bytes);
        for (int s = 0; s < sectors; s++) {
            memset(sector, 0, bytes);
            for (int r = 0; r < regions; r++) {
                memset(place, 0, bytes);
                for (int o = 0; o < METRICS_OWNERS_N; o++) {
                    if (!metrics_cell(m, cell++, owner))
                        continue;
                    add_to(m, METRICS_OWNERSHIP, o / 2, owner);
                    add_to(m, METRICS_OWNER_GENDER, o % 2, owner);
                    metrics_add(place, owner, stride);
                }
                add_to(m, METRICS_REGION, r, place);
                metrics_add(sector, place, stride);
            }
            add_to(m, METRICS_SECTOR, s, sector);
            metrics_add(bin, sector, stride);
        }
        add_bin(m, k, bin);
    }
}

void metrics_scan(struct metrics *m)
{
    par_items(m->world->threads, m->parts_n, scan_part, m);
    for (int part = 1; part < m->parts_n; part++)
        metrics_add(m->sums, m->sums + part * m->part_n, m->part_n);
    marginalise(m);
}
