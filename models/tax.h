// tax: corporate income tax, settled once a year, with losses carried forward and the reliefs of programmes.
#ifndef MODELS_TAX_H
#define MODELS_TAX_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct tax {
    int64_t settlement_month; // of the year, 1-12
    double loss_years;
    int64_t small_sales_vnd; // sales a year up to which the rate of small enterprises applies
    int64_t research_fund_years;
    double audit_frac, penalty_frac;
};
extern const struct field tax_fields[];
extern const int tax_fields_n;

// Equation T1 of docs/model.md. Tax forgone is accounted to the programme that caused it, in the order of the
// scenario.
void tax_step(const struct model *model, struct world *world);

// A firm leaves the register within the year: it settles its tax, what is left of its internal fund included,
// as far as its cash goes. Serial, before its debts are settled.
void tax_firm_leaves(const struct model *model, struct world *world, int64_t row);

// Whether the tax office looks into the firm's claims of this year.
bool tax_audited(const struct model *model, const struct world *world, int64_t row);

// Rate of the firm before reliefs, by its sales of the last twelve months.
double tax_rate(const struct model *model, const struct world *world, int64_t row);

#endif
