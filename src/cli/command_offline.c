#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/run_dir.h"
#include "cli/sweep.h"
#include "gather/journal.h"
#include "generate/offline.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_REQUESTS = 50000, /* the provider's, of one file */
    MAX_MB = 200,
    MAX_ANSWERS = 1024 * 1024 * 1024,
    MAX_SAID = 10, /* lines that are complained about one by one */
};

struct offline_options {
    char *output;
    char *out;
    int64_t max_requests;
    int64_t max_mb;
    bool json;
};

static const struct option options[] = {
    { .name = "output",
      .type = OPTION_TEXT,
      .offset = offsetof(struct offline_options, output),
      .value = "DIR",
      .help = "Run directory; what `run` would take when not given." },
    { .name = "out",
      .type = OPTION_PATH,
      .offset = offsetof(struct offline_options, out),
      .value = "FILE.jsonl",
      .letter = 'o',
      .help = "export: the file; several are FILE-2.jsonl and so on." },
    { .name = "max-requests",
      .type = OPTION_INT,
      .offset = offsetof(struct offline_options, max_requests),
      .fallback = "50000",
      .min = 1,
      .max = MAX_REQUESTS,
      .value = "N",
      .help = "export: requests of one file, at most." },
    { .name = "max-mb",
      .type = OPTION_INT,
      .offset = offsetof(struct offline_options, max_mb),
      .fallback = "200",
      .min = 1,
      .max = MAX_MB,
      .value = "N",
      .help = "export: size of one file in MB, at most." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct offline_options, json),
      .help = "For programs." },
    { .name = NULL },
};

struct work {
    const struct offline_options *given;
    struct sweep *sweep;
    struct offline *offline;
    size_t model;
    char *folder;
    bool *is_done; /* [num_units of the plan] */
    /* counted */
    size_t num_requests, num_files, num_open;
    size_t num_taken, num_again, num_bad;
    struct cJSON *files, *complaints;
};

static bool is_of_model(const struct work *work, size_t unit)
{
    return work->sweep->plan->units[unit].model == work->model;
}

/* What failed may go well by this way. */
static int remember(void *context,
                    const struct record *record,
                    uint64_t place,
                    struct error *err)
{
    struct work *work = context;
    const size_t unit = plan_find(work->sweep->plan, record->reply.unit);

    (void)place;
    (void)err;
    if (unit != SIZE_MAX)
        work->is_done[unit] = record->reply.state != STATE_FAILED;
    return 0;
}

static struct journal *open_journal(struct work *work,
                                    bool is_read_only,
                                    struct error *err)
{
    struct journal_params params;
    struct journal *journal;
    char *folder = path_join(work->folder, "journal");

    journal_params_defaults(&params);
    params.folder = folder;
    params.job = work->sweep->job->name;
    params.is_read_only = is_read_only;
    journal = journal_open(&params, remember, work, err);
    free(folder);
    return journal;
}

static void count_open(struct work *work)
{
    work->num_open = 0;
    for (size_t u = 0; u < work->sweep->plan->num_units; u++)
        work->num_open += is_of_model(work, u) && !work->is_done[u];
}

/* ---- export ---- */

static char *file_name(const struct work *work)
{
    const char *out = work->given->out;
    const size_t len =
        strlen(out) - (text_ends(out, ".jsonl") ? strlen(".jsonl") : 0);

    if (work->num_files == 0)
        return mem_text(out);
    return text_format("%.*s-%zu.jsonl", (int)len, out, work->num_files + 1);
}

static int write_file(struct work *work, struct text *lines, struct error *err)
{
    char *name = file_name(work);
    int rc = file_may_write(name, "batch file", "{\"custom_id\"", err);

    if (rc == 0)
        rc = file_write(name, text_data(lines), lines->len, err);
    json_append_text(work->files, name);
    work->num_files++;
    text_clear(lines);
    free(name);
    return rc;
}

/* The line of an open unit; empty where a provider's batch cannot ask it. */
static void make_line(struct work *work, size_t unit, struct text *line)
{
    struct request request;

    text_clear(line);
    if (!is_of_model(work, unit) || work->is_done[unit])
        return;
    sweep_request(work->sweep, unit, &request);
    if (request.kind == REQUEST_CHAT || request.kind == REQUEST_COMPLETE)
        offline_line(work->offline, &request, line);
    request_release(&request);
}

static int write_all(struct work *work, struct error *err)
{
    const size_t max_bytes = (size_t)work->given->max_mb * 1000 * 1000;
    struct text lines = { 0 };
    struct text line = { 0 };
    size_t num = 0;
    int rc = 0;

    for (size_t u = 0; rc == 0 && u < work->sweep->plan->num_units; u++) {
        make_line(work, u, &line);
        if (line.len == 0)
            continue;
        if (num > 0
            && (num == (size_t)work->given->max_requests
                || lines.len + line.len > max_bytes)) {
            rc = write_file(work, &lines, err);
            num = 0;
        }
        text_add_len(&lines, line.data, line.len);
        num++;
        work->num_requests++;
    }
    if (rc == 0 && num > 0)
        rc = write_file(work, &lines, err);
    text_release(&line);
    text_release(&lines);
    return rc;
}

static int export(struct work *work, struct error *err)
{
    char *journal_path = path_join(work->folder, "journal");
    struct journal *journal = NULL;
    int rc = 0;

    if (file_is_folder(journal_path)) {
        journal = open_journal(work, true, err);
        rc = journal ? 0 : -1;
        journal_close(journal);
    }
    free(journal_path);
    if (rc == 0)
        rc = write_all(work, err);
    return rc;
}

/* ---- import ---- */

static void complain(struct work *work,
                     const char *path,
                     size_t line,
                     const char *why)
{
    char *text = text_format("%s:%zu: %s", path, line, why);

    json_append_text(work->complaints, text);
    if (work->num_bad++ < MAX_SAID)
        fprintf(stderr, "trustsweep offline: %s\n", text);
    free(text);
}

static int take_answer(struct work *work,
                       struct journal *journal,
                       size_t unit,
                       struct reply *reply,
                       struct error *err)
{
    /* from no worker: that is what the price of a batch is known by */
    const struct record record = { .reply = *reply,
                                   .role = ROLE_ANSWER,
                                   .rank = 0,
                                   .attempt = 1,
                                   .finished_ms = clock_unix_ms() };
    uint64_t ticket;
    uint64_t place;

    if (journal_append(journal, &record, &ticket, &place, err) < 0)
        return -1;
    work->is_done[unit] = true;
    work->num_taken++;
    return 0;
}

static int take_line(struct work *work,
                     struct journal *journal,
                     const struct cJSON *line,
                     char why[OFFLINE_WHY],
                     struct error *err)
{
    const char *id = json_member_text(line, "custom_id");
    struct request request;
    struct reply reply;
    struct hash128 hash;
    size_t unit = SIZE_MAX;
    bool is_read;
    int rc = 0;

    why[0] = '\0';
    if (id && hash_parse(id, &hash))
        unit = plan_find(work->sweep->plan, hash);
    if (unit == SIZE_MAX || !is_of_model(work, unit)) {
        (void)snprintf(why,
                       OFFLINE_WHY,
                       "custom_id '%.40s' is no unit of this model; was the "
                       "job changed since the export?",
                       id ? id : "");
        return 0;
    }
    if (work->is_done[unit]) {
        work->num_again++;
        return 0;
    }
    sweep_request(work->sweep, unit, &request);
    is_read = offline_read(work->offline, &request, line, &reply, why);
    request_release(&request);
    if (is_read) {
        rc = take_answer(work, journal, unit, &reply, err);
        reply_release(&reply);
    }
    return rc;
}

struct answer_line {
    const char *path;
    size_t number;
    const char *at;
    size_t len;
};

/* What is said of a line that is no answer goes to people; only what stops the
 * import is an error. */
static int take_text(struct work *work,
                     struct journal *journal,
                     const struct answer_line *text,
                     struct error *err)
{
    char why[OFFLINE_WHY] = "";
    struct error bad = { 0 };
    struct cJSON *line = json_parse(text->at, text->len, "line", &bad);
    int rc = line ? take_line(work, journal, line, why, err) : 0;

    if (!line || why[0])
        complain(work, text->path, text->number, line ? why : bad.text);
    json_free(line);
    return rc;
}

static int take_file(struct work *work,
                     struct journal *journal,
                     const char *path,
                     struct error *err)
{
    struct text text = { 0 };
    struct answer_line line = { .path = path };
    const char *end;
    int rc = file_read(path, MAX_ANSWERS, &text, err);

    line.at = text_data(&text);
    end = line.at + text.len;
    while (rc == 0 && line.at < end) {
        const char *stop = memchr(line.at, '\n', (size_t)(end - line.at));

        line.len = (size_t)((stop ? stop : end) - line.at);
        line.number++;
        if (line.len > strspn(line.at, " \t\r"))
            rc = take_text(work, journal, &line, err);
        line.at = stop ? stop + 1 : end;
    }
    text_release(&text);
    return rc;
}

static int import(struct work *work,
                  char *const *paths,
                  size_t num,
                  struct error *err)
{
    struct run_dir *dir =
        run_dir_claim(work->folder, work->sweep->job->name, err);
    struct journal *journal = dir ? open_journal(work, false, err) : NULL;
    int rc = journal ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < num; i++)
        rc = take_file(work, journal, paths[i], err);
    if (journal && journal_seal(journal, rc == 0 ? err : NULL) < 0)
        rc = -1;
    journal_close(journal);
    run_dir_release(dir);
    return rc;
}

static void say(const struct work *work, bool is_export)
{
    const char *name = work->sweep->job->models[work->model].name;
    struct cJSON *root;
    struct text text = { 0 };

    if (work->given->json) {
        root = json_new_object();
        json_add_text(root, "model", name);
        json_add_number(root, "open", (double)work->num_open);
        if (is_export) {
            json_add_number(root, "requests", (double)work->num_requests);
            json_add(root, "files", json_copy(work->files));
        } else {
            json_add_number(root, "taken", (double)work->num_taken);
            json_add_number(root, "done_before", (double)work->num_again);
            json_add_number(root, "bad", (double)work->num_bad);
            json_add(root, "complaints", json_copy(work->complaints));
        }
        json_write(root, &text);
        json_free(root);
    } else if (is_export) {
        text_addf(&text,
                  "%s: %zu of %zu open units in %zu file%s\n",
                  name,
                  work->num_requests,
                  work->num_open,
                  work->num_files,
                  work->num_files == 1 ? "" : "s");
    } else {
        text_addf(&text,
                  "%s: %zu answers taken, %zu were there before, %zu lines "
                  "are of no use; %zu units are open, and `trustsweep run` "
                  "asks them\n",
                  name,
                  work->num_taken,
                  work->num_again,
                  work->num_bad,
                  work->num_open);
    }
    (void)fputs(text_data(&text), stdout);
    text_release(&text);
}

static int find_model(struct work *work, const char *name, struct error *err)
{
    const struct job *job = work->sweep->job;

    while (work->model < job->num_models
           && !text_equal(job->models[work->model].name, name))
        work->model++;
    if (work->model < job->num_models)
        return 0;
    return error_set(err, ERR_USAGE, "%s: no model '%.60s'", job->path, name);
}

/* 1: some lines are of no use. */
static int act(const struct offline_options *given,
               const struct operands *words,
               struct error *err)
{
    const bool is_export = strcmp(words->names[0], "export") == 0;
    const struct sweep_params params = { .job_path = words->names[1],
                                         .limit = -1 };
    struct work work = { .given = given };
    int rc;

    if (!is_export && strcmp(words->names[0], "import") != 0) {
        return error_set(err,
                         ERR_USAGE,
                         "'%s' is none of: export, import",
                         words->names[0]);
    }
    if (is_export ? !given->out || words->num > 3 : words->num < 4) {
        return error_set(err,
                         ERR_USAGE,
                         is_export ? "offline export JOB MODEL --out FILE.jsonl"
                                   : "offline import JOB MODEL ANSWERS...");
    }
    work.sweep = sweep_open(&params, err);
    if (!work.sweep)
        return -1;
    rc = find_model(&work, words->names[2], err);
    if (rc == 0) {
        work.offline = offline_open(work.sweep->specs[work.model], err);
        rc = work.offline ? 0 : -1;
    }
    work.folder = run_dir_choose(work.sweep->job, given->output);
    work.is_done = mem_alloc(work.sweep->plan->num_units, sizeof *work.is_done);
    work.files = json_new_array();
    work.complaints = json_new_array();
    if (rc == 0) {
        rc = is_export
                 ? export(&work, err)
                 : import(&work, words->names + 3, (size_t)words->num - 3, err);
    }
    if (rc == 0) {
        count_open(&work);
        say(&work, is_export);
        rc = work.num_bad > 0;
    }
    json_free(work.files);
    json_free(work.complaints);
    offline_close(work.offline);
    free(work.is_done);
    free(work.folder);
    sweep_close(work.sweep);
    return rc;
}

static int run(int argc, char **argv)
{
    struct offline_options given = { 0 };
    struct operands words = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_offline, argc, argv, &given, &words);

    if (status < 0) {
        int rc = act(&given, &words, &err);

        status = rc == 0 ? EXIT_GOOD : EXIT_RECORDED;
        if (rc < 0)
            status = command_fail(&command_offline, &err);
        options_release(options, &given);
        command_release_operands(&words);
    }
    return status;
}

const struct command command_offline = {
    .name = "offline",
    .summary = "a provider's batch files: what is open as requests, answers "
               "back",
    .usage = "export JOB MODEL --out FILE.jsonl [--output DIR] [--json]\n"
             "                          import JOB MODEL ANSWERS... [--output "
             "DIR] [--json]",
    .help =
        "For models behind http that are asked by OpenAI's batch files, for "
        "about half the\nprice and within a day:\n\n"
        "export  what is open of MODEL as lines of requests; files of at most "
        "50,000 requests\n        and 200 MB\n"
        "import  the provider's output and error files into the journal of the "
        "run\n        directory, each answer as if it had come online\n\n"
        "Whatever is missing or failed stays open: export it again, or let "
        "`run` ask it. `run`\nthen judges, scores and writes results.h5. A "
        "line of no use is named with the reason,\nand the exit status is 1.\n\n"
        "examples:\n"
        "  trustsweep offline export job.json gpt-4o --out batch.jsonl\n"
        "  trustsweep offline import job.json gpt-4o output.jsonl errors.jsonl\n"
        "  trustsweep run job.json",
    .options = options,
    .min_operands = 3,
    .max_operands = 100,
    .run = run,
};
