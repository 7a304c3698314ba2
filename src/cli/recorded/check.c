#include "cli/recorded/check.h"

#include "base/file.h"
#include "base/json.h"
#include "base/json_regular.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/unfinished.h"
#include "cli/folder/run_dir.h"
#include "cli/parts/guard.h"
#include "cli/recorded/recorded.h"
#include "cli/results/results.h"
#include "cli/sweep/sweep.h"
#include "job/job.h"
#include "store/reader.h"
#include "trustsweep/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JSON_MAX_BYTES = 64 * 1024 * 1024 };

/* Takes `text` over. */
static void add_finding(struct check *self, enum check_kind kind, char *text)
{
    self->findings = mem_reserve(self->findings,
                                 &self->cap,
                                 self->num + 1,
                                 sizeof *self->findings);
    self->findings[self->num++] = (struct check_finding){ kind, text };
}

static void find_damage(void *context, const char *text)
{
    add_finding(context, CHECK_DAMAGED, mem_text(text));
}

/* One that `score` could not read either is damaged.  A name of its own is
 * what tells the journal of this job from another's. */
static void check_job_parts(struct check *self,
                            const char *path,
                            const char *name)
{
    struct error err = { 0 };
    struct job *job = job_read_kept(path, NULL, 0, &err);

    if (job && !name)
        (void)error_set(&err, ERR_FORMAT, "%s: it has no 'name'", path);
    if (!job || !name) {
        add_finding(self,
                    CHECK_DAMAGED,
                    text_format("%s; remove it and run again: a run writes it "
                                "anew",
                                err.text));
        self->cannot_compare = "job.json is damaged";
    }
    job_destroy(job);
}

/* The name of the job, free(); NULL where job.json does not say. */
static char *check_job(struct check *self)
{
    char *path = path_join(self->folder, "job.json");
    struct cJSON *job = NULL;
    char *name = NULL;

    self->job_words = "";
    if (!file_exists(path)) {
        self->job_words = " --job JOB";
        add_finding(self,
                    CHECK_REPAIRABLE,
                    mem_text("job.json is missing: the next run writes it; "
                             "'trustsweep score' takes the job file as "
                             "--job JOB until then"));
        self->cannot_compare = "job.json is missing";
    } else {
        job = json_read_regular(path, JSON_MAX_BYTES, NULL);
        if (json_member_text(job, "name"))
            name = mem_text(json_member_text(job, "name"));
        check_job_parts(self, path, name);
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
    if (report->is_damaged)
        self->cannot_compare = "the journal is damaged";
    if (report->torn_bytes > 0) {
        add_finding(
            self,
            CHECK_REPAIRABLE,
            text_format("the journal ends with %llu bytes of a write that was "
                        "cut short: the next run cuts them off",
                        (unsigned long long)report->torn_bytes));
    }
    if (report->num_left_over > 0) {
        add_finding(
            self,
            CHECK_REPAIRABLE,
            text_format("%llu files of a compaction that was cut short: the "
                        "next run removes them",
                        (unsigned long long)report->num_left_over));
    }
    if (report->num_superseded > 0) {
        add_finding(
            self,
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
    struct reader *reader = guard_open(context, err);
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
        add_finding(self,
                    CHECK_REPAIRABLE,
                    mem_text("there is no results.h5: the next run writes it"));
    } else if (guard_run(read_results, path, "results.h5", &said, &err) < 0) {
        if (err.code == ERR_TRANSIENT) {
            add_finding(self, CHECK_UNCHECKED, mem_text(err.text));
        } else {
            add_finding(self,
                        CHECK_DAMAGED,
                        text_format("%s; write results.h5 again from the "
                                    "journal: trustsweep score %s%s -o %s",
                                    err.text,
                                    self->folder,
                                    self->job_words,
                                    path));
        }
    } else if (said.len == 128) {
        (void)snprintf(self->stored, 65, "%.64s", text_data(&said));
        (void)snprintf(self->content, 65, "%.64s", text_data(&said) + 64);
        if (strcmp(self->stored, self->content) != 0) {
            add_finding(
                self,
                CHECK_DAMAGED,
                text_format("results.h5 is damaged, or was changed: its "
                            "content has the digest %s, it says %s; write it "
                            "again: trustsweep score %s%s -o %s",
                            self->content,
                            self->stored,
                            self->folder,
                            self->job_words,
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

/* What was asked for and was not done must not look like a sound folder. */
static void say_uncompared(struct check *self, const char *why)
{
    self->from_journal[0] = '\0';
    add_finding(self,
                CHECK_UNCHECKED,
                text_format("results.h5 was not compared with the journal: "
                            "%s; --dataset says where the data set is now, "
                            "--quick leaves the comparison out",
                            why));
}

/* Make the file anew beside, as `score` would, and compare. */
static void check_against_journal(struct check *self)
{
    char *folder = path_temporary("check");
    struct error err = { 0 };
    char *path = NULL;

    if (unfinished_folder(folder) < 0) {
        say_uncompared(self, "no temporary folder can be made; set TMPDIR");
        free(folder);
        return;
    }
    path = path_join(folder, "results.h5");
    unfinished_note(path);
    if (rebuild(self, path, &err) < 0) {
        say_uncompared(self, err.text);
    } else if (self->content[0]
               && strcmp(self->content, self->from_journal) != 0) {
        add_finding(self,
                    CHECK_REPAIRABLE,
                    text_format("results.h5 is not what the journal says "
                                "(digest %s, of the journal %s): the next run "
                                "writes it again",
                                self->content,
                                self->from_journal));
    }
    (void)unlink(path);
    (void)rmdir(folder);
    unfinished_end(path);
    unfinished_end(folder);
}

/* The last word of a run comes when all it counts is on disk: fewer records
 * than that were lost later. */
static void check_counts(struct check *self, const struct cJSON *run)
{
    const struct cJSON *counts = json_member(run, "counts");
    const char *state = json_member_text(run, "state");
    const double found =
        (double)(self->journal.num_records - self->journal.num_superseded);
    double done = json_member_number(counts, "done");
    double units = json_member_number(counts, "units");

    if (!counts)
        return;
    if (done > found) {
        add_finding(self,
                    CHECK_DAMAGED,
                    text_format("the journal has whole records of %.0f items, "
                                "but run.json says that %.0f were on disk: "
                                "restore the journal from a copy, or run "
                                "again: what is missing is generated again",
                                found,
                                done));
    }
    if (text_equal(state, "failed") && run_dir_says_complete(run)) {
        const char *reason = json_member_text(run, "reason");

        add_finding(self,
                    CHECK_NOTE,
                    text_format("the last run ended as failed: %s",
                                reason ? reason : "nothing was answered"));
    } else if (!text_equal(state, "done")) {
        add_finding(self,
                    CHECK_NOTE,
                    text_format("the last run ended as %s, with %.0f of %.0f "
                                "items done; the same command goes on",
                                state ? state : "?",
                                done,
                                units));
    }
}

static void check_state(struct check *self)
{
    char *path = path_join(self->folder, "run.json");
    struct cJSON *run = json_read_regular(path, JSON_MAX_BYTES, NULL);
    const char *digest = run ? json_member_text(run, "digest") : NULL;

    if (!run) {
        add_finding(
            self,
            CHECK_REPAIRABLE,
            mem_text("run.json is missing or torn: the next run writes it"));
    } else if (!json_member_bool(run, "is_final", false)) {
        add_finding(
            self,
            CHECK_REPAIRABLE,
            mem_text("the last run ended without a word: the next one goes on "
                     "from what is recorded"));
    } else if (digest && self->stored[0] && strcmp(digest, self->stored) != 0) {
        add_finding(
            self,
            CHECK_REPAIRABLE,
            text_format("run.json is of another results.h5 (digest %s): the "
                        "next run writes both",
                        digest));
    }
    if (run && json_member_bool(run, "is_final", false))
        check_counts(self, run);
    json_free(run);
    free(path);
}

void check_run(struct check *self)
{
    char *job = check_job(self);

    check_journal(self, job);
    check_results(self);
    check_state(self);
    if (!self->is_quick && self->cannot_compare) {
        say_uncompared(self, self->cannot_compare);
    } else if (!self->is_quick) {
        check_against_journal(self);
    }
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
