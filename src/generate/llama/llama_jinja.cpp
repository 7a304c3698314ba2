// C++ because llama.cpp's Jinja engine has no C interface.  Nothing thrown
// leaves this file.
#include "generate/llama/llama_jinja.h"

#include "generate/llama/llama_jinja_date.h"

#include <llama.h>

#include <chat.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <regex>
#include <string>
#include <utility>

static const size_t max_rendered = (size_t)16 << 20;

struct llama_jinja {
    common_chat_templates_ptr templates;
    std::string open, close; // of reasoning
    bool has_learned;        // these, and the next one
    bool is_plain; // its prompts need no more than rendering; see below
};

// What the library says on several lines, with rulers and arrows, on one: what
// is wrong, and in which line of the template.
static std::string on_one_line(const std::string &said)
{
    static const std::regex place("at (line [0-9]+), column [0-9]+ in source");
    const size_t error = said.rfind("\nError: ");
    std::smatch found;
    std::string out = said;

    if (error != std::string::npos && std::regex_search(said, found, place))
        out = found.str(1) + ": " + said.substr(error + 8);
    if (out.find("std::bad_alloc") != std::string::npos)
        out.replace(out.find("std::bad_alloc"),
                    std::string::npos,
                    "it takes more memory than a template may");
    for (size_t at; (at = out.find_first_of("\r\n")) != std::string::npos;)
        out.replace(at, 1, " ");
    return out;
}

// Of the exception that is being handled, whatever it is.
static void explain(char *why, size_t why_size)
{
    try {
        throw;
    } catch (const std::exception &error) {
        snprintf(why, why_size, "%s", on_one_line(error.what()).c_str());
    } catch (...) {
        snprintf(why, why_size, "an unknown exception");
    }
}

// The library throws a copy of its exception that has lost the text.
static void explain_source(const std::string &source,
                           char *why,
                           size_t why_size)
{
    explain(why, why_size);
    try {
        (void)jinja::parse_from_tokens(jinja::lexer().tokenize(source));
    } catch (...) {
        explain(why, why_size);
    }
}

// The library cuts off the text of the token that begins a text, and what is
// rendered is to be what the template says.  So it begins with a mark, which is
// taken off again.  White space at the beginning is no place for one, as the
// engine trims it; and of two characters, as it loses a single one before a block.
static const char mark[] = "\x01\x01";

static std::string begin_with_mark(const std::string &source)
{
    const bool has_place =
        !source.empty() && source.find_first_of(" \t\r\n") != 0;

    return has_place ? mark + source : source;
}

static std::string without_mark(const std::string &rendered)
{
    const size_t len = sizeof mark - 1;

    return rendered.compare(0, len, mark) == 0 ? rendered.substr(len)
                                               : rendered;
}

extern "C" struct llama_jinja *llama_jinja_create(
    const struct llama_model *model,
    const char *override_text,
    char *why,
    size_t why_size)
{
    std::string source;

    try {
        const char *own = llama_model_chat_template(model, nullptr);

        source =
            begin_with_mark(llama_jinja_pin_date(override_text ? override_text
                                                 : own         ? own
                                                               : ""));
        return new llama_jinja{ common_chat_templates_init(model, source),
                                "",
                                "",
                                false,
                                false };
    } catch (...) {
        explain_source(source, why, why_size);
        return nullptr;
    }
}

extern "C" void llama_jinja_destroy(struct llama_jinja *self)
{
    delete self;
}

static common_chat_params render(const struct llama_jinja *self,
                                 const char *const *roles,
                                 const char *const *texts,
                                 size_t num,
                                 bool thinking,
                                 bool is_plain)
{
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
    // as Granite and DeepSeek call it
    inputs.chat_template_kwargs["thinking"] = thinking ? "true" : "false";
    inputs.force_pure_content = is_plain;
    return common_chat_templates_apply(self->templates.get(), inputs);
}

extern "C" char *llama_jinja_render(const struct llama_jinja *self,
                                    const char *const *roles,
                                    const char *const *texts,
                                    size_t num,
                                    bool thinking,
                                    char *why,
                                    size_t why_size)
{
    try {
        const std::string prompt = without_mark(
            render(self, roles, texts, num, thinking, self->is_plain).prompt);

        if (prompt.size() <= max_rendered)
            return strdup(prompt.c_str());
        snprintf(why,
                 why_size,
                 "it renders %zu MiB of text, and %zu MiB are the most",
                 prompt.size() >> 20,
                 max_rendered >> 20);
        return nullptr;
    } catch (...) {
        explain(why, why_size);
        return nullptr;
    }
}

// For each prompt the library renders the template some fifty times, to learn
// how replies to it are to be read: milliseconds, for what is thrown away here.
// It leaves that out on request, and with it what it does to the messages of
// some families; those are told by their prompts.
static bool is_same_plainly(const struct llama_jinja *self)
{
    static const char *const roles[] = { "system",
                                         "user",
                                         "assistant",
                                         "user" };
    static const char *const texts[] = { "Be brief.", " Why?\n", "So.", "Ah?" };

    for (int i = 0; i < 8; i++) {
        const size_t first = i & 1 ? 0 : 1;
        const size_t num = (i & 2 ? 4 : 2) - first;
        std::string prompts[2];

        for (int plain = 0; plain < 2; plain++) {
            try {
                prompts[plain] = render(self,
                                        roles + first,
                                        texts + first,
                                        num,
                                        (i & 4) != 0,
                                        plain != 0)
                                     .prompt;
            } catch (...) {
                prompts[plain] = "it refuses";
            }
        }
        if (prompts[0] != prompts[1])
            return false;
    }
    return true;
}

// A template that refuses this question may take another one.
static void learn(struct llama_jinja *self)
{
    static const char *const role = "user";
    static const char *const text = "Hello.";

    if (self->has_learned)
        return;
    self->has_learned = true;
    try {
        const auto found = render(self, &role, &text, 1, true, false);

        if (!found.thinking_start_tag.empty()
            && !found.thinking_end_tags.empty()) {
            self->open = found.thinking_start_tag;
            self->close = found.thinking_end_tags.front();
        }
    } catch (...) {
        self->open = self->close = "";
    }
    self->is_plain = is_same_plainly(self);
}

extern "C" const char *llama_jinja_think_open(struct llama_jinja *self)
{
    learn(self);
    return self->open.c_str();
}

extern "C" const char *llama_jinja_think_close(struct llama_jinja *self)
{
    learn(self);
    return self->close.c_str();
}
