#include "generate/model_parts.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/model_file.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 5, MAX_PARTS = 4096 };

/* The five digits there; -1 where they are none. */
static int number(const char *digits)
{
    int value = 0;

    for (int i = 0; i < DIGITS; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        value = 10 * value + (digits[i] - '0');
    }
    return value;
}

/* "-00001-of-00004.gguf" at the end */
static const char *find_tail(const char *path, int *at, int *num)
{
    enum { TAIL = 1 + DIGITS + 4 + DIGITS + 5 };
    const size_t len = strlen(path);
    const char *tail = len > TAIL ? path + len - TAIL : NULL;

    if (!tail || tail[0] != '-' || strncmp(tail + 1 + DIGITS, "-of-", 4) != 0
        || !text_ends(path, ".gguf"))
        return NULL;
    *at = number(tail + 1);
    *num = number(tail + 1 + DIGITS + 4);
    return *at >= 1 && *at <= *num && *num >= 2 && *num <= MAX_PARTS ? tail
                                                                     : NULL;
}

int model_parts_list(const char *path, struct name_list *out, struct error *err)
{
    int num = 0;
    int at = 0;
    const char *tail = find_tail(path, &at, &num);

    if (!tail) {
        name_list_add(out, mem_text(path));
        return 0;
    }
    if (at != 1) {
        return error_set(err,
                         ERR_USAGE,
                         "%s is part %d of %d: name the first one",
                         path,
                         at,
                         num);
    }
    for (int i = 1; i <= num; i++) {
        name_list_add(out,
                      text_format("%.*s-%05d-of-%05d.gguf",
                                  (int)(tail - path),
                                  path,
                                  i,
                                  num));
        if (!file_exists(out->names[i - 1])) {
            return error_set(err,
                             ERR_IO,
                             "%s is missing: the model is in %d files",
                             out->names[i - 1],
                             num);
        }
    }
    return 0;
}

static int sum_up(const struct name_list *list,
                  char *out,
                  size_t size,
                  struct error *err)
{
    struct sha256 *sum = sha256_create();
    char digest[SHA256_TEXT];
    int rc = 0;

    for (size_t i = 0; i < list->num && rc == 0; i++) {
        rc = model_file_identify(list->names[i], out, size, err);
        if (rc == 0) {
            const char *one = strchr(out, ':') + 1;

            sha256_add(sum, one, strlen(one));
            sha256_add(sum, "\n", 1);
        }
    }
    sha256_end(sum, digest);
    if (rc == 0 && list->num > 1)
        (void)snprintf(out, size, "parts:%s", digest);
    return rc;
}

int model_parts_identify(const char *path,
                         char *out,
                         size_t size,
                         uint64_t *bytes,
                         struct error *err)
{
    struct name_list list = { 0 };
    int rc = model_parts_list(path, &list, err);
    uint64_t total = 0;

    if (rc == 0)
        rc = sum_up(&list, out, size, err);
    for (size_t i = 0; i < list.num; i++) {
        const int64_t one = file_size(list.names[i]);

        total += one > 0 ? (uint64_t)one : 0;
    }
    if (bytes)
        *bytes = total;
    name_list_release(&list);
    return rc;
}
