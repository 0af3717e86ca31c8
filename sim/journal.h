// journal: finished work as lines of a file that only grows, so that work which was stopped can go on.
//
// The first line says what work it is; each further line is a record. A line begins with a checksum of itself
// and of the checksum before it. A process that dies in the middle of a line leaves a torn tail, which the
// next one cuts off; damage before the last line is an error. One process at a time.
#ifndef SIM_JOURNAL_H
#define SIM_JOURNAL_H

#include <stdbool.h>
#include "sim/error.h"

struct journal;

// Opens the journal of the work that `header` (one line of text) describes. Without `resume` the file must
// not be there yet; with it, it may be, and must have that header. Returns ERROR_INPUT if not, if the file is
// damaged, in use by another process or cannot be opened, ERROR_WORK for want of memory or disk; *journal is
// then NULL.
int journal_open(struct journal **journal, const char *path, const char *header, bool resume,
                 struct error *err);
void journal_close(struct journal *journal); // NULL is allowed

// Records that were read or appended, and the text of one.
int journal_records_n(const struct journal *journal);
const char *journal_record(const struct journal *journal, int record);

// Whether journal_open has cut off a torn tail.
bool journal_torn(const struct journal *journal);

// Appends a record (one line of text) and hands it to the system; a machine that loses its power may lose the
// last ones, which are then a torn tail. Returns ERROR_WORK if that fails.
int journal_append(struct journal *journal, const char *text, struct error *err);

#endif
