#include "cli/parts/show.h"

#include "analysis/board.h"
#include "analysis/judge_trust.h"
#include "analysis/labels_of.h"
#include "analysis/role_trust.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80, MIN_WIDTH = 40, MAX_WIDTH = 400 };

int show_width(void)
{
    const char *columns = getenv("COLUMNS");
    int64_t width;

    if (columns && text_to_int64(columns, &width) && width >= MIN_WIDTH
        && width <= MAX_WIDTH)
        return (int)width;
    return DEFAULT_WIDTH;
}

static int write_board(const char *path,
                       enum profile profile,
                       bool only_ranked,
                       struct text *out,
                       struct error *err)
{
    struct reader *reader = reader_open(path, err);
    struct labels_of labels;

    if (!reader)
        return -1;
    if (labels_of_open(&labels, path, reader, err) < 0) {
        reader_close(reader);
        return -1;
    }
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct board_params params = { .profile = (enum profile)p,
                                       .only_ranked = only_ranked,
                                       .width = show_width(),
                                       .validation =
                                           labels_of_validation(&labels) };

        if (profile == NUM_PROFILES || profile == params.profile)
            board_write(reader, &params, out);
    }
    role_trust_note(out, reader);
    judge_trust_note(out, reader);
    labels_of_close(&labels);
    reader_close(reader);
    return 0;
}

int show_board(const char *path,
               enum profile profile,
               bool only_ranked,
               struct error *err)
{
    struct text table = { 0 };
    int rc = write_board(path, profile, only_ranked, &table, err);

    (void)fwrite(text_data(&table), 1, table.len, stdout);
    (void)fflush(stdout);
    text_release(&table);
    return rc;
}

static bool is_in_path(const char *program)
{
    const char *path = getenv("PATH");

    while (path && *path) {
        size_t len = strcspn(path, ":");
        char *folder = mem_text_len(path, len);
        char *there = path_join(folder, "trustsweep");
        struct stat found;
        struct stat own;
        bool is_it = stat(there, &found) == 0 && stat(program, &own) == 0
                     && found.st_dev == own.st_dev
                     && found.st_ino == own.st_ino;

        free(there);
        free(folder);
        if (is_it)
            return true;
        path += len + (path[len] == ':');
    }
    return false;
}

char *show_program(void)
{
    char *program = path_self(NULL);
    char folder[4096];
    size_t len;

    if (!program || is_in_path(program)) {
        free(program);
        return mem_text("trustsweep");
    }
    if (!getcwd(folder, sizeof folder))
        return program;
    len = strlen(folder);
    if (strncmp(program, folder, len) == 0 && program[len] == '/') {
        char *shorter = mem_text(program + len + 1);

        free(program);
        return shorter;
    }
    return program;
}
