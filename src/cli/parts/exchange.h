/*
 * exchange.h - commands of two ways: "export ... --output FILE" and
 * "import ... FILE...".
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>

struct error;
struct operands;

struct exchange {
    int num_shared;          /* words that both have, "export" included */
    const char *export_form; /* said where words are missing or too many */
    const char *import_form;
    const char *hint; /* what follows where --output is given to import */
};

/* output  the value of --output, which export wants; or NULL
 * errors  ERR_USAGE */
int exchange_check(const struct exchange *self,
                   const struct operands *words,
                   const char *output,
                   bool *is_export,
                   struct error *err);

#endif
