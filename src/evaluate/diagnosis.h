/*
 * diagnosis.h - which of the listed diagnoses a text names.
 */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include <stdbool.h>

/*
 * The part of a text that names the diagnosis by the published rule: behind the
 * first of its phrases ("diagnosis is", ...) up to the next full stop, else the
 * next comma; a text of less than 50 characters whole.  Case matters.
 *
 * returns  a text for the caller to free(), or NULL when the rule finds none
 */
char *diagnosis_part(const char *text);

/*
 * Whether `label` is the one diagnosis that a text names of those its prompt
 * lists ("... among ['a', 'b']").  Whole words, case aside; a diagnosis inside
 * a longer one does not count.  Where a text names several, the first sentence
 * decides that names one behind "diagnosis is", "most likely" or the like.
 *
 * returns  1 it is, 0 it is another one, -1 the text names none or several
 */
int diagnosis_named(const char *text, const char *prompt, const char *label);

#endif
