#include "store/h5.h"

#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"

#include <hdf5.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MESSAGE = 200 };

void h5_quiet(void)
{
    static bool is_done;

    /* After a full disk some objects cannot be closed, and the library's exit
     * handler would print about it. */
    if (!is_done)
        (void)H5dont_atexit();
    is_done = true;
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static herr_t keep_innermost(unsigned n, const H5E_error2_t *entry, void *data)
{
    static const char mark[] = "error message = '";
    char *out = data;
    const char *desc = entry->desc ? entry->desc : "";
    const char *system = strstr(desc, mark);
    size_t len;

    if (n > 0)
        return 0;
    if (system) {
        system += sizeof mark - 1;
        len = strcspn(system, "'");
    } else {
        system = desc;
        len = strlen(desc);
    }
    (void)snprintf(out,
                   MAX_MESSAGE,
                   "%.*s",
                   (int)(len < MAX_MESSAGE ? len : MAX_MESSAGE - 1),
                   system);
    return 0;
}

int h5_fail(struct error *err, enum error_code code, const char *fmt, ...)
{
    char message[MAX_MESSAGE] = "";
    char what[sizeof err->text];
    va_list args;

    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, message);
    (void)H5Eclear2(H5E_DEFAULT);
    va_start(args, fmt);
    (void)vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    if (!message[0])
        return error_set(err, code, "%s", what);
    return error_set(err, code, "%s: %s", what, message);
}

hid_t h5_access(void)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    if (access >= 0)
        (void)H5Pset_file_locking(access, false, true);
    return access;
}

static hid_t string_type(size_t len)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (type < 0)
        return type;
    (void)H5Tset_size(type, len);
    (void)H5Tset_cset(type, H5T_CSET_UTF8);
    (void)H5Tset_strpad(type,
                        len == H5T_VARIABLE ? H5T_STR_NULLTERM
                                            : H5T_STR_NULLPAD);
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
        return string_type(H5T_VARIABLE);
    case TYPE_HEX:
        return string_type(SCHEMA_HEX_LEN);
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
    case TYPE_HEX:
        return h5_type_file(type);
    }
    BUG("type %d", (int)type);
}

void h5_type_close(enum schema_type type, hid_t id)
{
    if ((type == TYPE_STRING || type == TYPE_HEX) && id >= 0)
        (void)H5Tclose(id);
}

int h5_descriptor(hid_t file)
{
    void *handle = NULL;

    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || !handle)
        return -1;
    return *(int *)handle;
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
    hid_t type = string_type(H5T_VARIABLE);
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
