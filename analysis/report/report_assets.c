#include "analysis/report/report_assets.h"

#include "base/file.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_PART = 1024 * 1024, MAX_LIBRARY = 16 * 1024 * 1024 };

int report_assets_part(const char *name, struct text *out, struct error *err)
{
    char *where = text_format("report/%s", name);
    char *path = path_share(where, err);
    int rc = path ? file_read(path, MAX_PART, out, err) : -1;

    free(path);
    free(where);
    return rc;
}

static const char *given(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] ? value : NULL;
}

/* As scripts/common.sh has it. */
static char *cache_folder(void)
{
    const char *own = given("TRUSTSWEEP_CACHE");
    const char *xdg = given("XDG_CACHE_HOME");
    const char *home = given("HOME");

    if (own)
        return text_format("%s/assets", own);
    if (xdg)
        return text_format("%s/trustsweep/assets", xdg);
    return home ? text_format("%s/.cache/trustsweep/assets", home) : NULL;
}

/* The path in `folder`, or NULL with the folder noted as tried. */
static char *find_in(const char *folder, const char *file, struct text *tried)
{
    char *path = folder ? path_join(folder, file) : NULL;

    if (path && file_exists(path))
        return path;
    free(path);
    if (folder)
        text_addf(tried, "%s%s", tried->len > 0 ? ", " : "", folder);
    return NULL;
}

static char *find(const char *file, const char *folder, struct error *err)
{
    struct text tried = { 0 };
    char *installed = text_format("report/%s", file);
    char *cache = cache_folder();
    const char *asked = folder ? folder : given("TRUSTSWEEP_ASSETS");
    char *path = find_in(asked, file, &tried);

    /* a folder that was named is the only one */
    if (!path && !asked)
        path = path_share(installed, NULL);
    if (!path && !asked)
        path = find_in(cache, file, &tried);
    if (!path) {
        (void)error_set(err,
                        ERR_IO,
                        "%s not found in %s: scripts/assets.sh gets it; or "
                        "name its folder with --assets DIR or "
                        "TRUSTSWEEP_ASSETS",
                        file,
                        tried.len > 0 ? text_data(&tried) : "the installation");
    }
    text_release(&tried);
    free(installed);
    free(cache);
    return path;
}

static bool has(const char *bytes, size_t len, const char *word)
{
    const size_t n = strlen(word);

    for (size_t i = 0; i + n <= len; i++) {
        if (strncasecmp(bytes + i, word, n) == 0)
            return true;
    }
    return false;
}

/* The comment at the end would make a browser's tools look for a map. */
static void drop_map(struct text *text, size_t from)
{
    static const char word[] = "//# sourceMappingURL";
    const size_t n = sizeof word - 1;
    size_t at = text->len;

    while (at > from + n && text->data[at - 1] != '\n')
        at--;
    for (int lines = 0; lines < 2 && at >= from; lines++) {
        if (text->len - at >= n && memcmp(text->data + at, word, n) == 0) {
            text->len = at;
            text->data[at] = '\0';
            return;
        }
        while (at > from && text->data[at - 1] == '\n')
            at--;
        while (at > from && text->data[at - 1] != '\n')
            at--;
    }
}

int report_assets_library(const char *name,
                          const char *folder,
                          struct text *out,
                          struct error *err)
{
    char *file = text_format("%s.min.js", name);
    char *path = find(file, folder, err);
    const size_t from = out->len;
    int rc = path ? file_read(path, MAX_LIBRARY, out, err) : -1;

    if (rc == 0) {
        drop_map(out, from);
        if (has(out->data + from, out->len - from, "</script")
            || has(out->data + from, out->len - from, "<!--")) {
            rc = error_set(err,
                           ERR_FORMAT,
                           "%s: cannot stand in a page: it holds </script or "
                           "<!--",
                           path);
        }
    }
    free(path);
    free(file);
    return rc;
}
