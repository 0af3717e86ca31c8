// stop: interrupts (SIGINT, SIGTERM) held back and asked for at places where work can end cleanly, so that no
// state outside the call that holds them is needed.
#ifndef COMMANDS_STOP_H
#define COMMANDS_STOP_H

#include <signal.h>
#include <stdbool.h>

struct stop {
    sigset_t signals, before;
};

void stop_hold(struct stop *stop);        // from now on interrupts wait
bool stop_asked(const struct stop *stop); // one waits; false for NULL
void stop_release(struct stop *stop);     // takes away what waits, since it has been obeyed

#endif
