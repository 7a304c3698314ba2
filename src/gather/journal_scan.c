#include "gather/journal_scan.h"

#include "gather/journal_place.h"
#include "gather/journal_window.h"
#include "trustsweep/error.h"

#include <inttypes.h>

/*
 * Whether what is broken at `bad` had once been whole: then an entry behind it
 * belongs to a group that began later, and groups are synced one by one.
 * 1 = yes, 0 = no, -1 = cannot read.
 */
static int is_damage(struct journal_window *window,
                     uint64_t bad,
                     struct error *err)
{
    uint64_t at = bad + 1;

    for (; at + JOURNAL_FILE_ENTRY <= window->size; at++) {
        struct journal_entry entry = { 0 };
        const unsigned char *bytes =
            journal_window_bytes(window, at, JOURNAL_FILE_ENTRY, err);
        int rc;

        if (!bytes)
            return -1;
        journal_file_peek(bytes, &entry);
        if ((entry.kind != JOURNAL_FILE_KIND_RECORD
             && entry.kind != JOURNAL_FILE_KIND_SEAL)
            || entry.group <= bad || entry.group > at)
            continue;
        rc = journal_window_raw(window, at, &entry, &bytes, err);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int check_group(const struct journal_entry *entry,
                       uint64_t at,
                       uint64_t before,
                       struct error *err)
{
    const bool is_seal = entry->kind == JOURNAL_FILE_KIND_SEAL;

    if (entry->group == at || (entry->group == before && !is_seal))
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "an entry of a group that does not begin there; report "
                     "this as a bug");
}

/* The record of a whole entry, to the visitor. */
static int visit_record(const struct journal_scan *scan,
                        const struct journal_entry *entry,
                        const unsigned char *bytes,
                        uint64_t at,
                        struct error *err)
{
    struct record record = { 0 };
    int rc = journal_window_decode(bytes, entry, &record, err);

    if (rc < 0)
        return error_wrap(err, "%s: at byte %" PRIu64, scan->path, at);
    if (scan->visit) {
        rc = scan->visit(scan->context,
                         &record,
                         journal_place(scan->number, at),
                         err);
    }
    record_release(&record);
    return rc < 0 ? -1 : 0;
}

/* The entry that comes next; -1, 0 = none whole there, 1. */
static int visit_entry(const struct journal_scan *scan,
                       struct journal_window *window,
                       struct journal_extent *out,
                       uint64_t *group,
                       struct error *err)
{
    const uint64_t at = out->good;
    const unsigned char *bytes = NULL;
    struct journal_entry entry = { 0 };
    int rc = journal_window_raw(window, at, &entry, &bytes, err);

    if (rc == 0)
        return 0;
    if (rc > 0)
        rc = check_group(&entry, at, *group, err);
    if (rc < 0)
        return error_wrap(err, "%s: at byte %" PRIu64, scan->path, at);
    out->is_sealed = entry.kind == JOURNAL_FILE_KIND_SEAL;
    if (!out->is_sealed && visit_record(scan, &entry, bytes, at, err) < 0)
        return -1;
    *group = entry.group;
    out->good = at + JOURNAL_FILE_ENTRY + entry.len;
    return 1;
}

/* Each entry is of the group before it, or begins one. */
static int visit_entries(const struct journal_scan *scan,
                         struct journal_window *window,
                         struct journal_extent *out,
                         struct error *err)
{
    uint64_t group = 0;
    int rc = 1;

    while (rc > 0 && out->good < window->size)
        rc = visit_entry(scan, window, out, &group, err);
    return rc < 0 ? -1 : 0;
}

/* Whether a good header is that of this journal: of its job, and of the run
 * that its first file says. */
static int check_head(const struct journal_scan *scan,
                      const struct journal_head *head,
                      struct error *err)
{
    struct journal_head *wanted = scan->head;

    if (wanted->job == 0)
        wanted->job = head->job;
    if (wanted->run == 0)
        wanted->run = head->run;
    wanted->version = head->version;
    if (head->job != wanted->job) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: belongs to another job; choose another --output, "
                         "or move this folder away",
                         scan->path);
    }
    if (head->run != wanted->run) {
        return error_set(err,
                         ERR_FORMAT,
                         "%s: belongs to another run than the first file here; "
                         "put the one back that was written here, or move the "
                         "folder away and start anew",
                         scan->path);
    }
    return 0;
}

/* A header is synced before any entry is written, so a bad one is a torn tail
 * only while nothing stands behind it. */
static int check_header(const struct journal_scan *scan,
                        struct journal_window *window,
                        uint64_t *good,
                        struct error *err)
{
    size_t len = window->size < JOURNAL_FILE_HEADER ? (size_t)window->size
                                                    : JOURNAL_FILE_HEADER;
    struct journal_head head;
    const unsigned char *bytes;

    *good = 0;
    if (len == 0 && scan->is_last)
        return 0;
    bytes = journal_window_bytes(window, 0, len, err);
    if (!bytes)
        return error_wrap(err, "%s", scan->path);
    switch (journal_file_header(bytes, len, &head)) {
    case JOURNAL_HEADER_GOOD:
        *good = JOURNAL_FILE_HEADER;
        return check_head(scan, &head, err);
    case JOURNAL_HEADER_VERSION:
        return error_set(err,
                         ERR_FORMAT,
                         "%s: a journal of version %u, this program reads "
                         "version %u; use the program that wrote it, or choose "
                         "another --output",
                         scan->path,
                         (unsigned)head.version,
                         (unsigned)JOURNAL_FILE_VERSION);
    case JOURNAL_HEADER_BAD:
        break;
    }
    if (scan->is_last && window->size <= JOURNAL_FILE_HEADER)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%s: at byte 0: no journal file, or damaged; restore it "
                     "from a copy, or move the run directory away and start "
                     "anew",
                     scan->path);
}

static int judge_tail(const struct journal_scan *scan,
                      struct journal_window *window,
                      uint64_t good,
                      struct error *err)
{
    int rc = 1;

    if (good == window->size)
        return 0;
    if (scan->is_last)
        rc = is_damage(window, good, err);
    if (rc < 0)
        return error_wrap(err, "%s", scan->path);
    if (rc == 0)
        return 0;
    return error_set(err,
                     ERR_FORMAT,
                     "%s: damaged at byte %" PRIu64
                     ", before its end; restore it from a copy, or give up "
                     "what stands behind (it is generated again): truncate -s "
                     "%" PRIu64 " %s",
                     scan->path,
                     good,
                     good,
                     scan->path);
}

int journal_scan_header(const struct journal_scan *scan, struct error *err)
{
    struct journal_window window;
    uint64_t good;
    int rc;

    if (journal_window_open(&window, scan->path, err) < 0)
        return -1;
    rc = check_header(scan, &window, &good, err);
    journal_window_close(&window);
    return rc;
}

int journal_scan_file(const struct journal_scan *scan,
                      struct journal_extent *out,
                      struct error *err)
{
    struct journal_window window;
    int rc;

    *out = (struct journal_extent){ 0 };
    if (journal_window_open(&window, scan->path, err) < 0)
        return -1;
    out->size = window.size;
    rc = check_header(scan, &window, &out->good, err);
    if (rc == 0 && out->good > 0)
        rc = visit_entries(scan, &window, out, err);
    if (rc == 0 && out->good > 0)
        rc = judge_tail(scan, &window, out->good, err);
    journal_window_close(&window);
    return rc;
}
