// table_fixture: a table of firms with a column of every type, whose rows can be recognised by their ids.
// Include after cmocka.h.
#ifndef TESTS_UNIT_TABLE_FIXTURE_H
#define TESTS_UNIT_TABLE_FIXTURE_H

#include "sim/table.h"

enum { ROWS = 2500 }; // more than two blocks

struct firm {
    int64_t *id, *ancestor;
    uint8_t *alive;
    double *cash_vnd;
    float *quality; // 3 lanes
    int32_t *workers_n;
    int16_t *month;
    uint64_t *heard_of;  // not economic
    double *stock_vnd;   // 2 lanes
    uint8_t *stage;      //
    int64_t *rare_event; // not economic
};

static const struct column columns[] = {
    {"id", COLUMN_I64, 1, "", "", true, offsetof(struct firm, id)},
    {"ancestor", COLUMN_I64, 1, "", "", true, offsetof(struct firm, ancestor)},
    {"alive", COLUMN_U8, 1, "", "", true, offsetof(struct firm, alive)},
    {"cash_vnd", COLUMN_F64, 1, "", "", true, offsetof(struct firm, cash_vnd)},
    {"quality", COLUMN_F32, 3, "", "", true, offsetof(struct firm, quality)},
    {"workers_n", COLUMN_I32, 1, "", "", true, offsetof(struct firm, workers_n)},
    {"month", COLUMN_I16, 1, "", "", true, offsetof(struct firm, month)},
    {"heard_of", COLUMN_U64, 1, "", "", false, offsetof(struct firm, heard_of)},
    {"stock_vnd", COLUMN_F64, 2, "", "", true, offsetof(struct firm, stock_vnd)},
    {"stage", COLUMN_U8, 1, "", "", true, offsetof(struct firm, stage)},
    {"rare_event", COLUMN_I64, 1, "", "", false, offsetof(struct firm, rare_event)},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns, QUALITY = 4, STOCK = 8 };
static const size_t type_bytes[] = {8, 4, 8, 8, 4, 2, 1}; // in the order of enum column_type

struct fixture {
    struct table table;
    struct firm firm;
};

static inline void *lane_of(const struct fixture *f, int column, int lane)
{
    char *array;
    memcpy(&array, (const char *)&f->firm + columns[column].offset, sizeof array);
    return array + (size_t)(lane * f->table.capacity) * type_bytes[columns[column].type];
}

static inline void *cell(const struct fixture *f, int column, int lane, int64_t row)
{
    return (char *)lane_of(f, column, lane) + (size_t)row * type_bytes[columns[column].type];
}

// A birth with every value told by the id alone, so that rows can be recognised wherever they are.
static inline void firm_birth(struct fixture *f, int64_t id)
{
    int64_t row = table_birth(&f->table, id, id / 2), capacity = f->table.capacity;
    f->firm.cash_vnd[row] = (double)(id * 1000 - 7);
    for (int lane = 0; lane < 3; lane++) {
        f->firm.quality[lane * capacity + row] = (float)id / 8 + (float)lane;
    }
    f->firm.workers_n[row] = (int32_t)(5 - id);
    f->firm.month[row] = (int16_t)(-id % 300);
    f->firm.heard_of[row] = UINT64_MAX - (uint64_t)id;
    f->firm.stock_vnd[row] = (double)id;
    f->firm.stock_vnd[capacity + row] = (double)-id - 1;
    f->firm.stage[row] = (uint8_t)(id % 4);
    f->firm.rare_event[row] = -id;
}

// A table whose rows have the ids first + step * row modulo n.
static inline void fixture_make(struct fixture *f, int64_t n, int64_t first, int64_t step)
{
    struct error err = {0};
    assert_int_equal(table_create(&f->table, "firms", columns, COLUMNS_N, &f->firm, n, &err), ERROR_NONE);
    for (int64_t row = 0; row < n; row++) {
        firm_birth(f, (first + step * row) % n);
    }
}

#endif
