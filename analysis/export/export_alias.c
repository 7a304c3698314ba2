#include "analysis/export/export_alias.h"

#include "base/hash_map.h"
#include "base/mem.h"
#include "trustsweep/bug.h"

#include <stdlib.h>

struct node {
    struct hash128 id;
    size_t number;
    UT_hash_handle hh;
};

struct export_alias {
    struct node *nodes;
};

struct export_alias *export_alias_create(void)
{
    return mem_alloc(1, sizeof(struct export_alias));
}

/* NOLINTBEGIN(readability-function-cognitive-complexity): uthash is macros */
void export_alias_destroy(struct export_alias *self)
{
    struct node *node = self ? self->nodes : NULL;

    if (node)
        HASH_CLEAR(hh, self->nodes); /* the table; the nodes stay a list */
    while (node) {
        struct node *next = node->hh.next;

        free(node);
        node = next;
    }
    free(self);
}

size_t export_alias_number(struct export_alias *self,
                           const char *field,
                           const char *text)
{
    struct hash_stream *stream = hash_stream_create();
    struct hash128 id;
    struct node *node;

    hash_stream_text(stream, field);
    hash_stream_text(stream, text);
    id = hash_stream_end(stream);
    HASH_FIND(hh, self->nodes, &id, sizeof id, node);
    if (!node) {
        node = mem_alloc(1, sizeof *node);
        node->id = id;
        node->number = (size_t)HASH_COUNT(self->nodes) + 1;
        HASH_ADD(hh, self->nodes, id, sizeof node->id, node);
    }
    return node->number;
}
/* NOLINTEND(readability-function-cognitive-complexity) */
