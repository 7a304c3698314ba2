#include "cli/run/rank.h"

#include "base/log.h"
#include "base/pace.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/forecast/places.h"
#include "cli/run/rank_files.h"
#include "cli/run/rank_near.h"
#include "cli/run/rank_watchdog.h"
#include "cli/sweep/part.h"
#include "cli/sweep/sweep.h"
#include "comm/transport_mpi.h"
#include "dispatch/worker.h"
#include "generate/parts/secrets.h"
#include "generate/server/server_port.h"
#include "job/job.h"
#include "launch/allocation.h"
#include "trustsweep/error.h"
#include "trustsweep/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    STEP_MS = 5,
    FAREWELL_S = 3600, /* for rank 0 to write the results */
};

/* Of this rank; make() has no other way to them. */
static struct rank_near *nearby;
static struct rank_files *files;

enum { MAX_THREADS = 1024 };

/* A share of the cores of this node; a GPU by position among its workers.  Those
 * without one share with all of the node: models with `gpus` of 0 compute. */
static void choose_slot(struct worker_params *settings,
                        const struct mpi_place *place)
{
    const int sharers = place->local_worker < 0
                            ? place->local_size - (place->node == 0)
                            : place->local_workers;
    int64_t wish;
    const char *given = getenv("TRUSTSWEEP_THREADS");
    struct slot slot = { 0 };

    settings->num_behind = places_devices(place->local_worker,
                                          place->local_workers,
                                          place->num_devices,
                                          &slot,
                                          settings->behind);
    rank_near_bind(nearby, &slot);
    slot.threads = allocation_threads(sysconf(_SC_NPROCESSORS_ONLN),
                                      (long)parallel_cores(),
                                      sharers);
    if (given && text_to_int64(given, &wish) && wish > 0
        && wish <= MAX_THREADS) {
        slot.threads = (int)wish;
    } else if (given && *given) {
        log_warn("$TRUSTSWEEP_THREADS is no number of 1 to %d: %d are used",
                 MAX_THREADS,
                 slot.threads);
    }
    settings->slot = slot;
}

static bool is_loading(const struct backend *backend)
{
    return backend_load_s(backend) < 0;
}

static const char in_step[] = "in a step of its backend";

/* A model that loads in this process may take as long as a load may. */
static struct backend *make(const char *spec,
                            const struct slot *slot,
                            struct error *err)
{
    struct worker_params limits;
    struct backend *backend;
    struct slot bound = *slot;

    if (rank_files_check(files, spec, err) < 0)
        return NULL;

    /* it inherits the cores; a slot of several GPUs has those of more ranks */
    rank_near_bind(nearby, &bound);
    rank_near_log(nearby);
    worker_params_defaults(&limits);
    rank_watchdog_arm_for("while its backend was made",
                          limits.load_promise_ms / 1000);
    backend = backend_create(spec, &bound, err);
    rank_watchdog_arm(in_step);
    return backend;
}

/* LOG/rankN.log beside rank 0's, which has made the folder by the time it
 * answers.  Where this node does not see it there is no log. */
static void open_log(const struct rank_params *params, int rank)
{
    const struct sweep_params *sweep = params->sweep;
    struct job *job =
        job_read(sweep->job_path, sweep->sets, sweep->num_sets, NULL);
    char *folder = job ? part_folder(job, sweep->where, params->output) : NULL;

    if (folder) {
        char *path = text_format("%s/log/rank%d.log", folder, rank);

        (void)log_open(path, rank, NULL);
        free(path);
    }
    free(folder);
    job_destroy(job);
}

/* Before the first model is loaded: a server that is started gets no key of
 * another model of the job, and files are those of the start. */
static void look_at_job(const struct rank_params *params)
{
    const struct sweep_params *sweep = params->sweep;
    struct job *job =
        job_read(sweep->job_path, sweep->sets, sweep->num_sets, NULL);

    for (size_t i = 0; job && i < job->num_models; i++)
        secrets_note_spec(job->models[i].backend);
    for (int i = 0; job && i < NUM_ROLES; i++)
        secrets_note_spec(job->roles[i].backend);
    files = rank_files_note(job);
    job_destroy(job);
}

int rank_work(const struct rank_params *params,
              struct transport *transport,
              const struct mpi_place *place)
{
    struct worker_params settings;
    struct worker *worker;
    struct error err = { 0 };
    pid_t launcher = getppid();
    struct pace pace = { 0 };
    bool has_log = false;
    int rc = 0;

    look_at_job(params);
    worker_params_defaults(&settings);
    settings.transport = transport;
    nearby = rank_near_find(place, params->is_near);
    choose_slot(&settings, place);
    settings.tag = params->tag;
    settings.host = place->host;
    settings.make = make;
    settings.is_loading = is_loading;
    settings.free_port = server_port_free;
    worker = worker_create(&settings);
    while (rc >= 0 && !worker_is_stopped(worker)) {
        rank_watchdog_arm(in_step);
        rc = worker_step(worker, STEP_MS, &err);
        pace_rest(&pace, rc != 0);
        if (!has_log && worker_has_begun(worker)) {
            has_log = true;
            open_log(params, transport->rank);
            log_info("slot: threads=%d", settings.slot.threads);
            rank_near_log(nearby);
        }
        if (getppid() != launcher) {
            rc = error_set(&err, ERR_IO, "the launcher is gone");
            break;
        }
    }
    rank_watchdog_disarm();
    if (rc < 0) {
        /* rank 0 or the launcher is gone: MPI_Finalize would wait for it */
        transport_mpi_set_finalize(transport, false);
        fprintf(stderr,
                "trustsweep run: rank %d on %s: %s\n",
                transport->rank,
                place->host,
                err.text);
    }
    if (rc < 0)
        log_error("%s", err.text);
    worker_destroy(worker);
    rank_near_free(nearby);
    nearby = NULL;
    rank_files_free(files);
    files = NULL;
    log_close();
    if (rc >= 0) {
        /* rank 0 writes the results now, and may die of it */
        rank_watchdog_arm("waiting for rank 0 to end");
        (void)alarm(FAREWELL_S);
    }
    return rc < 0 ? 3 : 0;
}
