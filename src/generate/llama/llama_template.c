#include "generate/llama/llama_template.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "generate/llama/llama_template_process.h"
#include "trustsweep/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct llama_template {
    struct llama_template_source source;
    struct llama_template_process process;
    char *override_text;
    char *origin;
    char *open;  /* of reasoning */
    char *close; /* the same */
    char *lost;  /* what the last process ended of; or NULL */
    int num_lost;
    struct hash128
        lost_of[LLAMA_TEMPLATE_LOSSES]; /* [num_lost] what was asked */
};

static int refuse(const struct llama_template *self,
                  enum error_code code,
                  const char *why,
                  struct error *err)
{
    return error_set(err,
                     code,
                     "chat template of %s: %s; chat_template=FILE takes "
                     "another one",
                     self->origin,
                     why);
}

/* Its process has ended. */
static int lose(struct llama_template *self,
                enum error_code code,
                struct error *err)
{
    free(self->lost);
    self->lost = llama_template_process_end(&self->process);
    self->num_lost++;
    return refuse(self, code, self->lost, err);
}

/* Its first answer: what it has learned of the template, or why it cannot. */
static int start(struct llama_template *self,
                 enum error_code code,
                 struct error *err)
{
    struct text said = { 0 };
    struct buffer body;
    char *why;
    int rc = 0;

    if (llama_template_process_start(&self->process, &self->source, err) < 0)
        return -1;
    if (llama_template_process_hear(&self->process, &said) < 0)
        return lose(self, code, err);
    buffer_init(&body, text_data(&said), said.len);
    why = buffer_text(&body, NULL);
    if (why) {
        rc = refuse(self, code, why, err);
        free(llama_template_process_end(&self->process));
    } else if (!self->open) { /* a later process has nothing new to say */
        self->open = buffer_text(&body, NULL);
        self->close = buffer_text(&body, NULL);
    }
    free(why);
    text_release(&said);
    return rc;
}

struct llama_template *llama_template_create(const struct llama_model *model,
                                             const char *override_text,
                                             const char *origin,
                                             struct error *err)
{
    struct llama_template *self = mem_alloc(1, sizeof *self);

    self->override_text = mem_text(override_text);
    self->origin = mem_text(origin);
    self->source = (struct llama_template_source){
        .model = model,
        .override_text = self->override_text,
    };
    if (start(self, ERR_FORMAT, err) == 0)
        return self;
    llama_template_destroy(self);
    return NULL;
}

void llama_template_destroy(struct llama_template *self)
{
    if (!self)
        return;
    free(llama_template_process_end(&self->process));
    free(self->override_text);
    free(self->origin);
    free(self->open);
    free(self->close);
    free(self->lost);
    free(self);
}

static bool has_lost(const struct llama_template *self, struct hash128 hash)
{
    for (int i = 0; i < self->num_lost && i < LLAMA_TEMPLATE_LOSSES; i++) {
        if (hash_equal(self->lost_of[i], hash))
            return true;
    }
    return false;
}

char *llama_template_render(struct llama_template *self,
                            const char *const *roles,
                            const char *const *texts,
                            size_t num,
                            bool thinking,
                            struct error *err)
{
    struct text asked = { 0 };
    struct text said = { 0 };
    struct buffer body;
    struct hash128 hash;
    char *why;
    char *out = NULL;

    buffer_put_u8(&asked, thinking);
    buffer_put_u32(&asked, (uint32_t)num);
    for (size_t i = 0; i < num; i++) {
        buffer_put_text(&asked, roles[i]);
        buffer_put_text(&asked, texts[i]);
    }
    hash = hash_bytes(text_data(&asked), asked.len);
    /* one that comes again, as what failed is tried again, costs no process */
    if (self->num_lost >= LLAMA_TEMPLATE_LOSSES || has_lost(self, hash)) {
        (void)refuse(self, ERR_PERMANENT, self->lost, err);
        text_release(&asked);
        return NULL;
    }
    if (self->process.pid <= 0 && start(self, ERR_PERMANENT, err) < 0) {
        text_release(&asked);
        return NULL;
    }
    if (llama_template_process_ask(&self->process, &asked) < 0
        || llama_template_process_hear(&self->process, &said) < 0) {
        if (self->num_lost < LLAMA_TEMPLATE_LOSSES)
            self->lost_of[self->num_lost] = hash;
        (void)lose(self, ERR_PERMANENT, err);
    } else {
        buffer_init(&body, text_data(&said), said.len);
        why = buffer_text(&body, NULL);
        if (why) {
            (void)refuse(self, ERR_PERMANENT, why, err);
        } else {
            out = buffer_text(&body, NULL);
        }
        free(why);
    }
    text_release(&said);
    text_release(&asked);
    return out;
}

const char *llama_template_think_open(const struct llama_template *self)
{
    return self->open ? self->open : "";
}

const char *llama_template_think_close(const struct llama_template *self)
{
    return self->close ? self->close : "";
}
