/* How many workers a model takes, which GPUs they have, and what fits nowhere. */
#include "cli/forecast/api_workers.h"
#include "cli/forecast/places.h"
#include "comm/mpi_place.h"
#include "trustsweep/backend.h"
#include "trustsweep/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int width(const struct places *places,
                 int64_t gpus,
                 bool spans,
                 double gb,
                 struct error *err)
{
    const struct places_wish wish = { .name = "m",
                                      .gpus = gpus,
                                      .spans_nodes = spans,
                                      .memory_bytes = (uint64_t)(gb * 1e9),
                                      .gpu_memory_gb = 24 };

    return places_width(places, &wish, err);
}

static void test_widths(void **state)
{
    struct error err = { 0 };
    struct places places;

    (void)state;
    places_of_plan(&places, 8, 0, 4, 1, NULL);
    assert_int_equal(width(&places, -1, false, 20, &err), 1);
    assert_int_equal(width(&places, 0, false, 90, &err), 1);
    assert_int_equal(width(&places, 1, false, 20, &err), 1);
    assert_int_equal(width(&places, 4, false, 90, &err), 4);
    assert_int_equal(width(&places, 5, true, 90, &err), 8);
    assert_int_equal(width(&places, 5, false, 90, &err), -1);
    assert_non_null(strstr(err.text, "one node only: 4 here"));
    assert_int_equal(width(&places, 9, true, 90, &err), -1);
    assert_non_null(strstr(err.text, "all nodes together have 8"));
    assert_non_null(strstr(err.text, "3 nodes of 4"));
    assert_int_equal(places_nodes(&places, 4), 1);
    assert_int_equal(places_nodes(&places, 8), 2);
    assert_int_equal(width(&places, -1, false, 30, &err), -1);
    assert_non_null(strstr(err.text, "1 GPU of 24 GB"));
    assert_non_null(strstr(err.text, "2 could"));
    assert_int_equal(width(&places, 2, false, 50, &err), -1);
    assert_non_null(strstr(err.text, "3 could"));
    places_release(&places);
    places_of_plan(&places,
                   8,
                   0,
                   4,
                   2,
                   NULL); /* two GPUs a node, shared by two */
    assert_int_equal(width(&places, -1, false, 12, &err), 1);
    /* two workers of one GPU may both hold it */
    assert_int_equal(width(&places, -1, false, 13, &err), -1);
    assert_non_null(strstr(err.text, "share of a GPU of 24 GB"));
    assert_non_null(strstr(err.text, "gpus: 1"));
    assert_int_equal(width(&places, 1, false, 20, &err), 2);
    assert_int_equal(width(&places, 2, false, 20, &err), 4);
    assert_int_equal(width(&places, 3, false, 20, &err), -1);
    places_release(&places);
}

static void test_seats(void **state)
{
    /* rank 0 and two workers on the first node, two on the second */
    const struct mpi_seat seats[] = {
        { 0, -1, 2, 4, "", "" }, { 0, 0, 2, 4, "", "" }, { 3, 0, 2, 4, "", "" },
        { 0, 1, 2, 4, "", "" },  { 3, 1, 2, 4, "", "" },
    };
    struct error err = { 0 };
    struct places places;

    (void)state;
    places_of_seats(&places, seats, 5);
    assert_int_equal(places.num_workers, 4);
    assert_int_equal(places.num_nodes, 2);
    assert_int_equal(places.places[1].node, 3);
    assert_int_equal(places.places[2].at, 1);
    assert_int_equal(places.share, 1);
    /* a worker has two of the four GPUs for itself */
    assert_int_equal(width(&places, 2, false, 1, &err), 1);
    assert_int_equal(width(&places, 3, false, 1, &err), 2);
    places_release(&places);
}

/* Nodes that have not equally many workers are no slot together. */
static void test_odd_nodes(void **state)
{
    const struct mpi_seat seats[] = {
        { 0, -1, 1, 4, "", "" },
        { 0, 0, 1, 4, "", "" },
        { 2, 0, 2, 4, "", "" },
        { 2, 1, 2, 4, "", "" },
    };
    struct error err = { 0 };
    struct places places;

    (void)state;
    places_of_seats(&places, seats, 4);
    assert_int_equal(width(&places, 8, true, 1, &err), -1);
    assert_non_null(strstr(err.text, "equally many"));
    places_release(&places);
}

/* What one of them has is enough for a model of one node. */
static void test_nodes_that_differ(void **state)
{
    const struct mpi_seat seats[] = {
        { 0, -1, 4, 4, "", "" }, { 0, 0, 4, 4, "", "" }, { 0, 1, 4, 4, "", "" },
        { 0, 2, 4, 4, "", "" },  { 0, 3, 4, 4, "", "" }, { 5, 0, 2, 2, "", "" },
        { 5, 1, 2, 2, "", "" },
    };
    struct error err = { 0 };
    struct places places;

    (void)state;
    places_of_seats(&places, seats, 7);
    assert_int_equal(width(&places, 4, false, 1, &err), 4);
    assert_int_equal(width(&places, 5, false, 1, &err), -1);
    assert_non_null(strstr(err.text, "4 here"));
    places_release(&places);
}

/* Each type begins a node of its own, and fills as many as it needs. */
static void test_types_on_nodes_of_their_own(void **state)
{
    static const uint16_t of[] = { 1, 1, 0, 0, 0, 0, 0 };
    static const int nodes[] = { 0, 0, 1, 1, 1, 1, 2 };
    struct error err = { 0 };
    struct places places;

    (void)state;
    places_of_plan(&places, 7, 1, 4, 1, of);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(places.places[i].node, nodes[i]);
    assert_int_equal(places.places[2].at, 0);
    assert_true(places.places[7].is_apart);
    assert_int_equal(places.num_nodes, 3);
    assert_int_equal(width(&places, 4, false, 1, &err), 4);
    places_release(&places);
    places_of_plan(&places, 7, 0, 0, 1, of);
    assert_int_equal(places.num_nodes, 2);
    assert_int_equal(places.workers, 2);
    assert_int_equal(width(&places, 5, false, 1, &err), 5);
    assert_int_equal(width(&places, 6, false, 1, &err), -1);
    places_release(&places);
}

/* One worker has its GPU by itself, whatever could share it. */
static void test_one_worker_of_a_shared_gpu(void **state)
{
    struct error err = { 0 };
    struct places places;

    (void)state;
    places_of_plan(&places, 1, 0, 0, 4, NULL);
    assert_int_equal(width(&places, 1, false, 1, &err), 1);
    assert_int_equal(places_workers_for(&places, 1), 1);
    assert_int_equal(places_workers_for(&places, -1), 1);
    places_release(&places);
    places_of_plan(&places, 6, 0, 0, 4, NULL);
    assert_int_equal(places_workers_for(&places, 1), 3);
    assert_int_equal(places_workers_for(&places, 3), 12); /* there are two */
    places_release(&places);
}

/* Two workers without a GPU, ranks 1 and 2, on the first node of two. */
static void test_seats_apart(void **state)
{
    struct mpi_seat seats[] = {
        { 0, -1, 4, 2, "", "" }, { 0, 0, 4, 2, "", "" }, { 0, 1, 4, 2, "", "" },
        { 0, 2, 4, 2, "", "" },  { 0, 3, 4, 2, "", "" }, { 5, 0, 2, 2, "", "" },
        { 5, 1, 2, 2, "", "" },
    };
    struct error err = { 0 };
    struct places places;

    (void)state;
    assert_int_equal(api_workers_fit(1, seats, 7, 1), 1);
    assert_int_equal(api_workers_fit(3, seats, 7, 1), 2);
    assert_int_equal(api_workers_fit(3, seats, 5, 1), 2);
    assert_int_equal(api_workers_fit(3, seats, 5, 2), 0);
    for (size_t i = 0; i < 7; i++)
        seats[i].num_devices = 0;
    assert_int_equal(api_workers_fit(9, seats, 7, 1), 5);
    assert_int_equal(api_workers_fit(9, seats, 2, 1), 0);
    for (size_t i = 0; i < 7; i++)
        seats[i].num_devices = 2;
    mpi_place_seats_apart(seats, 7, 2);
    assert_int_equal(seats[2].local_worker, -1);
    assert_int_equal(seats[3].local_worker, 0);
    assert_int_equal(seats[4].local_worker, 1);
    assert_int_equal(seats[6].local_worker, 1);
    assert_int_equal(seats[0].local_workers, 2);
    places_of_seats(&places, seats, 7);
    assert_int_equal(places.num_workers, 6);
    assert_int_equal(places.num_apart, 2);
    assert_int_equal(places.num_nodes, 2);
    assert_int_equal(places.share, 1);
    assert_true(places.places[1].is_apart && !places.places[2].is_apart);
    assert_int_equal(width(&places, 2, false, 1, &err), 2);
    assert_int_equal(width(&places, 3, false, 1, &err), -1);
    places_release(&places);
}

static void check_devices(int at, int workers, int gpus, int first, int num)
{
    struct slot slot = { 0 };
    int behind[16];

    assert_int_equal(places_devices(at, workers, gpus, &slot, behind), num);
    assert_int_equal(slot.num_devices, num > 0);
    for (int i = 0; i < num; i++)
        assert_int_equal(behind[i], first + i);
    if (num > 0)
        assert_int_equal(slot.devices[0], first);
}

static void test_devices(void **state)
{
    (void)state;
    check_devices(0, 4, 4, 0, 4);
    check_devices(2, 4, 4, 2, 2);
    check_devices(1, 2, 4, 2, 2); /* fewer workers than GPUs */
    check_devices(1, 4, 2, 0, 2); /* two share one */
    check_devices(2, 4, 2, 1, 1);
    check_devices(0, 4, 0, 0, 0);
    check_devices(-1, 4, 4, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nodes_that_differ),
        cmocka_unit_test(test_types_on_nodes_of_their_own),
        cmocka_unit_test(test_one_worker_of_a_shared_gpu),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_seats),
        cmocka_unit_test(test_odd_nodes),
        cmocka_unit_test(test_seats_apart),
        cmocka_unit_test(test_devices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
