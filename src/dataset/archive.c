#include "dataset/archive.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"
#include "trustsweep/error.h"

#include <zip.h>

#include <stdlib.h>
#include <string.h>

struct archive {
    char *path;
    zip_t *zip;
    size_t num;
};

/* One part between slashes: not empty, not "." or "..". */
static bool is_clean_part(const char *part, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (part[i] == '\\' || text_show_hidden(part + i) > 0)
            return false;
    }
    return len > 0 && !(len <= 2 && strspn(part, ".") >= len);
}

bool archive_is_clean(const char *name)
{
    do {
        size_t len = strcspn(name, "/");
        if (!is_clean_part(name, len))
            return false;
        name += len;
        name += *name == '/';
    } while (*name); /* a folder's name ends with its slash */
    return true;
}

static int check_names(const struct archive *self, struct error *err)
{
    for (size_t i = 0; i < self->num; i++) {
        const char *name = archive_name(self, i);
        if (!name || !archive_is_clean(name)) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: entry %zu has an odd path, so this is no "
                             "release of the benchmark; give the official zip",
                             self->path,
                             i);
        }
        if (zip_name_locate(self->zip, name, ZIP_FL_ENC_GUESS)
            != (zip_int64_t)i) {
            return error_set(err,
                             ERR_FORMAT,
                             "%s: %s stands in it twice, and only one can be "
                             "meant; give the official zip",
                             self->path,
                             name);
        }
    }
    return 0;
}

/* What libzip says, with the code that fits. */
static void set_zip_error(const char *path, int code, struct error *err)
{
    zip_error_t reason;

    zip_error_init_with_code(&reason, code);
    bool is_system = code == ZIP_ER_OPEN || code == ZIP_ER_READ
                     || code == ZIP_ER_NOENT || code == ZIP_ER_SEEK;
    (void)error_set(err,
                    is_system ? ERR_IO : ERR_FORMAT,
                    is_system ? "cannot read %s: %s"
                              : "%s is no archive that libzip reads (%s); give "
                                "the official zip, or get it again",
                    path,
                    zip_error_strerror(&reason));
    zip_error_fini(&reason);
}

struct archive *archive_open(const char *path, struct error *err)
{
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);

    if (!zip) {
        set_zip_error(path, code, err);
        return NULL;
    }
    struct archive *self = mem_alloc(1, sizeof *self);
    zip_int64_t num = zip_get_num_entries(zip, 0);
    self->path = mem_text(path);
    self->zip = zip;
    self->num = num > 0 ? (size_t)num : 0;
    if (self->num > ARCHIVE_MAX_ENTRIES) {
        (void)error_set(err,
                        ERR_FORMAT,
                        "%s: %zu entries are more than the %d allowed; give "
                        "the official zip",
                        path,
                        self->num,
                        (int)ARCHIVE_MAX_ENTRIES);
        goto fail;
    }
    if (check_names(self, err) < 0)
        goto fail;
    return self;
fail:
    archive_close(self);
    return NULL;
}

void archive_close(struct archive *self)
{
    if (!self)
        return;
    zip_discard(self->zip);
    free(self->path);
    free(self);
}

const char *archive_library(void)
{
    return zip_libzip_version();
}

size_t archive_num(const struct archive *self)
{
    return self->num;
}

const char *archive_name(const struct archive *self, size_t at)
{
    return zip_get_name(self->zip, at, ZIP_FL_ENC_GUESS);
}

/* The size an entry claims is a hint from outside: what counts is what comes
 * out of it. */
static int inflate(zip_file_t *file,
                   const char *path,
                   const char *name,
                   struct text *out,
                   struct error *err)
{
    enum { PIECE = 1 << 16 };
    size_t start = out->len;
    char *piece = mem_alloc(PIECE, 1);
    int rc = -1;

    for (;;) {
        zip_int64_t len = zip_fread(file, piece, PIECE);
        if (len < 0) {
            (void)error_set(err,
                            ERR_FORMAT,
                            "%s: %s cannot be unpacked (libzip: %s); get the "
                            "archive again",
                            path,
                            name,
                            zip_file_strerror(file));
            break;
        }
        if (len == 0) {
            rc = 0;
            break;
        }
        if ((size_t)len > ARCHIVE_MAX_BYTES - (out->len - start)) {
            (void)error_set(err,
                            ERR_FORMAT,
                            "%s: %s: larger than the %d bytes allowed",
                            path,
                            name,
                            (int)ARCHIVE_MAX_BYTES);
            break;
        }
        text_add_len(out, piece, (size_t)len);
    }
    free(piece);
    return rc;
}

int archive_read(struct archive *self,
                 const char *name,
                 struct text *out,
                 struct error *err)
{
    zip_int64_t at = zip_name_locate(self->zip, name, 0);

    if (at < 0)
        return 0;
    zip_file_t *file = zip_fopen_index(self->zip, (zip_uint64_t)at, 0);
    if (!file) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: %s cannot be unpacked (libzip: %s); get the "
                         "archive again",
                         self->path,
                         name,
                         zip_strerror(self->zip));
    }
    int rc = inflate(file, self->path, name, out, err);
    /* the checksum is compared when the last byte is read */
    if (zip_fclose(file) != 0 && rc == 0) {
        rc = error_set(err,
                       ERR_FORMAT,
                       "%s: %s: damaged (its checksum is another one); get the "
                       "archive again",
                       self->path,
                       name);
    }
    return rc < 0 ? -1 : 1;
}
