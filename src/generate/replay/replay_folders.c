#include "generate/replay/replay_folders.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/parts/backend_args.h"
#include "trustsweep/error.h"

#include <stdlib.h>
#include <string.h>

static const char *const endings[] = { ".json", ".json.gz" };

static int check(const char *path, struct error *err)
{
    if (file_is_folder(path))
        return 0;
    if (strchr(path_name(path), '=')) {
        return error_set(err,
                         ERR_USAGE,
                         "no argument '%.80s'; it takes none but folders",
                         path_name(path));
    }
    return error_set(err,
                     ERR_IO,
                     "%s is no folder (of recorded answers)",
                     path);
}

int replay_folders_parse(const char *args,
                         struct replay_folders *out,
                         struct error *err)
{
    int rc = 0;

    *out = (struct replay_folders){ 0 };
    if (args[0] == '\0')
        return error_set(err, ERR_USAGE, "a file or folder is missing");
    while (*args && rc == 0) {
        struct text path = { 0 };

        args = backend_args_next(args, &path);
        out->paths = mem_reserve(out->paths,
                                 &out->cap,
                                 out->num + 1,
                                 sizeof *out->paths);
        out->paths[out->num++] = mem_text(text_data(&path));
        text_release(&path);
    }
    /* an argument that there is not is named before a folder */
    for (size_t i = out->num; i-- > 0 && rc == 0;)
        rc = check(out->paths[i], err);
    if (rc < 0)
        replay_folders_release(out);
    return rc;
}

void replay_folders_release(struct replay_folders *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->paths[i]);
    free(self->paths);
    *self = (struct replay_folders){ 0 };
}

char *replay_folders_next(const struct replay_folders *self,
                          const char *task,
                          struct replay_place *place)
{
    while (place->at < self->num * 2) {
        const char *folder = self->paths[place->at / 2];
        char *path =
            text_format("%s/%s%s", folder, task, endings[place->at % 2]);

        place->at++;
        if (file_exists(path))
            return path;
        free(path);
    }
    return NULL;
}

char *replay_folders_task(const char *dimension, const char *file)
{
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(file);

        if (text_ends(file, endings[i])) {
            len -= strlen(endings[i]);
            return text_format("%s/%.*s", dimension, (int)len, file);
        }
    }
    return NULL;
}
