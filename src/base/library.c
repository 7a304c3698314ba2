#include "base/library.h"

#include "base/json.h"

#include <cjson/cJSON.h>
#include <libdeflate.h>
#include <openssl/crypto.h>
#include <xxhash.h>

#include <stdio.h>

void library_versions(struct cJSON *out)
{
    const unsigned xxhash = XXH_versionNumber(); /* 801: 0.8.1 */
    char version[32];

    json_add_text(out, "cjson", cJSON_Version());
    json_add_text(out, "libdeflate", LIBDEFLATE_VERSION_STRING);
    (void)snprintf(version,
                   sizeof version,
                   "%u.%u.%u",
                   xxhash / 10000,
                   xxhash / 100 % 100,
                   xxhash % 100);
    json_add_text(out, "xxhash", version);
    json_add_text(out, "openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
}
