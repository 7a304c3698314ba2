#include "plan/reply_lengths.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_BYTES = 4 * 1024 * 1024 };

struct reply_lengths {
    struct cJSON *file;
};

struct reply_lengths *reply_lengths_read(const char *path, struct error *err)
{
    struct reply_lengths *self = mem_alloc(1, sizeof *self);

    self->file = json_read(path, MAX_BYTES, err);
    if (self->file && json_is_array(json_member(self->file, "models"))
        && json_is_array(json_member(self->file, "tasks")))
        return self;
    if (self->file) {
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s: it has no arrays 'models' and 'tasks'",
                        path);
    }
    reply_lengths_destroy(self);
    return NULL;
}

void reply_lengths_destroy(struct reply_lengths *self)
{
    if (!self)
        return;
    json_free(self->file);
    free(self);
}

static const struct cJSON *find_task(const struct reply_lengths *self,
                                     const char *name)
{
    const struct cJSON *task = json_first(json_member(self->file, "tasks"));

    while (task && !text_equal(json_member_text(task, "name"), name))
        task = json_next(task);
    return task;
}

static bool is_named(const char *name, const char *const *models)
{
    return name && (text_equal(name, models[0]) || text_equal(name, models[1]));
}

double reply_lengths_tokens(const struct reply_lengths *self,
                            const char *task,
                            const char *const *models)
{
    const struct cJSON *name = json_first(json_member(self->file, "models"));
    const struct cJSON *mean =
        json_first(json_member(find_task(self, task), "mean"));
    double sum = 0;
    size_t num = 0;

    for (; name && mean; name = json_next(name), mean = json_next(mean)) {
        double chars = json_number(mean);

        if (!(chars >= 0))
            continue;
        if (is_named(json_text(name), models))
            return fmax(1, chars / REQUEST_CHARS_PER_TOKEN);
        sum += chars;
        num++;
    }
    if (num == 0)
        return (double)NAN;
    return fmax(1, sum / (double)num / REQUEST_CHARS_PER_TOKEN);
}
