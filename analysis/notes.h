// notes: what is said about moments that a model misses, and about moments that contradict each other, as
// rows of a CSV file (analysis/moments/vietnam_notes.csv): id, with, note. A row without `with` explains why
// a moment is missed; one with `with` (another moment) says why the two cannot both be met.
#ifndef ANALYSIS_NOTES_H
#define ANALYSIS_NOTES_H

#include "analysis/moments.h"

enum { NOTES_MAX = 256, NOTE_TEXT_MAX = 800 };

struct moment_note {
    char id[MOMENT_ID_MAX], with[MOMENT_ID_MAX];
    char note[NOTE_TEXT_MAX];
};

struct moment_notes {
    struct moment_note *note;
    int n;
};

// Reads a file. A note on an unknown moment is a fault. Returns ERROR_INPUT with the place of each fault,
// ERROR_WORK for want of memory. Free it with notes_free either way.
int notes_read(struct moment_notes *notes, const char *path, const struct moments *moments,
               struct error *err);
void notes_free(struct moment_notes *notes);

// The explanation of a moment, "" if there is none.
const char *notes_of(const struct moment_notes *notes, const char *id);

#endif
