#include "generate/server/server_environment.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/parts/secrets.h"
#include "generate/server/server_recipe.h"
#include "generate/server/server_words.h"
#include "trustsweep/bug.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static const char visible[] = "CUDA_VISIBLE_DEVICES";

/* Where another kind of GPU is chosen by a variable, it says the same. */
static const char *const other_visible[] = { "HIP_VISIBLE_DEVICES",
                                             "ROCR_VISIBLE_DEVICES" };

static bool is_taken_away(const char *variable)
{
    /* of launchers, of batch systems, of distributed PyTorch */
    static const char *const prefixes[] = {
        "OMPI_",
        "PMIX_",
        "PMI_",
        "PMI2_",
        "MPI_",
        "MPICH_",
        "MPIR_",
        "I_MPI_",
        "MV2_",
        "HYDRA_",
        "HYDI_",
        "MPIEXEC_",
        "PRTE_",
        "ORTE_",
        "SLURM_",
        "SLURMD_",
        "SBATCH_",
        "SRUN_",
        "PALS_",
        "ALPS_",
        "FLUX_",
        "RANK=",
        "WORLD_SIZE=",
        "LOCAL_RANK=",
        "LOCAL_WORLD_SIZE=",
        "NODE_RANK=",
        "MASTER_ADDR=",
        "MASTER_PORT=",
        "CUDA_VISIBLE_DEVICES=",
        "HIP_VISIBLE_DEVICES=",
        "ROCR_VISIBLE_DEVICES=",
    };

    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (text_starts(variable, prefixes[i]))
            return true;
    }
    return false;
}

/* "apptainer exec ..." or "/usr/bin/singularity ..." */
static bool is_container(const char *prefix)
{
    char *program;
    bool is;

    if (!prefix)
        return false;
    prefix += strspn(prefix, " ");
    program = mem_text_len(prefix, strcspn(prefix, " "));
    is = text_equal(path_name(program), "apptainer")
         || text_equal(path_name(program), "singularity");
    free(program);
    return is;
}

/* Folders that a container has to show, behind those that it is told to. */
static char *bindings(const struct server_environment *params)
{
    const char *given = getenv("APPTAINER_BIND");
    const char *model = params->words->model;
    char *above = file_is_folder(model) ? mem_text(model) : path_folder(model);
    char *out = text_format("APPTAINER_BIND=%s%s%s,%s",
                            given ? given : "",
                            given && *given ? "," : "",
                            above,
                            params->folder);

    free(above);
    return out;
}

static void set(struct server_words_list *list,
                const char *name,
                const char *value,
                bool is_inside)
{
    server_words_add(list, text_format("%s=%s", name, value));
    if (is_inside)
        server_words_add(list, text_format("APPTAINERENV_%s=%s", name, value));
}

static void set_pair(struct server_words_list *list, char *pair, bool is_inside)
{
    if (is_inside)
        server_words_add(list, text_format("APPTAINERENV_%s", pair));
    server_words_add(list, pair);
}

/* Whether it is replaced: by the recipe, or by a key. */
static bool is_replaced(const struct server_environment *params,
                        const char *variable)
{
    const char *key_env = params->recipe->key_env;
    const size_t len = strcspn(variable, "=");
    bool is = key_env && strlen(key_env) == len
              && strncmp(key_env, variable, len) == 0;
    char *pair;

    for (size_t i = 0;
         !is
         && (pair = server_recipe_variable(params->recipe, params->words, i));
         i++) {
        is = strncmp(pair, variable, len + 1) == 0;
        free(pair);
    }
    return is;
}

char **server_environment_make(const struct server_environment *params)
{
    const bool is_inside = is_container(params->prefix);
    struct server_words_list list = { 0 };
    char *pair;

    for (char **at = environ; *at; at++) {
        if (((!is_taken_away(*at) && !secrets_is(*at))
             || server_recipe_keeps(params->recipe, *at))
            && !is_replaced(params, *at)
            && !(is_inside && text_starts(*at, "APPTAINER_BIND=")))
            server_words_add(&list, mem_text(*at));
    }
    set(&list, visible, params->devices, is_inside);
    for (size_t i = 0; i < ARRAY_LEN(other_visible); i++) {
        if (getenv(other_visible[i]))
            set(&list, other_visible[i], params->devices, is_inside);
    }
    if (params->recipe->key_env)
        set(&list, params->recipe->key_env, params->key, is_inside);
    for (size_t i = 0;
         (pair = server_recipe_variable(params->recipe, params->words, i));
         i++)
        set_pair(&list, pair, is_inside);
    if (is_inside)
        server_words_add(&list, bindings(params));
    server_words_add(&list, NULL);
    return list.words;
}

void server_environment_free(char **variables)
{
    for (char **at = variables; at && *at; at++) {
        for (volatile char *byte = *at; *byte; byte++)
            *byte = ' ';
        free(*at);
    }
    free(variables);
}

/* The `at`th of a list between commas; NULL = it is shorter. */
static const char *entry(const char *list, int at)
{
    for (; at > 0 && list; at--) {
        list = strchr(list, ',');
        list = list ? list + 1 : NULL;
    }
    return list && *list && *list != ',' ? list : NULL;
}

static const char *all_devices(void)
{
    const char *list = getenv(visible);

    for (size_t i = 0; !list && i < ARRAY_LEN(other_visible); i++)
        list = getenv(other_visible[i]);
    return list;
}

/* Adds one; false = there are not so many. */
static bool add_device(struct text *out, const char *list, int device)
{
    const char *name = list ? entry(list, device) : NULL;

    if (list && !name)
        return false;
    text_add(out, out->len > 0 ? "," : "");
    if (name) {
        text_add_len(out, name, strcspn(name, ","));
    } else {
        text_addf(out, "%d", device);
    }
    return true;
}

char *server_environment_share(int position, int num)
{
    const char *list = all_devices();
    struct text out = { 0 };

    for (int i = 0; i < num; i++) {
        if (!add_device(&out, list, position * num + i)) {
            text_release(&out);
            return NULL;
        }
    }
    return text_take(&out);
}

char *server_environment_devices(const int *devices, int num)
{
    const char *list = all_devices();
    struct text out = { 0 };

    for (int i = 0; i < num; i++) {
        if (!add_device(&out, list, devices[i])) {
            text_release(&out);
            return NULL;
        }
    }
    return text_take(&out);
}
