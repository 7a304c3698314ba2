#include "launch/site_list.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/secret_name.h"
#include "base/text.h"
#include "launch/site.h"
#include "launch/site_secret.h"
#include "trustsweep/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_WORDS = 256 };

/* Keys that hold more than one value. */
struct list_key {
    const char *name;
    size_t offset;
    bool is_object; /* of NAME: value */
};

static const struct list_key lists[] = {
    { "program", offsetof(struct site, program), false },
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

/* `name` ends at `len`. */
static int check_name(const char *name, size_t len, struct error *err)
{
    char *copy = mem_text_len(name, len);
    int rc = 0;

    if (len == 0 || isdigit((unsigned char)copy[0])
        || copy[strspn(copy,
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                       "abcdefghijklmnopqrstuvwxyz_0123456789")]) {
        rc = error_set(
            err,
            ERR_USAGE,
            "'%s' is no name of a variable; letters, digits and '_' make one, "
            "and no digit is first",
            copy);
    } else if (secret_name_is(copy, len)) {
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

/* To sbatch these are no names: everything comes along, or nothing. */
static int check_passed(const char *name, struct error *err)
{
    static const char *const words[] = { "ALL", "NONE", "NIL" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(name, words[i]) == 0) {
            return error_set(err,
                             ERR_USAGE,
                             "'%s' is a word of sbatch and no variable: name "
                             "each one that is to come along",
                             name);
        }
    }
    return 0;
}

/* What `submit` says itself, by options that mean the same. */
static int check_extra(const char *word, struct error *err)
{
    static const struct {
        const char *option, *instead;
    } taken[] = {
        { "--array",
          "a sweep is one job, and each of an array would be all "
          "of it; a job file with \"checkpoints\" takes many" },
        { "--no-requeue", "say \"again\": \"chain\" or \"never\"" },
        { "--output", "what the job prints is in log/ of the run directory" },
        { "--export", "say \"pass\" and \"environment\"" },
        { "--signal", "say \"notice_s\"" },
        { "--wrap", "say \"template\"" },
    };
    const size_t len = strcspn(word, "= ");

    if (word[0] != '-' || word[1] != '-') {
        return error_set(err,
                         ERR_USAGE,
                         "'%s': an option of sbatch is wanted, by its long "
                         "name (--NAME=VALUE)",
                         word);
    }
    /* sbatch takes the beginning of a name for all of it */
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strncmp(word, taken[i].option, len) == 0) {
            return error_set(err,
                             ERR_USAGE,
                             "%s is none of the options to add: %s",
                             taken[i].option,
                             taken[i].instead);
        }
    }
    return 0;
}

static int add_word(struct name_list *list, char *word, struct error *err)
{
    name_list_add(list, word);
    if (list->num > MAX_WORDS) {
        return error_set(
            err,
            ERR_USAGE,
            "more than the %d texts that it may have; put the rest into a "
            "file, and run that by one of \"setup\"",
            MAX_WORDS);
    }
    if (strpbrk(word, "\r\n")) {
        return error_set(
            err,
            ERR_USAGE,
            "a line end in '%s'; write each line as a text of its own",
            word);
    }
    return 0;
}

static const struct list_key *find(const char *name)
{
    for (size_t i = 0; i < NUM_LISTS; i++) {
        if (strcmp(lists[i].name, name) == 0)
            return &lists[i];
    }
    return NULL;
}

bool site_list_is(const char *key)
{
    return find(key) != NULL;
}

size_t site_list_names(const char **names)
{
    for (size_t i = 0; i < NUM_LISTS; i++)
        names[i] = lists[i].name;
    return NUM_LISTS;
}

/* One element of an array, or one member of an object. */
static int read_one(const struct list_key *key,
                    const struct cJSON *one,
                    struct name_list *list,
                    struct error *err)
{
    const bool is_pass = strcmp(key->name, "pass") == 0;
    const bool is_extra = strcmp(key->name, "extra") == 0
                          || strcmp(key->name, "coordinator") == 0;
    const char *text = json_text(one);
    char *word;

    if (!text) {
        return error_set(err,
                         ERR_USAGE,
                         "%s: a text is wanted; put numbers in quotes, too",
                         key->name);
    }
    word = key->is_object ? text_format("%s=%s", json_key(one), text)
                          : mem_text(text);
    if (add_word(list, word, err) < 0
        || ((key->is_object || is_pass)
            && check_name(word, strcspn(word, "="), err) < 0)
        || (is_pass && check_passed(word, err) < 0)
        || (is_extra && check_extra(word, err) < 0)
        || site_secret_check(word, err) < 0)
        return error_wrap(err, "%s", key->name);
    return 0;
}

int site_list_read(const char *name,
                   const struct cJSON *value,
                   struct site *out,
                   struct error *err)
{
    const struct list_key *key = find(name);
    struct name_list *list = list_of(out, key);

    if (strcmp(name, "program") == 0 && json_is_text(value))
        return read_one(key, value, list, err);
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
        if (read_one(key, one, list, err) < 0)
            return -1;
    }
    return 0;
}

void site_list_release(struct site *site)
{
    for (size_t i = 0; i < NUM_LISTS; i++)
        name_list_release(list_of(site, &lists[i]));
}
