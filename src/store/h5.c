#include "store/h5.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/self_contained.h"
#include "trustsweep/bug.h"

#include <hdf5.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MESSAGE = 200 };

/*
 * The innermost message of the last call that failed.  It is kept here because
 * every further call, a close among them, clears HDF5's own stack.
 */
static char last_message[MAX_MESSAGE];

static herr_t keep_innermost(unsigned n, const H5E_error2_t *entry, void *data)
{
    static const char mark[] = "error message = '";
    const char *text = entry->desc ? entry->desc : "";
    const char *system = strstr(text, mark);
    size_t len = strlen(text);

    (void)data;
    if (n > 0)
        return 0;
    if (system) {
        text = system + sizeof mark - 1;
        len = strcspn(text, "'");
    }
    (void)snprintf(last_message,
                   sizeof last_message,
                   "%s%.*s",
                   system ? "" : "HDF5: ",
                   (int)len,
                   text);
    return 0;
}

static herr_t on_failure(hid_t stack, void *data)
{
    return H5Ewalk2(stack, H5E_WALK_UPWARD, keep_innermost, data);
}

void h5_quiet_thread(void)
{
    (void)H5Eset_auto2(H5E_DEFAULT, on_failure, NULL);
}

void h5_quiet(void)
{
    static bool is_done;

    /* After a full disk some objects cannot be closed, and the library's exit
     * handler would print about it. */
    if (!is_done)
        (void)H5dont_atexit();
    is_done = true;
    last_message[0] = '\0';
    h5_quiet_thread();
    self_contained_begin();
}

int h5_fail(struct error *err, enum error_code code, const char *fmt, ...)
{
    char what[sizeof err->text];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    if (!last_message[0])
        return error_set(err, code, "%s", what);
    (void)error_set(err, code, "%s: %s", what, last_message);
    last_message[0] = '\0';
    return -1;
}

hid_t h5_access(void)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    if (access >= 0)
        (void)H5Pset_file_locking(access, false, true);
    return access;
}

static hid_t string_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (type >= 0) {
        (void)H5Tset_size(type, H5T_VARIABLE);
        (void)H5Tset_cset(type, H5T_CSET_UTF8);
    }
    return type;
}

hid_t h5_type_file(enum schema_type type)
{
    switch (type) {
    case TYPE_U8:
        return H5T_STD_U8LE;
    case TYPE_U32:
        return H5T_STD_U32LE;
    case TYPE_U64:
        return H5T_STD_U64LE;
    case TYPE_I32:
        return H5T_STD_I32LE;
    case TYPE_I64:
        return H5T_STD_I64LE;
    case TYPE_F64:
        return H5T_IEEE_F64LE;
    case TYPE_STRING:
        return string_type();
    }
    BUG("type %d", (int)type);
}

hid_t h5_type_memory(enum schema_type type)
{
    switch (type) {
    case TYPE_U8:
        return H5T_NATIVE_UINT8;
    case TYPE_U32:
        return H5T_NATIVE_UINT32;
    case TYPE_U64:
        return H5T_NATIVE_UINT64;
    case TYPE_I32:
        return H5T_NATIVE_INT32;
    case TYPE_I64:
        return H5T_NATIVE_INT64;
    case TYPE_F64:
        return H5T_NATIVE_DOUBLE;
    case TYPE_STRING:
        return string_type();
    }
    BUG("type %d", (int)type);
}

void h5_type_close(enum schema_type type, hid_t id)
{
    if (type == TYPE_STRING && id >= 0)
        (void)H5Tclose(id);
}

int h5_descriptor(hid_t file)
{
    void *handle = NULL;

    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || !handle)
        return -1;
    return *(int *)handle;
}

int h5_write(hid_t file,
             const char *path,
             enum schema_type type,
             const void *values)
{
    hid_t id = H5Dopen2(file, path, H5P_DEFAULT);
    hid_t memory = h5_type_memory(type);
    herr_t rc =
        id < 0 ? -1
               : H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);

    h5_type_close(type, memory);
    if (id >= 0 && H5Dclose(id) < 0)
        rc = -1;
    return rc < 0 ? -1 : 0;
}

int h5_write_text(hid_t file, const char *path, const char *text)
{
    hid_t type = string_type();
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t id = H5Dcreate2(file,
                          path,
                          type,
                          space,
                          H5P_DEFAULT,
                          H5P_DEFAULT,
                          H5P_DEFAULT);
    herr_t rc =
        id < 0 ? -1 : H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text);

    if (id >= 0 && H5Dclose(id) < 0)
        rc = -1;
    (void)H5Sclose(space);
    (void)H5Tclose(type);
    return rc < 0 ? -1 : 0;
}

static int put(hid_t object,
               const char *name,
               hid_t type,
               hsize_t num, /* 0: a scalar */
               const void *value)
{
    hid_t space = num ? H5Screate_simple(1, &num, NULL) : H5Screate(H5S_SCALAR);
    hid_t attribute =
        H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    int rc = attribute < 0 || H5Awrite(attribute, type, value) < 0 ? -1 : 0;

    if (attribute >= 0 && H5Aclose(attribute) < 0)
        rc = -1;
    if (space >= 0)
        (void)H5Sclose(space);
    return rc;
}

int h5_put_text(hid_t object, const char *name, const char *text)
{
    hid_t type = string_type();
    int rc = put(object, name, type, 0, &text);

    (void)H5Tclose(type);
    return rc;
}

int h5_put_int(hid_t object, const char *name, int32_t number)
{
    return put(object, name, H5T_NATIVE_INT32, 0, &number);
}

int h5_put_bytes(hid_t object, const char *name, const uint8_t *v, size_t num)
{
    return put(object, name, H5T_STD_U8LE, num, v);
}

/* The one string of a scalar attribute of that type. */
static char *read_string(hid_t attribute, hid_t type)
{
    hid_t memory = H5Tcopy(type);
    char *out = NULL;
    size_t len = H5Tget_size(type);
    char *variable = NULL;

    if (H5Tis_variable_str(type) > 0) {
        if (H5Aread(attribute, memory, &variable) >= 0)
            out = mem_text(variable ? variable : "");
        (void)H5free_memory(variable);
    } else if (len > 0 && len < 65536) {
        out = mem_alloc(len + 1, 1);
        if (H5Aread(attribute, memory, out) < 0) {
            free(out);
            out = NULL;
        }
    }
    (void)H5Tclose(memory);
    return out;
}

char *h5_get_text(hid_t object, const char *name)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type, space;
    char *out = NULL;

    if (attribute < 0)
        return NULL;
    type = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    if (H5Tget_class(type) == H5T_STRING
        && H5Sget_simple_extent_npoints(space) == 1)
        out = read_string(attribute, type);
    (void)H5Tclose(type);
    (void)H5Sclose(space);
    (void)H5Aclose(attribute);
    return out;
}

int h5_get_int(hid_t object, const char *name, int32_t *out)
{
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type, space;
    int rc = -1;

    if (attribute < 0)
        return -1;
    type = H5Aget_type(attribute);
    space = H5Aget_space(attribute);
    if (H5Tget_class(type) == H5T_INTEGER
        && H5Sget_simple_extent_npoints(space) == 1
        && H5Aread(attribute, H5T_NATIVE_INT32, out) >= 0)
        rc = 0;
    (void)H5Tclose(type);
    (void)H5Sclose(space);
    (void)H5Aclose(attribute);
    return rc;
}
