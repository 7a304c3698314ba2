#include "launch/site.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 1024 * 1024, MAX_WORDS = 256 };

static const char *const again_words[] = { "requeue", "chain", "never", NULL };

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

const struct option site_table[] = {
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
    TEXT_KEY("scratch", scratch, "A folder of the node, for model files."),
    TEXT_KEY("program", program, "trustsweep on the nodes. Default: this one."),
    TEXT_KEY("template", template_path, "Instead of slurm/sweep.sbatch."),
    { .name = NULL },
};

/* Keys that hold more than one value. */
struct list_key {
    const char *name;
    size_t offset;
    bool is_object; /* of NAME: value */
};

static const struct list_key lists[] = {
    { "modules", offsetof(struct site, modules), false },
    { "setup", offsetof(struct site, setup), false },
    { "extra", offsetof(struct site, extra), false },
    { "coordinator", offsetof(struct site, coordinator), false },
    { "pass", offsetof(struct site, passed), false },
    { "environment", offsetof(struct site, environment), true },
};
enum { NUM_LISTS = sizeof lists / sizeof lists[0] };

static struct name_list *list_of(struct site *site, const struct list_key *key)
{
    return (struct name_list *)(void *)((char *)site + key->offset);
}

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

static bool speaks_of_secret(const char *name)
{
    static const char *const words[] = { "KEY", "TOKEN", "SECRET", "PASSW" };
    char *upper = mem_text(name);
    bool speaks = false;

    for (char *at = upper; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        speaks = speaks || strstr(upper, words[i]);
    free(upper);
    return speaks;
}

/* `name` ends at `len`. */
static int check_name(const char *name, size_t len, struct error *err)
{
    char *copy = mem_text_len(name, len);
    int rc = 0;

    if (len == 0 || isdigit((unsigned char)copy[0])
        || copy[strspn(copy,
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                       "abcdefghijklmnopqrstuvwxyz_0123456789")]) {
        rc = error_set(err, ERR_USAGE, "'%s' is no name of a variable", copy);
    } else if (speaks_of_secret(copy)) {
        rc = error_set(err,
                       ERR_USAGE,
                       "%s: secrets do not go through the batch system, which "
                       "stores scripts and environments; keep them in a file "
                       "that only you can read",
                       copy);
    }
    free(copy);
    return rc;
}

static int add_word(struct name_list *list, char *word, struct error *err)
{
    list->names = mem_reserve(list->names,
                              &list->cap,
                              list->num + 1,
                              sizeof *list->names);
    list->names[list->num++] = word;
    if (list->num > MAX_WORDS)
        return error_set(err, ERR_USAGE, "more than %d", MAX_WORDS);
    if (strpbrk(word, "\r\n"))
        return error_set(err, ERR_USAGE, "a line end in '%s'", word);
    return 0;
}

static int read_list(const struct list_key *key,
                     const struct cJSON *value,
                     struct site *out,
                     struct error *err)
{
    struct name_list *list = list_of(out, key);

    if (key->is_object ? !json_is_object(value) : !json_is_array(value)) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: %s where an %s of texts is wanted",
                         key->name,
                         json_type_name(value),
                         key->is_object ? "object" : "array");
    }
    for (const struct cJSON *one = json_first(value); one;
         one = json_next(one)) {
        const char *text = json_text(one);

        if (!text)
            return error_set(err, ERR_USAGE, "%s: no text", key->name);
        if (add_word(list,
                     key->is_object ? text_format("%s=%s", json_key(one), text)
                                    : mem_text(text),
                     err)
            < 0)
            return error_wrap(err, "%s", key->name);
        text = list->names[list->num - 1];
        if ((key->is_object || strcmp(key->name, "pass") == 0)
            && check_name(text, strcspn(text, "="), err) < 0)
            return error_wrap(err, "%s", key->name);
    }
    return 0;
}

static int unknown_key(const char *key, struct error *err)
{
    const char *names[64] = { 0 };
    size_t num = 0;
    const char *nearest;

    for (const struct option *option = site_table; option->name; option++)
        names[num++] = option->name;
    for (size_t i = 0; i < NUM_LISTS; i++)
        names[num++] = lists[i].name;
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

    for (size_t i = 0; i < NUM_LISTS; i++) {
        if (strcmp(lists[i].name, key) == 0) {
            if (read_list(&lists[i], member, out, err) < 0)
                return complain(place, key, false, err);
            return 0;
        }
    }
    if (!option || strcmp(option->name, key) != 0) {
        (void)unknown_key(key, err);
        return complain(place, key, true, err);
    }
    if (options_set_json(option, member, NULL, out, err) < 0)
        return complain(place, key, false, err);
    if (json_is_text(member) && strpbrk(json_text(member), "\r\n")) {
        error_set(err, ERR_USAGE, "%s: a line end", key);
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

void site_defaults(struct site *out)
{
    *out = (struct site){ 0 };
    options_defaults(site_table, out);
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
        rc = error_set(err, ERR_USAGE, "%s: no object", place->path);
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

    site_defaults(out);
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
    for (size_t i = 0; i < NUM_LISTS; i++)
        name_list_release(list_of(self, &lists[i]));
}
