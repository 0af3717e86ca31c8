// How fast a month is: the default population of the baseline over the whole period, one replicate, one core;
// then with the recorder. Prints firm-months per second per core and memory per agent. Arguments of the
// program: none.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include "models/record.h"
#include "models/schedule.h"
#include "sim/yaml.h"

// Processor seconds of this process: one thread works, and others on the machine do not count.
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct count {
    struct record *record;
    int64_t firm_months; // agents that operate or are registered and do not trade yet
};

static int count_month(void *ctx, const struct world *world, struct error *err)
{
    struct count *c = ctx;
    for (int64_t r = 0; r < world->firms.n; r++)
        c->firm_months +=
            world->firm.status[r] == STATUS_OPERATING || world->firm.status[r] == STATUS_UNTRADING;
    return c->record ? record_month(c->record, 0, world, err) : ERROR_NONE;
}

// One replicate; its seconds, or a negative number on a fault.
static double run(const struct model *model, struct count *count, struct error *err)
{
    struct world *world;
    const struct observer observer = {count, count_month};
    if (world_create(&world, model, 0, 1, err))
        return -1.0;
    const double start = seconds();
    const int rc = schedule_run(model, world, &observer, err);
    const double took = seconds() - start;
    if (!count->record)
        printf("agents at the end          %12lld   %zu bytes of state each\n", (long long)world->firms.n,
               table_row_bytes(&world->firms));
    world_free(world);
    return rc ? -1.0 : took;
}

static void report(const char *what, double took, int64_t firm_months)
{
    printf("%-26s %12.2f s %10.2f million firm-months/s/core %8.0f ns\n", what, took,
           (double)firm_months / took * 1e-6, took / (double)firm_months * 1e9);
}

static int bench(struct model *model, struct config *config, struct error *err)
{
    struct model_schema schema;
    model_schema(&schema);
    int rc = yaml_load(config, MANGROVE_SOURCE_DIR "/scenarios/policies/baseline.yaml", &schema.config, err);
    if (!rc)
        rc = config_set(config, "run.replicates", "1", "bench", err);
    if (!rc)
        rc = model_load(model, config, err);
    if (rc)
        return rc;

    struct count plain = {NULL, 0}, recorded = {NULL, 0};
    printf("agents at the opening      %12lld   for %lld enterprises, %d months\n",
           (long long)population_agents(model), (long long)model->population.register_n, model_months(model));
    const double took = run(model, &plain, err);
    if (took < 0.0)
        return ERROR_WORK;
    printf("firm-months                %12lld\n", (long long)plain.firm_months);
    report("phases and audit", took, plain.firm_months);

    struct run_data *data = data_create();
    rc = record_create(&recorded.record, data, model, config, err);
    const double with = rc ? -1.0 : run(model, &recorded, err);
    record_free(recorded.record);
    data_free(data);
    if (with < 0.0)
        return ERROR_WORK;
    report("with the recorder", with, recorded.firm_months);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory                %12.1f MB\n", (double)usage.ru_maxrss / 1024.0);
    return ERROR_NONE;
}

int main(void)
{
    struct error *err = calloc(1, sizeof *err);
    struct model *model = calloc(1, sizeof *model);
    struct config *config = config_create();
    const int rc = err && model && config ? bench(model, config, err) : ERROR_WORK;
    if (rc)
        error_print(err, stderr);
    config_free(config);
    free(model);
    free(err);
    return rc;
}
