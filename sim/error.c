#include "sim/error.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Length of the UTF-8 sequence that `lead` begins, and the bits of the code point it carries; 0 if it begins
// none.
static int sequence_length(unsigned char lead, uint32_t *bits)
{
    if (lead < 0x80) {
        *bits = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead < 0xe0) {
        *bits = lead & 0x1fu;
        return 2;
    }
    if (lead >= 0xe0 && lead < 0xf0) {
        *bits = lead & 0x0fu;
        return 3;
    }
    if (lead >= 0xf0 && lead < 0xf5) {
        *bits = lead & 0x07u;
        return 4;
    }
    return 0;
}

static int is_printable(uint32_t code)
{
    int control = code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
    int no_character = code == 0xfeff || (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code < 0xfdf0);
    return !control && !no_character;
}

int error_printable(const char *text, size_t n)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = 0;
    int length = n > 0 ? sequence_length((unsigned char)text[0], &code) : 0;

    if (length == 0 || (size_t)length > n)
        return 0;
    for (int i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3fu);
    }
    if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0;
    return is_printable(code) ? length : 0;
}

static void make_printable(char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n;) {
        int length = error_printable(text + i, n - i);
        if (length == 0)
            text[i] = text[i] == '\n' ? ' ' : '?';
        i += length > 0 ? (size_t)length : 1;
    }
}

// Where a text may be cut at or before `n` so that no character is torn.
static size_t cut_before(const char *text, size_t n)
{
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

int error_add(struct error *err, int code, const char *format, ...)
{
    if (!err)
        return code;
    if (err->code == ERROR_NONE)
        err->code = code;
    if (err->faults_n == ERROR_FAULTS_MAX) {
        err->dropped_n++;
        return code;
    }
    char *text = err->text[err->faults_n++];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, ERROR_TEXT_MAX, format, args);
    va_end(args);
    if (length >= ERROR_TEXT_MAX)
        strcpy(text + cut_before(text, ERROR_TEXT_MAX - 4), "...");
    make_printable(text);
    return code;
}

void error_print(const struct error *err, FILE *to)
{
    for (int i = 0; i < err->faults_n; i++)
        fprintf(to, "%s\n", err->text[i]);
    if (err->dropped_n > 0)
        fprintf(to, "and %d more\n", err->dropped_n);
}

const char *error_quote(const char *text, size_t n, char *out)
{
    const char *mark = "'";
    if (n > ERROR_QUOTE_MAX - 6) {
        n = cut_before(text, ERROR_QUOTE_MAX - 6);
        mark = "...'";
    }
    snprintf(out, ERROR_QUOTE_MAX, "'%.*s%s", (int)n, text, mark);
    return out;
}

_Noreturn void error_bug(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: bug in mangrove: not true that %s\n", file, line, condition);
    abort();
}
