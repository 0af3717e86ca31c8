#include "commands/scenario.h"

#include <stdlib.h>
#include <string.h>
#include "sim/yaml.h"

int scenario_override(struct config *config, const struct command_call *call, struct error *err)
{
    for (int i = 0; i < call->values_n; i++) {
        const struct command_option *option = call->value[i].option;
        const char *text = call->value[i].text;
        int code = ERROR_NONE;
        if (option->key) {
            char place[40];
            snprintf(place, sizeof place, "--%s", option->name);
            if (strcmp(option->name, "agents") == 0 && strcmp(text, "full") == 0)
                text = "0";
            code = config_set(config, option->key, text, place, err);
        } else if (strcmp(option->name, "set") == 0) {
            code = config_set_argument(config, text, err);
        }
        if (code)
            return code;
    }
    return ERROR_NONE;
}

int scenario_load(struct scenario *scenario, const char *path, const struct command_call *call,
                  struct error *err)
{
    *scenario =
        (struct scenario){.path = path, .config = config_create(), .model = calloc(1, sizeof(struct model))};
    if (!scenario->config || !scenario->model)
        return error_add(err, ERROR_WORK, "%s: no memory", path);
    model_schema(&scenario->schema);
    int code = yaml_load(scenario->config, path, &scenario->schema.config, err);
    if (!code && call)
        code = scenario_override(scenario->config, call, err);
    if (!code)
        code = model_load(scenario->model, scenario->config, err);
    return code;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario->config)
        config_free(scenario->config);
    free(scenario->model);
    *scenario = (struct scenario){0};
}

int scenario_programmes_n(const struct scenario *scenario)
{
    int n = 0;
    for (int i = 0; i < scenario->model->programmes_n; i++)
        n += scenario->model->programme[i].enabled != 0;
    return n;
}
