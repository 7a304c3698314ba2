#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/parts/show_json.h"
#include "cli/results/versions.h"
#include "comm/transport_mpi.h"
#include "trustsweep/backend.h"

#include <stdio.h>

struct version_options {
    bool json;
};

static const struct option options[] = {
    { .name = "json",
      .type = OPTION_FLAG,
      .offset = offsetof(struct version_options, json),
      .help = "For programs." },
    { .name = NULL },
};

static void print_json(const struct cJSON *libraries)
{
    struct cJSON *out = json_new_object();

    json_add_text(out, "version", versions_program());
    struct cJSON *backends = json_add_array(out, "backends");

    for (int i = 0; backend_kinds()[i]; i++)
        json_append_text(backends, backend_kinds()[i]->name);
    json_add(out, "libraries", json_copy(libraries));
    show_json(out);
    json_free(out);
}

static void print_words(const struct cJSON *libraries)
{
    printf("trustsweep %s\nbackends:", versions_program());
    for (int i = 0; backend_kinds()[i]; i++)
        printf(" %s", backend_kinds()[i]->name);
    printf("\n");
    for (const struct cJSON *library = json_first(libraries); library;
         library = json_next(library)) {
        printf("%-10s %s\n", json_key(library), json_text(library));
    }
}

static int run(int argc, char **argv)
{
    struct version_options given = { 0 };
    struct operands none = { 0 };
    char mpi[128];
    int status = command_parse(&command_version, argc, argv, &given, &none);

    if (status >= 0)
        return status;
    transport_mpi_version(mpi, sizeof mpi);
    struct cJSON *libraries = versions_make(mpi);

    json_remove(libraries, "trustsweep"); /* all the others are libraries */
    if (given.json) {
        print_json(libraries);
    } else {
        print_words(libraries);
    }
    json_free(libraries);
    command_release_operands(&none);
    return EXIT_GOOD;
}

static const struct command_field fields[] = {
    { "version", "of the program" },
    { "backends[]", "names of those in this build" },
    { "libraries.LIBRARY", "its version" },
    { 0 },
};

const struct command command_version = {
    .name = "version",
    .summary = "version of the program and of every library in it",
    .usage = "[--json]",
    .help = "Prints the versions that a results file records. A backend's name "
            "stands for\nthe library that it drives.\n\n"
            "example:\n  trustsweep version --json",
    .options = options,
    .fields = fields,
    .run = run,
};
