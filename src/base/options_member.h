/*
 * options_member.h - what src/base/options*.c share.
 */
#ifndef OPTIONS_MEMBER_H
#define OPTIONS_MEMBER_H

#include "base/options.h"

enum { OPTIONS_NAME_LEN = 64 };

/* The member an option describes. */
void *options_member(const struct option *option, void *out);

/* Free the text a member holds and give it another; takes `text`. */
void options_set_text(const struct option *option, void *out, char *text);

/* "max_tokens" as a command line writes it: "max-tokens". */
void options_dashed(const char *name, char out[OPTIONS_NAME_LEN]);

#endif
