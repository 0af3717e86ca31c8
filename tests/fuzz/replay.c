// replay: gives every file of a corpus to a fuzz target once, so that each build and each sanitizer sees the
// inputs that libFuzzer found. Linked with one fuzz_NAME.c; arguments are folders of inputs.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Reads a whole file; NULL if it cannot be read. The caller frees.
static uint8_t *replay_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    uint8_t *data = NULL;
    long end = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (end >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        *size = (size_t)end;
        data = malloc(*size ? *size : 1); // exactly as long as the input, so that reading past it is seen
        if (data && fread(data, 1, *size, file) != *size) {
            free(data);
            data = NULL;
        }
    }
    fclose(file);
    return data;
}

// Replays the files of one folder; returns how many, or -1.
static int replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        perror(folder);
        return -1;
    }
    int inputs = 0;
    for (const struct dirent *entry; inputs >= 0 && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        size_t size = 0;
        uint8_t *data = replay_read(path, &size);
        if (!data) {
            perror(path);
            inputs = -1;
            continue;
        }
        fprintf(stderr, "%s: %zu bytes\n", path, size); // the last line names the input of a crash
        LLVMFuzzerTestOneInput(data, size);
        free(data);
        inputs++;
    }
    closedir(dir);
    return inputs;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int inputs = replay_folder(argv[i]);
        if (inputs < 0)
            return 1;
        total += inputs;
    }
    printf("%d inputs replayed\n", total);
    return total > 0 ? 0 : 1;
}
