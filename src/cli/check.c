#include "cli/check.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/guard.h"
#include "cli/recorded.h"
#include "cli/results.h"
#include "cli/sweep.h"
#include "store/reader.h"
#include "trustsweep/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JSON_MAX_BYTES = 64 * 1024 * 1024 };

/* Takes `text` over. */
static void find(struct check *self, enum check_kind kind, char *text)
{
    self->findings = mem_reserve(self->findings,
                                 &self->cap,
                                 self->num + 1,
                                 sizeof *self->findings);
    self->findings[self->num++] = (struct check_finding){ kind, text };
}

static void find_damage(void *context, const char *text)
{
    find(context, CHECK_DAMAGED, mem_text(text));
}

/* The name of the job, free(); NULL where job.json does not say. */
static char *check_job(struct check *self)
{
    char *path = path_join(self->folder, "job.json");
    struct error err = { 0 };
    struct cJSON *job = NULL;
    char *name = NULL;

    if (!file_exists(path)) {
        find(self,
             CHECK_REPAIRABLE,
             mem_text("job.json is missing: the next run writes it"));
    } else if (!(job = json_read(path, JSON_MAX_BYTES, &err))) {
        find(self,
             CHECK_DAMAGED,
             text_format("%s; remove it and run again: a run writes it anew",
                         err.text));
    } else if (json_member_text(job, "name")) {
        name = mem_text(json_member_text(job, "name"));
    }
    json_free(job);
    free(path);
    return name;
}

static void check_journal(struct check *self, const char *job)
{
    char *folder = path_join(self->folder, "journal");
    struct journal_report *report = &self->journal;

    journal_check(folder, job, find_damage, self, report);
    if (report->torn_bytes > 0) {
        find(self,
             CHECK_REPAIRABLE,
             text_format("the journal ends with %llu bytes of a write that was "
                         "cut short: the next run cuts them off",
                         (unsigned long long)report->torn_bytes));
    }
    if (report->num_left_over > 0) {
        find(self,
             CHECK_REPAIRABLE,
             text_format("%llu files of a compaction that was cut short: the "
                         "next run removes them",
                         (unsigned long long)report->num_left_over));
    }
    if (report->num_superseded > 0) {
        find(self,
             CHECK_NOTE,
             text_format("%llu records are superseded by others of the same "
                         "item and do not count",
                         (unsigned long long)report->num_superseded));
    }
    free(folder);
}

/* In a child: the stored digest and the one of the content. */
static int read_results(void *context, struct text *out, struct error *err)
{
    struct reader *reader = reader_open(context, err);
    char content[65];
    int rc;

    if (!reader)
        return -1;
    rc = reader_compute_digest(reader, content, err);
    if (rc == 0)
        text_addf(out, "%.64s%.64s", reader_digest(reader), content);
    reader_close(reader);
    return rc;
}

static void check_results(struct check *self)
{
    char *path = path_join(self->folder, "results.h5");
    struct text said = { 0 };
    struct error err = { 0 };

    if (!file_exists(path)) {
        find(self,
             CHECK_REPAIRABLE,
             mem_text("there is no results.h5: the next run writes it"));
    } else if (guard_run(read_results, path, "results.h5", &said, &err) < 0) {
        find(self,
             CHECK_DAMAGED,
             text_format("%s; write results.h5 again from the journal: "
                         "trustsweep score %s -o %s",
                         err.text,
                         self->folder,
                         path));
    } else if (said.len == 128) {
        (void)snprintf(self->stored, 65, "%.64s", text_data(&said));
        (void)snprintf(self->content, 65, "%.64s", text_data(&said) + 64);
        if (strcmp(self->stored, self->content) != 0) {
            find(self,
                 CHECK_DAMAGED,
                 text_format("results.h5 is damaged, or was changed: its "
                             "content has the digest %s, it says %s; write it "
                             "again: trustsweep score %s -o %s",
                             self->content,
                             self->stored,
                             self->folder,
                             path));
        }
    }
    text_release(&said);
    free(path);
}

static int rebuild(struct check *self, const char *path, struct error *err)
{
    char *job = path_join(self->folder, "job.json");
    const struct sweep_params params = { .job_path = job,
                                         .limit = -1,
                                         .dataset = self->dataset };
    struct sweep *sweep = sweep_open(&params, err);
    struct recorded *recorded =
        sweep ? recorded_open_run(sweep, self->folder, err) : NULL;
    int rc = -1;

    if (recorded) {
        struct results_params results = { .sweep = sweep,
                                          .source = recorded_source(recorded),
                                          .answerer =
                                              recorded_answerer(recorded),
                                          .path = path };

        rc = results_write(&results, self->from_journal, err);
    }
    recorded_close(recorded);
    sweep_close(sweep);
    free(job);
    return rc;
}

/* Make the file anew beside, as `score` would, and compare. */
static void check_against_journal(struct check *self)
{
    const char *base = getenv("TMPDIR");
    char *folder =
        text_format("%s/trustsweep-check.XXXXXX", base ? base : "/tmp");
    struct error err = { 0 };
    char *path = NULL;

    if (!mkdtemp(folder)) {
        find(self,
             CHECK_NOTE,
             text_format("results.h5 was not compared with the journal: no "
                         "temporary folder %s; set TMPDIR",
                         folder));
        free(folder);
        return;
    }
    path = path_join(folder, "results.h5");
    if (rebuild(self, path, &err) < 0) {
        self->from_journal[0] = '\0';
        find(self,
             CHECK_NOTE,
             text_format("results.h5 was not compared with the journal: %s",
                         err.text));
    } else if (self->content[0]
               && strcmp(self->content, self->from_journal) != 0) {
        find(self,
             CHECK_REPAIRABLE,
             text_format("results.h5 is not what the journal says (digest %s, "
                         "of the journal %s): the next run writes it again",
                         self->content,
                         self->from_journal));
    }
    (void)unlink(path);
    (void)rmdir(folder);
    free(path);
    free(folder);
}

static void check_state(struct check *self)
{
    char *path = path_join(self->folder, "run.json");
    struct cJSON *run =
        file_exists(path) ? json_read(path, JSON_MAX_BYTES, NULL) : NULL;
    const char *digest = run ? json_member_text(run, "digest") : NULL;

    if (!run) {
        find(self,
             CHECK_REPAIRABLE,
             mem_text("run.json is missing or torn: the next run writes it"));
    } else if (!json_member_bool(run, "is_final", false)) {
        find(self,
             CHECK_REPAIRABLE,
             mem_text("the last run ended without a word: the next one goes on "
                      "from what is recorded"));
    } else if (digest && self->stored[0] && strcmp(digest, self->stored) != 0) {
        find(self,
             CHECK_REPAIRABLE,
             text_format("run.json is of another results.h5 (digest %s): the "
                         "next run writes both",
                         digest));
    }
    json_free(run);
    free(path);
}

void check_run(struct check *self)
{
    char *job = check_job(self);

    check_journal(self, job);
    check_results(self);
    if (job && !self->is_quick && !self->journal.is_damaged)
        check_against_journal(self);
    check_state(self);
    free(job);
}

enum check_kind check_worst(const struct check *self)
{
    enum check_kind worst = CHECK_NOTE;

    for (size_t i = 0; i < self->num; i++) {
        if (self->findings[i].kind > worst)
            worst = self->findings[i].kind;
    }
    return worst;
}

void check_release(struct check *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->findings[i].text);
    free(self->findings);
}
