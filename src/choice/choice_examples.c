#include "choice/choice_examples.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "choice/choice_item.h"

#include <stdlib.h>
#include <string.h>

/* How many of a subject were kept; the list is short. */
struct kept {
    const char *subjects[CHOICE_MAX_SUBJECTS];
    size_t counts[CHOICE_MAX_SUBJECTS];
    size_t num;
};

static bool keep_one(struct kept *kept, const char *subject)
{
    size_t i = 0;

    while (i < kept->num && strcmp(kept->subjects[i], subject) != 0)
        i++;
    if (i == CHOICE_MAX_SUBJECTS)
        return false;
    if (i == kept->num)
        kept->subjects[kept->num++] = subject;
    return kept->counts[i]++ < CHOICE_MAX_EXAMPLES;
}

static int compare_hashes(const void *a, const void *b)
{
    return hash_compare(*(const struct hash128 *)a, *(const struct hash128 *)b);
}

/* Of what makes a question the same: all but subject and id. */
static struct hash128 hash_of(const struct cJSON *json)
{
    struct cJSON *copy = json_copy(json);
    struct hash128 hash;

    json_remove(copy, "subject");
    json_remove(copy, "id");
    hash = json_hash(copy);
    json_free(copy);
    return hash;
}

struct cJSON *choice_examples(const struct cJSON *items,
                              const struct cJSON *all)
{
    const size_t num = json_count(items);
    struct hash128 *asked = mem_alloc(num, sizeof *asked);
    struct cJSON *chosen = json_new_array();
    struct kept *kept = mem_alloc(1, sizeof *kept);
    size_t i = 0;

    for (const struct cJSON *at = json_first(items); at; at = json_next(at))
        asked[i++] = hash_of(at);
    if (num > 0)
        qsort(asked, num, sizeof *asked, compare_hashes);
    for (const struct cJSON *at = json_first(all); at; at = json_next(at)) {
        const struct hash128 hash = hash_of(at);

        if (num > 0
            && bsearch(&hash, asked, num, sizeof *asked, compare_hashes))
            continue;
        if (keep_one(kept, json_member_text(at, "subject")))
            json_append(chosen, json_copy(at));
    }
    free(kept);
    free(asked);
    return chosen;
}
