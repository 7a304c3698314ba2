#include "analysis/board.h"

#include "analysis/board_legend.h"
#include "analysis/chosen.h"
#include "analysis/measured.h"
#include "analysis/role_wait.h"
#include "base/text.h"
#include "base/text_show.h"
#include "store/reader.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 30, CELL_WIDTH = 36, MIN_CELL = 12, GAP = 2 };

struct page {
    const struct reader *reader;
    const struct board_params *params;
    struct chosen chosen;
    struct role_wait wait;
    bool only_ranked;
    struct board_legend legend;
    size_t first, num; /* models of this page */
    int cell;          /* columns on the terminal for a model */
};

static void add_padded(struct text *out, const char *text, int width)
{
    const int used = (int)text_width(text);

    text_add(out, text);
    for (int i = used; i < width; i++)
        text_add(out, " ");
}

/* Cut to `width` columns, never inside a character. */
static void add_cut(struct text *out, const char *text, int width)
{
    struct text cut = { 0 };
    size_t len = 0;

    text_show_plain(&cut, text);
    text = text_data(&cut);
    if ((int)text_width(text) > width) {
        for (int used = 0; text[len] && used < width - 1; used++) {
            len++;
            while (((unsigned char)text[len] & 0xc0) == 0x80)
                len++;
        }
        cut.len = len;
        cut.data[len] = '\0';
        text_add(&cut, "~");
    }
    add_padded(out, text_data(&cut), width);
    text_release(&cut);
}

static const char *arrow(int direction)
{
    if (direction == 0)
        return " ";
    return direction > 0 ? "\xe2\x86\x91" : "\xe2\x86\x93";
}

static const struct reader_score *score_of(const struct page *page,
                                           size_t model,
                                           size_t at)
{
    return reader_score(page->reader, page->params->profile, model, at);
}

/* By whom the replies were judged where no rule does. */
static const char *origin_mark(const struct reader_score *score)
{
    if (score->num_asked == 0)
        return score->num_recorded > 0 ? " r" : "";
    return score->num_recorded > 0 ? " r+a" : " a";
}

static void describe_cell(struct text *out,
                          const struct page *page,
                          size_t model,
                          size_t at)
{
    const struct reader_score *score = score_of(page, model, at);
    struct text lack = { 0 };

    if (isnan(measured_value(score))) {
        text_add(out, "- ");
        board_reason(out, &page->wait, reader_column(page->reader, at), score);
        return;
    }
    text_addf(out, "%.3f", score->value);
    if (!isnan(score->low) && !isnan(score->high))
        text_addf(out, " [%.3f, %.3f]", score->low, score->high);
    text_addf(out,
              " %llu%s",
              (unsigned long long)score->num,
              origin_mark(score));
    board_lack(&lack, score);
    if (lack.len > 0)
        text_addf(out, ", %s", text_data(&lack));
    text_release(&lack);
}

static void add_cell(struct text *out,
                     const struct page *page,
                     size_t model,
                     size_t at)
{
    struct text cell = { 0 };

    describe_cell(&cell, page, model, at);
    add_cut(out, text_data(&cell), page->cell);
    text_release(&cell);
}

/* A line without the blanks at its end. */
static void end_line(struct text *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    text_add(out, "\n");
}

static void add_gap(struct text *out)
{
    for (int i = 0; i < GAP; i++)
        text_add(out, " ");
}

/* Of any model of the page, and where it is not the interval above it. */
static bool has_within(const struct page *page, size_t at)
{
    if (!reader_column(page->reader, at)->cluster[0])
        return false;
    for (size_t m = 0; m < page->num; m++) {
        const struct reader_score *score = score_of(page, page->first + m, at);

        if (!isnan(score->within_low) && !isnan(score->within_high)
            && (fabs(score->within_low - score->low) >= 0.0005
                || fabs(score->within_high - score->high) >= 0.0005))
            return true;
    }
    return false;
}

/* The interval for these clusters, below the one for new ones. */
static void write_within(struct text *out, const struct page *page, size_t at)
{
    const struct reader_column *column = reader_column(page->reader, at);
    struct text name = { 0 };

    text_addf(&name, "      same %s", column->cluster);
    add_cut(out, text_data(&name), NAME_WIDTH + 4);
    for (size_t m = 0; m < page->num; m++) {
        const struct reader_score *score = score_of(page, page->first + m, at);

        text_clear(&name);
        if (!isnan(score->within_low) && !isnan(score->within_high)) {
            text_addf(&name,
                      "%*s [%.3f, %.3f]",
                      score->value < 0 ? 6 : 5,
                      "",
                      score->within_low,
                      score->within_high);
        }
        add_gap(out);
        add_cut(out, text_data(&name), page->cell);
    }
    text_release(&name);
    end_line(out);
}

/* What labels of people make of the row above. */
static void write_labels(struct text *out, const struct page *page, size_t at)
{
    struct text cell = { 0 };

    add_cut(out, "      by labels of people", NAME_WIDTH + 4);
    for (size_t m = 0; m < page->num; m++) {
        text_clear(&cell);
        board_labels(&cell,
                     page->reader,
                     page->params->validation,
                     page->first + m,
                     at);
        add_gap(out);
        add_cut(out, text_data(&cell), page->cell);
    }
    text_release(&cell);
    end_line(out);
}

static void write_row(struct text *out, const struct page *page, size_t at)
{
    const struct reader_column *column = reader_column(page->reader, at);
    const bool is_paper = page->params->profile == PROFILE_PAPER;
    const size_t parent_len = strlen(column->parent);
    struct text name = { 0 };

    if (parent_len > 0)
        text_add(&name, "  ");
    text_add(&name, column->name + parent_len);
    text_addf(
        out,
        "  %s ",
        arrow(is_paper ? column->direction : column->direction_corrected));
    add_cut(out, text_data(&name), NAME_WIDTH);
    text_release(&name);
    for (size_t m = 0; m < page->num; m++) {
        add_gap(out);
        add_cell(out, page, page->first + m, at);
    }
    end_line(out);
    if (has_within(page, at))
        write_within(out, page, at);
    if (board_wants_labels(column, page->params->profile))
        write_labels(out, page, at);
}

static bool is_shown(const struct page *page, size_t at)
{
    const struct reader_column *column = reader_column(page->reader, at);

    return (!page->only_ranked || column->is_ranked)
           && chosen_has(&page->chosen, column);
}

/* A row, and in the full table its parts below it. */
static void write_rows(struct text *out, const struct page *page, size_t at)
{
    const struct reader_column *column = reader_column(page->reader, at);
    const size_t num = reader_num_columns(page->reader);

    if (column->parent[0])
        return;
    write_row(out, page, at);
    for (size_t c = at + 1; c < num && !page->only_ranked; c++) {
        if (strcmp(reader_column(page->reader, c)->parent, column->name) == 0)
            write_row(out, page, c);
    }
}

/* Columns of one dimension need not stand together in the file. */
static bool is_first_of_dimension(const struct page *page, size_t at)
{
    const char *dimension = reader_column(page->reader, at)->dimension;

    for (size_t i = 0; i < at; i++) {
        if (is_shown(page, i)
            && strcmp(reader_column(page->reader, i)->dimension, dimension)
                   == 0)
            return false;
    }
    return true;
}

static void write_dimension(struct text *out,
                            const struct page *page,
                            size_t first)
{
    const char *dimension = reader_column(page->reader, first)->dimension;
    const size_t num = reader_num_columns(page->reader);

    text_show_plain(out, dimension[0] ? dimension : "(no dimension)");
    text_add(out, "\n");
    for (size_t c = first; c < num; c++) {
        if (is_shown(page, c)
            && strcmp(reader_column(page->reader, c)->dimension, dimension)
                   == 0)
            write_rows(out, page, c);
    }
}

/* A value is not cut before it has said what it lacks. */
static void widen(struct page *page, size_t model, size_t at)
{
    struct text cell = { 0 };
    int width;

    board_lack(&cell, score_of(page, model, at));
    if (cell.len > 0) {
        text_clear(&cell);
        describe_cell(&cell, page, model, at);
        width = (int)text_width(text_data(&cell));
        page->cell = width > page->cell ? width : page->cell;
    }
    text_release(&cell);
}

/* What is shown, before any of it is: how wide, and what has to be explained. */
static void look_ahead(struct page *page, int room)
{
    const size_t num = reader_num_models(page->reader);
    struct text reason = { 0 };

    for (size_t c = 0; c < reader_num_columns(page->reader); c++) {
        for (size_t m = 0; is_shown(page, c) && m < num; m++) {
            const struct reader_score *score = score_of(page, m, c);

            text_clear(&reason);
            if (isnan(measured_value(score))) {
                board_reason(&reason,
                             &page->wait,
                             reader_column(page->reader, c),
                             score);
            }
            board_legend_note(&page->legend, score, text_data(&reason));
            widen(page, m, c);
        }
    }
    if (room < GAP + page->cell)
        page->cell = room - GAP > MIN_CELL ? room - GAP : MIN_CELL;
    text_release(&reason);
}

static void write_page(struct text *out, const struct page *page)
{
    const size_t num = reader_num_columns(page->reader);

    add_padded(out, "", NAME_WIDTH + 4);
    for (size_t m = 0; m < page->num; m++) {
        add_gap(out);
        add_cut(out,
                reader_model(page->reader, page->first + m)->name,
                page->cell);
    }
    end_line(out);
    for (size_t c = 0; c < num; c++) {
        if (is_shown(page, c) && is_first_of_dimension(page, c))
            write_dimension(out, page, c);
    }
}

void board_write(const struct reader *reader,
                 const struct board_params *params,
                 struct text *out)
{
    const size_t num = reader_num_models(reader);
    const int room = params->width - NAME_WIDTH - 4;
    struct page page = { .reader = reader,
                         .params = params,
                         .cell = CELL_WIDTH };
    size_t fit;

    chosen_read(&page.chosen, reader);
    role_wait_read(&page.wait, reader);
    page.only_ranked =
        params->only_ranked && chosen_ranks(&page.chosen, reader);
    look_ahead(&page, room);
    board_legend_write(&page.legend, params->profile, out);
    fit = room > 0 ? (size_t)(room / (page.cell + GAP)) : 0;
    if (fit == 0)
        fit = 1;
    for (; page.first < num; page.first += page.num) {
        page.num = num - page.first < fit ? num - page.first : fit;
        text_add(out, "\n");
        write_page(out, &page);
    }
    role_wait_release(&page.wait);
    chosen_release(&page.chosen);
}
