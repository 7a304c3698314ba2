/*
 * folder.h - a folder of a test's own.
 */
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

#include "base/file.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static inline char *folder_make(void)
{
    char *folder = text_format("/tmp/trustsweep-choice-XXXXXX");

    assert_non_null(mkdtemp(folder));
    return folder;
}

/* With what is in it, two levels deep. */
static inline void folder_remove(char *folder)
{
    struct name_list names = { 0 };

    if (file_list(folder, &names, NULL) == 0) {
        for (size_t i = 0; i < names.num; i++) {
            char *path = path_join(folder, names.names[i]);
            struct name_list below = { 0 };

            if (file_is_folder(path) && file_list(path, &below, NULL) == 0) {
                for (size_t k = 0; k < below.num; k++) {
                    char *file = path_join(path, below.names[k]);

                    (void)unlink(file);
                    free(file);
                }
                name_list_release(&below);
                (void)rmdir(path);
            }
            (void)unlink(path);
            free(path);
        }
        name_list_release(&names);
    }
    (void)rmdir(folder);
    free(folder);
}

static inline char *folder_put(const char *folder,
                               const char *name,
                               const char *text)
{
    char *path = path_join(folder, name);
    char *above = path_folder(path);

    assert_int_equal(file_make_folder(above, NULL), 0);
    assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
    free(above);
    return path;
}

#endif
