// tax: corporate income tax, settled once a year, with losses carried forward and the reliefs of programmes.
#ifndef MODELS_TAX_H
#define MODELS_TAX_H

#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct tax {
    int64_t settlement_month; // of the year, 1-12
    double loss_years;
    int64_t small_sales_vnd; // sales a year up to which the rate of small enterprises applies
};
extern const struct field tax_fields[];
extern const int tax_fields_n;

// Equation T1 of docs/model.md. Tax forgone is accounted to the programme that caused it, in the order of the
// scenario.
void tax_step(const struct model *model, struct world *world);

// Rate of the firm before reliefs, by its sales of the last twelve months.
double tax_rate(const struct model *model, const struct world *world, int64_t row);

#endif
