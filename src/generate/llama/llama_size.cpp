// C++ because the library tells its plan to C++ only.  Nothing thrown leaves
// this file.
#include "generate/llama/llama_size.h"

#include <llama.h>

#include <algorithm>
#include <exception>
#include <fit.h>
#include <vector>

extern "C" bool llama_size_find(const char *path,
                                const llama_model_params *model,
                                const llama_context_params *context,
                                llama_size *out)
{
    std::vector<ggml_backend_dev_t> devices;
    uint32_t layers = 0;
    uint32_t trained = 0;
    uint32_t experts = 0;

    *out = {};
    try {
        for (const auto &device :
             common_get_device_memory_data(path,
                                           model,
                                           context,
                                           devices,
                                           layers,
                                           trained,
                                           experts,
                                           GGML_LOG_LEVEL_ERROR)) {
            out->sequences += device.context;
            out->compute =
                std::max(out->compute, static_cast<uint64_t>(device.compute));
        }
    } catch (const std::exception &) {
        return false;
    }
    return true;
}
