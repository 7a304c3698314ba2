#include "generate/llama/llama_tree.h"

#include "base/mem.h"
#include "generate/llama/llama_sequence.h"

#include <llama.h>

#include <stdlib.h>
#include <string.h>

void llama_tree_add(struct llama_tree *self,
                    const int32_t *members,
                    int32_t num_members,
                    int32_t token,
                    int32_t place,
                    bool wants_output)
{
    const int32_t at = self->batch->n_tokens++;

    self->batch->token[at] = token;
    self->batch->pos[at] = place;
    self->batch->n_seq_id[at] = num_members;
    memcpy(self->batch->seq_id[at],
           members,
           (size_t)num_members * sizeof *members);
    self->batch->logits[at] = wants_output ? 1 : 0;
}

static int32_t next_token(const struct llama_tree *self, int32_t member)
{
    const struct llama_sequence *sequence = &self->sequences[member];

    return sequence->tokens[sequence->num_read];
}

static bool ends_with_next(const struct llama_tree *self, int32_t member)
{
    const struct llama_sequence *sequence = &self->sequences[member];

    return sequence->num_read + 1 == sequence->num_tokens;
}

/* Those whose next token is that of the first one come first, in their order;
 * how many they are. */
static int32_t part(const struct llama_tree *self,
                    int32_t *members,
                    int32_t num)
{
    const int32_t token = next_token(self, members[0]);
    int32_t same = 0;

    for (int32_t i = 0; i < num; i++) {
        const int32_t member = members[i];

        if (next_token(self, member) != token)
            continue;
        memmove(members + same + 1,
                members + same,
                (size_t)(i - same) * sizeof *members);
        members[same++] = member;
    }
    return same;
}

/* All have the same next token.  How many go on behind it; they come first. */
static int32_t read_one(struct llama_tree *self, int32_t *members, int32_t num)
{
    const int32_t row = self->batch->n_tokens;
    bool wants_output = false;
    int32_t left = 0;

    for (int32_t i = 0; i < num; i++)
        wants_output = wants_output || ends_with_next(self, members[i]);
    llama_tree_add(self,
                   members,
                   num,
                   next_token(self, members[0]),
                   self->sequences[members[0]].num_read,
                   wants_output);
    for (int32_t i = 0; i < num; i++) {
        struct llama_sequence *sequence = &self->sequences[members[i]];

        sequence->num_read++;
        sequence->num_shared += i > 0;
        if (sequence->num_read == sequence->num_tokens) {
            sequence->output = row;
        } else {
            members[left++] = members[i];
        }
    }
    return left;
}

struct branch {
    int32_t first;
    int32_t num;
};

void llama_tree_read(struct llama_tree *self,
                     int32_t *members,
                     int32_t num_members)
{
    /* a branch waits for each one that was split off: no more than members */
    struct branch *waiting = mem_alloc((size_t)num_members, sizeof *waiting);
    int32_t num_waiting = 0;
    struct branch at = { 0, num_members };

    while (self->batch->n_tokens < self->room) {
        int32_t same;

        if (at.num == 0) {
            if (num_waiting == 0)
                break;
            at = waiting[--num_waiting];
        }
        same = part(self, members + at.first, at.num);
        if (same < at.num) {
            waiting[num_waiting++] =
                (struct branch){ at.first + same, at.num - same };
        }
        at.num = read_one(self, members + at.first, same);
    }
    free(waiting);
}
