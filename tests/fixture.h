// fixture: what tests of whole worlds share: a scenario with settings into a model, a run of some months, a
// digest.
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "models/schedule.h"
#include "sim/yaml.h"

// Loads scenarios/`file` of the source tree with `settings` ("KEY=VALUE", NULL at the end); fails the test on
// any fault. free() it.
static inline struct model *fixture_model(const char *file, const char *const *settings)
{
    struct model *model = calloc(1, sizeof *model);
    struct config *config = config_create();
    struct error *err = calloc(1, sizeof *err);
    struct model_schema schema;
    char path[1024];
    assert_non_null(model);
    assert_non_null(config);
    assert_non_null(err);
    model_schema(&schema);
    snprintf(path, sizeof path, "%s/scenarios/%s", MANGROVE_SOURCE_DIR, file);
    int rc = yaml_load(config, path, &schema.config, err);
    for (; !rc && settings && *settings; settings++)
        rc = config_set_argument(config, *settings, err);
    if (!rc)
        rc = model_load(model, config, err);
    error_print(err, stderr);
    assert_int_equal(rc, 0);
    config_free(config);
    free(err);
    return model;
}

// A world at its opening.
static inline struct world *fixture_world(const struct model *model, int replicate, int threads)
{
    struct error *err = calloc(1, sizeof *err);
    struct world *world = NULL;
    assert_non_null(err);
    const int rc = world_create(&world, model, replicate, threads, err);
    error_print(err, stderr);
    assert_int_equal(rc, 0);
    free(err);
    return world;
}

// Runs the whole period of the model; fails the test if the books do not balance.
static inline void fixture_run(const struct model *model, struct world *world)
{
    struct error *err = calloc(1, sizeof *err);
    assert_non_null(err);
    const int rc = schedule_run(model, world, NULL, err);
    error_print(err, stderr);
    assert_int_equal(rc, 0);
    free(err);
}

// The economic digest after a run of a scenario.
static inline uint64_t fixture_digest(const char *file, const char *const *settings, int replicate,
                                      int threads)
{
    struct model *model = fixture_model(file, settings);
    struct world *world = fixture_world(model, replicate, threads);
    fixture_run(model, world);
    const uint64_t digest = world_digest(world);
    world_free(world);
    free(model);
    return digest;
}

#endif
