// C++ because the library has its place for other products as C++ classes only:
// it asks them, of each step of a computation, whether they take it.  They come
// as kinds of memory for weights; this one has none and is never chosen as
// such, so weights stay where they are, in the mapped file.
#include "generate/llama/llama_tile_hook.h"

#include "generate/llama/llama_tile.h"

#if __has_include(<ggml-internal/traits.h>)
#    include <ggml-cpu.h>
#    include <ggml-internal/traits.h>

#    include <algorithm>

namespace
{

enum {
    ROWS_AT_ONCE = 32,   // of a thread, until it takes the next ones
    GROUPS_AT_ONCE = 16, // of columns: what stays in a core's second cache
};

struct shape {
    const ggml_tensor *weights; // [rows][length]
    const ggml_tensor *numbers; // [columns][length]
    int64_t num_blocks;
    int64_t num_groups;  // of columns
    size_t group_bytes;  // of rows or columns
    size_t column_bytes; // of one, packed
};

size_t aligned(size_t bytes)
{
    return (bytes + LLAMA_TILE_ALIGN - 1) / LLAMA_TILE_ALIGN * LLAMA_TILE_ALIGN;
}

shape shape_of(const ggml_tensor *op)
{
    const ggml_tensor *numbers = op->src[1];
    const int64_t num_blocks = op->src[0]->ne[0] / LLAMA_TILE_BLOCK;

    return { op->src[0],
             numbers,
             num_blocks,
             (numbers->ne[1] + LLAMA_TILE - 1) / LLAMA_TILE,
             llama_tile_bytes(num_blocks),
             aligned(ggml_row_size(GGML_TYPE_Q8_1, numbers->ne[0])) };
}

bool is_on; // llama_tile_hook() was last called to have it

// One column goes through the library: as fast, and the sums are the same.
bool takes(const ggml_tensor *op)
{
    const ggml_tensor *weights = op->src[0];
    const ggml_tensor *numbers = op->src[1];

    return is_on && op->op == GGML_OP_MUL_MAT && weights->type == GGML_TYPE_Q4_1
           && numbers->type == GGML_TYPE_F32 && numbers->ne[1] > 1
           && weights->ne[1] % LLAMA_TILE == 0 && weights->ne[2] == 1
           && weights->ne[3] == 1 && numbers->ne[2] == 1 && numbers->ne[3] == 1
           && numbers->nb[0] == sizeof(float) && op->nb[0] == sizeof(float)
           && ggml_get_op_params_i32(op, 1) == GGML_HINT_NONE;
}

// Work memory: the groups of columns, then for each thread a group of rows and
// a packed column.
char *own_memory(const ggml_compute_params *params, const shape &self)
{
    char *all = (char *)aligned((size_t)params->wdata);

    return all + (size_t)self.num_groups * self.group_bytes
           + (size_t)params->ith * (self.group_bytes + self.column_bytes);
}

void place_columns(const ggml_compute_params *params, const shape &self)
{
    const auto pack = ggml_get_type_traits_cpu(GGML_TYPE_Q8_1)->from_float;
    char *all = (char *)aligned((size_t)params->wdata);
    char *packed = own_memory(params, self) + self.group_bytes;

    for (int64_t i = params->ith; i < self.num_groups; i += params->nth) {
        for (int at = 0; at < LLAMA_TILE; at++) {
            const int64_t column = i * LLAMA_TILE + at;
            const bool is_there = column < self.numbers->ne[1];

            if (is_there) {
                pack((const float *)((const char *)self.numbers->data
                                     + (size_t)column * self.numbers->nb[1]),
                     packed,
                     self.numbers->ne[0]);
            }
            llama_tile_place(is_there ? packed : nullptr,
                             self.num_blocks,
                             at,
                             all + (size_t)i * self.group_bytes);
        }
    }
}

void multiply_row_group(const ggml_compute_params *params,
                        const shape &self,
                        const ggml_tensor *out,
                        int64_t row,
                        int64_t first_group)
{
    const char *all = (const char *)aligned((size_t)params->wdata);
    const int64_t end =
        std::min<int64_t>(first_group + GROUPS_AT_ONCE, self.num_groups);
    char *rows = own_memory(params, self);

    llama_tile_unpack((const char *)self.weights->data
                          + (size_t)row * self.weights->nb[1],
                      self.weights->nb[1],
                      self.num_blocks,
                      rows);
    for (int64_t i = first_group; i < end; i++) {
        const int64_t column = i * LLAMA_TILE;
        const int64_t left = self.numbers->ne[1] - column;

        llama_tile_multiply(
            rows,
            all + (size_t)i * self.group_bytes,
            self.num_blocks,
            (int)std::min<int64_t>(left, LLAMA_TILE),
            (float *)((char *)out->data + (size_t)column * out->nb[1]) + row,
            out->nb[1]);
    }
}

void multiply_rows(const ggml_compute_params *params,
                   const shape &self,
                   const ggml_tensor *out,
                   int64_t first)
{
    const int64_t num_rows = self.weights->ne[1];
    const int64_t end = std::min<int64_t>(first + ROWS_AT_ONCE, num_rows);

    for (int64_t group = 0; group < self.num_groups; group += GROUPS_AT_ONCE) {
        for (int64_t row = first; row < end; row += LLAMA_TILE)
            multiply_row_group(params, self, out, row, group);
    }
}

class products : public ggml::cpu::tensor_traits
{
  public:
    bool work_size(int num_threads,
                   const ggml_tensor *op,
                   size_t &size) override
    {
        const shape self = shape_of(op);

        size = LLAMA_TILE_ALIGN + (size_t)self.num_groups * self.group_bytes
               + (size_t)num_threads * (self.group_bytes + self.column_bytes);
        return true;
    }

    bool compute_forward(ggml_compute_params *params, ggml_tensor *op) override
    {
        const shape self = shape_of(op);

        if (params->use_ref)
            return false;
        place_columns(params, self);
        if (params->ith == 0)
            ggml_threadpool_chunk_set(params->threadpool, params->nth);
        ggml_barrier(params->threadpool);
        for (int64_t i = params->ith; i * ROWS_AT_ONCE < self.weights->ne[1];
             i = ggml_threadpool_chunk_add(params->threadpool, 1))
            multiply_rows(params, self, op, i * ROWS_AT_ONCE);
        return true;
    }
};

class place : public ggml::cpu::extra_buffer_type
{
    products own;

  public:
    bool supports_op(ggml_backend_dev_t, const ggml_tensor *) override
    {
        return false;
    }

    ggml::cpu::tensor_traits *get_tensor_traits(const ggml_tensor *op) override
    {
        return takes(op) ? &own : nullptr;
    }
};

const char *name_of(ggml_backend_buffer_type_t)
{
    return "none, products only";
}

ggml_backend_buffer_t no_memory(ggml_backend_buffer_type_t, size_t)
{
    return nullptr;
}

size_t alignment_of(ggml_backend_buffer_type_t)
{
    return LLAMA_TILE_ALIGN;
}

bool add()
{
    static place context;
    static ggml_backend_buffer_type kind = {
        { name_of, no_memory, alignment_of, nullptr, nullptr, nullptr },
        ggml_backend_reg_dev_get(ggml_backend_cpu_reg(), 0),
        &context
    };

    if (!llama_tile_works())
        return false;
    ggml_backend_cpu_get_extra_buffer_types().push_back(&kind);
    return true;
}

} // namespace

extern "C" bool llama_tile_hook(bool is_wanted)
{
    static const bool is_there = add();

    is_on = is_wanted;
    return is_there && is_wanted;
}
#else
extern "C" bool llama_tile_hook(bool)
{
    return false;
}
#endif
