// Whom a firm sees: degrees, peers who innovate, places in clusters, buyers (equations N1-N3).
#include <math.h>
#include "tests/unit/world_fixture.h"

static int cell_of(struct small s, int64_t r)
{
    return s.world->firm.region[r] * SECTORS_MAX + s.world->firm.sector[r];
}

// All firms meet once in the twelve months of a year.
static void meet_all(struct small s)
{
    for (int month = 0; month < 12; month++) {
        s.world->climate.month_of_year = month;
        peers_step(s.model, s.world);
    }
}

static void degrees_are_geometric(void **state)
{
    static const char *const set[] = {"run.agents=20000", "economy.peers.degree_mean=3", NULL};
    (void)state;
    struct small s = small_open(set);
    double n[16] = {0}, all = 0.0;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        assert_true(s.world->firm.degree[r] <= 15);
        n[s.world->firm.degree[r]] += 1.0;
        all += 1.0;
    }
    for (int k = 0; k < 6; k++) {
        const double p = 0.25 * pow(0.75, k);
        assert_true(fabs(n[k] / all - p) < 4.0 * sqrt(p / all));
    }
    small_close(s);
}

static void shares_are_of_enterprises_by_cell(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct firm *f = &s.world->firm;
    double n[CELLS_N] = {0}, recent[CELLS_N] = {0}, region[REGIONS_MAX] = {0}, buyers[REGIONS_MAX] = {0};
    small_months(s, 3);
    s.world->climate.month_of_year = 3;
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        const double w = (double)f->weight[r];
        n[cell_of(s, r)] += w;
        recent[cell_of(s, r)] += f->innovating_bits[r] & 1U ? w : 0.0;
        region[f->region[r]] += w;
        buyers[f->region[r]] += f->workers[r] >= 200.0 || f->ownership[r] == OWNERSHIP_FOREIGN ? w : 0.0;
    }
    peers_step(s.model, s.world);
    for (int k = 0; k < CELLS_N; k++)
        assert_close(s.world->peers.innovating_share[k], n[k] > 0.0 ? recent[k] / n[k] : 0.0, 1e-14);
    for (int k = 0; k < s.model->regions_n; k++)
        assert_close(s.world->peers.buyers_share[k], buyers[k] / region[k], 1e-14);
    small_close(s);
}

// Sets every operating firm of the cells to innovating or not, by the parity of its row or all.
static void set_innovating(struct small s, int every)
{
    for (int64_t r = 0; r < s.world->firms.n; r++)
        s.world->firm.innovating_bits[r] = every == 1 || (every == 2 && r % 2);
}

// Peers are the same for life: with more innovators around no firm sees fewer of them; with all, all its
// peers; with none, none.
static void peers_stay_and_are_seen_when_they_innovate(void **state)
{
    static const char *const set[] = {"run.agents=3000", "economy.peers.cluster_degree=0", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t n = s.world->firms.n;
    double seen = 0.0, expected = 0.0, degrees = 0.0;
    set_innovating(s, 0);
    meet_all(s);
    for (int64_t r = 0; r < n; r++)
        assert_true(f->status[r] != STATUS_OPERATING || f->innovating_peers[r] == 0);
    set_innovating(s, 2);
    meet_all(s);
    uint8_t *half = malloc((size_t)n);
    assert_non_null(half);
    memcpy(half, f->innovating_peers, (size_t)n);
    for (int64_t r = 0; r < n; r++)
        if (f->status[r] == STATUS_OPERATING) {
            seen += half[r];
            degrees += f->degree[r];
            expected += f->degree[r] * s.world->peers.innovating_share[cell_of(s, r)];
        }
    assert_true(fabs(seen - expected) < 4.0 * 0.5 * sqrt(degrees));
    meet_all(s);
    assert_memory_equal(half, f->innovating_peers, (size_t)n);
    set_innovating(s, 1);
    meet_all(s);
    for (int64_t r = 0; r < n; r++)
        if (f->status[r] == STATUS_OPERATING)
            assert_true(f->innovating_peers[r] == f->degree[r] && half[r] <= f->degree[r]);
    free(half);
    small_close(s);
}

// A firm meets its peers in one month of the year.
static void firms_meet_once_a_year(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    const struct firm *f = &s.world->firm;
    int operating = 0, met = 0;
    set_innovating(s, 1);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        f->innovating_peers[r] = 200;
    s.world->climate.month_of_year = 5;
    peers_step(s.model, s.world);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        operating += f->status[r] == STATUS_OPERATING;
        met += f->innovating_peers[r] != 200;
    }
    assert_in_range(met, operating / 18, operating / 8);
    small_close(s);
}

static void exposure_saturates(void **state)
{
    static const char *const set[] = {"run.agents=300", "economy.peers.exposure_half=2", NULL};
    static const double expected[] = {0.0, 1.0 / 3.0, 0.5, 0.6};
    (void)state;
    struct small s = small_open(set);
    for (int n = 0; n < 4; n++) {
        s.world->firm.innovating_peers[7] = (uint8_t)n;
        assert_close(peers_exposure(s.world, 7) + 1.0, 1.0 + expected[n], 1e-15);
    }
    small_close(s);
}

static int64_t members(struct small s, int cell)
{
    int64_t n = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        n += s.world->firm.cluster[r] && cell_of(s, r) == cell ? s.world->firm.weight[r] : 0;
    return n;
}

static int64_t heaviest(struct small s)
{
    int64_t most = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        most = s.world->firm.weight[r] > most ? s.world->firm.weight[r] : most;
    return most;
}

// Agents of weight 7 in a queue for 20 places: two or three, on average 20 enterprises.
static void places_are_rounded_to_agents(void **state)
{
    double served = 0.0;
    (void)state;
    for (int k = 0; k < 1000; k++) {
        struct peers_place place = {20, 0, (k + 0.5) / 1000.0, false};
        for (int agent = 0; agent < 5; agent++)
            peers_place(&place, 7);
        assert_true(place.full && (place.taken_n == 14 || place.taken_n == 21));
        assert_false(peers_place(&place, 1)); // the queue has stopped
        served += (double)place.taken_n;
    }
    assert_close(served / 1000.0, 20.0, 0.001);
    struct peers_place one = {20, 0, 0.999, false};
    for (int agent = 0; agent < 30; agent++)
        assert_int_equal(peers_place(&one, 1), agent < 20);
    struct peers_place none = {0, 0, 0.999, false};
    assert_false(peers_place(&none, 1));
}

// At the opening the places of a cell are taken, to an agent; larger firms are more often inside.
static void places_are_taken_and_no_more(void **state)
{
    static const char *const set[] = {"run.agents=20000",
                                      "economy.peers.cluster_places_manufacturing_frac=0.1", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int64_t weight = heaviest(s);
    double taken = 0.0, wanted = 0.0, in[2] = {0}, all[2] = {0};
    const int manufacturing = small_sector(s, "manufacturing"), trade = small_sector(s, "trade");
    for (int region = 0; region < s.model->regions_n; region++)
        for (int k = 0; k < s.model->sectors_n; k++) {
            const int cell = region * SECTORS_MAX + k;
            const double frac = k == manufacturing ? 0.1 : s.model->peers.cluster_places_frac;
            const int64_t places = s.world->peers.cluster_places_n[cell];
            if (k == manufacturing || k == trade)
                assert_int_equal(places, (int64_t)rint(frac * (double)s.world->peers.operating_n[cell]));
            assert_true(members(s, cell) < places + weight && members(s, cell) > places - weight);
            taken += (double)members(s, cell);
            wanted += (double)places;
        }
    assert_close(taken, wanted, 0.1);
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->sector[r] == manufacturing && f->status[r] == STATUS_OPERATING) {
            all[f->workers[r] >= 20.0] += (double)f->weight[r];
            in[f->workers[r] >= 20.0] += f->cluster[r] ? (double)f->weight[r] : 0.0;
        }
    assert_true(in[1] / all[1] > 2.0 * in[0] / all[0]);
    small_close(s);
}

// Who leaves business leaves its place; in January others take it, and new places that a programme adds.
static void free_places_are_taken_in_january(void **state)
{
    static const char *const set[] = {"run.agents=6000", "economy.peers.cluster_seek_per_year=1", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    const int cell = 2 * SECTORS_MAX + small_sector(s, "manufacturing");
    const int64_t before = members(s, cell), weight = heaviest(s);
    int64_t left = 0;
    for (int64_t r = 0; r < s.world->firms.n; r++)
        if (f->cluster[r] && cell_of(s, r) == cell) {
            f->status[r] = STATUS_CEASED;
            left += f->weight[r];
        }
    assert_true(left == before && left > 2 * weight);
    s.world->climate.month_of_year = 6;
    peers_step(s.model, s.world);
    assert_int_equal(members(s, cell), 0);
    s.world->peers.cluster_places_n[cell] += 5 * weight;
    const int64_t places = s.world->peers.cluster_places_n[cell];
    s.world->climate.month_of_year = 0;
    for (int january = 0; january < 3; january++) {
        peers_step(s.model, s.world);
        assert_true(members(s, cell) < places + weight);
    }
    assert_true(members(s, cell) > places - weight);
    small_close(s);
}

// Members have further peers, within the cluster.
static void members_see_more(void **state)
{
    static const char *const set[] = {"run.agents=6000", "economy.peers.degree_mean=0",
                                      "economy.peers.cluster_degree=3", NULL};
    (void)state;
    struct small s = small_open(set);
    const struct firm *f = &s.world->firm;
    int inside = 0;
    set_innovating(s, 1);
    meet_all(s);
    for (int64_t r = 0; r < s.world->firms.n; r++) {
        if (f->status[r] != STATUS_OPERATING)
            continue;
        assert_int_equal(f->innovating_peers[r], f->cluster[r] ? 3 : 0);
        inside += f->cluster[r];
    }
    assert_true(inside > 10);
    small_close(s);
}

// What firms see on average does not depend on the number of agents.
static void the_network_is_the_same_for_any_number_of_agents(void **state)
{
    static const char *const agents[] = {"run.agents=8000", "run.agents=30000"};
    (void)state;
    double mean[2];
    for (int k = 0; k < 2; k++) {
        const char *const set[] = {agents[k], NULL};
        struct small s = small_open(set);
        double n = 0.0, seen = 0.0;
        for (int64_t r = 0; r < s.world->firms.n; r++)
            if (s.world->firm.status[r] == STATUS_OPERATING && s.world->firm.workers[r] < 10.0) {
                n += (double)s.world->firm.weight[r];
                seen += (double)(s.world->firm.weight[r] * s.world->firm.innovating_peers[r]);
            }
        mean[k] = seen / n;
        small_close(s);
    }
    print_message("innovating peers of micro firms: %.3f and %.3f\n", mean[0], mean[1]);
    assert_close(mean[0], mean[1], 0.12);
}

static void buyers_have_a_factor(void **state)
{
    static const char *const set[] = {"run.agents=300", "economy.peers.buyers_usual_frac=0.05",
                                      "economy.peers.buyers_factor_max=3", NULL};
    (void)state;
    struct small s = small_open(set);
    s.world->peers.buyers_share[1] = 0.1;
    s.world->peers.buyers_share[2] = 0.4;
    s.world->peers.buyers_share[3] = 0.0;
    assert_close(peers_buyers_factor(s.model, s.world, 1), 2.0, 1e-15);
    assert_true(peers_buyers_factor(s.model, s.world, 2) == 3.0);
    assert_true(peers_buyers_factor(s.model, s.world, 3) == 0.0);
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(degrees_are_geometric),
        cmocka_unit_test(shares_are_of_enterprises_by_cell),
        cmocka_unit_test(peers_stay_and_are_seen_when_they_innovate),
        cmocka_unit_test(firms_meet_once_a_year),
        cmocka_unit_test(exposure_saturates),
        cmocka_unit_test(places_are_rounded_to_agents),
        cmocka_unit_test(places_are_taken_and_no_more),
        cmocka_unit_test(free_places_are_taken_in_january),
        cmocka_unit_test(members_see_more),
        cmocka_unit_test(the_network_is_the_same_for_any_number_of_agents),
        cmocka_unit_test(buyers_have_a_factor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
