#include "base/text.h"

#include <string.h>

void text_wrap(struct text *text, const char *words, int at, int width)
{
    int column = at;

    while (*words) {
        const int len = (int)strcspn(words, " ");

        if (column + len + 1 > width && column > at) {
            text_addf(text, "\n%*s", at, "");
            column = at;
        }
        text_addf(text, "%s%.*s", column > at ? " " : "", len, words);
        column += len + (column > at ? 1 : 0);
        words += len + (words[len] == ' ' ? 1 : 0);
    }
}
