#include "cli/sweep/at_hand.h"

#include "base/mem.h"
#include "cli/sweep/pieces.h"
#include "trustsweep/error.h"

#include <stdio.h>
#include <stdlib.h>

bool at_hand_check(const struct at_hand *list,
                   size_t num,
                   int num_gpus,
                   at_hand_fn tell,
                   void *context)
{
    bool is_good = true;

    for (size_t i = 0; i < num; i++) {
        struct error err = { 0 };

        if (!list[i].spec)
            continue;
        if (backend_at_hand(list[i].spec, &err) < 0) {
            tell(context, &list[i], true, err.text);
            is_good = false;
        } else if (list[i].facts->leaves_gpus && num_gpus > 0) {
            tell(context,
                 &list[i],
                 false,
                 "it stays on the CPU (gpu_layers=0, or a llama.cpp that was "
                 "built for no GPU), and this machine has a GPU");
        }
    }
    return is_good;
}

bool at_hand_check_pieces(const struct pieces *pieces,
                          int num_gpus,
                          at_hand_fn tell,
                          void *context)
{
    struct at_hand *list = mem_alloc(pieces->num, sizeof *list);
    bool is_good;

    for (size_t i = 0; i < pieces->num; i++) {
        const struct piece *piece = &pieces->list[i];

        list[i] = (struct at_hand){
            .kind = piece->kind,
            .name = piece->name,
            .spec = piece->state == PIECE_READY ? piece->spec : NULL,
            .facts = &piece->facts,
        };
    }
    is_good = at_hand_check(list, pieces->num, num_gpus, tell, context);
    free(list);
    return is_good;
}

void at_hand_warn(void *command,
                  const struct at_hand *who,
                  bool is_bad,
                  const char *what)
{
    (void)is_bad;
    fprintf(stderr,
            "trustsweep %s: warning: %s '%s': %s\n",
            (const char *)command,
            who->kind,
            who->name,
            what);
}
