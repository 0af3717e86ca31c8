#include "sim/table.h"

#include <stdlib.h>
#include <string.h>

#include "sim/par.h"
#include "sim/table_part.h"

enum { LINE_BYTES = 64, LINE_ROWS = 64 }; // 64 rows of any type fill whole cache lines

// --- columns ---

size_t table_type_bytes(enum column_type type)
{
    static const size_t bytes[] = {
        [COLUMN_F64] = 8, [COLUMN_F32] = 4, [COLUMN_I64] = 8, [COLUMN_U64] = 8,
        [COLUMN_I32] = 4, [COLUMN_I16] = 2, [COLUMN_U8] = 1,
    };
    return bytes[type];
}

static void array_set(const struct table *table, int column, void *array)
{
    memcpy((char *)table->arrays + table->columns[column].offset, &array, sizeof array);
}

static char *array_get(const struct table *table, int column)
{
    char *array;
    memcpy(&array, (const char *)table->arrays + table->columns[column].offset, sizeof array);
    return array;
}

char *table_lane(const struct table *table, int column, int lane)
{
    return array_get(table, column) +
           (size_t)lane * (size_t)table->capacity * table_type_bytes(table->columns[column].type);
}

int64_t *table_ids(const struct table *table)
{
    return (int64_t *)(void *)array_get(table, TABLE_ID);
}

uint8_t *table_alive(const struct table *table)
{
    return (uint8_t *)array_get(table, TABLE_ALIVE);
}

size_t table_row_bytes(const struct table *table)
{
    size_t bytes = 0;
    for (int c = 0; c < table->columns_n; c++) {
        bytes += (size_t)table->columns[c].lanes * table_type_bytes(table->columns[c].type);
    }
    return bytes;
}

struct table_place table_place_of(const struct table *table, int item)
{
    struct table_place place = {.lane = item};
    while (place.lane >= table->columns[place.column].lanes) {
        place.lane -= table->columns[place.column++].lanes;
    }
    return place;
}

int table_lanes_n(const struct table *table)
{
    int lanes = 0;
    for (int c = 0; c < table->columns_n; c++) {
        lanes += table->columns[c].lanes;
    }
    return lanes;
}

// --- memory ---

// Rows to reserve for `wanted`: an odd number of LINE_ROWS, so that the lanes of a column do not start at
// equal offsets within a page.
static int64_t capacity_for(int64_t wanted)
{
    int64_t lines = wanted / LINE_ROWS + (wanted % LINE_ROWS != 0);
    return (lines | 1) * LINE_ROWS;
}

static size_t column_bytes(const struct column *column, int64_t capacity)
{
    return (size_t)column->lanes * (size_t)capacity * table_type_bytes(column->type) + LINE_BYTES;
}

// New memory for a table's rows, as a loop context.
struct move {
    const struct table *table; // with the old arrays
    char *memory;
    int64_t capacity;
};

// Fills a block of the new memory: rows in use are copied, the rest is zero. The thread that will work on the
// block touches it first.
static void move_block(void *ctx, int64_t block, int64_t begin, int64_t end)
{
    (void)block;
    const struct move *move = ctx;
    const struct table *table = move->table;
    int64_t used = table->n < begin ? begin : table->n < end ? table->n : end;
    char *array = move->memory;
    for (int c = 0; c < table->columns_n; c++) {
        const struct column *column = &table->columns[c];
        size_t bytes = table_type_bytes(column->type);
        for (int lane = 0; lane < column->lanes; lane++) {
            char *to = array + (size_t)lane * (size_t)move->capacity * bytes;
            if (begin < used) {
                memcpy(to + (size_t)begin * bytes, table_lane(table, c, lane) + (size_t)begin * bytes,
                       (size_t)(used - begin) * bytes);
            }
            memset(to + (size_t)used * bytes, 0, (size_t)(end - used) * bytes);
        }
        array += column_bytes(column, move->capacity);
    }
}

// Gives the table room for at least `wanted` rows in new memory.
static int resize(struct table *table, int64_t wanted, struct error *err)
{
    size_t row = table_row_bytes(table), bytes = 0;
    bool fits = wanted < INT64_MAX / 2;
    struct move move = {.table = table, .capacity = fits ? capacity_for(wanted) : 0};
    fits = fits && !__builtin_mul_overflow((size_t)move.capacity, row, &bytes) &&
           !__builtin_add_overflow(bytes, (size_t)table->columns_n * LINE_BYTES, &bytes);
    move.memory = fits ? aligned_alloc(LINE_BYTES, bytes) : NULL;
    if (move.memory == NULL) {
        return error_add(err, ERROR_WORK, "table %s: no memory for %lld rows of %zu bytes", table->name,
                         (long long)wanted, row);
    }
    par_blocks(table->threads, move.capacity, move_block, &move);
    char *array = move.memory;
    for (int c = 0; c < table->columns_n; c++) {
        array_set(table, c, array);
        array += column_bytes(&table->columns[c], move.capacity);
    }
    free(table->memory);
    table->memory = move.memory;
    table->capacity = move.capacity;
    return ERROR_NONE;
}

static void columns_check(const struct column *columns, int columns_n)
{
    CHECK(columns_n >= TABLE_FIXED);
    CHECK(strcmp(columns[TABLE_ID].name, "id") == 0 && columns[TABLE_ID].type == COLUMN_I64);
    CHECK(strcmp(columns[TABLE_ANCESTOR].name, "ancestor") == 0 &&
          columns[TABLE_ANCESTOR].type == COLUMN_I64);
    CHECK(strcmp(columns[TABLE_ALIVE].name, "alive") == 0 && columns[TABLE_ALIVE].type == COLUMN_U8);
    for (int c = 0; c < columns_n; c++) {
        CHECK(c < TABLE_FIXED ? columns[c].lanes == 1 : columns[c].lanes >= 1);
    }
}

int table_create(struct table *table, const char *name, const struct column *columns, int columns_n,
                 void *arrays, int64_t capacity, struct error *err)
{
    CHECK(capacity >= 0);
    columns_check(columns, columns_n);
    *table = (struct table){.name = name,
                            .columns = columns,
                            .columns_n = columns_n,
                            .arrays = arrays,
                            .threads = par_threads_available()};
    for (int c = 0; c < columns_n; c++) {
        array_set(table, c, NULL);
    }
    return resize(table, capacity, err);
}

void table_free(struct table *table)
{
    free(table->memory);
    for (int c = 0; c < table->columns_n; c++) {
        array_set(table, c, NULL);
    }
    table->memory = NULL;
    table->n = table->capacity = 0;
}

int table_reserve(struct table *table, int64_t more, struct error *err)
{
    CHECK(more >= 0);
    if (more <= table->capacity - table->n) {
        return ERROR_NONE;
    }
    int64_t half = table->capacity + table->capacity / 2;
    int64_t wanted = more < INT64_MAX - table->n ? table->n + more : INT64_MAX;
    return resize(table, wanted > half ? wanted : half, err);
}

// --- birth and death ---

int64_t table_birth(struct table *table, int64_t id, int64_t ancestor)
{
    CHECK(table->n < table->capacity);
    int64_t row = table->n++;
    table_ids(table)[row] = id;
    ((int64_t *)(void *)array_get(table, TABLE_ANCESTOR))[row] = ancestor;
    table_alive(table)[row] = 1;
    return row;
}

int64_t table_split(struct table *table, int64_t row, int64_t id)
{
    CHECK(table->n < table->capacity && row >= 0 && row < table->n);
    int64_t part = table->n++;
    for (int c = 0; c < table->columns_n; c++) {
        size_t bytes = table_type_bytes(table->columns[c].type);
        for (int lane = 0; lane < table->columns[c].lanes; lane++) {
            char *value = table_lane(table, c, lane);
            memcpy(value + (size_t)part * bytes, value + (size_t)row * bytes, bytes);
        }
    }
    table_ids(table)[part] = id;
    return part;
}

static int64_t first_dead(const uint8_t *alive, int64_t from, int64_t n)
{
    const uint8_t *dead = memchr(alive + from, 0, (size_t)(n - from));
    return dead == NULL ? n : dead - alive;
}

struct compaction {
    const struct table *table;
    int64_t first; // the first dead row
};

// Moves each run of living rows of one lane down and zeroes what is left; returns the number of living rows.
static int64_t lane_compact(const struct compaction *work, char *value, size_t bytes)
{
    const uint8_t *alive = table_alive(work->table);
    int64_t n = work->table->n, to = work->first;
    for (int64_t row = work->first; row < n;) {
        if (alive[row] == 0) {
            row++;
            continue;
        }
        int64_t end = first_dead(alive, row, n);
        memmove(value + (size_t)to * bytes, value + (size_t)row * bytes, (size_t)(end - row) * bytes);
        to += end - row;
        row = end;
    }
    memset(value + (size_t)to * bytes, 0, (size_t)(n - to) * bytes);
    return to;
}

static void compact_item(void *ctx, int item)
{
    const struct compaction *work = ctx;
    struct table_place place = table_place_of(work->table, item);
    if (place.column != TABLE_ALIVE) { // the others read it, so it goes last
        lane_compact(work, table_lane(work->table, place.column, place.lane),
                     table_type_bytes(work->table->columns[place.column].type));
    }
}

void table_compact(struct table *table, int64_t *moved)
{
    uint8_t *alive = table_alive(table);
    if (moved != NULL) {
        int64_t to = 0;
        for (int64_t row = 0; row < table->n; row++) {
            moved[row] = alive[row] != 0 ? to : -1;
            to += alive[row] != 0;
        }
    }
    struct compaction work = {.table = table, .first = first_dead(alive, 0, table->n)};
    if (work.first == table->n) {
        return;
    }
    par_items(table->threads, table_lanes_n(table), compact_item, &work);
    table->n = lane_compact(&work, (char *)alive, 1);
}
