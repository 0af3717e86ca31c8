// read_heap: texts of variable length from the global heap of an HDF5 file, read without the HDF5 library,
// whose version 1.10 hangs on a damaged heap or writes past its own buffers.
//
// A dataset of such texts holds 16 bytes a text: its length (32 bits), the address of a collection (64), the
// object's index in it (32). A collection (4 to 64 KiB) is "GCOL", version 1, its size, and objects of 16
// bytes (index, count, size) and content, padded to 8; index 0 is the free rest. All numbers are
// little-endian. HDF5 File Format Specification 3.0, III.E and IV.A.2.d; addresses and sizes of 8 bytes, base
// address 0.
#ifndef ANALYSIS_READ_HEAP_H
#define ANALYSIS_READ_HEAP_H

#include "sim/data.h"

#define READ_HEAP_REFERENCE 16    // bytes of a text in its dataset
#define READ_HEAP_OBJECTS   65536 // an index has 16 bits

struct read_heap_object {
    const uint8_t *content;
    uint64_t size, listing; // valid if it is of the heap's last listing
};

struct read_heap {
    const uint8_t *map; // the file
    uint64_t bytes;
    uint64_t collection, listing;    // address and number of the collection listed last
    struct read_heap_object *object; // its objects by index
    uint64_t texts_left, steps_left; // more bytes of text, or objects listed, than a sound file can have
};

// Maps the file. Returns 0, or -1 with errno. The file must not become shorter before it is closed.
int read_heap_open(struct read_heap *heap, const char *path);
void read_heap_close(struct read_heap *heap); // of a heap never opened (all zero) too

// Copies the n texts of the dataset whose bytes begin at `at` into the data's memory. Returns how many there
// are before the first that is missing, damaged or unsound (data_text_sound) or does not fit in memory; n if
// all are there.
int64_t read_heap_texts(struct read_heap *heap, uint64_t at, int64_t n, struct run_data *data, char **out);

#endif
