#include "cli/parts/guard_costs.h"

#include "base/text.h"
#include "cli/parts/guard.h"
#include "store/reader.h"
#include "store/reader_costs.h"
#include "trustsweep/error.h"

struct work {
    const char *path;
};

static int read_and_pack(void *context, struct text *out, struct error *err)
{
    const struct work *work = context;
    struct reader *reader = guard_open(work->path, err);
    struct reader_costs *costs = reader ? reader_costs_read(reader, err) : NULL;

    if (costs)
        reader_costs_pack(costs, out);
    reader_close(reader);
    if (!costs)
        return -1;
    reader_costs_destroy(costs);
    return 0;
}

struct reader_costs *guard_costs_read(const char *path, struct error *err)
{
    struct work work = { path };
    struct reader_costs *costs = NULL;
    struct text packed = { 0 };

    if (guard_read(read_and_pack, &work, &path, 1, &packed, err) == 0) {
        costs = reader_costs_unpack(&packed);
        if (!costs)
            (void)error_set(err, ERR_FORMAT, "%s: more than is read", path);
    }
    text_release(&packed);
    return costs;
}
