#include "analysis/read_heap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COLLECTION_HEADER 16
#define OBJECT_HEADER     16

static uint64_t little_endian(const uint8_t *bytes, int n)
{
    uint64_t x = 0;
    for (int i = n - 1; i >= 0; i--)
        x = x << 8 | bytes[i];
    return x;
}

int read_heap_open(struct read_heap *heap, const char *path)
{
    struct stat status;
    void *map = MAP_FAILED;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    *heap = (struct read_heap){0};
    if (file < 0)
        return -1;
    if (fstat(file, &status) == 0 && status.st_size > 0)
        map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    int reason = errno;
    close(file);
    errno = reason;
    if (map == MAP_FAILED)
        return -1;
    heap->map = map;
    heap->object = calloc(READ_HEAP_OBJECTS, sizeof *heap->object);
    if (heap->object == NULL) {
        munmap(map, (size_t)status.st_size);
        return -1;
    }
    heap->bytes = (uint64_t)status.st_size;
    heap->texts_left = heap->bytes;
    heap->steps_left = heap->bytes;
    return 0;
}

void read_heap_close(struct read_heap *heap)
{
    if (heap->map != NULL)
        munmap((void *)(uintptr_t)heap->map, heap->bytes);
    free(heap->object);
    *heap = (struct read_heap){0};
}

// Where the collection at `address` ends, 0 if there is none.
static uint64_t collection_end(const struct read_heap *heap, uint64_t address)
{
    if (address > heap->bytes || heap->bytes - address < COLLECTION_HEADER)
        return 0;
    const uint8_t *header = heap->map + address;
    uint64_t size = little_endian(header + 8, 8);
    int sound =
        memcmp(header, "GCOL\1", 5) == 0 && size >= COLLECTION_HEADER && size <= heap->bytes - address;
    return sound ? address + size : 0;
}

// Lists where the objects of a collection are; the list stops at the free rest or at what is damaged.
static void collection_list(struct read_heap *heap, uint64_t address)
{
    uint64_t at = address + COLLECTION_HEADER, end = collection_end(heap, address);
    heap->collection = address;
    heap->listing++;
    while (at + OBJECT_HEADER <= end && heap->steps_left > 0) {
        const uint8_t *object = heap->map + at;
        uint64_t index = little_endian(object, 2), size = little_endian(object + 8, 8);
        uint64_t room = end - at - OBJECT_HEADER, padded = size + (8 - size % 8) % 8;
        heap->steps_left--;
        if (index == 0 || size > room)
            return;
        heap->object[index] = (struct read_heap_object){
            .content = object + OBJECT_HEADER, .size = size, .listing = heap->listing};
        at += OBJECT_HEADER + (padded < room ? padded : room);
    }
}

// The object that a reference of a dataset points to, NULL if it is not there.
static const struct read_heap_object *reference_follow(struct read_heap *heap, const uint8_t *reference)
{
    uint64_t address = little_endian(reference + 4, 8), index = little_endian(reference + 12, 4);
    if (index >= READ_HEAP_OBJECTS)
        return NULL;
    if (heap->listing == 0 || heap->collection != address)
        collection_list(heap, address);
    const struct read_heap_object *object = &heap->object[index];
    return object->listing == heap->listing ? object : NULL;
}

int64_t read_heap_texts(struct read_heap *heap, uint64_t at, int64_t n, struct run_data *data, char **out)
{
    if (at > heap->bytes || n > (int64_t)((heap->bytes - at) / READ_HEAP_REFERENCE))
        return 0;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *reference = heap->map + at + (uint64_t)i * READ_HEAP_REFERENCE;
        const struct read_heap_object *object = reference_follow(heap, reference);
        uint64_t length = little_endian(reference, 4);
        if (object == NULL || length > object->size || length > heap->texts_left)
            return i;
        heap->texts_left -= length;
        out[i] = data_alloc(data, length + 1);
        if (out[i] == NULL)
            return i;
        memcpy(out[i], object->content, length);
        if (!data_text_sound(out[i]))
            return i;
    }
    return n;
}
