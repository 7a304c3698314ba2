/*
 * The inner backend in this process, even when it would want a child.
 */
#include "generate/kinds.h"

static const char *inner(const char *args)
{
    return args;
}

static int probe(const char *args, struct backend_facts *out, struct error *err)
{
    return backend_probe(args, out, err);
}

/* The inner backend itself: nothing of this one is left. */
static struct backend *create(const char *args,
                              const struct slot *slot,
                              struct error *err)
{
    return backend_create_here(args, slot, err);
}

const struct backend_ops backend_inprocess = {
    .name = "inprocess",
    .help = "the inner backend without a child process of its own",
    .args_help = "SPEC",
    .inner = inner,
    .probe = probe,
    .create = create,
};
