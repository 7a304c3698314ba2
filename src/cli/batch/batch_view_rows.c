#include "cli/batch/batch_view_rows.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

enum { MAX_DIMENSIONS = 12, NAME_WIDTH = 22 };

struct dimensions {
    char names[MAX_DIMENSIONS][16];
    size_t num;
};

static size_t dimension_of(struct dimensions *all, const char *task)
{
    size_t len = strcspn(task, "/");
    size_t i = 0;

    if (len >= sizeof all->names[0])
        len = sizeof all->names[0] - 1;
    while (i < all->num
           && (strncmp(all->names[i], task, len) != 0
               || all->names[i][len] != '\0'))
        i++;
    if (i == all->num && all->num < MAX_DIMENSIONS) {
        memcpy(all->names[i], task, len);
        all->names[i][len] = '\0';
        all->num++;
    }
    return i;
}

static void sum_tasks(struct dimensions *all,
                      const struct cJSON *model,
                      double left[MAX_DIMENSIONS + 1])
{
    memset(left, 0, (MAX_DIMENSIONS + 1) * sizeof *left);
    for (const struct cJSON *task = json_first(json_member(model, "tasks"));
         task;
         task = json_next(task)) {
        const double num = json_member_number(task, "left");

        if (num > 0)
            left[dimension_of(all, json_key(task))] += num;
    }
}

static void print_head(const struct dimensions *all, struct text *out)
{
    text_addf(out, "\n%-*s", NAME_WIDTH, "items left");
    for (size_t i = 0; i < all->num; i++)
        text_addf(out, " %7.7s", all->names[i]);
    text_add(out, "     all  ranks  now/s mean/s\n");
}

static void add_rate(double rate, struct text *out)
{
    if (rate > 0) {
        text_addf(out, " %6.3g", rate);
    } else {
        text_addf(out, " %6s", ".");
    }
}

/* Models and roles whose items are all done are one line. */
static void print_models(const struct cJSON *run, struct text *out)
{
    const struct cJSON *models = json_member(run, "models");
    struct dimensions all = { 0 };
    double left[MAX_DIMENSIONS + 1];
    size_t num_done = 0;

    for (const struct cJSON *model = json_first(models); model;
         model = json_next(model))
        sum_tasks(&all, model, left);
    if (all.num > 0)
        print_head(&all, out);
    for (const struct cJSON *model = json_first(models); model;
         model = json_next(model)) {
        double num = json_member_number(model, "left");

        if (!(num > 0)) {
            num_done++;
            continue;
        }
        sum_tasks(&all, model, left);
        text_addf(out,
                  "%-*.*s",
                  NAME_WIDTH,
                  NAME_WIDTH,
                  json_member_text(model, "name"));
        for (size_t i = 0; i < all.num; i++)
            text_addf(out, left[i] > 0 ? " %7.0f" : "       .", left[i]);
        text_addf(out,
                  " %7.0f %6.0f",
                  num,
                  json_member_number(model, "workers"));
        add_rate(json_member_number(model, "items_per_s_now"), out);
        add_rate(json_member_number(model, "items_per_s"), out);
        text_add(out, "\n");
    }
    if (num_done > 0) {
        text_addf(out,
                  "%zu other %s no item left to answer\n",
                  num_done,
                  num_done == 1 ? "model or role has"
                                : "models and roles have");
    }
}

static void print_workers(const struct cJSON *run, struct text *out)
{
    const struct cJSON *list = json_member(run, "workers");

    for (const struct cJSON *worker = json_first(list); worker;
         worker = json_next(worker)) {
        const char *host = json_member_text(worker, "host");
        const char *doing = json_member_text(worker, "doing");

        text_addf(out,
                  "%srank %-4.0f %-12s %s\n",
                  worker == json_first(list) ? "\n" : "",
                  json_member_number(worker, "rank"),
                  host ? host : "",
                  doing ? doing : "");
    }
}

void batch_view_rows(const struct cJSON *run, struct text *out)
{
    print_models(run, out);
    print_workers(run, out);
}
