#include "sim/par.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

enum { SELECT_PARTS = 64 }; // parts of a selection; the result does not depend on it

// How many threads to use for `items` pieces of work; 1 means no parallel region.
static int team_n(int threads, int64_t items)
{
#ifdef _OPENMP
    if (threads > 1 && items > 1 && !omp_in_parallel()) {
        return items < threads ? (int)items : threads;
    }
#else
    (void)threads;
    (void)items;
#endif
    return 1;
}

int64_t par_blocks_n(int64_t n)
{
    return n / PAR_BLOCK + (n % PAR_BLOCK != 0);
}

static void block_run(int64_t block, int64_t n, void (*fn)(void *, int64_t, int64_t, int64_t), void *ctx)
{
    int64_t begin = block * PAR_BLOCK;
    int64_t end = n - begin < PAR_BLOCK ? n : begin + PAR_BLOCK;
    fn(ctx, block, begin, end);
}

void par_blocks(int threads, int64_t n, void (*fn)(void *ctx, int64_t block, int64_t begin, int64_t end),
                void *ctx)
{
    int64_t blocks = par_blocks_n(n);
    int team = team_n(threads, blocks);
    if (team <= 1) {
        for (int64_t block = 0; block < blocks; block++) {
            block_run(block, n, fn, ctx);
        }
        return;
    }
#ifdef _OPENMP
#pragma omp parallel for schedule(static) num_threads(team)
    for (int64_t block = 0; block < blocks; block++) {
        block_run(block, n, fn, ctx);
    }
#endif
}

void par_items(int threads, int n, void (*fn)(void *ctx, int item), void *ctx)
{
    int team = team_n(threads, n);
    if (team <= 1) {
        for (int item = 0; item < n; item++) {
            fn(ctx, item);
        }
        return;
    }
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1) num_threads(team)
    for (int item = 0; item < n; item++) {
        fn(ctx, item);
    }
#endif
}

struct selection {
    int64_t n;
    int64_t part_rows; // rows of a part, a multiple of PAR_BLOCK
    const uint8_t *flag;
    int64_t *rows;
    int64_t first[SELECT_PARTS + 1]; // first[p + 1] counts part p, later where part p + 1 begins in `rows`
};

static int64_t part_begin(const struct selection *s, int part)
{
    int64_t begin = part * s->part_rows;
    return begin < s->n ? begin : s->n;
}

static int64_t flags_count(const uint8_t *flag, int64_t n)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        count += flag[i] != 0;
    }
    return count;
}

static void part_count(void *ctx, int part)
{
    struct selection *s = ctx;
    int64_t begin = part_begin(s, part);
    s->first[part + 1] = flags_count(s->flag + begin, part_begin(s, part + 1) - begin);
}

// Writes without a branch on the flag, and never past the place where this part's count ends: that place
// belongs to the next part, perhaps on another thread.
static void part_write(void *ctx, int part)
{
    const struct selection *s = ctx;
    int64_t begin = part_begin(s, part), end = part_begin(s, part + 1);
    int64_t to = s->first[part], stop = s->first[part + 1];
    for (int64_t row = begin; to < stop;) {
        int64_t step = end - row < 8 ? end - row : 8;
        uint64_t eight = 0;
        memcpy(&eight, s->flag + row, (size_t)step);
        for (int64_t i = 0; eight != 0 && i < step && to < stop; i++) {
            s->rows[to] = row + i;
            to += s->flag[row + i] != 0;
        }
        row += step;
    }
}

int64_t par_select(int threads, int64_t n, const uint8_t *flag, int64_t *rows)
{
    struct selection s = {.n = n, .flag = flag, .rows = rows};
    s.part_rows = (par_blocks_n(n) + SELECT_PARTS - 1) / SELECT_PARTS * PAR_BLOCK;
    if (n == 0) {
        return 0;
    }
    int parts = (int)((n + s.part_rows - 1) / s.part_rows);
    par_items(threads, parts, part_count, &s);
    for (int part = 0; part < parts; part++) {
        s.first[part + 1] += s.first[part];
    }
    par_items(threads, parts, part_write, &s);
    return s.first[parts];
}

double par_block_sum(const double *x, int n)
{
    double lane[PAR_LANES] = {0.0};
    int whole = n - n % PAR_LANES;
    for (int i = 0; i < whole; i += PAR_LANES) {
        for (int j = 0; j < PAR_LANES; j++) {
            lane[j] += x[i + j];
        }
    }
    for (int j = 0; j < n - whole; j++) {
        lane[j] += x[whole + j];
    }
    double sum = lane[0];
    for (int j = 1; j < PAR_LANES; j++) {
        sum += lane[j];
    }
    return sum;
}

double par_ordered_sum(const double *block_sum, int64_t blocks_n)
{
    double sum = 0.0;
    for (int64_t block = 0; block < blocks_n; block++) {
        sum += block_sum[block];
    }
    return sum;
}

// The first number of OMP_NUM_THREADS, which may be a list, or 0 if it is not set or says nothing.
static int threads_asked(void)
{
    const char *text = getenv("OMP_NUM_THREADS");
    if (text == NULL) {
        return 0;
    }
    char *end;
    long asked = strtol(text, &end, 10);
    bool number = end != text && (*end == '\0' || *end == ',' || *end == ' ');
    return number && asked > 0 && asked < 1 << 20 ? (int)asked : 0;
}

int par_threads_available(void)
{
    int available = 1;
#ifdef _OPENMP
    available = omp_get_num_procs();
#endif
    int asked = threads_asked();
    return asked > 0 && asked < available ? asked : available;
}
