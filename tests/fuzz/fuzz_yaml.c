// fuzz_yaml: any bytes as a scenario file, as a file of rows and as `--set` arguments. Nothing may crash; a
// message is one printable line; what is accepted comes back the same from its YAML text.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "sim/yaml.h"
#include "tests/unit/small_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A file in memory with these bytes; its path is written into `path`.
static int memory_file(const void *bytes, size_t n, char path[64])
{
    int file = memfd_create("fuzz", 0);
    CHECK(file >= 0);
    CHECK(write(file, bytes, n) == (ssize_t)n);
    snprintf(path, 64, "/proc/self/fd/%d", file);
    return file;
}

static void check_messages(const struct error *err, int code)
{
    CHECK((code == 0) == (err->faults_n == 0));
    for (int i = 0; i < err->faults_n; i++) {
        size_t n = strlen(err->text[i]);
        CHECK(n > 0);
        for (size_t at = 0; at < n;) {
            int length = error_printable(err->text[i] + at, n - at);
            CHECK(length > 0);
            at += (size_t)length;
        }
    }
}

// Loads bytes and fills the target; whether they are sound.
static int load(const void *bytes, size_t n, struct config *config, struct small *target)
{
    struct error err = {0};
    char path[64];
    int file = memory_file(bytes, n, path);
    int code = yaml_load(config, path, &small_schema, &err);
    close(file);
    check_messages(&err, code);
    if (code == 0) {
        code = config_apply(config, &small_schema, target, &err);
        check_messages(&err, code);
    }
    return code == 0;
}

// What is accepted is written, read again and must be the same, value for value.
static void check_round_trip(struct config *config, struct small *target)
{
    struct small again = {0};
    struct config *second = config_create();
    char *text = config_yaml(config, &small_schema, target);
    CHECK(second && text);
    CHECK(load(text, strlen(text), second, &again));
    CHECK(memcmp(target->programme, again.programme, sizeof again.programme) == 0);
    CHECK(memcmp(target->region, again.region, sizeof again.region) == 0);
    CHECK(memcmp(&target->top, &again.top, sizeof again.top) == 0);
    CHECK(memcmp(&target->run, &again.run, sizeof again.run) == 0);
    CHECK(memcmp(&target->demand, &again.demand, sizeof again.demand) == 0);
    free(text);
    config_free(second);
}

static void try_file(const uint8_t *data, size_t size)
{
    struct small target = {0};
    struct config *config = config_create();
    CHECK(config);
    if (load(data, size, config, &target))
        check_round_trip(config, &target);
    config_free(config);
}

// Every line as an argument over a sound scenario.
static void try_arguments(const uint8_t *data, size_t size)
{
    static const char sound[] =
        "economy: {demand: {speed: 0.5, size_share: {micro: 0.7, small: 0.2, medium: 0.1}, "
        "growth: {2014: 0, 2015: 0.1}}}\n"
        "programmes: {fund: {kind: loan, budget_vnd: 1}}\n";
    struct small target = {0};
    struct error err = {0};
    struct config *config = config_create();
    char *lines = malloc(size + 1), *rest = lines;
    CHECK(config && lines);
    memcpy(lines, data, size);
    lines[size] = '\0';
    CHECK(load(sound, sizeof sound - 1, config, &target));
    int code = 0;
    for (char *line; (line = strsep(&rest, "\n"));) {
        int failed = config_set_argument(config, line, &err);
        code = code ? code : failed;
    }
    check_messages(&err, code);
    memset(&target, 0, sizeof target);
    err = (struct error){0};
    code = config_apply(config, &small_schema, &target, &err);
    check_messages(&err, code);
    if (code == 0)
        check_round_trip(config, &target);
    free(lines);
    config_free(config);
}

static int see_row(void *ctx, int n, const char *const *keys, const char *const *texts,
                   const char *const *places, struct error *err)
{
    size_t *bytes = ctx;
    for (int i = 0; i < n; i++)
        *bytes += strlen(keys[i]) + strlen(texts[i]) + strlen(places[i]);
    return n == 7 ? error_add(err, ERROR_INPUT, "seven") : 0;
}

static void try_rows(const uint8_t *data, size_t size)
{
    struct error err = {0};
    size_t bytes = 0;
    char path[64];
    int file = memory_file(data, size, path);
    int code = yaml_rows(path, "targets", see_row, &bytes, &err);
    close(file);
    check_messages(&err, code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_file(data, size);
    try_rows(data, size);
    try_arguments(data, size);
    return 0;
}
