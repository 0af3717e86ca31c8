#include "commands/digest.h"

#include "analysis/read.h"

int digest_command(const struct command_call *call, struct error *err)
{
    const char *path = call->argument[0];
    struct run_data *data = NULL;
    int code = read_run(path, NULL, &data, err);
    if (code)
        return code;
    const struct data_var *digest = data_var_find(data, "", "digest");
    if (!digest || digest->type != DATA_TEXT) {
        code = error_add(err, ERROR_INPUT, "%s: has no digests of its replicates", path);
    } else {
        for (int64_t i = 0; i < digest->n; i++)
            printf("%lld %s\n", (long long)i, ((char **)digest->value)[i]);
    }
    data_free(data);
    return code;
}
