// stylised_figure: what the figures of firm dynamics are drawn from, as small CSV tables.
#ifndef ANALYSIS_STYLISED_FIGURE_H
#define ANALYSIS_STYLISED_FIGURE_H

#include <stdio.h>
#include "analysis/stylised_estimate.h"

struct stylised_figure {
    const char *name; // of the file, without .csv
    const char *doc;
    void (*write)(const struct firm_panel *panel, const struct stylised_ask *ask, FILE *to);
};
extern const struct stylised_figure stylised_figures[];
extern const int stylised_figures_n;

#endif
