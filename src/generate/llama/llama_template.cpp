// The one C++ file: llama.cpp's Jinja engine has no C interface.  Nothing thrown
// leaves this file.
#include "generate/llama/llama_template.h"

#include <chat.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
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

extern "C" struct llama_template *llama_template_create(
    const struct llama_model *model,
    const char *override_text,
    char *why,
    size_t why_size)
{
    try {
        auto templates =
            common_chat_templates_init(model,
                                       override_text ? override_text : "");

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
        // a template that prints the date must print the same one every day
        inputs.now = std::chrono::system_clock::from_time_t(1704067200);
        auto rendered =
            common_chat_templates_apply(self->templates.get(), inputs);

        return strdup(rendered.prompt.c_str());
    } catch (...) {
        explain(why, why_size);
        return nullptr;
    }
}
