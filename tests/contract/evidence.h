// evidence: ids of the evidence tables (first columns of CSV files), which stand beside the source tree in
// ../shared/evidence, if they do. A copy of the project without them checks the form of sources only.
#ifndef TESTS_CONTRACT_EVIDENCE_H
#define TESTS_CONTRACT_EVIDENCE_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVIDENCE_FOLDER MANGROVE_SOURCE_DIR "/../shared/evidence"

struct evidence {
    char **id;
    int n;
};

// A whole file as text, NULL if it cannot be read. free() it.
static inline char *evidence_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    size_t n = 0, room = 1 << 16;
    char *text = malloc(room);
    while (text) {
        n += fread(text + n, 1, room - 1 - n, file);
        if (n < room - 1)
            break;
        char *more = realloc(text, room *= 2);
        if (!more)
            free(text);
        text = more;
    }
    fclose(file);
    if (text)
        text[n] = '\0';
    return text;
}

static inline bool evidence_has(const struct evidence *e, const char *id, size_t length)
{
    for (int k = 0; k < e->n; k++)
        if (strlen(e->id[k]) == length && memcmp(e->id[k], id, length) == 0)
            return true;
    return false;
}

// Whether some id begins so.
static inline bool evidence_begins(const struct evidence *e, const char *id, size_t length)
{
    for (int k = 0; k < e->n; k++)
        if (strncmp(e->id[k], id, length) == 0)
            return true;
    return false;
}

// Adds what stands before the first comma of each line but the first.
static inline void evidence_add(struct evidence *e, const char *path)
{
    char *text = evidence_text(path), *rest = text;
    for (int line = 0; rest && *rest; line++) {
        char *end = strchr(rest, '\n');
        const size_t length = strcspn(rest, ",\n");
        if (line > 0 && length > 0) {
            char **more = realloc(e->id, (size_t)(e->n + 1) * sizeof *more);
            char *id = malloc(length + 1);
            if (!more || !id)
                abort();
            memcpy(id, rest, length);
            id[length] = '\0';
            e->id = more;
            e->id[e->n++] = id;
        }
        rest = end ? end + 1 : NULL;
    }
    free(text);
}

// The ids of one table, or of all with `table` NULL; none if the folder is not there.
static inline struct evidence evidence_load(const char *table)
{
    struct evidence e = {0};
    DIR *folder = opendir(EVIDENCE_FOLDER);
    for (struct dirent *d = folder ? readdir(folder) : NULL; d; d = readdir(folder)) {
        const size_t n = strlen(d->d_name);
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", EVIDENCE_FOLDER, d->d_name);
        if (n > 4 && strcmp(d->d_name + n - 4, ".csv") == 0 && (!table || strcmp(d->d_name, table) == 0))
            evidence_add(&e, path);
    }
    if (folder)
        closedir(folder);
    return e;
}

static inline void evidence_free(struct evidence *e)
{
    for (int k = 0; k < e->n; k++)
        free(e->id[k]);
    free(e->id);
}

#endif
