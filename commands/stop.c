#include "commands/stop.h"

#include <stddef.h>
#include <time.h>

void stop_hold(struct stop *stop)
{
    sigemptyset(&stop->signals);
    sigaddset(&stop->signals, SIGINT);
    sigaddset(&stop->signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop->signals, &stop->before);
}

bool stop_asked(const struct stop *stop)
{
    sigset_t pending;
    if (!stop)
        return false;
    sigpending(&pending);
    return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

void stop_release(struct stop *stop)
{
    const struct timespec now = {0, 0};
    while (sigtimedwait(&stop->signals, NULL, &now) > 0)
        continue;
    sigprocmask(SIG_SETMASK, &stop->before, NULL);
}
