/* Whether another process lives. */
#include "base/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_itself(void **state)
{
    char began[32];

    (void)state;
    process_began(getpid(), began, sizeof began);
    assert_true(began[0]);
    assert_true(process_lives(getpid(), NULL));
    assert_true(process_lives(getpid(), began));
    began[0] = began[0] == '1' ? '2' : '1';
    assert_false(process_lives(getpid(), began));
}

static void test_past(void **state)
{
    pid_t child = fork();
    siginfo_t info;
    char began[32];

    (void)state;
    if (child == 0)
        _exit(0);
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_false(process_lives(child, NULL)); /* a zombie */
    process_began(child, began, sizeof began);
    assert_string_equal(began, "");
    (void)waitpid(child, NULL, 0);
    assert_false(process_lives(child, NULL));
}

/* One without memory: as a process is while the kernel closes its files, and as
 * the kernel's own threads always are. */
static void test_without_memory(void **state)
{
    enum { KERNEL = 2 };
    char name[32] = "";
    FILE *file = fopen("/proc/2/comm", "r");

    (void)state;
    if (file) {
        (void)fgets(name, sizeof name, file);
        (void)fclose(file);
    }
    if (strcmp(name, "kthreadd\n") != 0)
        skip(); /* a container shows none of them */
    assert_false(process_lives(KERNEL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_itself),
        cmocka_unit_test(test_past),
        cmocka_unit_test(test_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
