#include "sim/document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

// ---- bytes

// Reads on until the end or one byte beyond the limit. Returns 0, ERROR_INPUT with a reason, or ERROR_WORK.
static int read_all(struct document *document, FILE *file, const char **reason)
{
    size_t capacity = 0, got = 1;
    while (got > 0 && document->n <= DOCUMENT_BYTES_MAX) {
        if (document->n == capacity) {
            capacity = capacity > 0 ? 2 * capacity : 8192;
            char *more = realloc(document->bytes, capacity);
            if (!more)
                return ERROR_WORK;
            document->bytes = more;
        }
        got = fread(document->bytes + document->n, 1, capacity - document->n, file);
        document->n += got;
    }
    if (!ferror(file) && document->n <= DOCUMENT_BYTES_MAX)
        return 0;
    *reason = ferror(file) ? strerror(errno) : "it is larger than 1 MiB";
    return ERROR_INPUT;
}

int document_read(struct document *document, bool pipe_allowed, struct stat *status, const char **reason)
{
    bool fits = strlen(document->name) < DOCUMENT_NAME_MAX, found = stat(document->name, status) == 0;
    *reason = !fits                      ? "the name is too long"
              : !found                   ? strerror(errno)
              : S_ISDIR(status->st_mode) ? "it is a folder"
                                         : NULL;
    if (*reason)
        return ERROR_INPUT;
    if (!S_ISREG(status->st_mode) && !(pipe_allowed && S_ISFIFO(status->st_mode))) {
        *reason = "it is no regular file";
        return ERROR_INPUT;
    }
    FILE *file = fopen(document->name, "rb");
    if (!file) {
        *reason = strerror(errno);
        return ERROR_INPUT;
    }
    int code = read_all(document, file, reason);
    fclose(file);
    return code;
}

void document_free(struct document *document)
{
    for (int i = 0; i < document->nodes_n; i++)
        free(document->node[i].text);
    free(document->node);
    free(document->bytes);
}

// What is wrong with a byte that begins no printable character.
static const char *byte_fault(unsigned char byte)
{
    if (byte == '\t')
        return "a tab; allowed: blanks";
    if (byte == '\0')
        return "a NUL byte; allowed: text in UTF-8";
    if (byte < 0x20 || byte == 0x7f)
        return "a control character; allowed: text in UTF-8";
    return "bytes that are no printable UTF-8; allowed: text in UTF-8";
}

int document_check_bytes(const struct document *document, struct error *err)
{
    const char *text = document->bytes;
    struct node at = {.line = 1, .column = 1};

    if (document->n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return document_refuse(document, &at, "", err, "a byte order mark; allowed: UTF-8 without it");
    for (size_t i = 0; i < document->n;) {
        int length = error_printable(text + i, document->n - i);
        bool carriage = text[i] == '\r';
        bool pair = carriage && i + 1 < document->n && text[i + 1] == '\n'; // the line ends with the second
        if (text[i] == '\n' || (carriage && !pair)) {
            at.line++;
            at.column = 1;
        } else if (length > 0) {
            at.column++;
        } else if (!carriage) {
            return document_refuse(document, &at, "", err, "%s", byte_fault((unsigned char)text[i]));
        }
        i += length > 0 ? (size_t)length : 1;
    }
    return 0;
}

// ---- nodes

int document_add(struct document *document, const struct node *node)
{
    if (document->nodes_n == document->nodes_max) {
        int max = document->nodes_max > 0 ? 2 * document->nodes_max : 256;
        struct node *more = realloc(document->node, (size_t)max * sizeof *more);
        if (!more)
            return -1;
        document->node = more;
        document->nodes_max = max;
    }
    document->node[document->nodes_n] = *node;
    return document->nodes_n++;
}

void document_place(const struct document *document, const struct node *node, char *out)
{
    snprintf(out, DOCUMENT_PLACE_MAX, "%s:%d:%d", document->name, node->line, node->column);
}

int document_refuse(const struct document *document, const struct node *node, const char *key,
                    struct error *err, const char *format, ...)
{
    char what[ERROR_TEXT_MAX], place[DOCUMENT_PLACE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    document_place(document, node, place);
    return error_add(err, ERROR_INPUT, "%s: %s%s%s", place, key, key[0] ? ": " : "", what);
}

// ---- mappings and lists

bool document_is_key(const struct node *node)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return node->type == NODE_SCALAR && node->text[0] && node->text[strspn(node->text, allowed)] == '\0';
}

int document_next_key(const struct document *document, int map, int key)
{
    return key == 0 ? document->node[map].first : document->node[document->node[key].next].next;
}

static int compare_keys(const void *a, const void *b)
{
    const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;
    int order = strcmp(x->text, y->text);
    return order != 0 ? order : (x > y) - (x < y);
}

// Refuses every key of a sorted list that is the same word as one before it in the file.
static int refuse_repeated(const struct document *document, const struct node *const *keys, int n,
                           const char *path, struct error *err)
{
    int code = 0;
    for (int i = 1, first = 0; i < n; i++) {
        char place[DOCUMENT_PLACE_MAX], what[ERROR_TEXT_MAX];
        if (strcmp(keys[i]->text, keys[first]->text) != 0) {
            first = i;
            continue;
        }
        document_place(document, keys[first], place);
        snprintf(what, sizeof what, "%s%s%s", path, path[0] ? "." : "", keys[i]->text);
        code = document_refuse(document, keys[i], what, err, "given twice; first at %s", place);
    }
    return code;
}

static int refuse_key(const struct document *document, const struct node *key, const char *path,
                      struct error *err)
{
    char quoted[ERROR_QUOTE_MAX] = "a list or mapping";
    if (key->type == NODE_SCALAR)
        error_quote(key->text, strlen(key->text), quoted);
    return document_refuse(document, key, path, err, "%s is not a key; allowed: letters, digits, _ and -",
                           quoted);
}

int document_check_keys(const struct document *document, int map, const char *path, struct error *err)
{
    int n = 0, code = 0;
    for (int i = document_next_key(document, map, 0); i; i = document_next_key(document, map, i))
        n++;
    const struct node **keys = malloc(((size_t)n + 1) * sizeof *keys);
    if (!keys)
        return error_add(err, ERROR_WORK, "out of memory");
    n = 0;
    for (int i = document_next_key(document, map, 0); i; i = document_next_key(document, map, i)) {
        const struct node *key = &document->node[i];
        if (document_is_key(key))
            keys[n++] = key;
        else
            code = refuse_key(document, key, path, err);
    }
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    int repeated = refuse_repeated(document, keys, n, path, err);
    free(keys);
    return code ? code : repeated;
}

int document_list_text(const struct document *document, int list, const char *key, char **text,
                       struct error *err)
{
    size_t size = 3;
    for (int i = document->node[list].first; i; i = document->node[i].next) {
        const struct node *part = &document->node[i];
        if (part->type != NODE_SCALAR || part->text[0] == '\0' || strpbrk(part->text, ",[]"))
            return document_refuse(document, part, key, err,
                                   "not a plain word; allowed: a list of plain words");
        size += strlen(part->text) + 2;
    }
    char *end = *text = malloc(size);
    if (!end)
        return error_add(err, ERROR_WORK, "out of memory");
    *end++ = '[';
    for (int i = document->node[list].first; i; i = document->node[i].next)
        end += sprintf(end, "%s%s", end > *text + 1 ? ", " : "", document->node[i].text);
    memcpy(end, "]", 2);
    return 0;
}
