#include "gather/journal_folder.h"

#include "base/file.h"
#include "base/text.h"
#include "gather/journal_scan.h"
#include "trustsweep/error.h"

#include <stdlib.h>

int journal_folder_count(const char *folder, uint32_t *num, struct error *err)
{
    struct name_list list = { 0 };
    int rc = file_list(folder, &list, err);

    *num = 0;
    for (size_t i = 0; rc == 0 && i < list.num; i++) {
        uint32_t number = journal_file_number(list.names[i]);

        if (number == 0)
            continue;
        if (number != *num + 1) {
            rc = error_set(err,
                           ERR_FORMAT,
                           "%s: journal file %06u.tsj is missing; restore it "
                           "from a copy, or move the run directory away and "
                           "start anew",
                           folder,
                           (unsigned)(*num + 1));
        } else {
            *num = number;
        }
    }
    name_list_release(&list);
    return rc;
}

int journal_folder_scan(const char *folder,
                        struct journal_head *head,
                        journal_visit_fn visit,
                        void *context,
                        struct journal_end *end,
                        struct error *err)
{
    uint32_t num = 0;
    int rc = journal_folder_count(folder, &num, err);

    *end = (struct journal_end){ 0 };
    for (uint32_t number = 1; rc == 0 && number <= num; number++) {
        char *path = journal_file_path(folder, number);
        struct journal_scan scan = {
            .path = path,
            .number = number,
            .is_last = number == num,
            .head = head,
            .visit = visit,
            .context = context,
        };

        end->number = number;
        rc = journal_scan_file(&scan, &end->extent, err);
        free(path);
    }
    return rc;
}

bool journal_folder_is_left_over(const char *name)
{
    return text_ends(name, ".tsj.new");
}
