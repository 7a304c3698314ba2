/*
 * pages.h - what docs/ and an installation are made from: the option tables.
 */
#ifndef PAGES_H
#define PAGES_H

struct text;

void pages_commands(struct text *out);   /* docs/COMMANDS.md, Markdown */
void pages_man(struct text *out);        /* trustsweep(1), man macros */
void pages_completion(struct text *out); /* for bash */

#endif
