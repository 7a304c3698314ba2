#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/exchange/offline_work.h"
#include "cli/folder/run_dir.h"
#include "gather/journal.h"
#include "generate/offline.h"
#include "trustsweep/error.h"
#include "trustsweep/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ANSWERS = 1024 * 1024 * 1024,
    MAX_SAID = 10, /* lines that are complained about one by one */
};

/* `text` begins with file and line. */
static void complain(struct offline_work *work, const char *text)
{
    json_append_text(work->complaints, text);
    if (work->num_bad++ < MAX_SAID)
        fprintf(stderr, "trustsweep offline: %s\n", text);
}

/* Of what it says; never zero. */
static struct hash128 hash_of(const struct reply *reply)
{
    struct text all = { 0 };
    struct hash128 hash;

    text_addf(&all, "%d", (int)reply->state);
    text_add_len(&all, reply->text, (size_t)reply->text_len);
    text_add_len(&all, "", 1);
    text_add_len(&all, reply->reasoning, (size_t)reply->reasoning_len);
    hash = hash_bytes(text_data(&all), all.len);
    text_release(&all);
    return hash;
}

static int take_answer(struct offline_work *work,
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
    work->taken[unit] = hash_of(reply);
    work->num_taken++;
    return 0;
}

static int take_line(struct offline_work *work,
                     struct journal *journal,
                     const struct cJSON *line,
                     char why[OFFLINE_WHY],
                     struct error *err)
{
    const struct hash128 nothing = { 0 };
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
    if (unit == SIZE_MAX || !offline_work_is_of_model(work, unit)) {
        (void)snprintf(why,
                       OFFLINE_WHY,
                       "custom_id '%.40s' is no unit of this model; was the "
                       "job changed since the export?",
                       id ? id : "");
        return 0;
    }
    if (work->is_done[unit] && hash_equal(work->taken[unit], nothing)) {
        work->num_again++;
        return 0;
    }
    sweep_request(work->sweep, unit, &request);
    is_read = offline_read(work->offline, &request, line, &reply, why);
    request_release(&request);
    if (is_read) {
        if (!work->is_done[unit]) {
            rc = take_answer(work, journal, unit, &reply, err);
        } else if (hash_equal(work->taken[unit], hash_of(&reply))) {
            work->num_again++;
        } else {
            (void)snprintf(why,
                           OFFLINE_WHY,
                           "another answer for custom_id '%.40s' than before "
                           "in this import; the first one is kept",
                           id);
        }
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
static int take_text(struct offline_work *work,
                     struct journal *journal,
                     const struct answer_line *text,
                     struct error *err)
{
    char why[OFFLINE_WHY] = "";
    struct error bad = { 0 };
    struct cJSON *line =
        json_parse_line(text->at, text->len, text->path, text->number, &bad);
    int rc = line ? take_line(work, journal, line, why, err) : 0;

    if (why[0]) {
        char *said = text_format("%s:%zu: %s", text->path, text->number, why);

        complain(work, said);
        free(said);
    } else if (!line) {
        complain(work, bad.text);
    }
    json_free(line);
    return rc;
}

static int take_file(struct offline_work *work,
                     struct journal *journal,
                     const char *path,
                     struct error *err)
{
    struct text text = { 0 };
    struct answer_line line = { .path = path };
    const char *end;
    int rc = file_read(path, MAX_ANSWERS, &text, err);

    if (text.len > 0) /* as in a reply that comes online */
        json_mend_nuls(text.data, text.len);
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

int offline_import(struct offline_work *work,
                   char *const *paths,
                   size_t num,
                   struct error *err)
{
    const struct job *job = work->sweep->job;
    struct run_dir *dir =
        run_dir_keep_job(work->folder, "journal", job->path, err) == 0
            ? run_dir_claim(work->folder, job->name, err)
            : NULL;
    struct journal *journal =
        dir ? offline_work_journal(work, false, err) : NULL;
    int rc = journal ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < num; i++)
        rc = take_file(work, journal, paths[i], err);
    if (journal && journal_seal(journal, rc == 0 ? err : NULL) < 0)
        rc = -1;
    journal_close(journal);
    run_dir_release(dir);
    return rc;
}
