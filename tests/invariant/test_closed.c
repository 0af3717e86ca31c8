// A programme that is closed (budget 0, not enabled, outside its window) leaves every bit of the economy as
// it is; an open one does not. Walks the registry of kinds and the programmes of the policies.
#include "tests/fixture.h"

#define SMALL "run.agents=1500", "run.until=2015-12"
static const char *const plain[] = {SMALL, NULL};

// The kinds that must show a trace within two years when they are open and generous; what opens them beside
// their defaults.
struct opening {
    const char *kind, *term, *other;
};
static const struct opening openings[] = {
    {"subsidy", "advance=true", "aware_frac=1"},
    {"loan", "capital_vnd=10000e9", "aware_frac=1"},
    {"guarantee", "capital_vnd=10000e9", "aware_frac=1"},
    {"equity", "enabled=true", "aware_frac=1"},
    {"fund_of_funds", "enabled=true", "aware_frac=1"},
    {"tax_relief", "certification=false", "aware_frac=1"},
    {"rd_allowance", "ceiling=1", "aware_frac=1"},
    {"investor_tax_relief", "enabled=true", "aware_frac=1"},
    {"service", "management_points=0.2", "paperwork_vnd=0"},
};

static uint64_t digest_with(const char *kind, const char *term, const char *other, const char *closing)
{
    char set[4][160];
    const char *settings[8] = {SMALL};
    int n = 2;
    snprintf(set[0], sizeof set[0], "programmes.probe.kind=%s", kind);
    settings[n++] = set[0];
    const char *extra[] = {term, other, closing};
    for (int k = 0; k < 3; k++)
        if (extra[k]) {
            snprintf(set[1 + k], sizeof set[1 + k], "programmes.probe.%s", extra[k]);
            settings[n++] = set[1 + k];
        }
    settings[n] = NULL;
    return fixture_digest("economies/vietnam.yaml", settings, 0, 2);
}

static void every_kind_is_tried(void **state)
{
    (void)state;
    for (int k = 0; instrument_at(k); k++) {
        int found = 0;
        for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++)
            found |= strcmp(openings[i].kind, instrument_at(k)->name) == 0;
        if (!found)
            fail_msg("kind '%s' has no row in openings", instrument_at(k)->name);
    }
}

static void closed_leaves_no_trace(void **state)
{
    static const char *const closings[] = {"budget_total_vnd=0", "budget_year_vnd=0", "enabled=false",
                                           "start=2020-01"};
    (void)state;
    const uint64_t none = fixture_digest("economies/vietnam.yaml", plain, 0, 2);
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        for (size_t c = 0; c < sizeof closings / sizeof closings[0]; c++)
            if (digest_with(openings[i].kind, openings[i].term, openings[i].other, closings[c]) != none)
                fail_msg("kind %s closed by %s changes the economy", openings[i].kind, closings[c]);
        if (digest_with(openings[i].kind, openings[i].term, openings[i].other, NULL) == none)
            fail_msg("kind %s changes nothing when it is open: the test could not fail", openings[i].kind);
    }
}

static void a_policy_without_its_programmes_is_the_baseline(void **state)
{
    static const char *const closed[] = {SMALL, "programmes.rec_guarantee.budget_total_vnd=0",
                                         "programmes.vn_cgf.enabled=true", NULL};
    (void)state;
    assert_true(fixture_digest("policies/credit_guarantee.yaml", closed, 0, 2) ==
                fixture_digest("policies/baseline.yaml", plain, 0, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_tried),
        cmocka_unit_test(closed_leaves_no_trace),
        cmocka_unit_test(a_policy_without_its_programmes_is_the_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
