// The registry of kinds: a line here and a file in models/instruments/ add one.
#include "models/programme.h"
#include <string.h>

#define KINDS(X)                                                                                             \
    X(subsidy)                                                                                               \
    X(loan)                                                                                                  \
    X(guarantee)                                                                                             \
    X(equity)                                                                                                \
    X(fund_of_funds)                                                                                         \
    X(tax_relief)                                                                                            \
    X(rd_allowance)                                                                                          \
    X(investor_tax_relief)                                                                                   \
    X(service)

#define KIND_DECLARE(name) extern const struct instrument instrument_##name;
KINDS(KIND_DECLARE)
#define KIND_ENTRY(name) &instrument_##name,
static const struct instrument *const kinds[] = {KINDS(KIND_ENTRY)};

const struct instrument *instrument_at(int kind)
{
    return kind >= 0 && kind < (int)(sizeof kinds / sizeof kinds[0]) ? kinds[kind] : NULL;
}

int instrument_find(const char *name)
{
    for (int k = 0; instrument_at(k); k++)
        if (strcmp(instrument_at(k)->name, name) == 0)
            return k;
    return -1;
}
