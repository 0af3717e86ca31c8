// subsidy: pays a share of the cost of an innovation project, advanced when it is planned or reimbursed while
// it runs. Mechanism: evidence/instruments.md, matching grants and direct grants. A firm that would have paid
// for its project from own money takes the grant too; who that was is for the twin run to say.
#include "models/world.h"

struct subsidy {
    double share;
    int64_t cap_vnd, advance, types;
};

static const struct field subsidy_fields[] = {
    {"share", FIELD_REAL, "1", "0.5", 0.0, 1.0, offsetof(struct subsidy, share), NULL, 0, "",
     "Share of the project's cost that is paid", "instruments.md, matching grants: 0.5 (0.4-0.7)"},
    {"cap_vnd", FIELD_MONEY, "VND", "1e9", 0.0, 1e15, offsetof(struct subsidy, cap_vnd), NULL, 0, "",
     "Ceiling a project, nominal", "definition: of the programme's own source"},
    {"advance", FIELD_BOOL, "", "false", 0.0, 1.0, offsetof(struct subsidy, advance), NULL, 0, "",
     "Paid to planned projects too; otherwise only to projects that the firm has begun with its own money",
     "instruments.md: most schemes reimburse"},
    {"types", FIELD_SET, "", "improved_product, process, new_product, organisation", 0.0, 0.0,
     offsetof(struct subsidy, types), model_type_labels, TYPES_N, "", "Types of innovation that are paid for",
     "definition: of the programme's own source"},
};

static void subsidy_offer(const struct model *model, const struct world *world, int programme, int64_t row,
                          struct programme_offer *offer)
{
    const struct subsidy *t = programme_terms(&model->programme[programme]);
    const struct firm *f = &world->firm;
    const int type = (f->project[row] ? f->project[row] : f->plan[row]) - 1;
    if (type < 0 || !(t->types >> type & 1) || (!t->advance && !f->project[row]))
        return;
    const double share = vmath_round(t->share * f->project_cost_vnd[row]);
    const double left = vmath_min(share, (double)t->cap_vnd) - f->project_support_vnd[row];
    offer->amount_vnd = offer->benefit_vnd = vmath_max(left, 0.0);
}

static double subsidy_award(const struct model *model, struct world *world, int programme, int64_t row,
                            double amount_vnd)
{
    struct programme_account *account = &world->programme[programme].month;
    const struct firm *f = &world->firm;
    struct programme_offer offer = {0.0, 0.0};
    subsidy_offer(model, world, programme, row, &offer); // the project may have ended while the file waited
    const double paid = vmath_min(amount_vnd, offer.amount_vnd);
    if (paid <= 0.0)
        return -1.0;
    const int64_t total = world_amount(world, row, paid);
    world_pay(world, CATEGORY_GRANT, world_party(ACCOUNT_GOVERNMENT), world_firm_party(row), total);
    f->project_support_vnd[row] += paid;
    account->cash_vnd += total;
    account->cost_vnd += total;
    account->disbursed_vnd += total;
    return paid;
}

// A scheme that advances is asked before the project is begun, and nothing is lost if it says no; one that
// reimburses is counted on by its record.
static double subsidy_bears(const struct model *model, const struct world *world, int programme, int64_t row,
                            const struct programme_project *project)
{
    const struct subsidy *t = programme_terms(&model->programme[programme]);
    (void)row;
    if (!(t->types >> project->type & 1) || project->cost_vnd <= 0.0 || (t->advance && project->begun))
        return 0.0;
    const double share = vmath_min(t->share, (double)t->cap_vnd / project->cost_vnd);
    return t->advance ? share : share * programme_chance(model, world, programme);
}

const struct instrument instrument_subsidy = {
    .name = "subsidy",
    .doc = "pays a share of the cost of innovation projects",
    .fields = subsidy_fields,
    .fields_n = sizeof subsidy_fields / sizeof subsidy_fields[0],
    .occasion = OCCASION_PROJECT,
    .offer = subsidy_offer,
    .award = subsidy_award,
    .bears = subsidy_bears,
};
