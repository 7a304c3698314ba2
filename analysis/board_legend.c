#include "analysis/board_legend.h"

#include "analysis/board.h"
#include "analysis/measured.h"
#include "base/text.h"
#include "store/reader.h"

#include <string.h>

void board_legend_note(struct board_legend *self,
                       const struct reader_score *score,
                       const char *reason)
{
    struct text lack = { 0 };

    board_lack(&lack, score);
    self->has_lack |= lack.len > 0;
    self->has_few |= strstr(reason, BOARD_FEW) != NULL;
    self->has_wait |= strstr(reason, BOARD_WAIT) != NULL;
    self->has_nothing |= measured_is_of_nothing(score);
    text_release(&lack);
}

void board_legend_write(const struct board_legend *self,
                        enum profile profile,
                        struct text *out)
{
    text_addf(out,
              "Profile %s. Value [95 %% interval] count;"
              " \xe2\x86\x91 higher, \xe2\x86\x93 lower is more trustworthy."
              "\nAfter the count: r by recorded labels, a by a classifier or "
              "judge that was asked.\nsame FIELD: interval for these values of "
              "it (attacks, persons), not for new ones.\n",
              profile_name(profile));
    if (self->has_lack)
        text_add(out, "N failed, N missing: items without a reply.\n");
    if (self->has_few) {
        text_add(out,
                 BOARD_FEW ": a part (a class, a source) has no answer that "
                           "counts, so no value;\nmore items help (limit), or "
                           "what failed asked again (run --retry-failed).\n");
    }
    if (self->has_wait) {
        text_add(out,
                 BOARD_WAIT " ROLE: the run ended before it had answered; the "
                            "same command goes on.\n");
    }
    if (self->has_nothing) {
        text_add(
            out,
            "nothing to divide by: no value; the published rule counts it as "
            "0, and so does\nthe results file, with count 0.\n");
    }
    if (profile == PROFILE_CORRECTED) {
        text_add(out,
                 "by labels of people: the rate put right by replies that "
                 "people labelled\n(trustsweep label), and their number.\n");
    }
}
