// table_part: what the files of table share among themselves; nobody else includes it.
#ifndef SIM_TABLE_PART_H
#define SIM_TABLE_PART_H

#include "sim/table.h"

// The columns that every table begins with.
enum { TABLE_ID, TABLE_ANCESTOR, TABLE_ALIVE, TABLE_FIXED };

size_t table_type_bytes(enum column_type type);

// The first element of a lane.
char *table_lane(const struct table *table, int column, int lane);

int64_t *table_ids(const struct table *table);
uint8_t *table_alive(const struct table *table);

// Lanes of all columns, and the column and lane of one when they are counted through.
struct table_place {
    int column, lane;
};
int table_lanes_n(const struct table *table);
struct table_place table_place_of(const struct table *table, int item);

#endif
