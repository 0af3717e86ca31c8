// error: what is said when the world outside (a file, memory, a disk, a call) is wrong.
//
// A function that meets the world outside takes a `struct error *` last and returns one of `enum error_code`;
// zero is success. A loader may report up to ERROR_FAULTS_MAX faults at once. A bug in mangrove itself is an
// assertion (CHECK), and economic events (a default, an empty market) are state, never an error.
//
// A message is one line:  file:line:col: key.path: what is wrong; allowed: ...; did you mean 'x'?
#ifndef SIM_ERROR_H
#define SIM_ERROR_H

#include <stddef.h>
#include <stdio.h>

// The codes are the exit statuses of the program.
enum error_code {
    ERROR_NONE = 0,
    ERROR_WORK = 1,    // the work failed: audit, disk, memory
    ERROR_INPUT = 2,   // the input or the call is wrong
    ERROR_STRICT = 3,  // a check asked for with --strict is not met
    ERROR_STOPPED = 4, // stopped by a signal or by the end of a job's time; resumable
};

#define ERROR_FAULTS_MAX 20
#define ERROR_TEXT_MAX   640
#define ERROR_QUOTE_MAX  64

// Begins as `struct error err = {0}`.
struct error {
    int code;                                    // the first code added; ERROR_NONE if none
    int faults_n;                                // faults kept, at most ERROR_FAULTS_MAX
    int dropped_n;                               // faults beyond that, counted only
    char text[ERROR_FAULTS_MAX][ERROR_TEXT_MAX]; // one line each, without newline, printable UTF-8
};

// Adds one fault and returns `code`, so that a caller can `return error_add(...)`. `err` may be NULL. Bytes
// that are not printable UTF-8 become '?', a text that is too long ends in "...".
int error_add(struct error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Prints each fault on a line of its own, then "and N more" if some were dropped.
void error_print(const struct error *err, FILE *to);

// The first `n` bytes of an outsider's text in single quotes, shortened to fit. Returns `out`, which has
// ERROR_QUOTE_MAX.
const char *error_quote(const char *text, size_t n, char *out);

// Bytes (1-4) of the printable UTF-8 character that begins `text`, of which `n` bytes may be read; 0 if there
// is none: malformed or overlong UTF-8, a control character (tabs and newlines too), U+2028, U+2029, U+FEFF
// or a noncharacter.
int error_printable(const char *text, size_t n);

// A bug check that stays in release builds: prints place and condition, then aborts.
#define CHECK(condition) ((condition) ? (void)0 : error_bug(__FILE__, __LINE__, #condition))
_Noreturn void error_bug(const char *file, int line, const char *condition);

#endif
