#include "generate/llama/llama_jinja_date.h"

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

std::string llama_jinja_pin_date(const std::string &source)
{
    static const std::regex own("\\bdate_string\\b");
    std::string out =
        std::regex_replace(replace_literals(source), own, "own_date_string");

    if (out.find("strftime_now") == std::string::npos)
        return out;
    // the end of a block takes one line break with it; a text that begins with
    // neither needs none, and so keeps its line numbers
    return macro() + (out.find_first_of(" \t\r\n") == 0 ? "\n" : "") + out;
}
