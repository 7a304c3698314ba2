#include "store/self_contained.h"

#include "store/h5.h"
#include "trustsweep/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A results file has three levels and some hundred objects; one that was made to
 * keep its reader busy may be a circle. */
enum { MAX_LEVELS = 8, MAX_OBJECTS = 20000 };

struct walk {
    struct error *err;
    size_t num;
    bool is_refused; /* `err` says why; else the library could not go on */
};

static int refuse(struct walk *walk, const char *name, const char *what)
{
    walk->is_refused = true;
    return error_set(walk->err,
                     ERR_FORMAT,
                     "/%.120s %s, which no results file has",
                     name,
                     what);
}

static bool is_of_the_writer(H5Z_filter_t filter)
{
    return filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_DEFLATE;
}

static int check_filters(struct walk *walk, const char *name, hid_t storage)
{
    const int num = H5Pget_nfilters(storage);

    if (num < 0)
        return -1;
    for (int i = 0; i < num; i++) {
        unsigned flags = 0;
        size_t num_values = 0;
        const H5Z_filter_t filter = H5Pget_filter2(storage,
                                                   (unsigned)i,
                                                   &flags,
                                                   &num_values,
                                                   NULL,
                                                   0,
                                                   NULL,
                                                   NULL);

        if (filter < 0)
            return -1;
        if (!is_of_the_writer(filter))
            return refuse(walk, name, "is packed by another filter");
    }
    return 0;
}

static int check_storage(struct walk *walk, const char *name, hid_t dataset)
{
    const hid_t storage = H5Dget_create_plist(dataset);
    int rc = storage < 0 ? -1 : 0;

    if (rc == 0) {
        const H5D_layout_t layout = H5Pget_layout(storage);
        const int num_external = H5Pget_external_count(storage);

        if (layout < 0 || num_external < 0) {
            rc = -1;
        } else if (num_external > 0) {
            rc = refuse(walk, name, "has its data in another file");
        } else if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS
                   && layout != H5D_CHUNKED) {
            rc = refuse(walk, name, "is made of other datasets");
        } else {
            rc = check_filters(walk, name, storage);
        }
    }
    if (storage >= 0)
        (void)H5Pclose(storage);
    return rc;
}

static int check_object(struct walk *walk, hid_t root, const char *name)
{
    const hid_t object = H5Oopen(root, name, H5P_DEFAULT);
    int rc = object < 0 ? -1 : 0;

    if (rc == 0 && H5Iget_type(object) == H5I_DATASET)
        rc = check_storage(walk, name, object);
    if (object >= 0)
        (void)H5Oclose(object);
    return rc;
}

/* A group's own link comes before those in it: all before it are hard ones. */
static herr_t look_at(hid_t root,
                      const char *name,
                      const H5L_info_t *link,
                      void *context)
{
    struct walk *walk = context;
    int levels = 1;

    for (const char *at = name; *at; at++)
        levels += *at == '/';
    if (link->type == H5L_TYPE_EXTERNAL)
        return refuse(walk, name, "is a link into another file");
    if (link->type != H5L_TYPE_HARD)
        return refuse(walk, name, "is a link to another place");
    if (levels > MAX_LEVELS || ++walk->num > MAX_OBJECTS)
        return refuse(walk, name, "is in a tree too deep or too wide");
    return check_object(walk, root, name);
}

void self_contained_begin(void)
{
    static bool is_done;

    if (is_done)
        return;
    (void)H5Lunregister(H5L_TYPE_EXTERNAL);
    (void)H5PLset_loading_state(0);
    is_done = true;
}

int self_contained_check(hid_t file, struct error *err)
{
    struct walk walk = { .err = err };

    if (H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, look_at, &walk) >= 0)
        return 0;
    return walk.is_refused ? -1
                           : h5_fail(err,
                                     ERR_FORMAT,
                                     "its groups cannot be looked through");
}
