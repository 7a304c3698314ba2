/*
 * Prompts in a decode call as a tree: every sequence gets its tokens, each at
 * its place and in its order, and none is there twice.  No model is needed, but
 * a build with llama.cpp.
 */
#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "base/mem.h"
#    include "base/random.h"
#    include "generate/llama/llama_prefix.h"
#    include "generate/llama/llama_sequence.h"
#    include "generate/llama/llama_tree.h"

#    include <llama.h>

#    include <setjmp.h>
#    include <stdarg.h>
#    include <stddef.h>
#    include <stdint.h>
#    include <stdlib.h>
#    include <string.h>

#    include <cmocka.h>

enum { MAX_SEQUENCES = 12, MAX_TOKENS = 24, CAP = 512, NUM_ROUNDS = 400 };

struct prompts {
    struct llama_sequence all[MAX_SEQUENCES];
    int32_t num;
};

static void add_prompt(struct prompts *self, const char *letters)
{
    struct llama_sequence *out = &self->all[self->num++];

    *out = (struct llama_sequence){
        .state = LLAMA_SEQUENCE_LIVE,
        .num_tokens = (int32_t)strlen(letters),
        .output = -1,
    };
    out->tokens = mem_alloc(strlen(letters), sizeof *out->tokens);
    for (int32_t i = 0; i < out->num_tokens; i++)
        out->tokens[i] = letters[i];
}

static void release(struct prompts *self)
{
    for (int32_t i = 0; i < self->num; i++)
        llama_sequence_end(&self->all[i]);
}

/* Into `batch`: up to `room` tokens of all that begin with the same letter. */
static void read_all(struct prompts *self,
                     struct llama_batch *batch,
                     int32_t room)
{
    struct llama_tree tree = { batch, self->all, room };
    int32_t members[MAX_SEQUENCES];
    int32_t num = 0;

    for (int32_t i = 0; i < self->num; i++) {
        if (llama_sequence_is_reading(&self->all[i]))
            members[num++] = i;
    }
    if (num > 0)
        llama_tree_read(&tree, members, num);
}

/* Appends what a batch has of each sequence; checks places and order. */
static void take(const struct llama_batch *batch,
                 char read[MAX_SEQUENCES][MAX_TOKENS + 1])
{
    for (int32_t i = 0; i < batch->n_tokens; i++) {
        for (int32_t j = 0; j < batch->n_seq_id[i]; j++) {
            char *text = read[batch->seq_id[i][j]];
            size_t len = strlen(text);

            assert_int_equal(batch->pos[i], len);
            text[len] = (char)batch->token[i];
        }
    }
}

static void what_is_alike_is_there_once(void **state)
{
    struct llama_batch batch = llama_batch_init(CAP, 0, MAX_SEQUENCES);
    char read[MAX_SEQUENCES][MAX_TOKENS + 1] = { { 0 } };
    struct prompts prompts = { 0 };

    (void)state;
    add_prompt(&prompts, "abcde");
    add_prompt(&prompts, "abxy");
    add_prompt(&prompts, "abcd");
    add_prompt(&prompts, "abcde");
    read_all(&prompts, &batch, CAP);
    /* ab, cd, e, xy */
    assert_int_equal(batch.n_tokens, 7);
    take(&batch, read);
    assert_string_equal(read[0], "abcde");
    assert_string_equal(read[1], "abxy");
    assert_string_equal(read[2], "abcd");
    assert_string_equal(read[3], "abcde");
    /* equal prompts have one row of logits, the last tokens have one each */
    assert_int_equal(prompts.all[0].output, prompts.all[3].output);
    for (int32_t i = 0; i < prompts.num; i++) {
        const struct llama_sequence *sequence = &prompts.all[i];

        assert_int_equal(batch.logits[sequence->output], 1);
        assert_int_equal(batch.token[sequence->output],
                         sequence->tokens[sequence->num_tokens - 1]);
    }
    assert_int_equal(batch.logits[0], 0);
    /* each token is computed for one of them and shared by the others */
    assert_int_equal(prompts.all[0].num_shared, 0);
    assert_int_equal(prompts.all[1].num_shared, 2);
    assert_int_equal(prompts.all[2].num_shared, 4);
    assert_int_equal(prompts.all[3].num_shared, 5);
    release(&prompts);
    llama_batch_free(batch);
}

static void add_random(struct prompts *self, uint64_t *seed)
{
    char letters[MAX_TOKENS + 1] = "";
    size_t len = 1 + random_below(seed, MAX_TOKENS);

    /* two letters, so that prompts part early and late */
    for (size_t i = 0; i < len; i++)
        letters[i] = i == 0 || random_below(seed, 8) ? 'a' : 'b';
    add_prompt(self, letters);
}

/* By calls of few tokens, as a budget cuts them. */
static void pieces_give_the_same_prompts(void **state)
{
    struct llama_batch batch = llama_batch_init(CAP, 0, MAX_SEQUENCES);
    uint64_t seed = 5;

    (void)state;
    for (int round = 0; round < NUM_ROUNDS; round++) {
        char read[MAX_SEQUENCES][MAX_TOKENS + 1] = { { 0 } };
        struct prompts prompts = { 0 };
        int32_t room = 1 + (int32_t)random_below(&seed, 30);

        while (prompts.num < MAX_SEQUENCES)
            add_random(&prompts, &seed);
        batch.n_tokens = 0;
        read_all(&prompts, &batch, room);
        assert_in_range(batch.n_tokens, 1, room);
        take(&batch, read);
        for (int32_t i = 0; i < prompts.num; i++) {
            const struct llama_sequence *sequence = &prompts.all[i];

            assert_int_equal(sequence->num_read, strlen(read[i]));
            for (int32_t j = 0; j < sequence->num_read; j++)
                assert_int_equal(read[i][j], sequence->tokens[j]);
        }
        release(&prompts);
    }
    llama_batch_free(batch);
}

/* The cells of a set of prompts are the nodes of their tree, whatever the
 * order in which they come. */
static void own_tokens_add_up_to_the_tree(void **state)
{
    struct llama_batch batch = llama_batch_init(CAP, 0, MAX_SEQUENCES);
    uint64_t seed = 9;

    (void)state;
    for (int round = 0; round < NUM_ROUNDS; round++) {
        struct prompts prompts = { 0 };
        int32_t sum = 0;

        while (prompts.num < MAX_SEQUENCES) {
            add_random(&prompts, &seed);
            sum += llama_prefix_own(prompts.all, prompts.num, prompts.num - 1);
        }
        batch.n_tokens = 0;
        read_all(&prompts, &batch, CAP);
        assert_int_equal(sum, batch.n_tokens);
        for (int32_t i = 0; i < prompts.num; i++) {
            sum -= llama_prefix_own(prompts.all, prompts.num, i);
            prompts.all[i].state = LLAMA_SEQUENCE_FREE;
        }
        assert_int_equal(sum, 0);
        release(&prompts);
    }
    llama_batch_free(batch);
}

static void the_longest_beginning_is_taken(void **state)
{
    struct prompts prompts = { 0 };
    int32_t length;

    (void)state;
    add_prompt(&prompts, "abcdefgh");
    add_prompt(&prompts, "abcdxxxx");
    add_prompt(&prompts, "abcdefxx");
    prompts.all[1].num_read = 8;
    prompts.all[2].num_read = 5; /* no further yet */
    prompts.all[2].state = LLAMA_SEQUENCE_KEPT;
    assert_int_equal(llama_prefix_source(prompts.all, 3, 0, &length), 2);
    assert_int_equal(length, 5);
    prompts.all[2].state = LLAMA_SEQUENCE_WAITING; /* has no memory */
    assert_int_equal(llama_prefix_source(prompts.all, 3, 0, &length), 1);
    assert_int_equal(length, 4);
    /* what it has itself is no gain */
    prompts.all[0].num_read = 4;
    assert_int_equal(llama_prefix_source(prompts.all, 3, 0, &length), -1);
    /* of an equal prompt all but the last token */
    add_prompt(&prompts, "abcdefgh");
    prompts.all[3].num_read = 8;
    assert_int_equal(llama_prefix_source(prompts.all, 4, 0, &length), 3);
    assert_int_equal(length, 7);
    release(&prompts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_alike_is_there_once),
        cmocka_unit_test(pieces_give_the_same_prompts),
        cmocka_unit_test(own_tokens_add_up_to_the_tree),
        cmocka_unit_test(the_longest_beginning_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
