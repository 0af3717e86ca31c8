// config_fixture: a configuration of the small schema with its target and the faults of the last application.
#ifndef TESTS_UNIT_CONFIG_FIXTURE_H
#define TESTS_UNIT_CONFIG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/unit/small_schema.h"

struct fixture {
    struct config *config;
    struct small target;
    struct error err;
};

static inline void fixture_set(struct fixture *f, const char *key, const char *text)
{
    char place[32];
    snprintf(place, sizeof place, "f:%d", f->config->n + 1);
    assert_int_equal(config_set(f->config, key, text, place, &f->err), 0);
}

// Empty, or with what has no fallback.
static inline void fixture_make(struct fixture *f, bool sound)
{
    memset(f, 0, sizeof *f);
    f->config = config_create();
    assert_non_null(f->config);
    if (sound) {
        fixture_set(f, "economy.demand.speed", "0.05");
        fixture_set(f, "economy.demand.size_share", "micro: 0.7, small: 0.2, medium: 0.1");
        fixture_set(f, "economy.demand.growth", "2014: 0.01, 2015: 0.02");
    }
}

static inline void fixture_done(struct fixture *f)
{
    config_free(f->config);
}

static inline int fixture_apply(struct fixture *f)
{
    memset(&f->target, 0, sizeof f->target);
    memset(&f->err, 0, sizeof f->err);
    return config_apply(f->config, &small_schema, &f->target, &f->err);
}

static inline void fixture_expect_sound(struct fixture *f)
{
    if (fixture_apply(f) != 0)
        fail_msg("%s", f->err.text[0]);
    assert_int_equal(f->err.faults_n, 0);
}

// Exactly these faults, in this order; ends with NULL.
static inline void fixture_expect_faults(struct fixture *f, const char *const *faults)
{
    int n = 0;
    assert_int_equal(fixture_apply(f), ERROR_INPUT);
    for (; faults[n]; n++) {
        assert_true(n < f->err.faults_n);
        assert_string_equal(f->err.text[n], faults[n]);
    }
    if (n < f->err.faults_n)
        fail_msg("one more: %s", f->err.text[n]);
}

#endif
