#include "sim/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sim/rng.h"

enum { CHECKSUM_DIGITS = 16, JOURNAL_BYTES_MAX = 1 << 30 };

struct journal {
    FILE *file;
    char *path;
    uint64_t checksum; // of the last line
    char **record;
    int n, capacity;
    bool torn;
};

static uint64_t checksum_of(uint64_t before, const char *text, size_t n)
{
    uint64_t sum = rng_hash(before ^ n);
    for (size_t i = 0; i < n; i++)
        sum = rng_hash(sum ^ (uint64_t)(unsigned char)text[i]);
    return sum;
}

static int no_memory(const struct journal *journal, struct error *err)
{
    return error_add(err, ERROR_WORK, "%s: no memory", journal->path);
}

static int keep(struct journal *journal, const char *text, size_t n, struct error *err)
{
    if (journal->n == journal->capacity) {
        const int more = journal->capacity > 0 ? 2 * journal->capacity : 64;
        char **moved = realloc(journal->record, (size_t)more * sizeof *moved);
        if (!moved)
            return no_memory(journal, err);
        journal->record = moved;
        journal->capacity = more;
    }
    char *copy = strndup(text, n);
    if (!copy)
        return no_memory(journal, err);
    journal->record[journal->n++] = copy;
    return ERROR_NONE;
}

static int put_line(struct journal *journal, const char *text, struct error *err)
{
    const uint64_t sum = checksum_of(journal->checksum, text, strlen(text));
    CHECK(!strchr(text, '\n'));
    if (fprintf(journal->file, "%016" PRIx64 " %s\n", sum, text) < 0 || fflush(journal->file) != 0)
        return error_add(err, ERROR_WORK, "%s: cannot be written: %s", journal->path, strerror(errno));
    journal->checksum = sum;
    return ERROR_NONE;
}

// ---- reading ------------------------------------------------------------------------------------

// Is this whole line what was written behind `before`? `sum` is then its checksum.
static bool sound(const char *line, size_t n, uint64_t before, uint64_t *sum)
{
    char digits[CHECKSUM_DIGITS + 1];
    if (n < CHECKSUM_DIGITS + 1 || line[CHECKSUM_DIGITS] != ' ')
        return false;
    snprintf(digits, sizeof digits, "%.*s", CHECKSUM_DIGITS, line);
    if (strspn(digits, "0123456789abcdef") != CHECKSUM_DIGITS)
        return false;
    *sum = strtoull(digits, NULL, 16);
    return *sum == checksum_of(before, line + CHECKSUM_DIGITS + 1, n - CHECKSUM_DIGITS - 1);
}

static char *read_all(struct journal *journal, size_t *n, struct error *err)
{
    struct stat status;
    char *text = NULL;
    if (fstat(fileno(journal->file), &status) != 0 || status.st_size > JOURNAL_BYTES_MAX) {
        error_add(err, ERROR_INPUT, "%s: cannot be read as a journal", journal->path);
        return NULL;
    }
    *n = (size_t)status.st_size;
    text = malloc(*n + 1);
    if (!text)
        no_memory(journal, err);
    else if (fread(text, 1, *n, journal->file) != *n)
        error_add(err, ERROR_INPUT, "%s: cannot be read: %s", journal->path, strerror(errno));
    else
        return text;
    free(text);
    return NULL;
}

// Takes in the lines; what follows the last sound one is cut off if it is the last, else an error.
static int take_lines(struct journal *journal, const char *text, size_t n, const char *header,
                      struct error *err)
{
    size_t at = 0;
    for (int line = 1; at < n; line++) {
        const char *end = memchr(text + at, '\n', n - at);
        const size_t length = end ? (size_t)(end - text) - at : n - at;
        const char *said = text + at + CHECKSUM_DIGITS + 1;
        uint64_t sum;
        if (!end || !sound(text + at, length, journal->checksum, &sum)) {
            if (line == 1 || (end && at + length + 1 < n))
                return error_add(err, ERROR_INPUT, "%s:%d: is damaged, or no journal", journal->path, line);
            journal->torn = true;
            break;
        }
        const size_t said_n = length - CHECKSUM_DIGITS - 1;
        if (line == 1 && (said_n != strlen(header) || memcmp(said, header, said_n) != 0))
            return error_add(
                err, ERROR_INPUT,
                "%s: is the journal of other work: '%.*s' instead of '%s'; allowed: another folder",
                journal->path, (int)said_n, said, header);
        if (line > 1 && keep(journal, said, said_n, err))
            return ERROR_WORK;
        journal->checksum = sum;
        at += length + 1;
    }
    if (journal->torn && (ftruncate(fileno(journal->file), (off_t)at) != 0))
        return error_add(err, ERROR_WORK, "%s: cannot be shortened: %s", journal->path, strerror(errno));
    return ERROR_NONE;
}

static int read_journal(struct journal *journal, const char *header, struct error *err)
{
    size_t n = 0;
    char *text = read_all(journal, &n, err);
    int code = err->code;
    if (text && n > 0)
        code = take_lines(journal, text, n, header, err);
    if (!code && fseek(journal->file, 0, SEEK_END) != 0)
        code = error_add(err, ERROR_WORK, "%s: %s", journal->path, strerror(errno));
    if (!code && n == 0)
        code = put_line(journal, header, err);
    free(text);
    return code;
}

// ---- life ---------------------------------------------------------------------------------------

static int open_file(struct journal *journal, bool resume, struct error *err)
{
    const bool there = access(journal->path, F_OK) == 0;
    if (there && !resume)
        return error_add(err, ERROR_INPUT,
                         "%s: is there already; allowed: --resume to go on with it, or another folder",
                         journal->path);
    journal->file = fopen(journal->path, there ? "r+" : "w+x");
    if (!journal->file)
        return error_add(err, ERROR_INPUT, "%s: cannot be opened: %s", journal->path, strerror(errno));
    if (flock(fileno(journal->file), LOCK_EX | LOCK_NB) != 0)
        return error_add(err, ERROR_INPUT, "%s: is in use by another process", journal->path);
    return ERROR_NONE;
}

int journal_open(struct journal **journal, const char *path, const char *header, bool resume,
                 struct error *err)
{
    struct journal *j = calloc(1, sizeof *j);
    *journal = NULL;
    if (!j || !(j->path = strdup(path))) {
        free(j);
        return error_add(err, ERROR_WORK, "%s: no memory", path);
    }
    int code = open_file(j, resume, err);
    if (!code)
        code = read_journal(j, header, err);
    if (code)
        journal_close(j);
    else
        *journal = j;
    return code;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    if (journal->file)
        fclose(journal->file);
    for (int i = 0; i < journal->n; i++)
        free(journal->record[i]);
    free(journal->record);
    free(journal->path);
    free(journal);
}

int journal_records_n(const struct journal *journal)
{
    return journal->n;
}

const char *journal_record(const struct journal *journal, int record)
{
    return journal->record[record];
}

bool journal_torn(const struct journal *journal)
{
    return journal->torn;
}

int journal_append(struct journal *journal, const char *text, struct error *err)
{
    const int code = put_line(journal, text, err);
    return code ? code : keep(journal, text, strlen(text), err);
}
