#include "base/json.h"
#include "store/reader.h"

#include <stdlib.h>
#include <string.h>

static struct cJSON *parse(const char *text, const char *name)
{
    return text ? json_parse(text, strlen(text), name, NULL) : NULL;
}

struct cJSON *reader_provenance_json(const struct reader *self,
                                     const char *name)
{
    char *text = reader_provenance(self, name);
    struct cJSON *value = parse(text, name);

    free(text);
    return value;
}

void reader_provenance_add(const struct reader *self,
                           const char *name,
                           struct cJSON *object)
{
    char *text = reader_provenance(self, name);
    struct cJSON *value = parse(text, name);

    if (value) {
        json_add(object, name, value);
    } else if (text) {
        json_add_text(object, name, text);
    }
    free(text);
}
