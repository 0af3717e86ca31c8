// progress: how far long work has come, on standard error: one line with a bar, rate and time left on a
// terminal, else a plain line for each tenth. Several threads may report at the same time.
#ifndef COMMANDS_PROGRESS_H
#define COMMANDS_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what;         // the scenario's name
    bool quiet, terminal;     //
    int64_t steps_n;          // months of all replicates
    double started;           // seconds
    atomic_llong done;        // steps
    atomic_llong firm_months; //
    atomic_flag printing;     // held by the thread that prints
    double shown;             // seconds, of the last print; of the holder of `printing`
    int tenth;                // of the last plain line
};

void progress_start(struct progress *progress, const char *what, int64_t steps_n, bool quiet);
void progress_step(struct progress *progress, int64_t firm_months); // one step done
void progress_end(struct progress *progress);                       // clears the bar

// Seconds since an unspecified moment.
double progress_now(void);

#endif
