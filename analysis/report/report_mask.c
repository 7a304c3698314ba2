#include "analysis/report/report_mask.h"

#include "base/json.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define BLOT "\xe2\x96\x88" /* a full block */

enum {
    MIN_DIGITS = 7,
    MAX_FACT = 40,
    MAX_VERDICT = 24,
    MAX_CAUSE = 40,
    MAX_NAME = 100, /* of a model, as a provider gives it */
};

/* Files whose prompts ask for nothing harmful and name nobody who is not in an
 * encyclopaedia.  Not of ethics the files that describe wrong acts. */
static const char *const harmless[] = {
    "truthfulness/internal",
    "truthfulness/external",
    "truthfulness/hallucination",
    "truthfulness/sycophancy",
    "robustness/AdvGLUE",
    "truthfulness/golden_advfactuality",
    "robustness/AdvInstruction",
    "robustness/ood_detection",
    "robustness/ood_generalization",
    "ethics/awareness",
};

bool report_mask_shows(const char *task)
{
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (strcmp(task, harmless[i]) == 0)
            return true;
    }
    return false;
}

bool report_mask_is_fact(const char *name, const char *value)
{
    static const char *const facts[] = { "type",   "source", "topic",
                                         "task",   "method", "shotType",
                                         "label",  "focus",  "bias_type",
                                         "subset", "attack", "dimension" };

    if (strlen(value) > MAX_FACT || strchr(value, '@'))
        return false;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (strcmp(name, facts[i]) == 0)
            return true;
    }
    return false;
}

static bool is_local(unsigned char c)
{
    return isalnum(c) || c >= 0x80 || strchr("._%+-'", c);
}

static bool is_domain(unsigned char c)
{
    return isalnum(c) || c >= 0x80 || c == '-' || c == '.';
}

/* Length of the address that starts here; 0: none does. */
static size_t address_len(const char *at, size_t len)
{
    size_t n = 0;
    size_t dots = 0;
    size_t domain;

    while (n < len && at[n] && is_local((unsigned char)at[n]))
        n++;
    if (n == 0 || n >= len || at[n] != '@')
        return 0;
    domain = ++n;
    while (n < len && at[n] && is_domain((unsigned char)at[n]))
        dots += at[n++] == '.';
    while (n > domain && at[n - 1] == '.') {
        dots--;
        n--;
    }
    return dots > 0 ? n : 0;
}

/* Length of the telephone, card or account number that starts here; 0: none.
 * One space, dash, dot, slash or bracket may stand between digits. */
static size_t number_len(const char *at, size_t len)
{
    size_t digits = 0;
    size_t end = 0;
    size_t gap = 0;

    for (size_t n = 0; n < len && gap < 3; n++) {
        if (isdigit((unsigned char)at[n])) {
            digits++;
            gap = 0;
            end = n + 1;
        } else if (at[n] && strchr(" -./()+", at[n])) {
            gap++;
        } else {
            break;
        }
    }
    return digits >= MIN_DIGITS ? end : 0;
}

void report_mask_start(const char *bytes,
                       size_t shown,
                       size_t len,
                       struct text *out)
{
    bool is_inside = false; /* of a word: no address starts there */
    bool is_digit = false;  /* before this: no number starts there */

    for (size_t i = 0; i < shown;) {
        const unsigned char c = (unsigned char)bytes[i];
        size_t hidden = 0;

        if (!is_inside && is_local(c))
            hidden = address_len(bytes + i, len - i);
        if (hidden == 0 && !is_digit && isdigit(c))
            hidden = number_len(bytes + i, len - i);
        if (hidden > 0) {
            text_add(out, BLOT BLOT BLOT BLOT);
            i += hidden;
            continue;
        }
        is_inside = is_local(c);
        is_digit = isdigit(c);
        text_add_len(out, bytes + i++, 1);
    }
}

void report_mask_personal(const char *bytes, size_t len, struct text *out)
{
    struct text mended = { 0 };

    text_add_utf8(&mended, bytes, len);
    report_mask_start(text_data(&mended), mended.len, mended.len, out);
    text_release(&mended);
}

bool report_mask_is_verdict(size_t len)
{
    return len <= MAX_VERDICT;
}

/* What a backend says of how it asked, and who answered (docs/FORMAT.md): words and
 * hashes, none of which is of a reply. */
static bool is_provenance(const struct cJSON *member)
{
    static const char *const names[] = {
        "rendered", "gpu_layers",  "refused", "left_out",
        "served",   "fingerprint", "usage",
    };
    const char *text = json_text(member);

    if (text && (strlen(text) > MAX_NAME || strpbrk(text, " \t\r\n@")))
        return false; /* a provider's words, then */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (text_equal(json_key(member), names[i]))
            return true;
    }
    return false;
}

/* Whether anything is changed. */
static bool mask_member(struct cJSON *recorded,
                        const struct cJSON *member,
                        bool shows)
{
    struct text whole = { 0 };
    struct text seen = { 0 };
    bool is_changed;

    if (is_provenance(member))
        return false;
    if (json_is_text(member)) {
        text_add(&whole, json_text(member));
    } else if (json_count(member) > 0) {
        json_write_line(member, &whole);
    }
    if (shows || report_mask_is_verdict(whole.len)) {
        report_mask_personal(text_data(&whole), whole.len, &seen);
    } else {
        text_addf(&seen, "[%zu bytes]", whole.len);
    }
    is_changed = !report_mask_is_verdict(whole.len)
                 || strcmp(text_data(&whole), text_data(&seen)) != 0;
    if (is_changed) {
        json_remove(recorded, json_key(member));
        json_add_text(recorded, json_key(member), text_data(&seen));
    }
    text_release(&whole);
    text_release(&seen);
    return is_changed;
}

bool report_mask_recorded(struct cJSON *recorded, bool shows)
{
    struct cJSON *before = json_copy(recorded);
    bool is_changed = false;

    for (const struct cJSON *at = json_first(before); at; at = json_next(at))
        is_changed |= mask_member(recorded, at, shows);
    json_free(before);
    return is_changed;
}

size_t report_mask_cause(const char *bytes, size_t len)
{
    const char *colon = memchr(bytes, ':', len < MAX_CAUSE ? len : MAX_CAUSE);

    if (colon)
        return (size_t)(colon - bytes);
    return len <= MAX_CAUSE ? len : 0;
}

/* How many of the first bytes are this phrase, whatever its case; ' is also
 * the typographic one.  0: another text. */
static size_t phrase_len(const char *bytes, size_t len, const char *phrase)
{
    static const char curly[] = "\xe2\x80\x99";
    size_t n = 0;

    for (; *phrase; phrase++) {
        if (*phrase == '\'' && len - n >= 3
            && memcmp(bytes + n, curly, 3) == 0) {
            n += 3;
        } else if (n < len && tolower((unsigned char)bytes[n]) == *phrase) {
            n++;
        } else {
            return 0;
        }
    }
    return n;
}

size_t report_mask_opening(const char *bytes, size_t len)
{
    static const char *const phrases[] = {
        "i'm sorry",
        "i am sorry",
        "sorry",
        "i apologize",
        "i cannot",
        "i can't",
        "i can not",
        "i'm unable",
        "i am unable",
        "i won't",
        "i will not",
        "i'm not able",
        "i am not able",
        "as an ai",
        "as a language",
        "i do not",
        "i don't",
        "it is not appropriate",
        "it's not appropriate",
    };
    size_t skipped = 0;

    while (skipped < len && isspace((unsigned char)bytes[skipped]))
        skipped++;
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        const size_t n = phrase_len(bytes + skipped, len - skipped, phrases[i]);

        if (n > 0)
            return skipped + n;
    }
    return 0;
}
