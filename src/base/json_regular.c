#include "base/json_regular.h"

#include "base/json.h"
#include "trustsweep/error.h"

#include <errno.h>
#include <sys/stat.h>

struct cJSON *json_read_regular(const char *path,
                                size_t max_bytes,
                                struct error *err)
{
    struct stat info;

    if (stat(path, &info) < 0) {
        (void)error_set_errno(err, errno, "cannot read %s", path);
        return NULL;
    }
    if (!S_ISREG(info.st_mode)) {
        (void)error_set(err, ERR_FORMAT, "%s is no regular file", path);
        return NULL;
    }
    return json_read(path, max_bytes, err);
}
