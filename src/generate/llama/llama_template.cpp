// C++ because llama.cpp's Jinja engine has no C interface.  Nothing thrown
// leaves this file.
#include "generate/llama/llama_template.h"

#include <llama.h>

#include <chat.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <regex>
#include <string>
#include <utility>

struct llama_template {
    common_chat_templates_ptr templates;
};

// Of the exception that is being handled, whatever it is.
static void explain(char *why, size_t why_size)
{
    try {
        throw;
    } catch (const std::exception &error) {
        snprintf(why, why_size, "%s", error.what());
    } catch (...) {
        snprintf(why, why_size, "an unknown exception");
    }
}

// A template that prints the date must print the same one every day: that of
// 1 January 2024.  The library reads the clock for it, so the calls are replaced
// by what they are to give; and it sets a `date_string` to today, which is
// nobody's name now: a template then takes the date it has for that case.
static std::string pin_date(const std::string &source)
{
    static const std::regex call(
        "strftime_now\\(\\s{0,8}([\"'])([^\"']{0,64})\\1\\s{0,8}\\)");
    const std::time_t then = 1704067200;
    std::string out;
    size_t at = 0;

    for (std::sregex_iterator i(source.begin(), source.end(), call), end;
         i != end;
         ++i) {
        const std::string quote = i->str(1);
        char date[128] = "";
        std::tm parts;

        (void)std::strftime(date,
                            sizeof date,
                            i->str(2).c_str(),
                            gmtime_r(&then, &parts));
        out.append(source, at, (size_t)i->position() - at);
        out += "(" + quote + date + quote + ")";
        at = (size_t)(i->position() + i->length());
    }
    out.append(source, at, std::string::npos);
    return std::regex_replace(out,
                              std::regex("\\bdate_string\\b"),
                              "own_date_string");
}

extern "C" struct llama_template *llama_template_create(
    const struct llama_model *model,
    const char *override_text,
    char *why,
    size_t why_size)
{
    try {
        const char *own = llama_model_chat_template(model, nullptr);
        auto templates =
            common_chat_templates_init(model,
                                       pin_date(override_text ? override_text
                                                : own         ? own
                                                              : ""));

        return new llama_template{ std::move(templates) };
    } catch (...) {
        explain(why, why_size);
        return nullptr;
    }
}

extern "C" void llama_template_destroy(struct llama_template *self)
{
    delete self;
}

extern "C" char *llama_template_render(const struct llama_template *self,
                                       const char *const *roles,
                                       const char *const *texts,
                                       size_t num,
                                       bool thinking,
                                       char *why,
                                       size_t why_size)
{
    try {
        common_chat_templates_inputs inputs;

        for (size_t i = 0; i < num; i++) {
            common_chat_msg message;

            message.role = roles[i];
            message.content = texts[i];
            inputs.messages.push_back(message);
        }
        inputs.add_generation_prompt = true;
        inputs.use_jinja = true;
        inputs.enable_thinking = thinking;
        auto rendered =
            common_chat_templates_apply(self->templates.get(), inputs);

        return strdup(rendered.prompt.c_str());
    } catch (...) {
        explain(why, why_size);
        return nullptr;
    }
}
