// Groups: every row's can be read, their labels are those of the model and can be told apart.
#include "tests/unit/metrics_fixture.h"

static void groups_are_read_in_order(void **state)
{
    (void)state;
    enum metrics_group groups[METRICS_GROUPS_N];
    const struct metric row = {.groups = "sector;fund;size_class"};
    assert_int_equal(metrics_groups_of(&row, groups), 3);
    assert_int_equal(groups[0], METRICS_SECTOR);
    assert_int_equal(groups[1], METRICS_FUND);
    assert_int_equal(groups[2], METRICS_SIZE_CLASS);
    const struct metric alone = {.groups = ""};
    assert_int_equal(metrics_groups_of(&alone, groups), 0);
}

static void labels_are_the_models(void **state)
{
    static const char *const settings[] = {"programmes.first.kind=subsidy", "programmes.second.kind=subsidy",
                                           NULL};
    (void)state;
    struct small s = small_open(settings);
    assert_int_equal(metrics_labels_n(s.model, METRICS_SECTOR), s.model->sectors_n);
    assert_int_equal(metrics_labels_n(s.model, METRICS_REGION), s.model->regions_n);
    assert_int_equal(metrics_labels_n(s.model, METRICS_LENS), s.model->lenses_n);
    assert_int_equal(metrics_labels_n(s.model, METRICS_PROGRAMME), 2);
    assert_int_equal(metrics_labels_n(s.model, METRICS_FUND), 0);
    assert_int_equal(metrics_labels_n(s.model, METRICS_TOTAL), 1);
    assert_string_equal(metrics_label(s.model, METRICS_TOTAL, 0), "");
    assert_string_equal(metrics_label(s.model, METRICS_PROGRAMME, 1), "second");
    assert_string_equal(metrics_label(s.model, METRICS_REGION, 0), s.model->region[0].name);
    assert_string_equal(metrics_label(s.model, METRICS_SURVEY_CLASS, 4), "20+");
    small_close(s);
}

static void labels_and_groups_differ(void **state)
{
    (void)state;
    struct small s = small_open(NULL);
    for (int g = 1; g < METRICS_GROUPS_N; g++) {
        const enum metrics_group group = (enum metrics_group)g;
        assert_true(*metrics_group_name(group) && *metrics_group_doc(group));
        for (int other = 1; other < g; other++)
            assert_string_not_equal(metrics_group_name(group), metrics_group_name((enum metrics_group)other));
        for (int a = 0; a < metrics_labels_n(s.model, group); a++)
            for (int b = 0; b < a; b++)
                assert_string_not_equal(metrics_label(s.model, group, a), metrics_label(s.model, group, b));
    }
    small_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_read_in_order),
        cmocka_unit_test(labels_are_the_models),
        cmocka_unit_test(labels_and_groups_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
