#include "gather/journal_check.h"

#include "base/file.h"
#include "gather/journal_folder.h"
#include "gather/journal_index.h"
#include "gather/journal_scan.h"
#include "trustsweep/error.h"

#include <stdlib.h>

struct check {
    const char *folder;
    struct journal_index *index;
    struct journal_head head;
    journal_check_fn say;
    void *context;
    struct journal_report *report;
};

static void complain(struct check *self, const struct error *err)
{
    self->report->is_damaged = true;
    if (self->say)
        self->say(self->context, err->text);
}

static int count(void *context,
                 const struct record *record,
                 uint64_t place,
                 struct error *err)
{
    struct check *self = context;

    (void)err;
    self->report->num_records++;
    if (journal_index_add(self->index, record, place) != 0)
        self->report->num_superseded++;
    return 0;
}

static void check_file(struct check *self, uint32_t number, bool is_last)
{
    char *path = journal_file_path(self->folder, number);
    struct journal_scan scan = {
        .path = path,
        .number = number,
        .is_last = is_last,
        .head = &self->head,
        .visit = count,
        .context = self,
    };
    struct error err = { 0 };
    struct journal_extent extent;
    int rc = journal_scan_file(&scan, &extent, &err);

    if (rc < 0)
        complain(self, &err);
    self->report->num_files++;
    self->report->num_bytes += extent.size;
    if (rc == 0)
        self->report->torn_bytes += extent.size - extent.good;
    free(path);
}

static void count_left_over(const char *folder, struct journal_report *out)
{
    struct name_list list = { 0 };

    if (file_list(folder, &list, NULL) < 0)
        return;
    for (size_t i = 0; i < list.num; i++)
        out->num_left_over += journal_folder_is_left_over(list.names[i]);
    name_list_release(&list);
}

void journal_check(const char *folder,
                   const char *job,
                   journal_check_fn say,
                   void *context,
                   struct journal_report *out)
{
    struct check self = { .folder = folder,
                          .say = say,
                          .context = context,
                          .report = out };
    struct error err = { 0 };
    uint32_t num = 0;

    *out = (struct journal_report){ 0 };
    self.index = journal_index_create();
    self.head.job = journal_file_job(job);
    if (journal_folder_count(folder, &num, &err) < 0)
        complain(&self, &err);
    for (uint32_t number = 1; number <= num; number++)
        check_file(&self, number, number == num);
    count_left_over(folder, out);
    journal_index_destroy(self.index);
}
