#include "analysis/report/report.h"
#include "analysis/report/report_assets.h"
#include "base/gzip.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/bug.h"
#include "trustsweep/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* In the order in which they are run; a chart's declaration is its name's. */
static const char *const scripts[] = {
    "base.js",   "merge.js",   "table.js",  "point_names.js",
    "chart.js",  "board.js",   "rank.js",   "trust.js",
    "series.js", "compare.js", "states.js", "checked.js",
    "run.js",    "cell.js",    "method.js", "page.js",
};
static const char *const specs[] = {
    "heat",   "ranks",    "trust",  "access",    "over",
    "spread", "compare",  "series", "published", "corrected",
    "states", "timeline", "ledger",
};

static void add_escaped(struct text *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<':
            text_add(out, "&lt;");
            break;
        case '>':
            text_add(out, "&gt;");
            break;
        case '&':
            text_add(out, "&amp;");
            break;
        case '"':
            text_add(out, "&quot;");
            break;
        default:
            text_add_len(out, text, 1);
        }
    }
}

static void add_base64(struct text *out, const char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = (const unsigned char *)bytes;

    text_reserve(out, len / 3 * 4 + 8);
    for (size_t i = 0; i < len; i += 3) {
        const uint32_t three = ((uint32_t)at[i] << 16)
                               | (i + 1 < len ? (uint32_t)at[i + 1] << 8 : 0)
                               | (i + 2 < len ? (uint32_t)at[i + 2] : 0);
        char four[] = { digits[three >> 18],
                        digits[three >> 12 & 63],
                        digits[three >> 6 & 63],
                        digits[three & 63] };

        if (i + 1 >= len)
            four[2] = '=';
        if (i + 2 >= len)
            four[3] = '=';
        text_add_len(out, four, sizeof four);
    }
}

static void add_document(struct text *out, const struct cJSON *document)
{
    struct text json = { 0 };
    struct text packed = { 0 };

    json_write_line(document, &json);
    gzip_deflate(text_data(&json), json.len, &packed);
    add_base64(out, packed.data, packed.len);
    text_release(&json);
    text_release(&packed);
}

/* The summary stands in the page itself: it is read without scripts, too. */
static void add_words(struct text *out, const struct cJSON *document)
{
    const struct cJSON *words = json_member(document, "words");

    for (const struct cJSON *at = json_first(words); at; at = json_next(at)) {
        text_add(out, "<li>");
        add_escaped(out, json_text(at));
        text_add(out, "</li>\n");
    }
}

static int add_parts(struct text *out,
                     const char *const *names,
                     size_t num,
                     struct error *err)
{
    for (size_t i = 0; i < num; i++) {
        if (report_assets_part(names[i], out, err) < 0)
            return -1;
        text_add(out, "\n");
    }
    return 0;
}

/* { "heat": ..., ... }, parsed and written again: it holds no "</". */
static int add_specs(struct text *out, struct error *err)
{
    struct cJSON *all = json_new_object();
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(specs); i++) {
        char *name = text_format("specs/%s.json", specs[i]);
        struct text text = { 0 };
        struct cJSON *spec = NULL;

        if (report_assets_part(name, &text, err) == 0)
            spec = json_parse(text_data(&text), text.len, name, err);
        if (spec) {
            json_add(all, specs[i], spec);
        } else {
            rc = -1;
        }
        text_release(&text);
        free(name);
    }
    if (rc == 0)
        json_write_line(all, out);
    json_free(all);
    return rc;
}

struct filling {
    const struct cJSON *document;
    const struct report_params *params;
};

/* What stands for @NAME@ in page.html. */
static int fill(const struct filling *with,
                const char *name,
                struct text *out,
                struct error *err)
{
    const char *folder = with->params->assets;

    if (strcmp(name, "TITLE") == 0) {
        add_escaped(out, json_member_text(with->document, "title"));
    } else if (strcmp(name, "WORDS") == 0) {
        add_words(out, with->document);
    } else if (strcmp(name, "DATA") == 0) {
        add_document(out, with->document);
    } else if (strcmp(name, "STYLE") == 0) {
        return report_assets_part("page.css", out, err);
    } else if (strcmp(name, "VEGA") == 0) {
        return report_assets_library("vega", folder, out, err);
    } else if (strcmp(name, "VEGALITE") == 0) {
        return report_assets_library("vega-lite", folder, out, err);
    } else if (strcmp(name, "SPECS") == 0) {
        return add_specs(out, err);
    } else if (strcmp(name, "SCRIPT") == 0) {
        return add_parts(out, scripts, ARRAY_LEN(scripts), err);
    } else {
        return error_set(err, ERR_FORMAT, "page.html: no @%s@ is known", name);
    }
    return 0;
}

int report_page(const struct cJSON *document,
                const struct report_params *params,
                struct text *out,
                struct error *err)
{
    const struct filling with = { document, params };
    struct text page = { 0 };
    int rc = report_assets_part("page.html", &page, err);
    const char *at = text_data(&page);

    while (rc == 0 && *at) {
        const size_t plain = strcspn(at, "@");
        const size_t name = at[plain] ? strcspn(at + plain + 1, "@") : 0;

        text_add_len(out, at, plain);
        at += plain;
        if (*at) {
            char *token = mem_text_len(at + 1, name);

            rc = fill(&with, token, out, err);
            at += name + 2;
            free(token);
        }
    }
    text_release(&page);
    return rc;
}
