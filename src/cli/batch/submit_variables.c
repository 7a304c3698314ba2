#include "cli/batch/submit_variables.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "launch/site.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_JOB = 64 * 1024 * 1024 };

const char *const submit_variables_ours[] = {
    "TRUSTSWEEP_CACHE", "TRUSTSWEEP_MODELS", "TRUSTSWEEP_SHARE",
    "TRUSTSWEEP_DATA",  "XDG_CACHE_HOME",    NULL,
};

const char submit_variables_always[] = "HOME,USER,LOGNAME,PATH,LANG,TZ";

/* One of the words, each up to its end or `end`. */
static bool is_among(const struct name_list *list, const char *name, char end)
{
    const size_t len = strlen(name);

    for (size_t i = 0; i < list->num; i++) {
        const char *word = list->names[i];

        if (text_starts(word, name) && (word[len] == '\0' || word[len] == end))
            return true;
    }
    return false;
}

static bool is_always(const char *name)
{
    const size_t len = strlen(name);

    for (const char *at = submit_variables_always; *at;) {
        const size_t word = strcspn(at, ",");

        if (word == len && strncmp(at, name, len) == 0)
            return true;
        at += word + (at[word] == ',');
    }
    return false;
}

static bool is_there(const struct site *site, const char *name)
{
    for (size_t i = 0; submit_variables_ours[i]; i++) {
        if (text_equal(submit_variables_ours[i], name))
            return true;
    }
    if (is_always(name) || is_among(&site->passed, name, '\0')
        || is_among(&site->environment, name, '='))
        return true;
    for (size_t i = 0; i < site->setup.num; i++) {
        if (strstr(site->setup.names[i], name))
            return true;
    }
    return false;
}

static int check(const struct site *site, const char *text, struct error *err)
{
    for (const char *at = text; (at = strstr(at, "${"));) {
        const size_t len = strcspn(at += 2, "}\n");
        char *name = mem_text_len(at, len);
        int rc = 0;

        if (at[len] == '}' && !is_there(site, name)) {
            rc = error_set(err,
                           ERR_USAGE,
                           "the job names ${%s}, which a batch job does not "
                           "have: name %s in \"pass\" of the site file, or "
                           "write the path itself",
                           name,
                           name);
        }
        free(name);
        if (rc < 0)
            return -1;
    }
    return 0;
}

int submit_variables_check(const struct site *site,
                           const char *job_path,
                           const char *const *sets,
                           size_t num_sets,
                           struct error *err)
{
    struct text text = { 0 };
    int rc;

    if (site->template_path)
        return 0;
    rc = file_read(job_path, MAX_JOB, &text, err);
    if (rc == 0)
        rc = check(site, text_data(&text), err);
    for (size_t i = 0; i < num_sets && rc == 0; i++)
        rc = check(site, sets[i], err);
    text_release(&text);
    return rc;
}
