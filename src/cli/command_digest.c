#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/parts/guard.h"
#include "cli/parts/show_json.h"
#include "store/reader.h"

#include <stdio.h>
#include <string.h>

struct digest_options {
    bool check;
    bool json;
};

static const struct option options[] = {
    { .name = "check",
      .type = OPTION_FLAG,
      .offset = offsetof(struct digest_options, check),
      .help = "Compute it afresh and compare with the stored one." },
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct digest_options, json),
      .help = "For programs." },
    { .name = NULL },
};

struct work {
    const char *path;
    bool check;
};

/* In a child: a damaged file may crash who reads it. */
static int digest(void *context, struct text *out, struct error *err)
{
    const struct work *work = context;
    struct reader *reader = guard_open(work->path, err);
    char fresh[65];
    int rc = 0;

    if (!reader)
        return -1;
    if (work->check) {
        rc = reader_compute_digest(reader, fresh, err);
        if (rc == 0 && strcmp(fresh, reader_digest(reader)) != 0) {
            rc = error_set(err,
                           ERR_FORMAT,
                           "%s was changed after it was written: its content "
                           "has the digest %s, it says %s",
                           work->path,
                           fresh,
                           reader_digest(reader));
        }
    }
    if (rc == 0)
        text_add(out, reader_digest(reader));
    reader_close(reader);
    return rc;
}

static void print(const struct work *work, const char *digest, bool is_json)
{
    struct cJSON *root;

    if (!is_json) {
        printf("%s\n", digest);
        return;
    }
    root = json_new_object();
    json_add_text(root, "file", work->path);
    json_add_text(root, "digest", digest);
    json_add_bool(root, "is_checked", work->check);
    show_json(root);
    json_free(root);
}

static int run(int argc, char **argv)
{
    struct digest_options given = { 0 };
    struct operands files = { 0 };
    struct error err = { 0 };
    int status = command_parse(&command_digest, argc, argv, &given, &files);

    if (status < 0) {
        struct work work = { files.names[0], given.check };
        struct text text = { 0 };

        status = EXIT_GOOD;
        if (guard_read(digest, &work, &work.path, 1, &text, &err) < 0) {
            status = command_fail(&command_digest, &err);
        } else {
            print(&work, text_data(&text), given.json);
        }
        text_release(&text);
        options_release(options, &given);
        command_release_operands(&files);
    }
    return status;
}

static const struct command_field fields[] = {
    { "file", "as it was given" },
    { "digest", "that the file says, 64 hex digits" },
    { "is_checked",
      "with `--check`: its content has it, too; where it has another, nothing "
      "is printed and the exit status is 3" },
    { 0 },
};

const struct command command_digest = {
    .name = "digest",
    .summary = "the content digest of a results file",
    .usage = "FILE.h5 [--check] [--json]",
    .help = "Two results files with equal digests hold the same models, "
            "columns, scores and\nreplies. Timings, the ledger and provenance "
            "stay out of it.\n\n"
            "example:\n  trustsweep digest runs/quickstart/results.h5",
    .options = options,
    .fields = fields,
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
