/* What `plan` and `doctor` tell of models beside their files. */
#include "base/text.h"
#include "cli/sweep/at_hand.h"
#include "trustsweep/bug.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void tell(void *context,
                 const struct at_hand *who,
                 bool is_bad,
                 const char *what)
{
    text_addf(context,
              "%s %s %s %.17s;",
              is_bad ? "BAD" : "ok",
              who->kind,
              who->name,
              what);
}

static void test_keys_and_idle_gpus(void **state)
{
    const struct backend_facts plain = { 0 };
    const struct backend_facts cpu = { .leaves_gpus = true };
    const struct at_hand list[] = {
        { "model", "a", "sim:", &plain },
        { "model", "b", "sim:", &cpu },
        { "role", "c", "http:x,key_env=NO_SUCH_KEY_IS_SET", &cpu },
        { "role", "d", NULL, &plain },
    };

    struct text told = { 0 };

    (void)state;
    assert_false(at_hand_check(list, ARRAY_LEN(list), 1, tell, &told));
    assert_non_null(strstr(text_data(&told), "BAD role c "));
    assert_non_null(strstr(text_data(&told), "ok model b it stays on the "));
    assert_null(strstr(text_data(&told), " a "));
    assert_null(strstr(text_data(&told), " d "));
    text_release(&told);
    assert_true(at_hand_check(list, 2, 0, tell, &told));
    assert_int_equal(told.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_and_idle_gpus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
