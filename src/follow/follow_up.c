#include "follow/follow_up.h"

#include "base/hash_map.h"
#include "base/mem.h"
#include "trustsweep/bug.h"

#include <stdlib.h>

struct node {
    struct follow_up_entry entry; /* its id is the key */
    UT_hash_handle hh;
};

struct follow_up_table {
    struct node *nodes;
};

struct hash128 follow_up_id(enum role role,
                            const char *identity,
                            const struct request *request)
{
    const struct sampling *sampling = &request->sampling;
    struct hash_stream *stream = hash_stream_create();

    hash_stream_text(stream, "trustsweep follow-up 1");
    hash_stream_text(stream, role_name(role));
    hash_stream_text(stream, identity);
    hash_stream_u64(stream, (uint64_t)request->kind);
    hash_stream_u64(stream, request->num_messages);
    for (uint32_t i = 0; i < request->num_messages; i++) {
        hash_stream_text(stream, request->messages[i].role);
        hash_stream_text(stream, request->messages[i].text);
    }
    hash_stream_u64(stream, request->num_choices);
    for (uint32_t i = 0; i < request->num_choices; i++)
        hash_stream_text(stream, request->choices[i]);
    hash_stream_u64(stream, (uint64_t)sampling->max_tokens);
    hash_stream_u64(stream, (uint64_t)sampling->thinking_tokens);
    hash_stream_double(stream, sampling->temperature);
    hash_stream_double(stream, sampling->top_p);
    hash_stream_u64(stream, (uint64_t)sampling->top_k);
    hash_stream_double(stream, sampling->repetition_penalty);
    hash_stream_u64(stream, sampling->seed);
    return hash_stream_end(stream);
}

struct follow_up_table *follow_up_table_create(void)
{
    return mem_alloc(1, sizeof(struct follow_up_table));
}

/* NOLINTNEXTLINE(readability-function-cognitive-complexity): uthash */
void follow_up_table_destroy(struct follow_up_table *self)
{
    struct node *node = self ? self->nodes : NULL;
    struct node *next;

    if (node)
        HASH_CLEAR(hh, self->nodes);
    for (; node; node = next) {
        next = node->hh.next;
        request_release(&node->entry.request);
        free(node->entry.parents);
        free(node);
    }
    free(self);
}

/* NOLINTBEGIN(readability-function-cognitive-complexity): uthash is macros */
struct follow_up_entry *follow_up_find(const struct follow_up_table *self,
                                       struct hash128 id)
{
    struct node *node;

    HASH_FIND(hh, self->nodes, &id, sizeof id, node);
    return node ? &node->entry : NULL;
}

struct follow_up_entry *follow_up_get(struct follow_up_table *self,
                                      struct hash128 id)
{
    struct follow_up_entry *entry = follow_up_find(self, id);
    struct node *node;

    if (entry)
        return entry;
    node = mem_alloc(1, sizeof *node);
    node->entry.id = id;
    node->entry.unit = SIZE_MAX;
    HASH_ADD(hh, self->nodes, entry.id, sizeof node->entry.id, node);
    return &node->entry;
}
/* NOLINTEND(readability-function-cognitive-complexity) */

void follow_up_add_parent(struct follow_up_entry *entry, uint64_t parent)
{
    entry->parents = mem_reserve(entry->parents,
                                 &entry->cap_parents,
                                 entry->num_parents + 1,
                                 sizeof *entry->parents);
    entry->parents[entry->num_parents++] = parent;
}
