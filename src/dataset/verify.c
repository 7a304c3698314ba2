#include "dataset/verify.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "dataset/entries.h"
#include "dataset/source.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_broken(struct verify_task *out, const struct error *why)
{
    out->state = VERIFY_BROKEN;
    (void)snprintf(out->text, sizeof out->text, "%s", why->text);
}

static void verify_one(struct source *source, struct verify_task *out)
{
    struct text bytes = { 0 };
    struct dataset_task read = { 0 };
    struct error err = { 0 };
    int rc = source_read(source, out->task->name, &bytes, &err);

    if (rc < 0) {
        set_broken(out, &err);
    } else if (rc > 0) {
        rc = entries_read(out->task,
                          text_data(&bytes),
                          bytes.len,
                          0,
                          &read,
                          &err);
        memcpy(out->sha256, read.sha256, sizeof out->sha256);
        out->num_items = read.num_items;
        out->state = read.is_official ? VERIFY_OFFICIAL : VERIFY_DIFFERENT;
        if (rc < 0)
            set_broken(out, &err);
        entries_release(&read);
    }
    text_release(&bytes);
}

/* What is there and not of this benchmark. */
static int find_others(const struct manifest *manifest,
                       const struct source *source,
                       struct verify *out,
                       struct error *err)
{
    struct name_list found = { 0 };

    if (source_list(source, &found, err) < 0)
        return -1;
    out->others = mem_alloc(found.num, sizeof *out->others);
    for (size_t i = 0; i < found.num; i++) {
        /* what users imported beside it (src/choice) */
        if (!manifest_task(manifest, found.names[i])
            && !text_starts(found.names[i], "utility/"))
            out->others[out->num_others++] = mem_text(found.names[i]);
    }
    name_list_release(&found);
    return 0;
}

struct verify *verify_run(const struct manifest *manifest,
                          const char *location,
                          struct error *err)
{
    struct source *source = source_open(location, err);

    if (!source)
        return NULL;
    struct verify *self = mem_alloc(1, sizeof *self);
    self->location = mem_text(source_location(source));
    self->tasks = mem_alloc(manifest->num_tasks, sizeof *self->tasks);
    self->num_tasks = manifest->num_tasks;
    for (size_t i = 0; i < self->num_tasks; i++) {
        self->tasks[i].task = &manifest->tasks[i];
        verify_one(source, &self->tasks[i]);
        self->num_official += self->tasks[i].state == VERIFY_OFFICIAL;
        self->num_broken += self->tasks[i].state == VERIFY_BROKEN;
    }
    int rc = find_others(manifest, source, self, err);
    source_close(source);
    if (rc < 0) {
        verify_destroy(self);
        return NULL;
    }
    return self;
}

void verify_destroy(struct verify *verify)
{
    if (!verify)
        return;
    for (size_t i = 0; i < verify->num_others; i++)
        free(verify->others[i]);
    free(verify->others);
    free(verify->tasks);
    free(verify->location);
    free(verify);
}

const char *verify_state_name(enum verify_state state)
{
    switch (state) {
    case VERIFY_ABSENT:
        return "absent";
    case VERIFY_BROKEN:
        return "broken";
    case VERIFY_DIFFERENT:
        return "different";
    case VERIFY_OFFICIAL:
        return "official";
    }
    BUG("no such state: %d", (int)state);
}
