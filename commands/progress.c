#include "commands/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 30 };

double progress_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_start(struct progress *progress, const char *what, int64_t steps_n, bool quiet)
{
    const char *kind = getenv("TERM");
    progress->what = what;
    progress->quiet = quiet;
    progress->terminal = isatty(STDERR_FILENO) && !(kind && strcmp(kind, "dumb") == 0);
    progress->steps_n = steps_n;
    progress->started = progress->shown = progress_now();
    atomic_init(&progress->done, 0);
    atomic_init(&progress->firm_months, 0);
    atomic_flag_clear(&progress->printing);
    progress->tenth = 0;
}

static void time_text(double seconds, char out[32])
{
    const long long s = (long long)(seconds + 0.5);
    if (s < 60)
        snprintf(out, 32, "%lld s", s);
    else if (s < 3600)
        snprintf(out, 32, "%lld min %02lld s", s / 60, s % 60);
    else
        snprintf(out, 32, "%lld h %02lld min", s / 3600, s / 60 % 60);
}

static void print(struct progress *progress, long long done, double now)
{
    const double share = (double)done / (double)progress->steps_n;
    const double seconds = now - progress->started;
    const double rate = seconds > 0.0 ? (double)atomic_load(&progress->firm_months) / seconds : 0.0;
    char left[32];
    time_text(share > 0.0 ? seconds * (1.0 - share) / share : 0.0, left);
    if (progress->terminal) {
        char bar[BAR + 1];
        const int full = (int)(share * BAR);
        for (int i = 0; i < BAR; i++)
            bar[i] = i < full ? '#' : '.';
        bar[BAR] = '\0';
        fprintf(stderr, "\r\033[K%-20s [%s] %3.0f %%  %.1f M firm-months/s  %s left", progress->what, bar,
                100.0 * share, rate / 1e6, left);
    } else {
        fprintf(stderr, "%s: %3.0f %%, %.1f M firm-months/s, %s left\n", progress->what, 100.0 * share,
                rate / 1e6, left);
    }
    fflush(stderr);
}

void progress_step(struct progress *progress, int64_t firm_months)
{
    const long long done = atomic_fetch_add(&progress->done, 1) + 1;
    atomic_fetch_add(&progress->firm_months, firm_months);
    if (progress->quiet || atomic_flag_test_and_set(&progress->printing))
        return;
    const double now = progress_now();
    const int tenth = (int)(10 * done / progress->steps_n);
    if (progress->terminal ? now - progress->shown > 0.2 : tenth > progress->tenth && tenth < 10) {
        print(progress, done, now);
        progress->shown = now;
        progress->tenth = tenth;
    }
    atomic_flag_clear(&progress->printing);
}

void progress_end(struct progress *progress)
{
    if (!progress->quiet && progress->terminal)
        fputs("\r\033[K", stderr);
}
