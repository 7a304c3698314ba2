#include "cli/folder/checkpoints_order.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789";

/* The numbers that both begin with; moves behind them. */
static int compare_numbers(const char **a, const char **b)
{
    size_t len[2];
    int order;

    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    len[0] = strspn(*a, digits);
    len[1] = strspn(*b, digits);
    if (len[0] != len[1])
        return len[0] < len[1] ? -1 : 1;
    order = strncmp(*a, *b, len[0]);
    *a += len[0];
    *b += len[1];
    return order;
}

int checkpoints_order(const char *a, const char *b)
{
    const char *left = a;
    const char *right = b;
    int order = 0;

    while (order == 0 && *left && *right) {
        if (strspn(left, digits) > 0 && strspn(right, digits) > 0) {
            order = compare_numbers(&left, &right);
        } else {
            order = (unsigned char)*left++ - (unsigned char)*right++;
        }
    }
    if (order == 0)
        order = (*left != '\0') - (*right != '\0');
    return order != 0 ? order : strcmp(a, b);
}

/* Whether they are equal but for their numbers. */
static bool is_kin(const char *a, const char *b)
{
    while (*a || *b) {
        const size_t len[2] = { strspn(a, digits), strspn(b, digits) };

        if ((len[0] > 0) != (len[1] > 0) || (len[0] == 0 && *a != *b))
            return false;
        a += len[0] > 0 ? len[0] : 1;
        b += len[1] > 0 ? len[1] : 1;
    }
    return true;
}

/* An element, a name or an object that has one. */
struct named {
    const char *name;
    const struct cJSON *element;
    bool is_placed;
};

static int compare_named(const void *a, const void *b)
{
    return checkpoints_order(((const struct named *)a)->name,
                             ((const struct named *)b)->name);
}

static struct named read_one(const struct cJSON *element)
{
    const char *name = json_is_text(element)
                           ? json_text(element)
                           : json_member_text(element, "name");

    return (struct named){ .name = name ? name : "", .element = element };
}

/* The first of kin to `name` that has no place yet.  All before `*first` have one:
 * a night's checkpoints are of one kind, and each is found at once. */
static const struct cJSON *take_kin(struct named *sorted,
                                    size_t num,
                                    size_t *first,
                                    const char *name)
{
    while (*first < num && sorted[*first].is_placed)
        (*first)++;
    for (size_t i = *first; i < num; i++) {
        if (!sorted[i].is_placed && is_kin(sorted[i].name, name)) {
            sorted[i].is_placed = true;
            return sorted[i].element;
        }
    }
    return NULL;
}

/* [num] as they stand sorted; free() */
static struct named *sort(const struct cJSON *list, size_t num)
{
    struct named *sorted = mem_alloc(num, sizeof *sorted);
    size_t at = 0;

    for (const struct cJSON *one = json_first(list); one; one = json_next(one))
        sorted[at++] = read_one(one);
    qsort(sorted, num, sizeof *sorted, compare_named);
    return sorted;
}

static void sort_member(struct cJSON *object, const char *key)
{
    const struct cJSON *list = json_member(object, key);
    const size_t num = json_count(list);
    struct named *sorted;
    struct cJSON *out;
    size_t first = 0;

    if (num < 2)
        return;
    sorted = sort(list, num);
    out = json_new_array();
    for (const struct cJSON *one = json_first(list); one;
         one = json_next(one)) {
        const char *name = read_one(one).name;

        json_append(out, json_copy(take_kin(sorted, num, &first, name)));
    }
    free(sorted);
    json_set(object, key, out);
}

/* Of those that are asked nothing none has a place of its own. */
static void sort_all(struct cJSON *object, const char *key)
{
    const struct cJSON *list = json_member(object, key);
    const size_t num = json_count(list);
    struct named *sorted;
    struct cJSON *out;

    if (num < 2)
        return;
    sorted = sort(list, num);
    out = json_new_array();
    for (size_t i = 0; i < num; i++)
        json_append(out, json_copy(sorted[i].element));
    free(sorted);
    json_set(object, key, out);
}

void checkpoints_order_run(const char *dir, struct cJSON *run)
{
    static const char *const keys[] = { "models", "costs" };
    static const char *const unasked[] = { "checkpoints_left_out",
                                           "checkpoints_refused",
                                           "checkpoints_incomplete",
                                           "checkpoints_unasked" };
    char *path = path_join(dir, "checkpoints.json");
    const bool is_night = file_exists(path);
    struct cJSON *ledger =
        is_night ? json_copy(json_member(run, "ledger")) : NULL;

    for (size_t i = 0; is_night && i < sizeof keys / sizeof *keys; i++)
        sort_member(run, keys[i]);
    for (size_t i = 0; i < sizeof unasked / sizeof *unasked; i++)
        sort_all(run, unasked[i]);
    if (ledger) {
        sort_member(ledger, "models");
        json_set(run, "ledger", ledger);
    }
    free(path);
}
