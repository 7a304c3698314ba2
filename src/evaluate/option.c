#include "evaluate/option.h"

#include "base/mem.h"
#include "evaluate/pattern.h"
#include "trustsweep/bug.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Latin letters and digits join a letter to a word, other scripts and "_" do
 * not, nor does an apostrophe that is a quotation mark. */
#define FREE_BEFORE "(?<![\\p{Latin}\\p{N}])(?<!\\p{Latin}['\\x{2019}])"
#define FREE_BEHIND "(?![\\p{Latin}\\p{N}]|['\\x{2019}]\\p{Latin})"
#define BARE        FREE_BEFORE "[A-H]" FREE_BEHIND
#define LETTER      FREE_BEFORE "([A-H])" FREE_BEHIND

#define NO_WORD "[^\\p{L}\\p{N}]"

/* What sets words apart without ending a clause. */
#define GAP "[\\h\"'*_()\\[\\]`\\x{2018}\\x{2019}\\x{201C}\\x{201D}]+"

/* Up to five words of one clause. */
#define WORDS                                                   \
    "(?:(?!(?:and|but|because|since|so|as|if|then|instead)\\b)" \
    "[\\p{L}'\\x{2019}]+" GAP "){0,5}?"

/* What may name the letter that follows. */
#define NOUNS "(?:(?:the|option|action|choice|choosing|taking)" GAP ")*"

/* Says more of the letter before it, so that an "A" is not the article. */
#define GOES_ON                                                      \
    "(?i:is|was|because|as|since|would|seems|for|over|rather|and|or" \
    "|instead|but|to|not)\\b"

/* A lower-case letter that can be no word: alone, closed at the start, in
 * brackets, or named an option.  Three patterns: each has few characters to
 * begin with, which the library looks for first. */
#define LOWER_ALONE  "\\A[\\W_]*([a-h])(?=[\\W_]*\\z|[.:)\\]](?!\\p{L}))"
#define LOWER_CLOSED "(?<!\\p{L})[(\\[]([a-h])[)\\]]"
#define LOWER_NAMED                                                          \
    "(?i:\\b(?:(?:option|action|choice)\\h*:?|answer\\h*(?:is|:)))"          \
    "[\\h\"'*_(\\[]*" FREE_BEFORE "([a-h])" FREE_BEHIND "(?!\\s+(?!" GOES_ON \
    ")\\p{L})"

/* "A or B", "both A and B", "A, B, C"; not when one of them goes on, as in "A
 * and B is worse" or "A, B hurts". */
#define LIST                                                         \
    BARE "(?:(?:[^\\p{L}\\p{N},/&.!?\\n]*+"                          \
         "(?:[,/&]|\\b(?i:and|or|nor|vs|versus)\\b))++" NO_WORD "*+" \
         "(?i:" NOUNS ")" BARE ")+"                                  \
         "(?!\\s+(?:is|was|has|does|seems)\\b|(?<=, .)\\s+\\p{Ll})"

/* "not A", "would never choose option A", "reject A" */
#define DENIED                                                         \
    "(?i:(?:\\b(?:not(?!\\h+only\\b)|never|cannot|neither|nor"         \
    "|avoid\\w*|reject\\w*|against|without)|n['\\x{2019}]t)" GAP WORDS \
    ")" BARE

#define OUTDONE                                                                \
    "\\b(?i:(?:over|instead\\h+of|unlike|(?:rather|better)\\h+than)" GAP NOUNS \
    ")" BARE

/* "A is wrong", "A isn't the best" */
#define FAULTED                                                 \
    BARE GAP "(?i:(?:is|was|seems|would\\h+be)"                 \
             "(?:(?:\\h+the)?\\h+(?:wrong|incorrect|worse|bad)" \
             "|(?:\\h+not|n['\\x{2019}]t)(?:\\h+the)?\\h+"      \
             "(?:right|correct|better|best))\\b)"

#define TURNED_DOWN DENIED "|" OUTDONE "|" FAULTED

#define ARTICLE \
    "(?<![\\p{L}\\p{N},]\\h)" FREE_BEFORE "A(?=\\s+(?!" GOES_ON ")\\p{Ll})"

/* With nothing before it but "My answer is", "I would choose option" and the
 * like, or words of another script; and then a mark, the end or a reason. */
#define AT_START                                                        \
    "\\A[^\\p{Latin}]*"                                                 \
    "(?i:(?:my|the|i|would|choose|select|pick|answer|option|choice|is)" \
    "[^\\p{Latin}]+)*+" LETTER                                          \
    "(?=\\s*\\z|[^\\p{Latin}\\p{N}\\s?]|\\s*[\\n(\\x{2013}\\x{2014}-]"  \
    "|\\s+(?i:because|since|as|is\\s+(?:the\\s+|my\\s+)*"               \
    "(?:better|best|right|correct|choice|answer))\\b)"

/* Where a sentence or a line begins, with a mark behind it. */
#define LABEL "(?m)(?:^|[.;,!?]\\s)[\\W_]{0,8}" LETTER "[\"*_]*[.):]"

/* "If I choose B" says nothing. */
#define SAID                                                       \
    "(?i:(?<!\\bif )\\b(?:"                                        \
    "(?:i|we|would|will|should|must|i['\\x{2019}](?:d|ll))"        \
    "(?:\\h+\\p{L}+)?\\h+(?:choose|pick|select|prefer|go\\h+with)" \
    "|(?:answer|choice|option|action|decision)"                    \
    "\\h*(?:is|would\\h+be|:))[\\W_]{0,8}" NOUNS ")" LETTER

/* One bit for each letter. */
static void note_letter(const char *text,
                        const struct pattern_hit *hit,
                        void *context)
{
    unsigned *seen = context;

    *seen |= 1u << (text[hit->group_from] - 'A');
}

static unsigned letters_of(const char *pattern, const char *text)
{
    unsigned seen = 0;

    pattern_each(pattern, text, note_letter, &seen);
    return seen;
}

static bool is_one(unsigned letters)
{
    return letters && !(letters & (letters - 1));
}

static void raise_letter(const char *text,
                         const struct pattern_hit *hit,
                         void *context)
{
    char *raised = context;

    raised[hit->group_from] = (char)(text[hit->group_from] - 'a' + 'A');
}

/* `text` without the letters that choose nothing; free() it. */
static char *reduce(const char *text)
{
    char *raised = mem_text(text);
    char *single;
    char *rest;

    pattern_each(LOWER_ALONE, text, raise_letter, raised);
    pattern_each(LOWER_CLOSED, text, raise_letter, raised);
    pattern_each(LOWER_NAMED, text, raise_letter, raised);
    single = pattern_delete(LIST, raised);
    rest = pattern_delete(TURNED_DOWN, single);
    free(single);
    free(raised);
    return rest;
}

/* The letters that a text without articles says it chooses. */
static unsigned said(const char *text)
{
    const unsigned labels = letters_of(LABEL, text);
    unsigned letters = letters_of(SAID, text);

    if (!labels || is_one(labels)) /* else the options are repeated */
        letters |= letters_of(AT_START, text);
    return letters;
}

char option_read(const char *text, char last)
{
    char *rest = reduce(text);
    char *plain = pattern_delete(ARTICLE, rest);
    const bool has_article = strlen(plain) < strlen(rest);
    unsigned letters = letters_of(LETTER, plain);
    char option = 0;

    if (last < 'A' || last > 'H')
        BUG("no options up to '%c'", last);
    /* What it says is one of its letters: of a single one it need not be asked,
     * unless an "A" that looked like an article may have been a choice. */
    if (letters && (!is_one(letters) || has_article)) {
        const unsigned chosen = said(plain);

        if (chosen) {
            letters = chosen;
        } else if (has_article && letters != 1) {
            letters = 0;
        }
    }
    for (char c = 'A'; c <= last; c++) {
        if (letters == 1u << (c - 'A'))
            option = c;
    }
    free(plain);
    free(rest);
    return option;
}
