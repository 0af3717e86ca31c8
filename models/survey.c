#include "models/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "models/record_part.h"

#define COUNT_ONE(...) +1
enum { ANSWERS_N = 0 SURVEY_ANSWERS(COUNT_ONE) };

#define TRAIT_MEMBER(type, ctype, name, unit, doc, value) ctype name;
struct member {
    int64_t id; // of the firm's record
    double spent_vnd;
    double profit_vnd[12]; // by calendar month; owners of small firms live from profit, so before their pay
    uint8_t applied, served;
    SURVEY_TRAITS(TRAIT_MEMBER)
};

struct survey {
    struct survey_plan plan;
    int next; // wave that comes next
    struct member *member;
    int64_t n;
    int64_t *slot;  // hash table by id: 1 + member, 0 if empty
    uint64_t mask;  // its size less one
    double *answer; // by member, wave and question
};

struct survey *survey_create(const struct survey_plan *plan)
{
    struct survey *survey = calloc(1, sizeof *survey);
    if (survey)
        survey->plan = *plan;
    return survey;
}

void survey_free(struct survey *survey)
{
    if (!survey)
        return;
    free(survey->member);
    free(survey->slot);
    free(survey->answer);
    free(survey);
}

static int no_memory(struct error *err)
{
    return error_add(err, ERROR_WORK, "out of memory for the survey");
}

// ---- what firms are asked -----------------------------------------------------------------------

static double ring_sum(const struct world *world, const float *ring, int64_t row)
{
    double sum = 0.0;
    for (int k = 0; k < 12; k++)
        sum += (double)ring[k * world->firms.capacity + row];
    return sum;
}

// Seasons are the sector's, so that they do not tell firms of a sector apart.
static double half_year_growth(const struct world *world, int64_t row)
{
    double late = 0.0, early = 0.0;
    for (int ago = 0; ago < 12; ago++) {
        const int64_t lane = (world->climate.month_of_year - ago + 12) % 12;
        const double sales = (double)world->firm.sales_ring[lane * world->firms.capacity + row];
        late += ago < 6 ? sales : 0.0;
        early += ago < 6 ? 0.0 : sales;
    }
    return late > 0.0 && early > 0.0 ? vmath_log(late / early) : 0.0;
}

static double profit_of_year(const struct member *m)
{
    double sum = 0.0;
    for (int k = 0; k < 12; k++)
        sum += m->profit_vnd[k];
    return sum;
}

static int implemented_since(const struct world *world, int64_t row, int type, int since)
{
    return world->firm.implemented_month[type * world->firms.capacity + row] >= since;
}

// The answers of a firm that is still in the register.
static void ask(struct survey *survey, struct member *m, const struct world *world, int64_t r, int wave)
{
    const struct firm *f = &world->firm;
    const int since = survey->plan.opens;
    double *to = survey->answer + ((m - survey->member) * (survey->plan.waves_n + 1) + wave) * ANSWERS_N;
#define ANSWER_TAKE(name, unit, doc, value) *to++ = (double)(value);
    SURVEY_ANSWERS(ANSWER_TAKE)
}

// ---- the sample ---------------------------------------------------------------------------------

static bool in_frame(const struct survey *survey, const struct world *world, int64_t row)
{
    return programme_fits(world->model, world, survey->plan.frame, row);
}

static int64_t *slot_of(const struct survey *survey, int64_t id)
{
    uint64_t at = rng_hash((uint64_t)id) & survey->mask;
    while (survey->slot[at] && survey->member[survey->slot[at] - 1].id != id)
        at = (at + 1) & survey->mask;
    return &survey->slot[at];
}

static int make_room(struct survey *survey, int64_t n, struct error *err)
{
    const size_t answers = (size_t)(survey->plan.waves_n + 1) * ANSWERS_N;
    uint64_t slots = 16;
    while (slots < 2 * (uint64_t)n)
        slots *= 2;
    survey->mask = slots - 1;
    survey->slot = calloc(slots, sizeof *survey->slot);
    survey->member = calloc((size_t)n + 1, sizeof *survey->member);
    survey->answer = malloc(((size_t)n + 1) * answers * sizeof *survey->answer);
    if (!survey->slot || !survey->member || !survey->answer)
        return no_memory(err);
    record_missing(survey->answer, n * (int64_t)answers);
    return ERROR_NONE;
}

static int draw_sample(struct survey *survey, const struct world *world, struct error *err)
{
    const struct survey_plan *plan = &survey->plan;
    const struct firm *f = &world->firm;
    int64_t n = 0;
    for (int64_t r = 0; r < world->firms.n; r++)
        n += in_frame(survey, world, r);
    if (make_room(survey, n, err))
        return ERROR_WORK;
    for (int64_t r = 0; r < world->firms.n; r++) {
        if (!in_frame(survey, world, r))
            continue;
        struct member *m = &survey->member[survey->n];
        m->id = f->id[r];
#define TRAIT_TAKE(type, ctype, name, unit, doc, value) m->name = (ctype)(value);
        SURVEY_TRAITS(TRAIT_TAKE)
        *slot_of(survey, m->id) = ++survey->n;
        ask(survey, m, world, r, 0);
    }
    survey->next = 1;
    return ERROR_NONE;
}

// ---- the months ---------------------------------------------------------------------------------

static bool applied_now(const struct world *world, int programme, int64_t row)
{
    const uint64_t set = world->firm.applied[programme / 64 * world->firms.capacity + row];
    return (set >> (programme % 64) & 1U) || programme_served(world, programme, row);
}

static void follow(struct survey *survey, const struct world *world)
{
    const struct survey_plan *plan = &survey->plan;
    const int months = (int)world->month - plan->opens + 1; // that the programme has been open
    const bool wave = survey->next <= plan->waves_n && plan->months[survey->next - 1] == months;
    for (int64_t r = 0; r < world->firms.n; r++) {
        const int64_t slot = *slot_of(survey, world->firm.id[r]);
        if (slot == 0)
            continue;
        struct member *m = &survey->member[slot - 1];
        m->spent_vnd += world->firm.project_spent_vnd[r];
        m->profit_vnd[world->climate.month_of_year] =
            world->firm.status[r] == STATUS_OPERATING ? world->firm.profit_vnd[r] : 0.0;
        if (months <= plan->intake && applied_now(world, plan->programme, r))
            m->applied = 1;
        if (programme_served(world, plan->programme, r))
            m->served = 1;
        if (wave && world->firm.status[r] != STATUS_GONE)
            ask(survey, m, world, r, survey->next);
    }
    survey->next += wave;
}

int survey_month(struct survey *survey, const struct world *world, struct error *err)
{
    if (world->month == survey->plan.opens - 1)
        return draw_sample(survey, world, err);
    if (world->month >= survey->plan.opens)
        follow(survey, world);
    return ERROR_NONE;
}

// ---- the data -----------------------------------------------------------------------------------

static int twins_match(struct survey *const *open, struct survey *const *closed, int n)
{
    for (int k = 0; k < n; k++) {
        if (open[k]->n != closed[k]->n)
            return 0;
        for (int64_t i = 0; i < open[k]->n; i++)
            if (open[k]->member[i].id != closed[k]->member[i].id)
                return 0;
    }
    return 1;
}

static void *column(struct run_data *data, int dim, const char *name, enum data_type type, const char *unit,
                    const char *doc)
{
    struct data_var var = record_var("survey", name, unit, type, 1, &dim);
    var.long_name = doc;
    const int index = data_var_add(data, &var);
    return index < 0 ? NULL : data->var[index].value;
}

#define COLUMN_FILL(type, ctype, name, unit, doc, of)                                                        \
    {                                                                                                        \
        ctype *to = column(data, row_dim, #name, type, unit, doc);                                           \
        for (int k = 0; k < n && to; k++)                                                                    \
            for (int64_t i = 0; i < open[k]->n; i++)                                                         \
                *to++ = (ctype)(of);                                                                         \
    }
#define TRAIT_FILL(type, ctype, name, unit, doc, value)                                                      \
    COLUMN_FILL(type, ctype, name, unit, doc, open[k]->member[i].name)

static void add_answers(struct run_data *data, struct survey *const *open, struct survey *const *closed,
                        int n, const int *dims)
{
#define ANSWER_NAME(name, unit, doc, value) {#name, unit, doc},
    static const struct {
        const char *name, *unit, *doc;
    } question[] = {SURVEY_ANSWERS(ANSWER_NAME)};
    const int waves = n > 0 ? open[0]->plan.waves_n + 1 : 0;
    for (int q = 0; q < ANSWERS_N; q++) {
        struct data_var var = record_var("survey", question[q].name, question[q].unit, DATA_F64, 3, dims);
        var.long_name = question[q].doc;
        const int index = data_var_add(data, &var);
        double *to = index < 0 ? NULL : data->var[index].value;
        for (int k = 0; k < n && to; k++)
            for (int64_t i = 0; i < open[k]->n; i++)
                for (int world = 0; world < 2; world++)
                    for (int wave = 0; wave < waves; wave++)
                        *to++ = (world ? closed : open)[k]->answer[(i * waves + wave) * ANSWERS_N + q];
    }
}

int survey_data(struct run_data *data, struct survey *const *open, struct survey *const *closed, int n,
                struct error *err)
{
    static const char *const worlds[] = {"open", "closed"};
    double month[SURVEY_WAVES_MAX + 1] = {0.0};
    int64_t rows = 0;
    if (!twins_match(open, closed, n))
        return error_add(err, ERROR_WORK, "the twins of a study do not begin as the same firms");
    for (int k = 0; k < n; k++)
        rows += open[k]->n;
    const int waves = n > 0 ? open[0]->plan.waves_n : 0;
    for (int k = 0; k < waves; k++)
        month[k + 1] = open[0]->plan.months[k];
    const int row_dim =
        data_dim_add(data, "row", "", "a firm of the sample in a replicate", rows, NULL, NULL);
    const int world_dim =
        data_dim_add(data, "world", "", "with the programme, and without it", 2, worlds, NULL);
    const int wave_dim =
        data_dim_add(data, "wave", "month", "months since the programme opened", waves + 1, NULL, month);
    const int dims[] = {row_dim, world_dim, wave_dim};
    if (data_failed(data))
        return no_memory(err);
    COLUMN_FILL(DATA_I32, int32_t, replicate, "1", "replicate", k)
    SURVEY_TRAITS(TRAIT_FILL)
    COLUMN_FILL(DATA_U8, uint8_t, applied, "1", "1 if it has applied within the intake",
                open[k]->member[i].applied)
    COLUMN_FILL(DATA_U8, uint8_t, served, "1", "1 if the programme has served it", open[k]->member[i].served)
    add_answers(data, open, closed, n, dims);
    return data_failed(data) ? no_memory(err) : ERROR_NONE;
}
