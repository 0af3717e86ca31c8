#include "sim/number.h"

#include <errno.h>
#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_n(const char *text)
{
    size_t n = 0;
    while (is_digit(text[n]))
        n++;
    return n;
}

static const char *skip_sign(const char *text)
{
    return text + (*text == '+' || *text == '-');
}

static enum number_fault check_form(const char *text)
{
    if (strlen(text) >= NUMBER_TEXT_MAX)
        return NUMBER_LONG;
    text = skip_sign(text);
    size_t mantissa = digits_n(text);
    text += mantissa;
    if (*text == '.') {
        size_t fraction = digits_n(text + 1);
        mantissa += fraction;
        text += 1 + fraction;
    }
    if (mantissa == 0)
        return NUMBER_FORM;
    if (*text == 'e' || *text == 'E') {
        text = skip_sign(text + 1);
        size_t exponent = digits_n(text);
        if (exponent == 0)
            return NUMBER_FORM;
        text += exponent;
    }
    return *text == '\0' ? NUMBER_OK : NUMBER_FORM;
}

enum number_fault number_real(const char *text, double *out)
{
    enum number_fault fault = check_form(text);
    if (fault)
        return fault;
    errno = 0;
    double value = strtod(text, NULL);
    double size = value < 0 ? -value : value;
    bool underflow = (size > 0 && size < DBL_MIN) || (errno == ERANGE && size < 1);
    if (size > DBL_MAX || underflow)
        return NUMBER_RANGE;
    *out = value + 0.0; // -0 becomes 0
    return NUMBER_OK;
}

// The significant digits of the mantissa and the power of ten of the last one. Returns how many there are.
static int split_digits(const char *text, char *digit, long *scale)
{
    int n = 0;
    bool fraction = false;

    *scale = 0;
    for (text = skip_sign(text); is_digit(*text) || *text == '.'; text++) {
        if (*text == '.') {
            fraction = true;
            continue;
        }
        *scale -= fraction;
        if (n > 0 || *text != '0')
            digit[n++] = *text;
    }
    if (*text != '\0') {
        long exponent = strtol(text + 1, NULL, 10);
        *scale += exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent; // far outside either way
    }
    while (n > 0 && digit[n - 1] == '0') {
        n--;
        ++*scale;
    }
    return n;
}

enum number_fault number_whole(const char *text, int64_t *out)
{
    char digit[NUMBER_TEXT_MAX];
    long scale;
    enum number_fault fault = check_form(text);
    if (fault)
        return fault;
    int n = split_digits(text, digit, &scale);
    if (n == 0) {
        *out = 0;
        return NUMBER_OK;
    }
    if (scale < 0)
        return NUMBER_FRACTION;
    if (n + scale > 19)
        return NUMBER_RANGE;
    uint64_t value = 0;
    for (int i = 0; i < n + (int)scale; i++)
        value = 10 * value + (i < n ? (uint64_t)(digit[i] - '0') : 0);
    if (value > INT64_MAX)
        return NUMBER_RANGE;
    *out = *text == '-' ? -(int64_t)value : (int64_t)value;
    return NUMBER_OK;
}

const char *number_fault_text(enum number_fault fault)
{
    switch (fault) {
    case NUMBER_FORM:
        return "is not a number";
    case NUMBER_LONG:
        return "is too long for a number";
    case NUMBER_RANGE:
        return "is beyond the range of numbers";
    case NUMBER_FRACTION:
        return "is not a whole number";
    case NUMBER_OK:
        break;
    }
    return "is a number";
}

void number_format(double value, char *out, size_t size)
{
    double magnitude = value < 0 ? -value : value;
    if (magnitude < 1e15 && (double)(int64_t)value == value) {
        snprintf(out, size, "%lld", (long long)value);
        return;
    }
    char text[32];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    char *exponent = strchr(text, 'e');
    if (exponent && !strchr(text, '.'))
        snprintf(out, size, "%.*s.0%s", (int)(exponent - text), text, exponent);
    else
        snprintf(out, size, "%s", text);
}

void number_format_short(double value, char *out, size_t size)
{
    char text[32];
    snprintf(text, sizeof text, "%g", value);
    char *exponent = strchr(text, 'e');
    if (strtod(text, NULL) != value)
        number_format(value, out, size);
    else if (exponent)
        snprintf(out, size, "%.*se%ld", (int)(exponent - text), text, strtol(exponent + 1, NULL, 10));
    else
        snprintf(out, size, "%s", text);
}
