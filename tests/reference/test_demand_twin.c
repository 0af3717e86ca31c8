// A slow, readable twin of the demand phase: one firm after the other, one equation a line, no blocks. It
// must give the same bits as the fast phase for every firm, and the same sector totals up to the order of
// summation.
#include "tests/fixture.h"

static const char *const small[] = {"run.agents=3000", "run.until=2015-12", NULL};

// What a firm's attraction, efficiency and transitory margin become in this month.
struct firm_twin {
    double attraction, efficiency, transitory, volatility;
};

static struct firm_twin twin_of(const struct model *model, const struct world *w, int64_t r)
{
    const struct demand *p = &model->demand;
    const struct production *q = &model->production;
    const struct firm *f = &w->firm;
    const int64_t who = f->ancestor[r];
    struct firm_twin twin = {.volatility = f->volatility[r]};
    double z, y, t, u, v;

    if (w->climate.month_of_year == 0) {
        rng_uniforms(w->rng, &who, 1, world_purpose(w, STREAM_VOLATILITY, 0), &u, &v);
        if (v < p->volatility_redraw_frac)
            twin.volatility = vmath_sqrt(-vmath_log(u)); // square root of an exponential draw
    }
    rng_normals(w->rng, &who, 1, world_purpose(w, STREAM_FIRM_SHOCKS, 0), &z, &y);
    rng_normals(w->rng, &who, 1, world_purpose(w, STREAM_TRANSITORY, 0), &t, NULL);

    const double rho = q->efficiency_persistence, phi = q->transitory_persistence;
    twin.efficiency = rho * f->efficiency[r] + q->efficiency_sd * vmath_sqrt(1.0 - rho * rho) * y;
    twin.transitory = phi * f->transitory[r] + q->transitory_sd * vmath_sqrt(1.0 - phi * phi) * t;

    const double sigma = p->growth_sd * vmath_sqrt(1.0 / 12.0) * twin.volatility *
                         vmath_exp(-p->growth_sd_exponent * f->log_workers[r]);
    const double practice = p->efficiency_weight * model->production.management_cost *
                            (f->management[r] - model->capability.management_mean);
    const double rank = p->efficiency_weight * twin.efficiency + practice + f->quality[r] +
                        p->digital_reach * f->digital[r] + p->export_reach * f->exporter[r] +
                        p->supplier_reach * f->supplier[r] -
                        p->efficiency_weight * w->labour.dearer[f->sector[r]][f->region[r]];
    const double behind = rank - w->sector[f->sector[r]].competitiveness;
    const double above = vmath_max(f->log_workers[r] - vmath_log(1000.0), 0.0);
    const double push =
        f->startup[r] && f->cash_vnd[r] > f->expected_sales_vnd[r] ? p->startup_growth_per_year / 12.0 : 0.0;
    const double below = vmath_max(vmath_log(p->scale_workers) - f->log_workers[r], 0.0);
    const double months = 12.0 * p->scale_years, traded = (double)(w->month - f->first_sale_month[r]);
    const double learned = p->scale_per_year / 12.0 * below * months / (months + traded);
    const double growth = p->replicator_per_year / 12.0 * behind + sigma * z - 0.5 * sigma * sigma -
                          p->large_drag_per_year / 12.0 * above + push + learned;
    const int operating = f->status[r] == STATUS_OPERATING;
    twin.attraction =
        operating ? f->attraction[r] * vmath_exp(vmath_clamp(growth, -1.0, 1.0)) : f->attraction[r];
    return twin;
}

static void compare_month(const struct model *model, struct world *world)
{
    const int64_t n = world->firms.n;
    struct firm_twin *twin = malloc((size_t)n * sizeof *twin);
    double attraction[SECTORS_MAX] = {0};
    assert_non_null(twin);

    environment_step(model, world);
    labour_step(model, world);
    for (int64_t r = 0; r < n; r++)
        twin[r] = twin_of(model, world, r);
    demand_step(model, world);
    for (int64_t r = 0; r < n; r++) {
        assert_true(twin[r].attraction == world->firm.attraction[r]);
        assert_true(twin[r].efficiency == world->firm.efficiency[r]);
        assert_true(twin[r].transitory == world->firm.transitory[r]);
        assert_true(twin[r].volatility == world->firm.volatility[r]);
        if (world->firm.status[r] == STATUS_OPERATING)
            attraction[world->firm.sector[r]] += (double)world->firm.weight[r] * world->firm.attraction[r];
    }
    for (int s = 0; s < model->sectors_n; s++)
        assert_true(attraction[s] / world->sector[s].attraction > 1.0 - 1e-12 &&
                    attraction[s] / world->sector[s].attraction < 1.0 + 1e-12);
    free(twin);
}

static void the_fast_phase_equals_its_slow_twin(void **state)
{
    (void)state;
    struct model *model = fixture_model("policies/baseline.yaml", small);
    struct world *world = fixture_world(model, 0, 2);
    compare_month(model, world); // January: the year's volatility is drawn
    fixture_run(model, world);   // a state with a history, in the month after the run's end
    compare_month(model, world);
    world->month++;
    compare_month(model, world);
    world_free(world);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_fast_phase_equals_its_slow_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
