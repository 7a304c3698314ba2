#include "choice/choice_prompt.h"

#include "base/json.h"
#include "base/text.h"

/* "high_school_physics" as words. */
static void add_subject(const char *subject, struct text *out)
{
    for (; *subject; subject++)
        text_add_len(out, *subject == '_' ? " " : subject, 1);
}

static void add_question(const struct choice_prompt *self,
                         const struct choice_item *item,
                         struct text *out)
{
    text_addf(out, "Question: %s\n", item->question);
    for (size_t i = 0; i < item->num_choices && !self->weighs_texts; i++)
        text_addf(out, "%c. %s\n", (char)('A' + (int)i), item->choices[i]);
    text_add(out, "Answer:");
}

static void write_prompt(const struct choice_prompt *self,
                         const struct choice_item *item,
                         struct text *out)
{
    struct choice_item example;

    if (!self->weighs_texts) {
        text_add(out, "Choose the right answer to each question on ");
        add_subject(item->subject, out);
        text_add(out, ". Reply with its letter only.\n\n");
    }
    for (size_t i = 0; i < self->num_examples; i++) {
        if (choice_item_read(self->examples[i], &example))
            continue; /* they were read before */
        add_question(self, &example, out);
        if (self->weighs_texts) {
            text_addf(out, " %s\n\n", example.choices[example.answer]);
        } else {
            text_addf(out, " %c\n\n", (char)('A' + (int)example.answer));
        }
    }
    add_question(self, item, out);
}

struct cJSON *choice_prompt_entry(const struct choice_prompt *self,
                                  const struct cJSON *question)
{
    struct cJSON *entry = json_copy(question);
    struct text prompt = { 0 };
    struct choice_item item;
    struct cJSON *weighed;

    (void)choice_item_read(question, &item);
    write_prompt(self, &item, &prompt);
    json_add_text(entry, "prompt", text_data(&prompt));
    weighed = json_add_array(entry, "weighed");
    for (size_t i = 0; i < item.num_choices; i++) {
        const char letter[] = { (char)('A' + (int)i), '\0' };

        json_append_text(weighed,
                         self->weighs_texts ? item.choices[i] : letter);
    }
    text_release(&prompt);
    return entry;
}
