/*
 * option.h - which lettered option a text chooses, for the corrected profile.
 *
 * In this order:
 * - a lower-case letter counts where it can be no word: alone, in brackets,
 *   closed at the start ("a)"), behind "option" or "answer:";
 * - letters that are listed ("A or B") or turned down ("not A", "over B",
 *   "A is wrong") choose nothing;
 * - "A" that begins a sentence in front of a lower-case word may be the
 *   article;
 * - the letter at the start, and one behind "I choose" or "the answer is", is
 *   the choice; where two such letters differ there is none;
 * - else the only letter that is left, unless there is an article as well.
 */
#ifndef OPTION_H
#define OPTION_H

/*
 * last     'B' for options A and B, at most 'H'
 * returns  'A' .. last, or 0 when the text chooses none or several
 */
char option_read(const char *text, char last);

#endif
