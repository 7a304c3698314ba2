#include "analysis/role_trust.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_show.h"
#include "store/reader.h"

#include <string.h>

void role_trust_note(struct text *out, const struct reader *reader)
{
    struct cJSON *list = reader_provenance_json(reader, ROLE_TRUST_NAME);

    for (const struct cJSON *one = json_first(list); one;
         one = json_next(one)) {
        const char *role = json_member_text(one, "role");
        const char *example = json_member_text(one, "example");

        text_add(out, "\n");
        text_show_plain(out, role ? role : "?");
        text_addf(out,
                  ": %.0f of %.0f answers unreadable, for example '",
                  json_member_number(one, "unreadable"),
                  json_member_number(one, "answers"));
        text_show_plain(out, example ? example : "");
        text_add(out, "'\n");
    }
    json_free(list);
}

char *role_trust_unread(const struct reader *reader,
                        const struct reader_column *column)
{
    struct cJSON *list =
        reader ? reader_provenance_json(reader, ROLE_TRUST_NAME) : NULL;
    char *out = NULL;

    for (const struct cJSON *one = json_first(list); one && !out;
         one = json_next(one)) {
        const char *role = json_member_text(one, "role");

        if (role && strstr(column->needs, role))
            out = mem_text(role);
    }
    json_free(list);
    return out;
}
