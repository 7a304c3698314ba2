#include "trustsweep/backend.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/text.h"
#include "generate/kinds.h"
#include "generate/parts/backend_args.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_NESTING = 8 };

/* The one list. */
static const struct backend_ops *const kinds[] = {
#ifdef TRUSTSWEEP_HAS_LLAMA
    &backend_llama,
#endif
    &backend_http,  &backend_server,   &backend_replay,    &backend_sim,
    &backend_fault, &backend_isolated, &backend_inprocess, NULL,
};

const struct backend_ops *const *backend_kinds(void)
{
    return kinds;
}

static int unknown_kind(const char *spec, size_t len, struct error *err)
{
    const char *names[ARRAY_LEN(kinds)];
    char *name = mem_text_len(spec, len);
    const char *nearest;
    struct text known = { 0 };
    size_t num = 0;

    for (; kinds[num]; num++) {
        names[num] = kinds[num]->name;
        text_addf(&known, "%s%s", num ? ", " : "", kinds[num]->name);
    }
    nearest = text_nearest(name, names, num);
    if (strcmp(name, "llama") == 0) {
        error_set(err,
                  ERR_USAGE,
                  "this build has no llama backend: run scripts/llama.sh and "
                  "configure again");
    } else {
        error_set(err,
                  ERR_USAGE,
                  "no backend '%s'%s%s%s; there are: %s",
                  name,
                  nearest ? " (did you mean '" : "",
                  nearest ? nearest : "",
                  nearest ? "'?)" : "",
                  text_data(&known));
    }
    text_release(&known);
    free(name);
    return -1;
}

/* The kind a spec names, and its arguments. */
static const struct backend_ops *parse(const char *spec,
                                       const char **args,
                                       struct error *err)
{
    size_t len = strcspn(spec, ":");

    for (size_t i = 0; kinds[i]; i++) {
        if (strlen(kinds[i]->name) == len
            && strncmp(kinds[i]->name, spec, len) == 0) {
            *args = spec[len] ? spec + len + 1 : spec + len;
            return kinds[i];
        }
    }
    (void)unknown_kind(spec, len, err);
    return NULL;
}

/* Follow a spec to its innermost backend; every name on the way is known. */
static const struct backend_ops *innermost(const char *spec,
                                           const char **args,
                                           struct error *err)
{
    for (int depth = 0; depth < MAX_NESTING; depth++) {
        const struct backend_ops *ops = parse(spec, args, err);

        if (!ops || !ops->inner)
            return ops;
        spec = ops->inner(*args);
        if (!spec || !*spec) {
            (void)error_set(err,
                            ERR_USAGE,
                            "backend '%s' wraps another: %s:%s",
                            ops->name,
                            ops->name,
                            ops->args_help);
            return NULL;
        }
    }
    (void)error_set(err,
                    ERR_USAGE,
                    "backend specs nest deeper than %d",
                    MAX_NESTING);
    return NULL;
}

struct backend *backend_create_here(const char *spec,
                                    const struct slot *slot,
                                    struct error *err)
{
    static const struct slot no_slot;
    const char *args;
    const struct backend_ops *ops;

    if (!innermost(spec, &args, err))
        return NULL;
    ops = parse(spec, &args, err);
    return ops ? ops->create(args, slot ? slot : &no_slot, err) : NULL;
}

struct backend *backend_create(const char *spec,
                               const struct slot *slot,
                               struct error *err)
{
    const char *args;
    const struct backend_ops *ops = parse(spec, &args, err);
    static const struct slot no_slot;

    if (!ops)
        return NULL;
    if (ops->wants_isolation)
        return backend_isolated.create(spec, slot ? slot : &no_slot, err);
    return backend_create_here(spec, slot, err);
}

double backend_load_s(const struct backend *backend)
{
    return backend->ops->load_s ? backend->ops->load_s(backend) : 0;
}

void backend_destroy(struct backend *backend)
{
    if (backend)
        backend->ops->destroy(backend);
}

int backend_probe(const char *spec,
                  struct backend_facts *out,
                  struct error *err)
{
    const char *args;
    const struct backend_ops *ops;

    if (!innermost(spec, &args, err))
        return -1;
    ops = parse(spec, &args, err);
    *out = (struct backend_facts){ 0 };
    return ops ? ops->probe(args, out, err) : -1;
}

int backend_identify(const char *spec,
                     const char *task,
                     char *out,
                     struct error *err)
{
    const char *args;
    const struct backend_ops *ops = innermost(spec, &args, err);

    if (!ops)
        return -1;
    if (!ops->identify)
        return 0;
    return ops->identify(args, task, out, err) < 0 ? -1 : 1;
}

int backend_at_hand(const char *spec, struct error *err)
{
    const char *args;
    const struct backend_ops *ops = innermost(spec, &args, err);

    if (!ops)
        return -1;
    return ops->at_hand ? ops->at_hand(args, err) : 0;
}

int backend_measure(const char *spec,
                    const struct request *requests,
                    size_t num,
                    struct backend_need *out,
                    struct error *err)
{
    const char *args;
    const struct backend_ops *ops = innermost(spec, &args, err);

    if (!ops)
        return -1;
    if (!ops->measure)
        return 0;
    return ops->measure(args, requests, num, out, err) < 0 ? -1 : 1;
}

/* Whether an argument "key=value" is a path, and where that begins. */
static bool is_path_option(const struct backend_ops *ops,
                           const char *arg,
                           size_t len,
                           size_t *skip)
{
    const size_t key = strcspn(arg, "=,");
    const struct option *option =
        ops->options && key < len ? options_find(ops->options, arg, key) : NULL;

    *skip = key + 1;
    return option && option->type == OPTION_PATH;
}

/* "MAIN,key=value,...": MAIN may be a path, and so is what an option takes as
 * one. */
static void resolve_options(const struct backend_ops *ops,
                            const char *args,
                            const char *folder,
                            struct text *out)
{
    for (bool is_main = ops->main_is_path; *args; is_main = false) {
        struct text one = { 0 };
        const char *next = backend_args_next(args, &one);
        const size_t len = (size_t)(next - args) - (next[-1] == ',');
        size_t skip = 0;

        if (is_main || is_path_option(ops, args, len, &skip)) {
            char *absolute = path_join(folder, text_data(&one) + skip);

            text_add_len(out, args, skip);
            options_add_arg(out, absolute);
            free(absolute);
        } else {
            text_add_len(out, args, len);
        }
        text_add(out, next[-1] == ',' ? "," : "");
        text_release(&one);
        args = next;
    }
}

bool backend_is_remote(const char *spec)
{
    const char *args;
    const struct backend_ops *ops = innermost(spec, &args, NULL);

    return ops && ops->is_remote;
}

char *backend_file(const char *spec)
{
    const char *args;
    const struct backend_ops *ops = innermost(spec, &args, NULL);
    struct text file = { 0 };

    if (!ops || !ops->main_is_path || ops->all_are_paths || !*args)
        return NULL;
    (void)backend_args_next(args, &file);
    return text_take(&file);
}

char *backend_resolve(const char *spec, const char *folder, struct error *err)
{
    const char *args;
    const struct backend_ops *ops = innermost(spec, &args, err);
    struct text out = { 0 };

    if (!ops)
        return NULL;
    if (args[0] == '\0')
        return mem_text(spec);
    text_add_len(&out, spec, (size_t)(args - spec));
    if (!ops->all_are_paths) {
        resolve_options(ops, args, folder, &out);
        return text_take(&out);
    }
    while (*args) {
        struct text path = { 0 };
        char *absolute;

        args = backend_args_next(args, &path);
        absolute = path_join(folder, text_data(&path));
        options_add_arg(&out, absolute);
        text_add(&out, *args ? "," : "");
        free(absolute);
        text_release(&path);
    }
    return text_take(&out);
}
