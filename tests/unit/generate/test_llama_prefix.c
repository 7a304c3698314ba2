/*
 * Prompts that begin alike: how much of one is in the memory of another, and who
 * waits for whom.  No model is needed, but a build with llama.cpp.
 */
#ifndef TRUSTSWEEP_HAS_LLAMA
int main(void)
{
    return 77; /* skipped */
}
#else
#    include "base/mem.h"
#    include "generate/llama/llama_prefix.h"
#    include "generate/llama/llama_sequence.h"

#    include <setjmp.h>
#    include <stdarg.h>
#    include <stddef.h>
#    include <stdint.h>
#    include <stdlib.h>
#    include <string.h>

#    include <cmocka.h>

enum { MAX_SEQUENCES = 8 };

struct prompts {
    struct llama_sequence all[MAX_SEQUENCES];
    int32_t num;
};

/* A token is a letter; numbers go up. */
static void add_prompt(struct prompts *self,
                       const char *letters,
                       int32_t num_read)
{
    struct llama_sequence *out = &self->all[self->num++];

    *out = (struct llama_sequence){
        .state = LLAMA_SEQUENCE_LIVE,
        .number = (uint64_t)self->num,
        .num_tokens = (int32_t)strlen(letters),
        .num_read = num_read,
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

static void the_longest_beginning_is_taken(void **state)
{
    struct prompts prompts = { 0 };
    int32_t length;

    (void)state;
    add_prompt(&prompts, "abcdefgh", 0);
    add_prompt(&prompts, "abcdxxxx", 8);
    add_prompt(&prompts, "abcdefxx", 5); /* no further yet */
    prompts.all[2].state = LLAMA_SEQUENCE_KEPT;
    assert_int_equal(llama_prefix_source(prompts.all, 3, 0, &length), 2);
    assert_int_equal(length, 5);
    prompts.all[2].state = LLAMA_SEQUENCE_FREE; /* has no memory */
    assert_int_equal(llama_prefix_source(prompts.all, 3, 0, &length), 1);
    assert_int_equal(length, 4);
    /* what it has itself is no gain */
    prompts.all[0].num_read = 4;
    assert_int_equal(llama_prefix_source(prompts.all, 3, 0, &length), -1);
    assert_int_equal(length, 4);
    /* of an equal prompt all but two tokens */
    add_prompt(&prompts, "abcdefgh", 8);
    assert_int_equal(llama_prefix_source(prompts.all, 4, 0, &length), 3);
    assert_int_equal(length, 6);
    release(&prompts);
}

static void a_prompt_of_one_or_two_tokens_takes_nothing(void **state)
{
    struct prompts prompts = { 0 };

    (void)state;
    add_prompt(&prompts, "ab", 2);
    for (int32_t num = 0; num <= 2; num++) {
        assert_int_equal(
            llama_prefix_usable(&prompts.all[0], prompts.all[0].tokens, num)
                > 0,
            0);
    }
    release(&prompts);
}

/* Nobody waits for one that came later, so the first one waits for nobody. */
static void one_waits_for_those_before_it(void **state)
{
    struct prompts prompts = { 0 };

    (void)state;
    add_prompt(&prompts, "abcdefgh", 0);
    add_prompt(&prompts, "abcdexxx", 0);
    add_prompt(&prompts, "abcdefxx", 0);
    assert_int_equal(llama_prefix_coming(prompts.all, 3, 0), 0);
    assert_int_equal(llama_prefix_coming(prompts.all, 3, 1), 5);
    assert_int_equal(llama_prefix_coming(prompts.all, 3, 2), 6);
    /* not for what has been read */
    prompts.all[0].num_read = 5;
    assert_int_equal(llama_prefix_coming(prompts.all, 3, 1), 0);
    assert_int_equal(llama_prefix_coming(prompts.all, 3, 2), 6);
    /* nor for one that reads no more */
    prompts.all[0].num_read = 8;
    assert_int_equal(llama_prefix_coming(prompts.all, 3, 1), 0);
    assert_int_equal(llama_prefix_coming(prompts.all, 3, 2), 5);
    release(&prompts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_beginning_is_taken),
        cmocka_unit_test(a_prompt_of_one_or_two_tokens_takes_nothing),
        cmocka_unit_test(one_waits_for_those_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
