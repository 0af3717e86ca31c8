// What tables hold: single values, the digest, the audit. Nothing here changes a table.
#include "sim/table.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "sim/isa.h"
#include "sim/order.h"
#include "sim/par.h"
#include "sim/table_part.h"

// --- values ---

// Widens n values of a lane to 64 bits, by their bits.
static void lane_bits(const char *value, size_t bytes, int64_t n, uint64_t *bits)
{
    if (bytes == sizeof(uint64_t)) {
        memcpy(bits, value, (size_t)n * bytes);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        uint32_t four;
        uint16_t two;
        if (bytes == sizeof four) {
            memcpy(&four, value + (size_t)i * sizeof four, sizeof four);
            bits[i] = four;
        } else if (bytes == sizeof two) {
            memcpy(&two, value + (size_t)i * sizeof two, sizeof two);
            bits[i] = two;
        } else {
            bits[i] = (uint8_t)value[i];
        }
    }
}

double table_value(const struct table *table, int column, int lane, int64_t row)
{
    CHECK(column >= 0 && column < table->columns_n && row >= 0 && row < table->n);
    CHECK(lane >= 0 && lane < table->columns[column].lanes);
    enum column_type type = table->columns[column].type;
    uint64_t bits;
    lane_bits(table_lane(table, column, lane) + (size_t)row * table_type_bytes(type), table_type_bytes(type),
              1, &bits);
    double f64;
    float f32;
    uint32_t low = (uint32_t)bits;
    switch (type) {
    case COLUMN_F64:
        memcpy(&f64, &bits, sizeof f64);
        return f64;
    case COLUMN_F32:
        memcpy(&f32, &low, sizeof f32);
        return (double)f32;
    case COLUMN_I64:
        return (double)(int64_t)bits;
    case COLUMN_I32:
        return (double)(int32_t)low;
    case COLUMN_I16:
        return (double)(int16_t)low;
    case COLUMN_U64:
    case COLUMN_U8:
        break;
    }
    return (double)bits;
}

// --- digest ---

// A bijection in which every bit of x sways every bit of the result (David Stafford's mix 13, the finaliser
// of SplitMix64).
static inline uint64_t stir(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t table_mix(uint64_t digest, uint64_t value)
{
    return stir(stir(digest + UINT64_C(0x9e3779b97f4a7c15)) + value);
}

struct digest {
    const struct table *table;
    bool economic_only;
    _Atomic uint64_t rows, sum;
};

// The sum of one lane's mixes over n living rows of a block. `key` is of the record, `salt` of the lane.
ISA_CLONES static uint64_t table_lane_sum(const uint64_t *bits, const uint64_t *key, const uint64_t *living,
                                          uint64_t salt, int64_t n)
{
    uint64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += stir((bits[i] ^ salt) + key[i]) & living[i];
    }
    return sum;
}

static void digest_block(void *ctx, int64_t block, int64_t begin, int64_t end)
{
    (void)block;
    struct digest *digest = ctx;
    const struct table *table = digest->table;
    uint64_t bits[PAR_BLOCK], key[PAR_BLOCK], living[PAR_BLOCK], rows = 0, sum = 0;
    for (int64_t i = 0; i < end - begin; i++) {
        key[i] = stir((uint64_t)table_ids(table)[begin + i]);
        living[i] = 0 - (uint64_t)(table_alive(table)[begin + i] != 0);
        rows += living[i] & 1;
    }
    for (int c = 0; c < table->columns_n; c++) {
        const struct column *column = &table->columns[c];
        for (int lane = 0; lane < column->lanes && (column->economic || !digest->economic_only); lane++) {
            size_t bytes = table_type_bytes(column->type);
            lane_bits(table_lane(table, c, lane) + (size_t)begin * bytes, bytes, end - begin, bits);
            sum += table_lane_sum(bits, key, living, table_mix((uint64_t)c, (uint64_t)lane), end - begin);
        }
    }
    digest->rows += rows;
    digest->sum += sum;
}

uint64_t table_digest(const struct table *table, bool economic_only)
{
    struct digest digest = {.table = table, .economic_only = economic_only};
    par_blocks(table->threads, table->n, digest_block, &digest);
    return table_mix(digest.rows, digest.sum);
}

// --- audit ---

// What a value may be, by its bits: all zero, or from `low` to `high` without those that `mask` leaves out
// (the sign).
struct allowed {
    uint64_t mask, low, high;
};

// Returns false if every value of the column is allowed.
static bool column_allowed(const struct table *table, int column, struct allowed *allowed)
{
    enum column_type type = table->columns[column].type;
    if (type == COLUMN_F64) { // sizes from DBL_MIN to DBL_MAX
        *allowed = (struct allowed){INT64_MAX, UINT64_C(0x0010000000000000), UINT64_C(0x7fefffffffffffff)};
    } else if (type == COLUMN_F32) { // sizes from FLT_MIN to FLT_MAX
        *allowed = (struct allowed){INT32_MAX, UINT64_C(0x00800000), UINT64_C(0x7f7fffff)};
    } else if (column == TABLE_ALIVE) {
        *allowed = (struct allowed){UINT64_MAX, 1, 1};
    } else {
        return false;
    }
    return true;
}

static inline bool is_wrong(uint64_t bits, struct allowed allowed)
{
    return (bits != 0) & ((bits & allowed.mask) - allowed.low > allowed.high - allowed.low);
}

ISA_CLONES static int64_t table_bits_wrong_n(const uint64_t *bits, int64_t n, struct allowed allowed)
{
    int64_t wrong = 0;
    for (int64_t i = 0; i < n; i++) {
        wrong += is_wrong(bits[i], allowed);
    }
    return wrong;
}

// Reads rows [begin, end) of a lane, at most a block, into `bits` and counts the wrong values.
static int64_t wrong_n(const struct table *table, struct table_place place, struct allowed allowed,
                       int64_t begin, int64_t end, uint64_t *bits)
{
    size_t bytes = table_type_bytes(table->columns[place.column].type);
    lane_bits(table_lane(table, place.column, place.lane) + (size_t)begin * bytes, bytes, end - begin, bits);
    return table_bits_wrong_n(bits, end - begin, allowed);
}

struct audit {
    const struct table *table;
    _Atomic int64_t wrong;
};

static void audit_block(void *ctx, int64_t block, int64_t begin, int64_t end)
{
    (void)block;
    struct audit *audit = ctx;
    uint64_t bits[PAR_BLOCK];
    int64_t wrong = 0;
    for (int c = 0; c < audit->table->columns_n; c++) {
        struct allowed allowed;
        bool any = column_allowed(audit->table, c, &allowed);
        for (int lane = 0; any && lane < audit->table->columns[c].lanes; lane++) {
            wrong += wrong_n(audit->table, (struct table_place){c, lane}, allowed, begin, end, bits);
        }
    }
    audit->wrong += wrong;
}

// Reports the first wrong value of a lane, if it has one.
static void lane_report(const struct table *table, struct table_place place, struct error *err)
{
    struct allowed allowed;
    if (!column_allowed(table, place.column, &allowed)) {
        return;
    }
    uint64_t bits[PAR_BLOCK];
    int64_t wrong = 0, first = -1;
    for (int64_t begin = 0; begin < table->n; begin += PAR_BLOCK) {
        int64_t end = table->n - begin < PAR_BLOCK ? table->n : begin + PAR_BLOCK;
        wrong += wrong_n(table, place, allowed, begin, end, bits);
        for (int64_t i = 0; first < 0 && wrong > 0 && i < end - begin; i++) {
            first = is_wrong(bits[i], allowed) ? begin + i : -1;
        }
    }
    if (wrong == 0) {
        return;
    }
    char lane[16] = "";
    if (table->columns[place.column].lanes > 1) {
        snprintf(lane, sizeof lane, "[%d]", place.lane);
    }
    error_add(err, ERROR_WORK,
              "table %s: column %s%s, record %lld: the value %.17g is not allowed (wrong rows: %lld)",
              table->name, table->columns[place.column].name, lane, (long long)table_ids(table)[first],
              table_value(table, place.column, place.lane, first), (long long)wrong);
}

// Rows that hold the id of an earlier row, in order of ids; the first such pair is reported.
static int ids_sorted_audit(const struct table *table, struct order_item *item, struct error *err)
{
    int64_t n = table->n, repeated = 0, first = 0;
    for (int64_t row = 0; row < n; row++) {
        item[row] = (struct order_item){.key = (uint64_t)table_ids(table)[row], .id = row, .row = row};
    }
    order_by_key(item, n, item + n);
    for (int64_t i = n - 1; i > 0; i--) {
        if (item[i].key == item[i - 1].key) {
            repeated++;
            first = i;
        }
    }
    if (repeated == 0) {
        return ERROR_NONE;
    }
    return error_add(err, ERROR_WORK,
                     "table %s: column id, record %lld: rows %lld and %lld both hold it (repeated: %lld)",
                     table->name, (long long)item[first].key, (long long)item[first - 1].row,
                     (long long)item[first].row, (long long)repeated);
}

static int ids_audit(const struct table *table, struct error *err)
{
    const int64_t *id = table_ids(table);
    bool rising = true;
    for (int64_t row = 1; row < table->n; row++) {
        rising &= id[row - 1] < id[row];
    }
    if (rising) {
        return ERROR_NONE;
    }
    struct order_item *item = calloc((size_t)table->n * 2, sizeof *item);
    if (item == NULL) {
        return error_add(err, ERROR_WORK, "table %s: no memory to compare the ids of %lld rows", table->name,
                         (long long)table->n);
    }
    int code = ids_sorted_audit(table, item, err);
    free(item);
    return code;
}

int table_audit(const struct table *table, struct error *err)
{
    int code = ids_audit(table, err);
    struct audit audit = {.table = table};
    par_blocks(table->threads, table->n, audit_block, &audit);
    if (audit.wrong == 0) {
        return code;
    }
    for (int item = 0; item < table_lanes_n(table); item++) {
        lane_report(table, table_place_of(table, item), err);
    }
    return ERROR_WORK;
}
