#include "cli/sweep/at_hand.h"

#include "trustsweep/error.h"

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
