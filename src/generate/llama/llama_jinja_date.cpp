#include "generate/llama/llama_jinja_date.h"

#include <cctype>
#include <ctime>
#include <regex>

static const std::time_t pinned = 1704067200;

static std::string format_date(const std::string &format)
{
    char date[128] = "";
    std::tm parts;

    (void)std::strftime(date,
                        sizeof date,
                        format.c_str(),
                        gmtime_r(&pinned, &parts));
    return date;
}

static std::string replace_literals(const std::string &source)
{
    static const std::regex call(
        "strftime_now\\(\\s{0,8}([\"'])([^\"']{0,64})\\1\\s{0,8}\\)");
    std::string out;
    size_t at = 0;

    for (std::sregex_iterator i(source.begin(), source.end(), call), end;
         i != end;
         ++i) {
        const std::string quote = i->str(1);

        out.append(source, at, (size_t)i->position() - at);
        out += "(" + quote + format_date(i->str(2)) + quote + ")";
        at = (size_t)(i->position() + i->length());
    }
    return out.append(source, at, std::string::npos);
}

// Every conversion of strftime() as a Jinja dictionary, those with a flag as
// glibc has them, too.
static std::string dictionary()
{
    std::string out;

    for (const char *kind = "aAbBcCdDeFgGhHIjklmMpPrRsSTuUVwWxXyYzZ"; *kind;
         kind++) {
        for (const char *flag = " -_0^#"; *flag; flag++) {
            const std::string name =
                *flag == ' ' ? std::string(1, *kind)
                             : std::string(1, *flag) + std::string(1, *kind);

            out += "'" + name + "':'" + format_date("%" + name) + "',";
        }
    }
    return out + "'n':'\\n','t':'\\t'";
}

// The format is cut at its percent signs; an empty piece is a %%, behind which
// the next one stands as it is.
static std::string macro()
{
    return "{%- macro strftime_now(format) -%}"
           "{%- set dates = {"
           + dictionary()
           + "} -%}"
             "{%- set state = namespace(plain=true) -%}"
             "{%- for piece in format.split('%') -%}"
             "{%- if state.plain -%}"
             "{%- set state.plain = false -%}{{- piece -}}"
             "{%- elif piece == '' -%}"
             "{%- set state.plain = true -%}{{- '%' -}}"
             "{%- elif piece[:2] in dates -%}{{- dates[piece[:2]] ~ piece[2:] -}}"
             "{%- elif piece[:1] in dates -%}{{- dates[piece[:1]] ~ piece[1:] -}}"
             "{%- else -%}{{- '%' ~ piece -}}"
             "{%- endif -%}{%- endfor -%}{%- endmacro %}";
}

// The end of what begins at `at` and is no name: a string, or one character.
static size_t end_of_other(const std::string &source, size_t at)
{
    const char quote = source[at];

    if (quote != '"' && quote != '\'')
        return at + 1;
    for (at++; at < source.size() && source[at] != quote; at++)
        at += source[at] == '\\' ? 1 : 0;
    return at < source.size() ? at + 1 : source.size();
}

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

// A block: what the library sets to today is another name there, but behind a
// dot, where it is somebody's member.
static void rename_in_block(const std::string &block, std::string &out)
{
    char last = ' ';
    size_t end;

    for (size_t at = 0; at < block.size(); at = end) {
        for (end = at; end < block.size() && is_of_name(block[end]);)
            end++;
        const std::string word = block.substr(at, end - at);

        if (end == at)
            end = end_of_other(block, at);
        if (last != '.' && (word == "date_string" || word == "datetime"))
            out += "own_";
        out.append(block, at, end - at);
        if (block[end - 1] != ' ')
            last = block[end - 1];
    }
}

static std::string rename_dates(const std::string &source)
{
    std::string out;
    size_t at = 0;
    size_t begin;

    while ((begin = source.find('{', at)) != std::string::npos
           && begin + 1 < source.size()) {
        const char kind = source[begin + 1];
        const std::string close = kind == '{'   ? "}}"
                                  : kind == '%' ? "%}"
                                  : kind == '#' ? "#}"
                                                : "";
        size_t end = begin + 1;

        // of a block: the next such end that stands in no string
        if (!close.empty()) {
            end = begin + 2;
            while (end < source.size() && source.compare(end, 2, close) != 0)
                end = kind == '#' ? end + 1 : end_of_other(source, end);
        }
        out.append(source, at, begin - at);
        if (close.empty() || kind == '#') {
            out.append(source, begin, end - begin);
        } else {
            rename_in_block(source.substr(begin, end - begin), out);
        }
        at = end;
    }
    return out.append(source, at, std::string::npos);
}

std::string llama_jinja_pin_date(const std::string &source)
{
    std::string out = rename_dates(replace_literals(source));

    if (out.find("strftime_now") == std::string::npos)
        return out;
    // the end of a block takes one line break with it; a text that begins with
    // neither needs none, and so keeps its line numbers
    return macro() + (out.find_first_of(" \t\r\n") == 0 ? "\n" : "") + out;
}
