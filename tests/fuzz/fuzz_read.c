// fuzz_read: any bytes as a run file. read_run must answer with data that can be written again, or with one
// line.
//
// HDF5 guards much of its metadata with checksums, which stop most damage by accident; whoever crafts a file
// computes them, and with FUZZ_READ_SEAL in the environment so does the mutator here. HDF5 1.10 does not
// survive that for long: it parses the structure of a file before we can judge it, and the stack of such a
// crash shows libhdf5 above read_run. analysis/read.h says what that means for files of strangers.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max_size) __attribute__((weak)); // libFuzzer's
const char *__lsan_default_suppressions(void);
const char *__asan_default_options(void);

// HDF5 leaks some memory of a file that it finds damaged; ours is still looked at.
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

// HDF5 asks for absurd amounts of memory and takes no for an answer.
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

// ---- checksums ----------------------------------------------------------------------------------

static uint64_t little_endian(const uint8_t *bytes, int n)
{
    uint64_t x = 0;
    for (int i = n - 1; i >= 0; i--)
        x = x << 8 | bytes[i];
    return x;
}

static uint32_t rotate(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

static void mix(uint32_t x[3])
{
    static const int by[6] = {4, 6, 8, 16, 19, 4};
    for (int i = 0; i < 6; i++) {
        uint32_t *a = &x[i % 3], *b = &x[(i + 1) % 3], *c = &x[(i + 2) % 3];
        *a -= *c;
        *a ^= rotate(*c, by[i]);
        *c += *b;
    }
}

static void finish(uint32_t x[3])
{
    static const int by[7] = {14, 11, 25, 16, 4, 14, 24};
    for (int i = 0; i < 7; i++) {
        uint32_t *to = &x[(i + 2) % 3], from = x[(i + 1) % 3];
        *to ^= from;
        *to -= rotate(from, by[i]);
    }
}

// Bob Jenkins' lookup3 (hashlittle), which HDF5 uses.
static uint32_t lookup3(const uint8_t *bytes, size_t n)
{
    uint32_t start = 0xDEADBEEFU + (uint32_t)n, x[3] = {start, start, start};
    for (; n > 12; bytes += 12, n -= 12) {
        for (int i = 0; i < 3; i++)
            x[i] += (uint32_t)little_endian(bytes + 4 * i, 4);
        mix(x);
    }
    if (n == 0)
        return x[2];
    for (size_t i = 0; i < n; i++)
        x[i / 4] += (uint32_t)bytes[i] << 8 * (i % 4);
    finish(x);
    return x[2];
}

// Sets the checksum at the end of a block of `n` bytes, itself included.
static void seal(uint8_t *block, size_t n)
{
    uint32_t sum = lookup3(block, n - 4);
    for (int i = 0; i < 4; i++)
        block[n - 4 + (size_t)i] = (uint8_t)(sum >> 8 * i);
}

// Bytes of an object header of version 2 that begins at `block`, 0 if it does not fit.
static size_t header_bytes(const uint8_t *block, size_t room)
{
    if (room < 16)
        return 0;
    int flags = block[5], width = 1 << (flags & 3);
    size_t before = 6 + ((flags & 0x20) != 0 ? 16U : 0) + ((flags & 0x10) != 0 ? 4U : 0);
    if (before + (size_t)width + 4 > room)
        return 0;
    uint64_t chunk = little_endian(block + before, width);
    return chunk > room - before - (size_t)width - 4 ? 0 : before + (size_t)width + (size_t)chunk + 4;
}

// Bytes of a continuation block: they stand behind its address in the header that it continues.
static size_t continuation_bytes(const uint8_t *bytes, size_t size, size_t at)
{
    uint8_t address[8];
    for (int i = 0; i < 8; i++)
        address[i] = (uint8_t)((uint64_t)at >> 8 * i);
    const uint8_t *found = memmem(bytes, size, address, sizeof address);
    if (found == NULL || (size_t)(found - bytes) + 16 > size)
        return 0;
    uint64_t length = little_endian(found + 8, 8);
    return length > size - at || length < 8 ? 0 : (size_t)length;
}

// Recomputes the checksums of superblock, object headers and their continuations.
static void repair(uint8_t *bytes, size_t size)
{
    if (size >= 48 && bytes[8] >= 2) // older superblocks have none
        seal(bytes, 48);
    for (size_t at = 0; at + 4 <= size; at++) {
        size_t n = memcmp(bytes + at, "OHDR", 4) == 0   ? header_bytes(bytes + at, size - at)
                   : memcmp(bytes + at, "OCHK", 4) == 0 ? continuation_bytes(bytes, size, at)
                                                        : 0;
        if (n > 4)
            seal(bytes + at, n);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed)
{
    (void)seed;
    size = LLVMFuzzerMutate(bytes, size, max_size);
    if (getenv("FUZZ_READ_SEAL") != NULL)
        repair(bytes, size);
    return size;
}

// ---- the target ---------------------------------------------------------------------------------

static void read_file(const char *path)
{
    struct error err = {0};
    struct run_data *data = NULL;
    int code = read_run(path, "*", &data, &err);
    CHECK(code == err.code && err.faults_n == (code != 0) && (code == 0) == (data != NULL));
    if (code == 0)
        CHECK(data_check(data, NULL) == 0);
    data_free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char path[] = "/dev/shm/fuzz_read.XXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
    read_file(path);
    unlink(path);
    return 0;
}
