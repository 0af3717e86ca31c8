// config_part: what the files of config share among themselves; nobody else includes it.
#ifndef SIM_CONFIG_PART_H
#define SIM_CONFIG_PART_H

#include "sim/config.h"

// One named entry of a map.
struct config_instance {
    const struct config_map *map;
    char key[CONFIG_KEY_MAX]; // "programmes.vn_cgf"
    int first;                // position of the first entry that concerns it
    int kind;                 // -1 without kinds
    bool surplus;             // one more than the map may have
    bool refused;             // said once; its entries are passed over
    void *common, *own;       // bases of the common and of the kind's fields
};

// A configuration on its way into a target.
struct config_work {
    const struct config *config;
    const struct config_schema *schema;
    void *target;
    struct error *err;
    int code;     // ERROR_INPUT after a fault
    bool unknown; // a key was unknown
    bool *done;   // per entry: dealt with
    struct config_instance *instance;
    int instances_n, instances_max;
};

// What of `key` follows `path` and a dot; `key` itself for the empty path; NULL if it is not below.
const char *config_rest(const char *key, const char *path);

// Whether `path` is `key` or a path to it.
bool config_leads(const char *path, const char *key);

// Bytes before the first dot.
size_t config_part_length(const char *key);

// `path.key`, or `key` for the empty path, cut to CONFIG_KEY_MAX.
void config_join(const char *path, const char *key, char *out);

// Adds a fault of `key` at `place` ("" if it has none).
void config_refuse(struct config_work *work, const char *place, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Adds the fault of an unknown key with the nearest sibling: of the instance, or of the top if that is NULL.
void config_refuse_unknown(struct config_work *work, int index, const struct config_instance *instance);

// Passes over the entries after `index` that are below `path`, since their faults follow from the one just
// told.
void config_pass_parts(struct config_work *work, int index, const char *path);

// Lists the entries of all maps and makes them in the target; those that are refused are marked, and told of
// by config_instance_open. Returns ERROR_WORK for want of memory.
int config_instances_open(struct config_work *work);

// Makes one instance in the target, or tells why it is refused.
void config_instance_open(struct config_work *work, struct config_instance *instance);

// The instance whose name is the first `name_n` bytes of `name`, or NULL.
struct config_instance *config_instance_find(const struct config_work *work, const struct config_map *map,
                                             const char *name, size_t name_n);

// Its kind's row; NULL without kinds or before the kind is known.
const struct config_kind *config_instance_kind(const struct config_instance *instance);

#endif
