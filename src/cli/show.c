#include "cli/show.h"

#include "analysis/board.h"
#include "base/text.h"
#include "store/reader.h"

#include <stdio.h>
#include <stdlib.h>

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

int show_board(const char *path,
               enum profile profile,
               bool only_ranked,
               struct error *err)
{
    struct reader *reader = reader_open(path, err);
    struct text table = { 0 };

    if (!reader)
        return -1;
    for (int p = 0; p < NUM_PROFILES; p++) {
        struct board_params params = { .profile = (enum profile)p,
                                       .only_ranked = only_ranked,
                                       .width = show_width() };

        if (profile == NUM_PROFILES || profile == params.profile)
            board_write(reader, &params, &table);
    }
    (void)fwrite(text_data(&table), 1, table.len, stdout);
    (void)fflush(stdout);
    text_release(&table);
    reader_close(reader);
    return 0;
}
