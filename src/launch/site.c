#include "launch/site.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/site_list.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 1024 * 1024 };

static const char *const again_words[] = { "requeue", "chain", "never", NULL };

static const char *const bind_words[] = { "near", "none", NULL };

#define TEXT_KEY(key, member, text)                             \
    {                                                           \
        .name = (key), .type = OPTION_TEXT,                     \
        .offset = offsetof(struct site, member), .help = (text) \
    }
#define COUNT_KEY(key, member, most, text)                                    \
    {                                                                         \
        .name = (key), .type = OPTION_INT,                                    \
        .offset = offsetof(struct site, member), .fallback = "-1", .min = -1, \
        .max = (most), .help = (text)                                         \
    }

static const struct option site_table[] = {
    TEXT_KEY("partition", partition, "Default: the one Slurm marks so."),
    TEXT_KEY("account", account, "Who pays."),
    TEXT_KEY("qos", qos, "Quality of service."),
    TEXT_KEY("constraint", constraint, "Features a node must have."),
    TEXT_KEY("reservation", reservation, "A reservation to run in."),
    TEXT_KEY("gpu_type", gpu_type, "As in --gres=gpu:TYPE:4."),
    COUNT_KEY("gpus_per_node", gpus_per_node, 1024, "Default: all it has."),
    COUNT_KEY("workers_per_node",
              workers_per_node,
              1024,
              "Default: one for each GPU, two where there is none."),
    COUNT_KEY("cpus_per_worker",
              cpus_per_worker,
              4096,
              "Default: the node's, shared out."),
    COUNT_KEY("nodes", nodes, 65536, "At most. Default: the partition's."),
    COUNT_KEY("memory_mb",
              memory_mb,
              1e9,
              "Of a node. Default: from the models."),
    { .name = "notice_s",
      .type = OPTION_INT,
      .offset = offsetof(struct site, notice_s),
      .fallback = "120",
      .min = 20,
      .max = 86400,
      .help = "How long before the end of the walltime the run is told." },
    TEXT_KEY("time", time, "Walltime. Default: from the plan."),
    { .name = "launch",
      .type = OPTION_TEXT,
      .offset = offsetof(struct site, launch),
      .help = "mpirun, srun, or a path. Default: the mpirun that fits." },
    { .name = "again",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct site, again),
      .fallback = "requeue",
      .choices = again_words,
      .help = "How an unfinished run goes on." },
    { .name = "bind",
      .type = OPTION_CHOICE,
      .offset = offsetof(struct site, bind),
      .fallback = "near",
      .choices = bind_words,
      .help = "As run's option." },
    TEXT_KEY("scratch", scratch, "A folder of the node, for model files."),
    TEXT_KEY("template", template_path, "Instead of slurm/sweep.sbatch."),
    { .name = NULL },
};

/* What stands in errors: where a key or its value is. */
struct place {
    const char *path;
    const struct text *bytes;
};

static int complain(const struct place *place,
                    const char *key,
                    bool about_key,
                    struct error *err)
{
    struct text pointer = { 0 };
    int line = 0;
    int column = 0;

    json_add_step(&pointer, key);
    (void)json_locate(place->bytes->data,
                      place->bytes->len,
                      text_data(&pointer),
                      about_key,
                      &line,
                      &column);
    text_release(&pointer);
    return error_wrap(err, "%s:%d:%d", place->path, line, column);
}

static int unknown_key(const char *key, struct error *err)
{
    const char *names[64] = { 0 };
    size_t num = 0;
    const char *nearest;

    for (const struct option *option = site_table; option->name; option++)
        names[num++] = option->name;
    num += site_list_names(names + num);
    nearest = text_nearest(key, names, num);
    return error_set(err,
                     ERR_USAGE,
                     nearest ? "no key '%s' in a site file; did you mean '%s'?"
                             : "no key '%s' in a site file; docs/CLUSTER.md "
                               "has all",
                     key,
                     nearest ? nearest : "");
}

static int read_member(const struct place *place,
                       const struct cJSON *member,
                       struct site *out,
                       struct error *err)
{
    const char *key = json_key(member);
    const struct option *option = options_find(site_table, key, strlen(key));

    if (site_list_is(key)) {
        if (site_list_read(key, member, out, err) < 0)
            return complain(place, key, false, err);
        return 0;
    }
    if (!option || strcmp(option->name, key) != 0) {
        (void)unknown_key(key, err);
        return complain(place, key, true, err);
    }
    if (options_set_json(option, member, out, err) < 0)
        return complain(place, key, false, err);
    if (json_is_text(member) && strpbrk(json_text(member), "\r\n")) {
        error_set(err,
                  ERR_USAGE,
                  "%s: a line end, which a line of the script cannot hold; "
                  "\"setup\" takes several lines, one a text",
                  key);
        return complain(place, key, false, err);
    }
    return 0;
}

char *site_path(void)
{
    const char *given = getenv("TRUSTSWEEP_SITE");
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;

    if (given && *given)
        return mem_text(given);
    if (config && *config) {
        path = path_join(config, "trustsweep/site.json");
    } else if (home && *home) {
        path = path_join(home, ".config/trustsweep/site.json");
    }
    if (path && file_exists(path))
        return path;
    free(path);
    path = mem_text("/etc/trustsweep/site.json");
    if (file_exists(path))
        return path;
    free(path);
    return NULL;
}

static int read_bytes(const struct place *place,
                      struct site *out,
                      struct error *err)
{
    struct cJSON *root = json_parse(text_data(place->bytes),
                                    place->bytes->len,
                                    place->path,
                                    err);
    int rc = 0;

    if (!root)
        return -1;
    if (json_check_keys(place->bytes->data, place->bytes->len, place->path, err)
        < 0) {
        rc = -1;
    } else if (!json_is_object(root)) {
        rc = error_set(
            err,
            ERR_USAGE,
            "%s: no object; a site file is one, { \"KEY\": VALUE, ... }, and "
            "docs/CLUSTER.md has all keys",
            place->path);
    }
    for (const struct cJSON *member = json_first(root); rc == 0 && member;
         member = json_next(member))
        rc = read_member(place, member, out, err);
    json_free(root);
    return rc;
}

int site_read(const char *path, struct site *out, struct error *err)
{
    char *found = path ? mem_text(path) : site_path();
    struct text bytes = { 0 };
    int rc = 0;

    *out = (struct site){ 0 };
    options_defaults(site_table, out);
    if (found) {
        struct place place = { found, &bytes };

        rc = file_read(found, MAX_BYTES, &bytes, err);
        if (rc == 0)
            rc = read_bytes(&place, out, err);
    }
    if (rc < 0)
        site_release(out);
    text_release(&bytes);
    free(found);
    return rc;
}

void site_release(struct site *self)
{
    options_release(site_table, self);
    site_list_release(self);
}
