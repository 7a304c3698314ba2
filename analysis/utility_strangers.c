#include "analysis/utility_strangers.h"

#include "analysis/published.h"
#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SAID = 8 };

void utility_strangers_add(struct utility_strangers *self,
                           const char *name,
                           bool is_known)
{
    if (is_known) {
        self->num_known++;
        return;
    }
    self->names = mem_reserve(self->names,
                              &self->cap,
                              self->num + 1,
                              sizeof *self->names);
    self->names[self->num++] = mem_text(name);
}

static char *lower(const char *name)
{
    char *out = mem_text(name);

    for (char *at = out; *at; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    return out;
}

static bool has_figure(const struct utility *utility, size_t model)
{
    for (size_t i = 0; i < utility->num_measures; i++) {
        const struct utility_measure *measure = &utility->measures[i];

        if (measure->kind == UTILITY_GIVEN && !isnan(measure->values[model]))
            return true;
    }
    return false;
}

/* A model that has no figure and a name much like it; or NULL. */
static const char *meant(const struct utility_reading *reading,
                         const char *name)
{
    const struct grid *grid = reading->grid;
    char **names = mem_alloc(grid->num_models, sizeof(char *));
    char *word = lower(name);
    const char *nearest;
    const char *out = NULL;

    for (size_t m = 0; m < grid->num_models; m++) {
        if (!has_figure(reading->out, m))
            names[m] = lower(grid->models[m].name);
    }
    nearest = text_nearest(word, (const char *const *)names, grid->num_models);
    for (size_t m = 0; m < grid->num_models; m++) {
        if (nearest && names[m] == nearest)
            out = grid->models[m].name;
        free(names[m]);
    }
    free((void *)names);
    free(word);
    return out;
}

/* Slips first, as they are what can be mended. */
static size_t say_names(const struct utility_strangers *self,
                        const struct utility_reading *reading,
                        bool of_slips,
                        size_t had,
                        struct text *out)
{
    for (size_t i = 0; i < self->num; i++) {
        const char *name = self->names[i];
        const char *model = published_model(reading->board, name)
                                ? NULL /* no slip: another model */
                                : meant(reading, name);

        if ((model != NULL) != of_slips || had > MAX_SAID)
            continue;
        text_add(out, had > 0 ? ", " : ": ");
        if (had++ == MAX_SAID) {
            text_add(out, "...");
        } else if (model) {
            text_addf(out, "%s (is %s meant?)", name, model);
        } else {
            text_add(out, name);
        }
    }
    return had;
}

void utility_strangers_say(const struct utility_strangers *self,
                           const struct utility_reading *reading,
                           struct text *out)
{
    size_t had;

    if (self->num == 0)
        return;
    text_addf(out,
              "%s: %zu of its %zu models %s not in the results",
              reading->path,
              self->num,
              self->num + self->num_known,
              self->num == 1 ? "is" : "are");
    had = say_names(self, reading, true, 0, out);
    (void)say_names(self, reading, false, had, out);
    text_add(out, "\n");
}

void utility_strangers_release(struct utility_strangers *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->names[i]);
    free((void *)self->names);
    *self = (struct utility_strangers){ 0 };
}
