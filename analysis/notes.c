#include "analysis/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analysis/csv.h"

static const struct csv_column columns[] = {
    CSV_TEXT(moment_note, id, true),
    CSV_TEXT(moment_note, with, true),
    CSV_TEXT(moment_note, note, true),
};

static int check(void *rows, int n, char *why)
{
    const struct moment_note *notes = rows, *note = &notes[n];
    *why = '\0';
    if (!*note->note)
        snprintf(why, ERROR_TEXT_MAX, "%s: the note is empty", note->id);
    for (int i = 0; i < n && !*why; i++)
        if (strcmp(notes[i].id, note->id) == 0 && strcmp(notes[i].with, note->with) == 0)
            snprintf(why, ERROR_TEXT_MAX, "id '%s' stands twice", note->id);
    return *why ? ERROR_INPUT : ERROR_NONE;
}

static const struct csv_table table = {
    .things = "notes",
    .columns = columns,
    .columns_n = sizeof columns / sizeof *columns,
    .row_bytes = sizeof(struct moment_note),
    .rows_max = NOTES_MAX,
    .check = check,
};

static int known(const struct moments *moments, const char *id)
{
    for (int i = 0; i < moments->n; i++)
        if (strcmp(moments->moment[i].id, id) == 0)
            return 1;
    return 0;
}

int notes_read(struct moment_notes *notes, const char *path, const struct moments *moments, struct error *err)
{
    void *rows;
    int code = csv_read(&table, path, &rows, &notes->n, err);
    notes->note = rows;
    for (int i = 0; i < notes->n; i++) {
        const struct moment_note *note = &notes->note[i];
        if (!known(moments, note->id))
            code = error_add(err, ERROR_INPUT, "%s: '%s' is no moment", path, note->id);
        if (*note->with && !known(moments, note->with))
            code = error_add(err, ERROR_INPUT, "%s: %s: with: '%s' is no moment", path, note->id, note->with);
    }
    return code;
}

void notes_free(struct moment_notes *notes)
{
    free(notes->note);
    *notes = (struct moment_notes){0};
}

const char *notes_of(const struct moment_notes *notes, const char *id)
{
    for (int i = 0; notes && i < notes->n; i++)
        if (!*notes->note[i].with && strcmp(notes->note[i].id, id) == 0)
            return notes->note[i].note;
    return "";
}
