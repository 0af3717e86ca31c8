// The technology gap: moving frontier, diffusion and imitation, gains, quality (equations G1-G3).
#include "tests/unit/innovation_fixture.h"

// Quality stays within its bounds whatever the gains, zero bound included; the gap ends at the frontier.
static void quality_is_bounded(void **state)
{
    static const char *const gains[] = {
        "economy.innovation.gain=improved_product: 0.02, process: 0.01, new_product: 0.1, organisation: 0",
        "economy.innovation.gain=improved_product: 1, process: 0.01, new_product: 1, organisation: 0"};
    static const char *const bounds[] = {"economy.innovation.quality_max=0.12",
                                         "economy.innovation.quality_max=0"};
    (void)state;
    for (int g = 0; g < 2; g++)
        for (int b = 0; b < 2; b++) {
            const char *const set[] = {
                NONE_NEW,  STILL, "economy.innovation.gap_opening=0.5", "run.agents=300", gains[g],
                bounds[b], NULL};
            struct small s = small_open(set);
            const struct firm *f = &s.world->firm;
            const int64_t r = small_row(s, 0);
            const double most = s.model->innovation.quality_max;
            f->skills[r] = f->management[r] = 1.0;
            f->sector[r] = (uint8_t)small_sector(s, "trade"); // one among many there
            f->technology_gap[r] = 2.0F;
            for (s.world->month = 1; s.world->month < 120; s.world->month++) {
                finish(s, r, TYPE_NEW_PRODUCT, 1.0);
                assert_true(f->quality[r] >= -most && f->quality[r] <= most);
                assert_true(f->technology_gap[r] >= 0.0F);
            }
            assert_true(f->innovations_n[r] > 80);
            assert_true(f->quality[r] == most);
            small_close(s);
        }
}

// The same project, implemented by the same luck, closes more of the gap of those far behind, and nothing at
// the frontier.
static void far_behind_firms_gain_more(void **state)
{
    static const double gap[] = {1.0, 0.25, 0.05, 0.0};
    static const char *const set[] = {NONE_NEW, STILL, "run.agents=300", "economy.innovation.gap_half=0.25",
                                      NULL};
    (void)state;
    double closed[4], margin[4];
    for (int k = 0; k < 4; k++) {
        struct small s = small_open(set);
        const struct firm *f = &s.world->firm;
        s.world->month = 3;
        const int64_t r = lucky_row(s, 3);
        f->technology_gap[r] = (float)gap[k];
        f->efficiency[r] = 0.0;
        f->log_workers[r] = log(k == 2 ? 50.0 : 5.0);
        finish(s, r, TYPE_PROCESS, 0.8);
        closed[k] = gap[k] - (double)f->technology_gap[r];
        margin[k] = f->efficiency[r];
        const double part = k == 2 ? pow(50.0 / 10.0, -s.model->innovation.cost_exponent) : 1.0;
        const double share = part * gap[k] / (gap[k] + 0.25); // a project is a part of a large firm's lines
        assert_close(closed[k] + 1.0, 1.0 + s.model->innovation.gain[TYPE_PROCESS] * 0.8 * share, 1e-6);
        assert_close(margin[k], s.model->innovation.margin_gain[TYPE_PROCESS] * 0.8 * share, 1e-6);
        small_close(s);
    }
    for (int k = 1; k < 4; k++)
        assert_true(closed[k] < closed[k - 1] && margin[k] < margin[k - 1]);
}

#define NO_ABSORPTION                                                                                        \
    "economy.innovation.absorption_skills=0", "economy.innovation.absorption_peers=0",                       \
        "economy.innovation.absorption_buyers=0"

// Who does nothing falls behind by what the frontier grows, also the leader and those at rest.
static void the_frontier_opens_gaps(void **state)
{
    static const char *const set[] = {PLAIN,
                                      NONE_NEW,
                                      "economy.innovation.diffusion_per_year=0",
                                      "economy.innovation.imitation_per_year=0",
                                      "economy.innovation.frontier_per_year=0.06",
                                      "economy.sectors.ict.innovation_factor=2",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int ict = small_sector(s, "ict");
    for (int64_t r = 0; r < s.world->firms.n; r++)
        f->technology_gap[r] = r % 2 ? 0.3F : 0.0F;
    for (s.world->month = 0; s.world->month < 24; s.world->month++)
        innovation_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        const double opened = (f->sector[r] == ict ? 2.0 : 1.0) * 0.12;
        assert_close(f->technology_gap[r], (r % 2 ? 0.3 : 0.0) + opened, 1e-5);
    }
    small_close(s);
}

// Two firms of a sector: the distance between leader and follower shrinks at the speed of diffusion and
// imitation, the less the better intellectual property is protected; the leader's quality with it.
static void imitation_erodes_a_lead(void **state)
{
    static const char *const enforcement[] = {"economy.environment.ip_enforcement=0",
                                              "economy.environment.ip_enforcement=0.5",
                                              "economy.environment.ip_enforcement=1"};
    (void)state;
    double lead[3];
    for (int k = 0; k < 3; k++) {
        const char *const set[] = {PLAIN,
                                   NONE_NEW,
                                   NO_ABSORPTION,
                                   "economy.innovation.frontier_per_year=0.05",
                                   "economy.innovation.diffusion_per_year=0.06",
                                   "economy.innovation.imitation_per_year=0.12",
                                   enforcement[k],
                                   NULL};
        struct small s = small_open(set);
        const struct firm *f = &s.world->firm;
        const int64_t r = small_row(s, 0);
        int64_t q = r + 1;
        while (f->sector[q] != f->sector[r])
            q++;
        f->technology_gap[r] = 0.15F;
        f->technology_gap[q] = 0.25F;
        innovation_step(s.model, s.world);
        const double quality = f->quality[r];
        for (s.world->month = 1; s.world->month < 36; s.world->month++)
            innovation_step(s.model, s.world);
        const double speed = (0.06 + 0.12 * (1.0 - 0.5 * k)) / 12.0;
        lead[k] = (double)f->technology_gap[q] - (double)f->technology_gap[r];
        assert_close(lead[k], 0.1 * pow(1.0 - speed, 36.0), 1e-4);
        assert_true(quality > 0.0 && f->quality[r] < quality);
        small_close(s);
    }
    assert_true(lead[0] < lead[1] && lead[1] < lead[2]);
}

static void who_can_absorb_closes_faster(void **state)
{
    static const char *const set[] = {NONE_NEW,
                                      "economy.innovation.frontier_per_year=0",
                                      "economy.innovation.absorption_skills=2",
                                      "economy.innovation.absorption_peers=0.5",
                                      "economy.innovation.absorption_buyers=0.4",
                                      NULL};
    (void)state;
    struct small s = small_open(set);
    const struct innovation *p = &s.model->innovation;
    const struct firm *f = &s.world->firm;
    const double mean = s.model->capability.skills_mean,
                 closing = (p->diffusion_per_year +
                            p->imitation_per_year * (1.0 - s.model->environment.ip_enforcement)) /
                           12.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        f->technology_gap[r] = 0.5F;
        f->skills[r] = r % 4 == 1 ? mean + 0.2 : mean;
        f->innovating_peers[r] = r % 4 == 2 ? 2 : 0;
        f->supplier[r] = r % 4 == 3;
    }
    innovation_step(s.model, s.world);
    const double rise[] = {1.0, 1.4, 1.0 + 0.5 * 2.0 / (2.0 + s.model->peers.exposure_half), 1.4};
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (!f->project[r])
            assert_close(f->technology_gap[r], 0.5 * (1.0 - closing * rise[r % 4]), 1e-6);
    small_close(s);
}

static void new_firms_stand_about_their_sectors_mean(void **state)
{
    static const char *const set[] = {"run.agents=6000", "economy.innovation.gap_log_sd=0.2",
                                      "economy.innovation.gap_opening=0.3", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    double n[SECTORS_MAX] = {0}, gap[SECTORS_MAX] = {0};
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        n[f->sector[r]] += 1.0;
        gap[f->sector[r]] += (double)f->technology_gap[r];
        const double lead = s.world->sector_gap[f->sector[r]] - (double)f->technology_gap[r];
        const double most = s.model->innovation.quality_max;
        assert_true(f->quality[r] == fmax(fmin(lead, most), -most));
    }
    for (int k = 0; k < s.model->sectors_n; k++)
        assert_close(gap[k] / n[k], 0.3 * s.model->sector[k].innovation_factor, 4.0 * 0.21 / sqrt(n[k]));
    innovation_step(s.model, s.world); // then the mean is that of the operating enterprises
    double weight = 0.0, mean = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->status[r] == STATUS_OPERATING && f->sector[r] == 4) {
            weight += (double)f->weight[r];
            mean += (double)f->weight[r] * (double)f->technology_gap[r];
        }
    assert_close(s.world->sector_gap[4], mean / weight, 1e-8);
    small_close(s);
}

// A lead over the sector raises the hazard, a lag lowers it.
static void the_nearer_to_the_frontier_the_higher_the_hazard(void **state)
{
    static const char *const set[] = {
        PLAIN, HAZARD, STILL, "economy.innovation.gap_effect=4", "economy.innovation.quality_max=0.2", NULL};
    (void)state;
    for (int k = -1; k <= 1; k++) {
        struct small s = small_open(set);
        equalise(s, log(10.0));
        for (int64_t r = 0; r < s.world->firms.n; r++)
            s.world->firm.technology_gap[r] = (float)(0.5 - 0.1 * k);
        for (int i = 0; i < s.model->sectors_n; i++)
            s.world->sector_gap[i] = 0.5;
        expect_hazard(s, HAZARD_SUM * exp(4.0 * 0.1 * k));
        small_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quality_is_bounded),
        cmocka_unit_test(far_behind_firms_gain_more),
        cmocka_unit_test(the_frontier_opens_gaps),
        cmocka_unit_test(imitation_erodes_a_lead),
        cmocka_unit_test(who_can_absorb_closes_faster),
        cmocka_unit_test(new_firms_stand_about_their_sectors_mean),
        cmocka_unit_test(the_nearer_to_the_frontier_the_higher_the_hazard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
