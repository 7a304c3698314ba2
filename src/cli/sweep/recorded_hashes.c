#include "cli/sweep/recorded_hashes.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "trustsweep/backend.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Whether it is the hash of no answer at all. */
static bool is_of_nothing(const char *identity)
{
    char digest[SHA256_TEXT];

    sha256_bytes("", 0, digest);
    return text_ends(identity, digest);
}

struct cJSON *recorded_hashes(const char *spec,
                              const char *const *tasks,
                              size_t num,
                              struct error *err)
{
    struct cJSON *hashes = json_new_object();
    int rc = 1;

    for (size_t i = 0; i < num && rc > 0; i++) {
        char identity[BACKEND_IDENTITY];

        rc = backend_identify(spec, tasks[i], identity, err);
        if (rc > 0 && !is_of_nothing(identity))
            json_add_text(hashes, tasks[i], identity);
    }
    if (rc > 0)
        return hashes;
    json_free(hashes);
    return NULL;
}

void recorded_hashes_identity(const struct cJSON *hashes, char *identity)
{
    struct sha256 *sum = sha256_create();
    char digest[SHA256_TEXT];

    sha256_add(sum, identity, strlen(identity) + 1);
    for (const struct cJSON *at = json_first(hashes); at; at = json_next(at)) {
        sha256_add(sum, json_key(at), strlen(json_key(at)) + 1);
        sha256_add(sum, json_text(at), strlen(json_text(at)) + 1);
    }
    sha256_end(sum, digest);
    (void)snprintf(identity, BACKEND_IDENTITY, "replay:%s", digest);
}
