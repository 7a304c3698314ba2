/*
 * NVIDIA's driver has a folder for each GPU, named by its place on the bus, with
 * a file `information` of lines "Model: ...", "GPU UUID: GPU-...", "Device
 * Minor: 0".  CUDA counts them by speed or, which is the same for equal ones, in
 * the order of the bus; those whose device file may not be opened (cgroups of a
 * job) it does not count.
 */
#include "near/near_gpus.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "trustsweep/error.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_INFORMATION = 65536, MAX_GPUS = 1024 };

struct gpu {
    char bus[NEAR_BUS];
    char *model;
    char *uuid;
};

struct node {
    struct gpu *gpus; /* [num] those that may be used */
    size_t num;
};

static void release(struct node *self)
{
    for (size_t i = 0; i < self->num; i++) {
        free(self->gpus[i].model);
        free(self->gpus[i].uuid);
    }
    free(self->gpus);
}

/* What stands behind "NAME:" at the beginning of a line; free(), or NULL. */
static char *value_of(const char *information, const char *name)
{
    const size_t len = strlen(name);

    for (const char *line = information; line;) {
        if (strncmp(line, name, len) == 0 && line[len] == ':') {
            line += len + 1;
            line += strspn(line, " \t");
            return mem_text_len(line, strcspn(line, "\r\n"));
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return NULL;
}

static bool may_open(const char *root, const char *minor)
{
    char *path = text_format("%s/dev/nvidia%s", root, minor ? minor : "");
    const int fd = minor ? open(path, O_RDWR | O_CLOEXEC) : -1;

    free(path);
    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

static void add(struct node *out,
                const char *root,
                const char *folder,
                const char *bus)
{
    char *path = text_format("%s/%s/information", folder, bus);
    struct gpu gpu = { 0 };
    struct text all = { 0 };
    char *minor = NULL;

    if (strlen(bus) < NEAR_BUS
        && file_read(path, MAX_INFORMATION, &all, NULL) == 0)
        minor = value_of(text_data(&all), "Device Minor");
    if (may_open(root, minor)) {
        (void)snprintf(gpu.bus, sizeof gpu.bus, "%s", bus);
        gpu.model = value_of(text_data(&all), "Model");
        gpu.uuid = value_of(text_data(&all), "GPU UUID");
        out->gpus[out->num++] = gpu;
    }
    free(minor);
    text_release(&all);
    free(path);
}

static int ask_driver(const struct near_gpus_params *params,
                      struct node *out,
                      struct error *err)
{
    char *folder = text_format("%s/proc/driver/nvidia/gpus", params->root);
    struct name_list names = { 0 };
    int rc = file_list(folder, &names, NULL);

    if (rc < 0) {
        (void)error_set(err,
                        ERR_USAGE,
                        "there is no %s, which says where GPUs are; "
                        "TRUSTSWEEP_GPU_BUS can",
                        folder);
    } else {
        out->gpus = mem_alloc(names.num, sizeof *out->gpus);
        for (size_t i = 0; i < names.num; i++)
            add(out, params->root, folder, names.names[i]);
    }
    name_list_release(&names);
    free(folder);
    return rc;
}

/* "0000:17:00.0,0000:65:00.0" */
static int take_list(const char *list, struct node *out, struct error *err)
{
    out->gpus = mem_alloc(strlen(list) / 2 + 1, sizeof *out->gpus);
    while (*list) {
        const size_t len = strcspn(list, ",");

        if (len == 0 || len >= NEAR_BUS || out->num == MAX_GPUS) {
            return error_set(err,
                             ERR_USAGE,
                             "TRUSTSWEEP_GPU_BUS: write 0000:17:00.0, and a "
                             "comma before the next one");
        }
        (void)snprintf(out->gpus[out->num++].bus,
                       NEAR_BUS,
                       "%.*s",
                       (int)len,
                       list);
        list += len;
        list += *list == ',';
    }
    return 0;
}

/* Which is the first of several kinds only the driver's own library knows. */
static int check_order(const struct node *node,
                       const char *order,
                       struct error *err)
{
    for (size_t i = 1; i < node->num; i++) {
        if (!text_equal(order, "PCI_BUS_ID")
            && !text_equal(node->gpus[i].model, node->gpus[0].model)) {
            return error_set(err,
                             ERR_USAGE,
                             "its GPUs are of several models, in an order of "
                             "their speed: set CUDA_DEVICE_ORDER=PCI_BUS_ID");
        }
    }
    return 0;
}

/* A number, or a name or its beginning. */
static const struct gpu *find(const struct node *node, const char *word)
{
    int64_t number;

    if (text_to_int64(word, &number)) {
        return number >= 0 && (uint64_t)number < node->num ? &node->gpus[number]
                                                           : NULL;
    }
    for (size_t i = 0; i < node->num && text_starts(word, "GPU-"); i++) {
        if (node->gpus[i].uuid && text_starts(node->gpus[i].uuid, word))
            return &node->gpus[i];
    }
    return NULL;
}

static int choose(const struct node *node,
                  const char *visible,
                  struct near_gpus *out,
                  struct error *err)
{
    const size_t most = visible ? strlen(visible) / 2 + 1 : node->num;

    out->bus = mem_alloc(most, sizeof *out->bus);
    for (size_t i = 0; !visible && i < node->num; i++)
        memcpy(out->bus[out->num++], node->gpus[i].bus, NEAR_BUS);
    while (visible && *visible) {
        char *word = mem_text_len(visible, strcspn(visible, ","));
        const struct gpu *gpu = find(node, word);

        if (!gpu) {
            (void)error_set(err,
                            ERR_USAGE,
                            "CUDA_VISIBLE_DEVICES names '%s', of which the "
                            "place is not known",
                            word);
            free(word);
            return -1;
        }
        memcpy(out->bus[out->num++], gpu->bus, NEAR_BUS);
        visible += strlen(word);
        visible += *visible == ',';
        free(word);
    }
    return 0;
}

int near_gpus_read(struct near_gpus *out,
                   const struct near_gpus_params *params,
                   struct error *err)
{
    struct node node = { 0 };
    int rc;

    *out = (struct near_gpus){ 0 };
    if (params->buses && *params->buses) {
        rc = take_list(params->buses, &node, err);
    } else {
        rc = ask_driver(params, &node, err);
        if (rc == 0)
            rc = check_order(&node, params->order, err);
    }
    if (rc == 0)
        rc = choose(&node, params->visible, out, err);
    release(&node);
    if (rc < 0)
        near_gpus_release(out);
    return rc;
}

void near_gpus_release(struct near_gpus *self)
{
    free(self->bus);
    *self = (struct near_gpus){ 0 };
}
