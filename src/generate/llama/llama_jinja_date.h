// llama_jinja_date.h - templates that print the date print the same one every
// day: that of 1 January 2024.  C++.
#ifndef LLAMA_JINJA_DATE_H
#define LLAMA_JINJA_DATE_H

#include <string>

// The library reads the clock for strftime_now(), and sets `date_string` and
// `datetime` to today.  Calls with a literal format are replaced by what they are to give; for
// others a macro of that name comes before the template, in a line of its own
// that leaves the template's lines where they were.  These two are
// nobody's names now: a template then takes the date it has for that case.
std::string llama_jinja_pin_date(const std::string &source);

#endif
